"""How often a wrong submission gets the name of its mistake, by the known submissions of this assignment.

    python benchmarks/naming.py OUT                    # parts 1 to 3; what they come to is kept in OUT, and graded once
    python benchmarks/naming.py OUT --parts 1 2 3 4    # others

Counted are pairs of a submission and a part in which it fails. Each is looked up twice: in the library of all mistakes,
and in that of all others. There, only a mistake that is described in the same words is right, or a relation.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

os.environ["OMP_NUM_THREADS"] = "1"  # as in a grader; before NumPy is loaded

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/framework/helpers"))

from known import TEST_SECONDS, Corpus  # noqa: E402
from many import Many  # noqa: E402

from autograder.assignment import Part, belongs  # noqa: E402
from autograder.authoring.mistakes import Mistake  # noqa: E402
from autograder.commands.check import files_in_memory  # noqa: E402
from autograder.compare import Mismatch, assert_close  # noqa: E402
from autograder.course.jobs import record_of  # noqa: E402
from autograder.grading.mistakes.fingerprint import answer_of  # noqa: E402
from autograder.grading.mistakes.library import FILE, Described, Library, not_told_apart  # noqa: E402
from autograder.grading.mistakes.naming import named  # noqa: E402
from autograder.grading.records import Record  # noqa: E402

PATIENCE_SECONDS = 3600
Records = dict[str, list[Record]]


@dataclass(frozen=True)
class Found:
    """What one submission is told in one part: "rightly" or "wrongly", "perhaps" so, "by a relation" alone, or "not at all"."""

    submission: str
    part: str
    verdict: str
    told: tuple[str, ...]


def graded(corpus: Corpus, parts: Sequence[str], out: Path) -> Records:
    """Grade the submissions that change something that the parts test, or read what they came to when that was done before."""
    kept = out / "records.json"
    if not kept.is_file():
        many = Many(corpus.assignment, out)
        gradings = {}
        for name, known in corpus.submissions.items():
            files = files_of(corpus, known, parts)
            if files and name not in TEST_SECONDS:
                (out / name).mkdir()
                gradings[name] = many.add([corpus.hand_in([known], out / name)], files)
        many.start()
        try:
            found = {name: grading.get(PATIENCE_SECONDS).records for name, grading in gradings.items()}
        finally:
            many.end()
        kept.write_text(json.dumps({name: [asdict(record) for record in records] for name, records in found.items()}))
    return {name: [*map(record_of, records)] for name, records in json.loads(kept.read_text()).items()}


def files_of(corpus: Corpus, known: Mistake, parts: Sequence[str]) -> list[str]:
    """The files of tests of these parts that a submission reaches, as the ids of their tests begin."""
    wanted = tuple(f"test_{part}_" for part in parts)
    return [suite for suite in sorted(corpus.reached(known)) if suite.rpartition("/")[2].startswith(wanted)]


def judged(corpus: Corpus, records: Records, parts: Sequence[Part], library: Callable[[str], Library]) -> Iterator[Found]:
    """Yield what each submission is told in each part in which it fails.

    Args:
        library: that a submission is looked up in, by its name.
    """
    for name, found in records.items():
        own = corpus.submissions[name].describe
        names = named(corpus.assignment, found, library(name))
        for part in parts:
            failed = [record.nodeid for record in found if belongs(record.number, part.number) and record.status != "passed"]
            of_part = [names[test] for test in failed if test in names]
            told = {each.describe for each in of_part if each.describe}
            if failed:
                perhaps = "" if all(each.is_sure for each in of_part) else "perhaps "
                without = "by a relation" if any(each.relations for each in of_part) else "not at all"
                verdict = f"{perhaps}{'rightly' if told == {own} else 'wrongly'}" if told else without
                yield Found(name, part.number, verdict, tuple(sorted(told)))


def shown(title: str, found: Sequence[Found]) -> None:
    print(f"\n{title}")
    for part in sorted({each.part for each in found}):
        counts = Counter(each.verdict for each in found if each.part == part)
        whole = sum(counts.values())
        print(
            f"  part {part}, {whole} failures of a part: "
            + ", ".join(f"{k} {n} ({n / whole:.0%})" for k, n in counts.most_common())
        )
    for each in found:
        if each.verdict.endswith("wrongly"):
            print(f"    {each.verdict}: {each.submission} in part {each.part}: {'; '.join(each.told)}")


def milliseconds() -> dict[str, list[float]]:
    """How long it takes to look at an answer, by the shape of the arrays."""
    rng = np.random.default_rng(1)
    found = {}
    for shape in ((7, 3), (64, 64), (8, 8, 8, 8), (1000, 1000)):
        expected = rng.normal(size=shape)
        known = {f"x{i}": rng.normal(size=shape if i % 2 else (50,)) for i in range(20)}
        times = []
        for actual in (rng.normal(size=shape), expected[::-1], np.exp(expected), expected.reshape(-1, shape[0])):
            try:
                assert_close(actual, expected)
            except Mismatch as error:
                for _ in range(10):
                    began = time.process_time()
                    answer_of(error, str(error), known)
                    times.append(1000 * (time.process_time() - began))
        found[str(shape)] = times
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="a folder of one's own")
    parser.add_argument("--parts", nargs="+", default=["1", "2", "3"], metavar="NUMBER")
    parser.add_argument("--list", action="store_true", help="list each submission that has no right name")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    corpus = Corpus(ROOT)
    with files_in_memory():
        records = graded(corpus, arguments.parts, arguments.out.resolve())
    parts = [part for part in corpus.assignment.parts if part.number in arguments.parts]
    wrong = {name: found for name, found in records.items() if corpus.submissions[name].fails}
    mistakes = {name: Described(corpus.submissions[name].describe) for name in wrong}
    whole = Library.of(mistakes, wrong)
    whole.write(arguments.out / FILE)
    size = (arguments.out / FILE).stat().st_size
    print(f"{len(whole.answers)} mistakes, {sum(map(len, whole.answers.values()))} failures, {size / 1000:.0f} kB")
    library = Library.read(arguments.out / FILE)
    inside = [*judged(corpus, wrong, parts, lambda name: library)]
    outside = [*judged(corpus, wrong, parts, library.without)]
    shown("in the library", inside)
    shown("left out", outside)
    if arguments.list:
        for title, found in (("in the library", inside), ("left out", outside)):
            rows = [each for each in found if not each.verdict.endswith(("rightly", "wrongly"))]
            print(
                f"\n{title}, without a name:", *(f"  {each.submission} {each.part}: {each.verdict}" for each in rows), sep="\n"
            )
    right = {name: named(corpus.assignment, found, library) for name, found in records.items() if name not in wrong}
    print(f"\nright submissions: {len(right)}, names given: {sum(map(len, right.values()))}")
    print("\nno test tells apart:", *(f"  {pair}" for pair in not_told_apart(library)), sep="\n")
    for shape, times in milliseconds().items():
        spent = f"median {median(times):.2f}, most {max(times):.2f}"
        print(f"milliseconds of the processor for a failure, arrays of shape {shape}: {spent}")


if __name__ == "__main__":
    main()
