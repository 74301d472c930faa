"""A class as arrays.

Letters for shapes: S graded submissions, T tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from autograder.course.model import Course, Row
from autograder.course.report.labels import Listed, listed
from autograder.grading.order import in_number_order
from autograder.grading.outcome import Outcome
from autograder.grading.parts import by_part
from autograder.grading.records import TOLERANCE, Record
from autograder.results.excerpts import title

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PASSED, PARTLY, FAILED, BROKEN, MISSING = range(5)  # states of a test of a submission
WORDS = ("passed", "partly", "failed", "needs a human", "not run")  # of the states


@dataclass(frozen=True)
class Item:
    """A test of the suites, as a column of the class.

    Attributes:
        title: its number and name.
        part: the place of its part in Cohort.parts.
        max_score: None for information only.
    """

    nodeid: str
    title: str
    part: int
    max_score: float | None


@dataclass(frozen=True)
class Cohort:
    """A class as arrays; made by `cohort`.

    Attributes:
        lines: all of the class.
        graded: the S lines that have an outcome, in the same order.
        items: the T tests, in the order of their numbers.
        parts: titles of the parts that have tests.
        states: of each test of each submission, uint8 (S, T).
        shares: of a test's points that were reached, or 1 and 0 where it has none, float64 (S, T); NaN where a test has no
            verdict.
        points: reached, float64 (S, T); 0 where there is no verdict.
        seconds: that tests took, float64 (S, T); processor time where it is known; NaN where a test has no verdict.
        scores: points that count, float64 (S,).
        percent: the same of what is possible, float64 (S,); of tests passed where no test has points.
        possible: points of all tests.
        counted: which submissions the statistics are about, bool (S,); not those that are empty.
    """

    course: Course
    lines: Sequence[Listed]
    graded: Sequence[Listed]
    items: Sequence[Item]
    parts: Sequence[str]
    states: "NDArray[np.uint8]"
    shares: "NDArray[np.float64]"
    points: "NDArray[np.float64]"
    seconds: "NDArray[np.float64]"
    scores: "NDArray[np.float64]"
    percent: "NDArray[np.float64]"
    possible: float
    counted: "NDArray[np.bool_]"

    @cached_property
    def by_part(self) -> "NDArray[np.float64]":
        """Points reached in each part, float64 (S, parts)."""
        import numpy as np

        owner = np.array([item.part for item in self.items], int)
        return np.stack([self.points[:, owner == part].sum(1) for part in range(len(self.parts))], 1)

    @cached_property
    def possible_by_part(self) -> list[float]:
        return [sum(item.max_score or 0.0 for item in self.items if item.part == part) for part in range(len(self.parts))]

    @cached_property
    def places(self) -> dict[str, int]:
        """Node id -> the test's place."""
        return {item.nodeid: place for place, item in enumerate(self.items)}


def cohort(course: Course, anonymous: bool = False) -> Cohort:
    """Return a class as arrays.

    Raises:
        AutograderError: an id of a row is no file name, or not unique.
    """
    import numpy as np

    lines = listed(course, anonymous)
    graded = [line for line in lines if line.row.outcome]
    outcomes = [line.row.outcome for line in graded if line.row.outcome]
    parts, items = items_of(course, outcomes)
    places = {item.nodeid: place for place, item in enumerate(items)}
    shape = len(graded), len(items)
    states = np.full(shape, MISSING, np.uint8)
    shares, seconds = np.full(shape, np.nan), np.full(shape, np.nan)
    points = np.zeros(shape)
    for s, outcome in enumerate(outcomes):
        for record in outcome.records:
            t = places.get(record.nodeid)
            if t is None:
                continue
            states[s, t] = state = state_of(record)
            points[s, t] = record.score or 0.0
            if state != BROKEN:
                shares[s, t] = (record.score or 0.0) / record.max_score if record.max_score else float(state == PASSED)
                seconds[s, t] = record.usage.get("cpu_seconds", record.seconds)
    scores, possible = np.array([outcome.score for outcome in outcomes], float).reshape(-1, 2).T
    passed = (states == PASSED).sum(1) / max(len(items), 1)
    percent = 100 * np.where(possible > 0, scores / np.where(possible > 0, possible, 1), passed)
    counted = np.array([not is_empty(line.row, course) for line in graded], bool)
    return Cohort(
        course, lines, graded, items, parts, states, shares, points, seconds, scores, percent,
        float(possible.max(initial=0.0)), counted,
    )  # fmt: skip


def items_of(course: Course, outcomes: Sequence[Outcome]) -> tuple[list[str], list[Item]]:
    """Return the titles of the parts, and all tests that any submission has a record of."""
    records: dict[str, Record] = {}
    for outcome in outcomes:
        for record in outcome.records:
            if record.is_item():
                records.setdefault(record.nodeid, record)
    divided = [(name, tests) for name, tests in by_part(course.assignment, in_number_order(records.values())) if tests]
    part_of = {record.nodeid: part for part, (_, tests) in enumerate(divided) for record in tests}
    items = [
        Item(record.nodeid, title(record), part_of[record.nodeid], record.max_score)
        for record in in_number_order(records.values())
    ]
    return [name for name, _ in divided], items


def state_of(record: Record) -> int:
    if record.status == "broken" or record.needs_human:
        return BROKEN
    if record.status == "passed":
        return PASSED
    return PARTLY if (record.score or 0.0) > TOLERANCE else FAILED


def is_empty(row: Row, course: Course) -> bool:
    """Whether a hand-in holds nothing of its author's: it passes no test, or is the skeleton as it was handed out."""
    if row.outcome and not any(record.status == "passed" for record in row.outcome.records):
        return True
    own = {name: text for name, text in row.files.items() if name in course.skeleton}
    return bool(own) and len(own) == len(row.files) and all(text == course.skeleton[name] for name, text in own.items())


def needs_human(row: Row) -> bool:
    """Whether staff must look at it: grading failed, or something of ours went wrong in it."""
    outcome = row.outcome
    return bool(row.fault) or bool(
        outcome and (outcome.needs_human or any(r.status == "broken" or r.needs_human for r in outcome.records))
    )
