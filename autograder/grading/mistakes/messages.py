"""The kind of a failure's message: the message without its numbers, and these numbers.

The kind leaves out what differs between two submissions with the same mistake: lines of files, addresses, folders of a
machine, and the place that is called the worst where several are about as far off.
"""

import re

import numpy as np

RTOL, ATOL = 1e-4, 1e-6  # of the numbers in a message, which have six digits; float32 has seven
MAX_MESSAGE = 10_000  # characters that are looked at

NUMBER = re.compile(r"(?<![\w.])[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|nan|inf)(?!\w)", re.IGNORECASE)
TRACEBACK = "\nTraceback (most recent call last):"
ADDRESS = re.compile(r"\b0x[0-9a-f]+\b")
LINES = re.compile(r"(\blines? |\.py:)\d+(?:(?:, | and | to |-)\d+)*")  # of the student's file
FOLDERS = re.compile(r"(?<![\w.])/(?:[\w.@+#-]+/)+")  # of an absolute path
WORST = re.compile(r"worst at \[[^\]]*\](?:: got [^;\n]+)?; first at")


def without_traceback(message: str) -> str:
    """The beginning of a message, as much of it as is looked at."""
    return message[:MAX_MESSAGE].partition(TRACEBACK)[0].strip()


def kind_and_numbers(message: str) -> tuple[str, tuple[float, ...]]:
    """Return a message with # in place of each number, and the numbers in their order; NaN and inf are among them."""
    text = LINES.sub(r"\1", ADDRESS.sub("", FOLDERS.sub("", WORST.sub("first at", message))))
    return NUMBER.sub("#", text), tuple(float(found) for found in NUMBER.findall(text))


def are_close_numbers(some: tuple[float, ...], others: tuple[float, ...]) -> bool:
    """Whether two messages of one kind have the same numbers, within tolerance; NaN equals NaN."""
    return len(some) == len(others) and np.allclose(some, others, RTOL, ATOL, equal_nan=True)
