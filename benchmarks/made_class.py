"""Makes a class: `python benchmarks/made_class.py OUT [--students 1000] [--assignment .] [--as plain|gradescope]`.

Made-up students hand in the known submissions of an assignment, right and wrong, each in a variation of its own that behaves
the same. OUT is made, with

    submissions/    a folder for each student, or Gradescope's export
    roster.csv      all students, those who have handed in nothing too
    truth.csv       what each has handed in: for tests and benchmarks, not for the grader

About 55 % are right, 35 % have one mistake, 7 % have two or are unfinished and 3 % are broken. A few mistakes are common, most
are rare. One in a hundred hides that the work is another's. The same arguments give the same class, byte for byte.
"""

import argparse
import math
import random
import re
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "framework" / "helpers"))

from known import Corpus

from autograder.authoring.mistakes import Mistake
from autograder.demo.hand_ins import Work, broken, gradescope, hidden, plain, varied, write_csv
from autograder.demo.people import Student, students
from autograder.demo.variations import unfinished
from autograder.errors import AssignmentError

ROOT = Path(__file__).resolve().parents[1]
DUE = datetime(2026, 10, 16, 21, 59, tzinfo=timezone.utc)
SHARES = {"right": 0.54, "like": 0.01, "one": 0.35, "two": 0.03, "unfinished": 0.04, "broken": 0.03}
BREAKS = {"syntax error": 10, "missing import": 8, "file missing": 8, "endless loop": 1}  # loops use up the time of each test
# Known submissions that are about the tool, not about a course: they end processes, fill memory, wait, look at their insides.
HOSTILE = (
    "exit",
    "hard_exit",
    "hang",
    "memory_hog",
    "flood",
    "crash",
    "endless",
    "process_left",
    "returns_an_object_that_lies",
    "chatty",
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--students", type=int, default=1000)
    arguments.add_argument("--assignment", type=Path, default=ROOT)
    arguments.add_argument("--files", nargs="+", help="hand in these files only, such as modules.py; all by default")
    arguments.add_argument("--as", dest="form", choices=FORMS, default="plain")
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    rng = random.Random(options.seed)
    people = students(options.students, rng)
    maker = Maker(Corpus(options.assignment.resolve()), options.files, rng)
    works = hand_ins(maker, people, rng)
    if options.out.exists():
        sys.exit(f"{options.out} exists; name a folder that does not")
    folder = options.out / "submissions"
    folder.mkdir(parents=True)
    FORMS[options.form](works, folder)
    roster = [["Name", "SID", "Email", "Section", "Extension"]]
    roster += [[each.name, each.id, each.email, each.section, each.extension] for each in people]
    write_csv(options.out / "roster.csv", roster)
    truth = [["id", "kind", "known", "note"]]
    for work in works:
        names = " ".join(known.name for known in work.known)
        truth += [[each.id, work.kind, names, work.note] for each in work.people]
    write_csv(options.out / "truth.csv", truth)
    print(f"{len(people)} students, {len(works)} hand-ins in {folder}")


class Maker:
    """Makes what students hand in.

    Args:
        only: names of the files that are handed in; None for all that the assignment asks for.
    """

    def __init__(self, corpus: Corpus, only: Sequence[str] | None, rng: random.Random) -> None:
        self.corpus, self.rng = corpus, rng
        self.names = [name for name in corpus.assignment.files if not only or name in only]
        usable = [known for known in corpus.submissions.values() if self.is_usable(known)]
        self.right = [known for known in usable if known.right]
        self.wrong = [known for known in usable if not known.right]
        rng.shuffle(self.wrong)  # the first are the common ones

    def is_usable(self, known: Mistake) -> bool:
        """Whether it is about the course, and changes and needs files that are handed in only."""
        if known.delete or known.rename:
            return False
        if not known.changed or not known.changed <= set(self.names) or known.name.startswith(HOSTILE):
            return False
        contents = self.corpus.contents_of([known])
        missing = [Path(name).stem for name in self.corpus.assignment.files if name not in self.names]
        imports = re.compile(rf"^\s*(?:from|import) (?:{'|'.join(missing)})\b".encode(), re.MULTILINE)
        return not missing or not any(imports.search(contents[name]) for name in known.changed)

    def work(self, kind: str) -> Work:
        count = {"one": 1, "two": 2}.get(kind, 0)
        while True:
            wrong = self.mistakes(count)
            changed = set().union(*(known.changed for known in wrong))
            right: list[Mistake] = []
            for known in self.rng.sample(self.right, len(self.right)):
                if self.rng.random() < 0.5 and not known.changed & changed:
                    right.append(known)
                    changed |= known.changed
            try:
                files = self.corpus.contents_of([*right, *wrong])
            except AssignmentError:  # the second mistake is where the first has changed something
                continue
            break
        files = {name: files[name] for name in self.names if name in files}
        note = self.spoil(files, kind)
        return Work(kind, [*right, *wrong], {name: varied(name, content, self.rng) for name, content in files.items()}, note)

    def mistakes(self, count: int) -> list[Mistake]:
        """Mistakes, of which the n-th is chosen as often as 1 / n."""
        if not self.wrong:
            return []
        weights = [1 / place for place in range(1, len(self.wrong) + 1)]
        chosen: list[Mistake] = []
        while len(chosen) < min(count, len(self.wrong)):
            known = self.rng.choices(self.wrong, weights)[0]
            chosen += [known] if known not in chosen else []
        return chosen

    def spoil(self, files: dict[str, bytes], kind: str) -> str:
        """Leave out or break what this kind asks for; return what."""
        modules = [name for name in files if name.endswith(".py")]
        name = self.rng.choice(modules)
        source = files[name].decode()
        if kind == "unfinished" and self.corpus.assignment.skeleton:
            skeleton = self.corpus.assignment.folder / self.corpus.assignment.skeleton / name
            files[name] = unfinished(source, skeleton.read_text(encoding="utf-8"), self.rng).encode()
            return name
        if kind != "broken":
            return ""
        how = self.rng.choices(list(BREAKS), list(BREAKS.values()))[0]
        if how == "file missing":
            del files[name]
        elif how == "missing import":
            files[name] = source.replace("\nimport ", "\nimport my_own_helpers\nimport ", 1).encode()
        else:
            files[name] = broken(source, "while True: pass" if how == "endless loop" else "x = (1, 2", self.rng).encode()
        return f"{how}: {name}"


def hand_ins(maker: Maker, people: Sequence[Student], rng: random.Random) -> list[Work]:
    """What the students hand in, by the order of the first one's id; 3 % hand in nothing, and 2 % in pairs."""
    coming = [each for each in people if rng.random() >= 0.03]
    kinds = kinds_of(len(coming))
    rng.shuffle(kinds)
    works: list[Work] = []
    while coming:
        kind, student = kinds.pop(), coming.pop(0)
        others = [work for work in works if work.kind in ("right", "one")]
        if kind == "like" and others:
            other = rng.choice(others)
            files = {name: hidden(name, content, rng) for name, content in other.files.items()}
            work = Work(kind, other.known, files, f"like {other.people[0].id}")
        else:
            work = maker.work("right" if kind == "like" else kind)
        work.people = [student]
        if coming and rng.random() < 0.01:
            work.people.append(coming.pop(0))
            work.note = f"{work.note} together".strip()
        late = rng.random() < 0.04
        before = timedelta(minutes=-rng.expovariate(1 / 300) if late else rng.expovariate(1 / 2500))
        last = DUE - before
        earlier = [last - timedelta(minutes=rng.randrange(10, 2000)) for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 5)))]
        work.times = [time.replace(microsecond=0) for time in sorted([*earlier, last])]
        works.append(work)
    return works


def kinds_of(count: int) -> list[str]:
    """As many kinds as asked for, each at least as often as SHARES says but for the right ones."""
    kinds = [kind for kind, share in SHARES.items() if kind != "right" for _ in range(math.ceil(share * count))][:count]
    return kinds + ["right"] * (count - len(kinds))


FORMS = {"plain": plain, "gradescope": gradescope}

if __name__ == "__main__":
    main()
