"""The tests of each part of an assignment."""

from collections.abc import Sequence

from autograder.assignment import Assignment, belongs
from autograder.grading.records import Record
from autograder.text import line

WHOLE = "autograded"  # what stands for the parts of an assignment that has none
OTHER = "other"  # tests that belong to no part


def by_part(assignment: Assignment, records: Sequence[Record]) -> list[tuple[str, list[Record]]]:
    """Return each part's name and its tests, each test once; the last ones belong to no part.

    Where parts lie in one another (5 and 5.2), a test belongs to the innermost.
    """
    if not assignment.parts:
        return [(WHOLE, list(records))]
    names = {part.number: line(f"{part.number} {part.title}") for part in assignment.parts}
    tests: dict[str | None, list[Record]] = {part: [] for part in (*names, None)}
    for record in records:
        tests[max((part for part in names if belongs(record.number, part)), key=len, default=None)].append(record)
    others = tests.pop(None)
    return [(names[part], found) for part, found in tests.items() if part] + ([(OTHER, others)] if others else [])
