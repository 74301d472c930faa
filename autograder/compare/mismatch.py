"""What a comparison says when it does not hold: the exception, and the words for shapes, places and numbers in it."""

from typing import Any

import numpy as np

Shape = tuple[int, ...]
Index = tuple[int, ...]


class Mismatch(AssertionError):
    """A comparison that does not hold; str() is the message with values.

    Attributes:
        kind: "type", "shape", "dtype", "finite" or "value", the question that failed.
        what: the name that the suite gave to the result.
        without_values: the message without the numbers found and expected; shapes, dtypes, counts and places stay.
        details: the facts of the message by name, values included.
        actual, expected: the two plain arrays that were compared, for whoever looks for the mistake; None where the question
            was not about numbers. They stand in no message.
    """

    __module__ = "autograder.compare"  # where suites import it from, and what pytest shows
    actual: np.ndarray | None = None
    expected: np.ndarray | None = None

    def __init__(self, kind: str, what: str, message: str, without_values: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.kind = kind
        self.what = what
        self.without_values = message if without_values is None else without_values
        self.details = details

    def between(self, actual: np.ndarray, expected: np.ndarray | None) -> "Mismatch":
        """Keep what was compared; return self."""
        self.actual, self.expected = actual, expected
        return self


def array_of(shapes: tuple[Shape, ...]) -> str:
    """Return "a single number" or "an array of shape ...", whatever the shapes ask for."""
    arrays = tuple(shape for shape in shapes if shape)
    number = ["a single number"] if () in shapes else []
    return " or ".join(number + ([f"an array of shape {shape_list(arrays)}"] if arrays else []))


def shape_list(shapes: tuple[Shape, ...]) -> str:
    return " or ".join(str(shape) for shape in shapes)


def share(wrong: np.ndarray) -> str:
    count = int(wrong.sum())
    if wrong.size == 1:
        return "its only entry"
    return f"all {wrong.size} entries" if count == wrong.size else f"{count} of {wrong.size} entries"


def first_index(wrong: np.ndarray) -> Index:
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))


def place(index: Index) -> str:
    return str(list(index))


def number_pair(actual: Any, expected: Any) -> tuple[str, str]:
    """Return two NumPy scalars as text, with as many digits as it takes to see that they differ."""
    pair = actual.item(), expected.item()
    texts = [str(number) if isinstance(number, int) else format(number, ".6g") for number in pair]
    if texts[0] == texts[1]:
        texts = [str(number) for number in pair]
    return texts[0], texts[1]


def short_text(text: object) -> str:
    shown = repr(text)  # of a str or bytes, exactly
    return shown if len(shown) <= 80 else f"{shown[:77]}..."
