"""Statistics of scores and tests.

Letters for shapes: S submissions, T tests, P parts.
"""

import math
from dataclasses import dataclass
from typing import Any

LEAST = 30  # submissions; correlations and reliability of fewer say little
CHANCE = 2.0  # a correlation below -CHANCE / sqrt(S) is hardly chance


@dataclass(frozen=True)
class Summary:
    """The five numbers of a distribution, and how many values it has."""

    count: int
    low: float
    lower: float
    median: float
    upper: float
    high: float
    mean: float
    deviation: float


def summary(values: Any) -> Summary | None:
    """Return the quartiles (interpolated) and the mean of values, float (S,); None of nothing."""
    import numpy as np

    if not len(values):
        return None
    low, lower, median, upper, high = (float(value) for value in np.percentile(values, [0, 25, 50, 75, 100]))
    return Summary(len(values), low, lower, median, upper, high, float(np.mean(values)), float(np.std(values)))


def discriminations(shares: Any, points: Any) -> list[float | None]:
    """Return, for each test, the correlation of its share with the points of all other tests.

    The test itself is left out of the total ("corrected item-total correlation"); with it, a heavy test would agree with
    itself.

    Args:
        shares: float64 (S, T), NaN where a submission has no verdict; such a submission is left out of that test.
        points: float64 (S, T).

    Returns:
        T numbers from -1 to 1; None where either side has no variance.
    """
    import numpy as np

    totals = points.sum(1)  # (S,)
    found = []
    for t in range(shares.shape[1]):
        known = ~np.isnan(shares[:, t])
        found.append(correlation(shares[known, t], totals[known] - points[known, t]))
    return found


def correlation(x: Any, y: Any) -> float | None:
    """Pearson's, of float (S,) and (S,); None where one has no variance."""
    if len(x) < 2:
        return None
    x, y = x - x.mean(), y - y.mean()
    scale = math.sqrt(float(x @ x) * float(y @ y))
    return float(x @ y) / scale if scale > 1e-12 else None


def alpha(points: Any) -> float | None:
    """Return Cronbach's alpha of points by part, float64 (S, P).

    Of parts, not of tests: tests of one part are so alike that alpha over all of them is near 1 and says nothing.

    Returns:
        At most 1; None for fewer than two parts, or without variance.
    """
    parts = points.shape[1]
    if parts < 2 or len(points) < 2:
        return None
    whole = float(points.sum(1).var(ddof=1))
    if whole <= 1e-12:
        return None
    return parts / (parts - 1) * (1 - float(points.var(axis=0, ddof=1).sum()) / whole)


def medians(values: Any) -> list[float | None]:
    """Return the median of each column of float64 (S, T) without its NaN; None of a column that has nothing else."""
    import numpy as np

    columns = (column[~np.isnan(column)] for column in values.T)
    return [float(np.median(column)) if len(column) else None for column in columns]


def is_upside_down(discrimination: float | None, count: int) -> bool:
    """Whether a test is failed by those who do well in the rest, more clearly than chance explains."""
    return count >= LEAST and discrimination is not None and discrimination < -CHANCE / math.sqrt(count)
