"""A made-up class, the same each time: for tests of what a class is shown as."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from autograder.assignment import Assignment, Part
from autograder.course.findings import Excerpt, Group, Grouping, Match, Pair
from autograder.course.model import Course, HandIn, Person, Row
from autograder.grading.outcome import Outcome
from autograder.grading.records import Record

ZONE = timezone(timedelta(hours=1))
DUE = datetime(2026, 11, 20, 18, 0, tzinfo=ZONE)
FIRST = ("Ana", "Björn", "Chloé", "Dmitri", "Ebru", "Femke", "Gül", "Hugo", "Ines", "Jan", "Kofi", "Lea", "Mei", "Noor", "Oya")
LAST = (
    "Aalto",
    "de Boer",
    "Çelik",
    "Dufour",
    "Eriksen",
    "Fischer",
    "Gómez",
    "Haddad",
    "Ivanov",
    "Jansen",
    "Kowalska",
    "Lindqvist",
)
THINGS = (
    "forward pass",
    "input gradient",
    "weight gradient",
    "bias gradient",
    "shape",
    "large inputs",
    "one sample",
    "no copy",
)
LAYERS = ("Linear", "ReLU", "Softmax", "Cross-entropy", "Momentum", "Batch norm", "Dropout", "Network", "Training", "Metrics")
EMPTY = -9.0  # the ability of who has written nothing
SKELETON = "import numpy as np\n\n\ndef answer(x):\n    raise NotImplementedError\n"


@dataclass(frozen=True)
class Shape:
    """How large a made class is."""

    students: int = 1000
    tests: int = 224
    parts: int = 10


def assignment(shape: Shape, tests: Sequence[Record]) -> Assignment:
    parts = [
        Part(str(part + 1), LAYERS[part % len(LAYERS)], sum(test.max_score or 0 for test in tests if part_of(test) == part))
        for part in range(shape.parts)
    ]
    return Assignment(Path("made"), "Networks from scratch", ("modules.py",), parts=tuple(parts))


def part_of(test: Record) -> int:
    return int((test.number or "0").split(".")[0]) - 1


def all_tests(shape: Shape) -> list[Record]:
    tests = []
    for place in range(shape.tests):
        part, within = place * shape.parts // shape.tests, place % 23
        name = f"{LAYERS[part % len(LAYERS)]}: {THINGS[place % len(THINGS)]}, case {within}"
        file = f"tests/hidden/test_{part + 1}.py"
        number = f"{part + 1}.{within + 1}"
        tests.append(Record(f"{file}::test_{place}", name, number=number, max_score=float(1 + place % 3)))
    return tests


def made_course(shape: Shape = Shape(), seed: int = 1) -> Course:
    """A class in which ability and difficulty decide, with everything that a class can have: late ones, empty ones, faults."""
    rng = random.Random(seed)
    tests = all_tests(shape)
    known = assignment(shape, tests)
    difficulty = [rng.gauss(-1.2, 0.9) for _ in tests]
    difficulty[3] = -99.0  # nobody fails it
    rows = [made_row(known, tests, difficulty, number, rng) for number in range(shape.students)]
    made = datetime(2026, 11, 28, 9, 30, tzinfo=ZONE)
    notes = (f"Gradescope export: {shape.students} submissions", "left out: .DS_Store")
    return Course(known, rows, made, {"modules.py": SKELETON}, notes)


def made_row(known: Assignment, tests: Sequence[Record], difficulty: Sequence[float], number: int, rng: random.Random) -> Row:
    name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
    person = Person(f"s{number:04}", name, f"s{number:04}@example.org", "ABCD"[number % 4])
    if number % 71 == 70:
        return Row(person.id, (person,))
    time = DUE - timedelta(hours=rng.expovariate(1 / 30) - 5)
    hand_in = HandIn((Path(name),), (person,), f"submission_{number}", time)
    late = "1 day late: −10 %" if time > DUE else ""
    if number % 211 == 210:
        return Row(person.id, (person,), hand_in, fault="RuntimeError: the grader was killed", late=late)
    ability = EMPTY if number % 97 == 96 else rng.gauss(0.6, 1.2)
    records = [made_record(test, place, ability - difficulty[place], rng) for place, test in enumerate(tests)]
    files = {"modules.py": SKELETON if ability == EMPTY else made_file(number % 7)}
    outcome = Outcome(known, records, seconds=4.2, level="A", layers={}, submission_sha256=f"{number:064x}")
    return Row(person.id, (person,), hand_in, outcome, late=late, others=number % 3, files=files)


def made_record(test: Record, place: int, margin: float, rng: random.Random) -> Record:
    if place == 5:  # a broken test, which those who are right fail
        margin = -margin
    used = {"cpu_seconds": round(0.02 + 0.01 * (place % 9) + rng.random() / 100, 4), "peak_mb": 80.5}
    chance = rng.random()
    if chance < 0.0002:
        return replace(test, status="broken", score=0.0, staff="ZeroDivisionError: in the suite", usage=used)
    if margin + 0.6 * rng.gauss(0, 1) > 0:
        return replace(test, status="passed", score=test.max_score, usage=used, seconds=used["cpu_seconds"] + 0.01)
    partly = (test.max_score or 0) / 2 if chance > 0.9 else 0.0
    wrong = f'grads["bias"] differs in {place % 7 + 1} of 12 entries, first at [0, {place % 3}]: 0.5, expected 0.25'
    return replace(test, status="failed", score=partly, reason=wrong, printed="x = 3\n", usage=used, seconds=0.1)


def made_file(variant: int) -> str:
    body = "".join(f"    x = x * {step + variant}  # step {step}\n" for step in range(60))
    return f"import numpy as np\n\n\ndef answer(x):\n{body}    return x\n"


def made_pairs(course: Course, count: int = 100) -> list[Pair]:
    rows = [row for row in course.rows if row.files]
    match = Match("modules.py", (4, 20), "modules.py", (4, 21))
    second = Match("modules.py", (30, 33), "modules.py", (40, 44))
    pairs = [
        Pair(
            rows[place].id, rows[-1 - place].id, 0.9 - place / 200, 0.8 - place / 200, 90.0 - place, place + 1, (match, second)
        )
        for place in range(min(count, len(rows) // 2) - 1)
    ]
    last = Pair(rows[0].id, "2025/someone", 0.5, 0.4, 1.0, len(pairs) + 1, (match,), True, (("modules.py", made_file(3)),))
    return [*pairs, last]


def made_grouping(course: Course, count: int = 50) -> Grouping:
    """Groups of all sizes, of those that have failed the same test."""
    rows = [row for row in course.rows if row.outcome]
    names = [record.nodeid for record in rows[0].outcome.records]  # type: ignore[union-attr]
    groups = []
    for place in range(count):
        tests = tuple(names[place * 4 % len(names) :][:8])
        members = tuple(row.id for row in rows[place::7][: max(300 // (place + 1), 2)])
        text = "\n".join(made_file(place).split("\n")[3:20])
        skeleton = (Excerpt("modules.py", 4, "def answer(x):\n    raise NotImplementedError"),)
        sentence = f"The bias gradient differs in {place + 1} of 12 entries; it looks averaged over the batch"
        group = Group(
            sentence,
            LAYERS[place % 10],
            tests,
            members,
            members[0],
            (Excerpt("modules.py", 4, text),),
            skeleton,
            0.2 / (place + 1),
        )
        groups.append(group)
    return Grouping(groups, covered=900, failures=1000)
