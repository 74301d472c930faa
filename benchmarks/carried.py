"""What errors carried forward give back: `python benchmarks/carried.py`.

All known mistakes of parts 1 and 3 of this repository's assignment are graded by these parts, once as they are and once with
part 3 standing on part 1.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "framework" / "helpers"))

if TYPE_CHECKING:
    from autograder.sandbox.forked import Nursery


def main() -> None:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as in the sandbox; NumPy looks at it when it is loaded
    from autograder.sandbox.forked import Nursery
    from autograder.sandbox.ladder import rungs
    from autograder.sandbox.preloading import preload, settle

    nurseries = []
    for step in rungs(["numpy"]):
        preload(step)
        settle()
        nurseries.append(Nursery())
    from known import TEST_SECONDS
    from places import ROOT

    from autograder.assignment import load
    from autograder.authoring.mistakes import Corpus
    from autograder.grading.carried import uncarried

    whole = load(ROOT)
    suites = [replace(whole.suites[0], name=f"tests/{path.parent.name}/{path.name}", path=path) for path in chosen(ROOT)]
    parts = tuple(part for part in whole.parts if part.number in ("1", "3"))
    assignment = replace(whole, suites=tuple(suites), parts=parts, sandbox=replace(whole.sandbox, preload=("numpy",)))
    corpus = Corpus(whole)
    files = {"part 1": "modules.py", "part 3": "mlp_numpy.py"}
    known = {
        part: [one for one in corpus.mistakes.values() if one.changed == {file} and one.name not in TEST_SECONDS]
        for part, file in files.items()
    }
    with tempfile.TemporaryDirectory() as name:
        folder, sources = Path(name), {}
        for one in (one for found in known.values() for one in found):
            sources[one.name] = folder / one.name
            corpus.build(one, sources[one.name])
        sources["skeleton"] = ROOT / str(whole.skeleton)
        own = graded(uncarried(assignment), nurseries, sources)
        carried = graded(assignment, nurseries, sources)
    for part, found in known.items():
        hit = [one.name for one in found if own[one.name] < 8]
        lost, back = sum(8 - own[name] for name in hit), sum(carried[name] - own[name] for name in hit)
        print(f"mistakes of {part}: {len(found)}, of which {len(hit)} lose {lost:.2f} points of part 3; {back:.2f} come back")
        less = [name for name in hit if carried[name] < 8]
        print(f"  without all of part 3 with ours: {', '.join(less) or 'none'}")
    print(f"skeleton: {own['skeleton']} points of part 3, with ours {carried['skeleton']}")
    worse = [name for name in own if carried[name] < own[name]]
    print(f"fewer points than before: {', '.join(worse) or 'none'}")


def chosen(root: Path) -> list[Path]:
    return sorted(path for path in root.glob("tests/*/test_[13]_*.py") if path.parent.name in ("public", "hidden"))


def graded(assignment: object, nurseries: Sequence["Nursery"], sources: dict[str, Path]) -> dict[str, float]:
    """The points of part 3 of each submission."""
    from autograder.assignment import belongs
    from autograder.course.jobs import Answer, Job, record_of
    from autograder.course.pool import Pool

    names, found = list(sources), {}

    def take(answer: Answer) -> None:
        assert answer.document, answer.fault
        records = [record_of(record) for record in answer.document["records"]]
        found[names[answer.job.number]] = sum(record.score or 0 for record in records if belongs(record.number, "3"))

    jobs = [Job(number, (str(sources[name]),)) for number, name in enumerate(names)]
    Pool(assignment, nurseries, 2).run(jobs, take)  # type: ignore[arg-type]
    return found


if __name__ == "__main__":
    main()
