"""How near right answers come to the tolerance, for audits of suites. A grading measures nothing."""

import contextlib
from collections.abc import Iterator

import numpy as np


class Margins:
    """The differences of answers that pass.

    Attributes:
        watched: whether they are measured.
        largest: the largest share of its tolerance that an answer has used; None where nothing was compared.
    """

    def __init__(self) -> None:
        self.watched = False
        self.largest: float | None = None

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Measure in this process, and in those that are forked meanwhile."""
        self.watched = True
        try:
            yield
        finally:
            self.watched = False

    def note(self, distances: np.ndarray, allowed: np.ndarray) -> None:
        """Take how far an answer is from what was expected, and how far it may be, entry by entry."""
        measured = np.isfinite(distances) & (allowed > 0)
        if measured.any():
            self.largest = max(self.largest or 0.0, float((distances[measured] / allowed[measured]).max()))

    def taken(self) -> float | None:
        """The largest share since the last call."""
        found, self.largest = self.largest, None
        return found


MARGINS = Margins()
