"""In what way a test has failed: the kind of the message, and the numbers in it.

Two failures are alike if their kinds are the same and their numbers are close. The kind is the message without its numbers, and
without what differs between students who have made the same mistake: names of their own, lines of their files, addresses.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.grading.records import Record
from autograder.text import line

RTOL, ATOL = 1e-4, 1e-6  # messages have six digits, and float32 has seven
MAX_MESSAGE = 10_000  # characters that are looked at
MAX_SAID = 200  # of a message in a sentence

NUMBER = re.compile(r"(?<![\w.])[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|nan|inf)(?!\w)", re.IGNORECASE)
TRACEBACK = "\nTraceback (most recent call last):"
ADDRESS = re.compile(r"\b0x[0-9a-f]+\b")
LINES = re.compile(r"(\blines? |\.py:)\d+(?:(?:, | and | to |-)\d+)*")  # of the student's file
QUOTED = re.compile(r"'[^'\n]{0,100}'")
# Where several entries are about as far off, rounding decides which is the worst.
WORST = re.compile(r"worst at \[[^\]]*\](?:: got [^;\n]+)?; first at")
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
    text = LINES.sub(r"\1", ADDRESS.sub("", WORST.sub("first at", message)))
    values = tuple(float(found) for found in NUMBER.findall(text))
    return Failure(record.nodeid, NUMBER.sub("#", text), values, bool(UNWRITTEN.search(message)))


def said(record: Record) -> str:
    """The message of a failed test with all its values, without tracebacks."""
    message = (record.full_reason or record.reason)[:MAX_MESSAGE]
    return message.partition(TRACEBACK)[0].strip()


def in_short(record: Record) -> str:
    """The same for a sentence: its first line, without tolerances."""
    first = line(TOLERANCE.sub("", said(record)).partition("\n")[0])
    return first.rstrip(".:") if len(first) <= MAX_SAID else f"{first[:MAX_SAID].rstrip()} ..."


def are_close(some: Sequence[Failure], others: Sequence[Failure]) -> bool:
    """Whether failures of the same kinds have the same numbers, within tolerance; NaN equals NaN."""
    values, wanted = (np.array([value for each in failures for value in each.values]) for failures in (some, others))
    return values.shape == wanted.shape and np.allclose(values, wanted, RTOL, ATOL, equal_nan=True)
