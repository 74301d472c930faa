"""In what way a test has failed: the kind of the message, and the numbers in it.

Two failures are alike if their kinds are the same and their numbers are close. `grading/mistakes/messages` says what a kind is;
here, names of a student's own are left out of it as well.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from autograder.grading.mistakes.messages import are_close_numbers, kind_and_numbers, without_traceback
from autograder.grading.records import Record
from autograder.text import line

MAX_SAID = 200  # of a message in a sentence

QUOTED = re.compile(r"'[^'\n]{0,100}'")
TOLERANCE = re.compile(r" \(tolerance [^()]*\)")
RAISED = re.compile(r"your code raised \w+|importing \S+ failed: \w+")
UNWRITTEN = re.compile(r"NotImplementedError\b|does not define |: The file is missing|has no answer yet")


@dataclass(frozen=True)
class Failure:
    """One failed test.

    Attributes:
        test: its node id.
        kind: equal for failures of one kind.
        values: the numbers of the message, in its order.
        unwritten: what the test is about is not there.
    """

    test: str
    kind: str
    values: tuple[float, ...]
    unwritten: bool


def failure_of(record: Record, known_names: Collection[str]) -> Failure:
    """Return in what way a test has failed.

    Args:
        known_names: those of the assignment. Other names in an exception's message are the student's own, and left out.
    """
    message = said(record)
    raised = RAISED.search(message)
    if raised:
        message = QUOTED.sub(lambda match: match[0] if match[0][1:-1] in known_names else "'...'", message)
    kind, values = kind_and_numbers(message)
    return Failure(record.nodeid, kind, values, bool(UNWRITTEN.search(message)))


def said(record: Record) -> str:
    """The message of a failed test with all its values, without tracebacks."""
    return without_traceback(record.full_reason or record.reason)


def in_short(record: Record) -> str:
    """The same for a sentence: its first line, without tolerances."""
    first = line(TOLERANCE.sub("", said(record)).partition("\n")[0])
    return first.rstrip(".:") if len(first) <= MAX_SAID else f"{first[:MAX_SAID].rstrip()} ..."


def are_close(some: Sequence[Failure], others: Sequence[Failure]) -> bool:
    """Whether failures of the same kinds have the same numbers, within tolerance; NaN equals NaN."""
    values, wanted = (tuple(value for each in failures for value in each.values) for failures in (some, others))
    return are_close_numbers(values, wanted)
