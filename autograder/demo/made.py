"""The class of `autograder demo`: made-up students with the mistakes that a real class makes. The same class every time."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from autograder.assignment import Assignment, load
from autograder.authoring.mistakes import Corpus
from autograder.authoring.new import DEMO, make
from autograder.demo.hand_ins import Work, broken, gradescope, hidden, varied, write_csv
from autograder.demo.people import Student, students
from autograder.demo.variations import unfinished

TITLE = "A softmax classifier"
DUE = datetime(2026, 10, 16, 21, 59, tzinfo=timezone.utc)
SEED = 1
NOTHING, LATE, ALIKE, MISSING, UNFINISHED = "nothing", "late", "alike", "file missing", "unfinished"
LINES = {"syntax error": "x = (1, 2", "endless loop": "while True: pass"}  # that are put into a file
# What students hand in: one of the above, "right", or mistakes of the assignment. A small class has the first of them.
PLAN = (
    "right", "softmax_overflows", "right", "bias_gradient_averaged", "softmax_overflows", "syntax error", NOTHING, LATE, ALIKE,
    MISSING, "bias_gradient_averaged", "endless loop", "right", "gradient_not_averaged", UNFINISHED, "right",
    "softmax_overflows", "loss_summed", "right", "gradients_add_up", "bias_gradient_averaged", "right",
    "softmax_in_place gradient_not_averaged", "right", "gradient_not_averaged", "right", "softmax_over_the_batch", "right",
    "softmax_overflows", UNFINISHED,
)  # fmt: skip


def make_demo(out: Path, count: int) -> Assignment:
    """Make OUT/assignment, OUT/submissions and OUT/roster.csv; return the assignment.

    Args:
        out: an existing folder, in which these are not there yet.
        count: how many students there are, at least 1.
    """
    make(out / "assignment", TITLE, DEMO)
    assignment = load(out / "assignment")
    rng = random.Random(SEED)  # noqa: S311  it makes names and typing errors
    people = students(count, rng)
    folder = out / "submissions"
    folder.mkdir()
    gradescope(works(Maker(assignment, rng), people, rng), folder)
    roster = [("Name", "SID", "Email", "Section"), *((each.name, each.id, each.email, each.section) for each in people)]
    write_csv(out / "roster.csv", roster)
    return assignment


class Maker:
    """Makes the files of one student."""

    def __init__(self, assignment: Assignment, rng: random.Random) -> None:
        self.assignment, self.rng = assignment, rng
        self.corpus = Corpus(assignment)

    def work(self, kind: str) -> Work:
        known = [self.corpus.mistakes[name] for name in kind.split() if name in self.corpus.mistakes]
        changed = {file for mistake in known for file in mistake.changed}
        for style in self.rng.sample(list(self.corpus.solutions.values()), len(self.corpus.solutions)):
            if not style.changed & changed and self.rng.random() < 0.5:
                known.append(style)
                changed |= style.changed
        files = {name: varied(name, content, self.rng) for name, content in self.corpus.contents_of(known).items()}
        name = self.rng.choice(sorted(files))
        source = files[name].decode()
        if kind == MISSING:
            del files[name]
        elif kind in LINES:
            files[name] = broken(source, LINES[kind], self.rng).encode()
        elif kind == UNFINISHED:
            stubs = (self.assignment.folder / str(self.assignment.skeleton) / name).read_text(encoding="utf-8")
            files[name] = unfinished(source, stubs, self.rng).encode()
        return Work(kind, known, files)


def works(maker: Maker, people: Sequence[Student], rng: random.Random) -> list[Work]:
    """What the students hand in, by the order of the students."""
    kinds = [PLAN[place % len(PLAN)] for place in range(len(people))]
    made = [maker.work(kind) for kind in kinds if kind not in (ALIKE, NOTHING)]
    first = made[0]
    for _ in range(kinds.count(ALIKE)):
        made.append(Work(ALIKE, first.known, {name: hidden(name, content, rng) for name, content in first.files.items()}))
    chosen = sorted(rng.sample(range(len(people)), len(made)))  # the others hand in nothing
    rng.shuffle(made)
    for work, place in zip(made, chosen, strict=True):
        late = timedelta(hours=7) if work.kind == LATE else -timedelta(minutes=rng.randrange(5, 6000))
        work.people, work.times = [people[place]], [DUE + late]
    return made
