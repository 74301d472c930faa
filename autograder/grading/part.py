"""A part of the tests, chosen by number or id, for those who work on them: `autograder grade --only`."""

from collections.abc import Sequence

from autograder.assignment import belongs
from autograder.errors import UsageError
from autograder.grading.records import Record, number, total

LISTED = 12  # numbers that a message gives
NAMED = 6  # numbers and ids that were asked for; more are not repeated


def is_chosen(record: Record, only: Sequence[str]) -> bool:
    """Whether a test is one of those asked for.

    Args:
        only: numbers, which stand for those below them too, and ids as pytest writes them: of a file, a class, a test or a
            case, from the assignment's folder or from a folder below it on.
    """
    return any(belongs(record.number, wanted) or is_id(record.nodeid, wanted) for wanted in only)


def is_id(nodeid: str, wanted: str) -> bool:
    """Whether an id is that of a test or of something that the test lies in."""
    places = f"/{nodeid}".replace("::", "/").replace("[", "/[") + "/"
    return f"/{wanted.strip('/')}".replace("::", "/").replace("[", "/[") + "/" in places


def require_found(records: Sequence[Record], only: Sequence[str]) -> None:
    """Check that each of `only` chooses a test.

    Raises:
        UsageError: one does not; the message names the numbers that there are.
    """
    for wanted in only:
        if not any(is_chosen(record, [wanted]) for record in records):
            numbers = list(dict.fromkeys(record.number for record in records if record.number))
            more = ", ..." if len(numbers) > LISTED else ""
            there = f"the numbers are {', '.join(numbers[:LISTED])}{more}" if numbers else "the tests have no numbers"
            raise UsageError(f"{wanted}: no test has this number, and none this id or a part of it; {there}")


def words(left_out: Sequence[Record], run: int, only: Sequence[str]) -> str:
    """What the result says of the tests that were left out.

    Args:
        only: what was asked for; empty where the grading ended at the first test that failed.
    """
    points = number(total(left_out)[1])
    named = f" ({' '.join(only)})" if len(only) <= NAMED else ""
    why = f"only a part was graded{named}" if only else "the grading ended at the first test that failed"
    return f"{why}: {run} of {run + len(left_out)} tests; {len(left_out)} with {points} points were left out"
