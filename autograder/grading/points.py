"""The points of a test: its share of a weight, at collection, and those that it has reached."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np
import pytest

from autograder.assignment import MAX_POINTS
from autograder.errors import AssignmentError
from autograder.grading.decorations import function_of, given_value
from autograder.grading.records import TOLERANCE, Record

SHARE_UNITS = 10_000  # shares of a weight have four decimals


def weights(items: list[pytest.Item]) -> dict[pytest.Item, float | None]:
    """Points of each item, None without a weight. What a parametrised test or a class has is shared by its items.

    Raises:
        AssignmentError: a weight is not a number of points.
    """
    given: dict[pytest.Item, tuple[Any, Any]] = {}  # (what shares the weight, weight)
    for item in items:
        weight = getattr(function_of(item), "__weight__", None)
        cls = getattr(item, "cls", None)
        if weight is None and cls is not None:
            given[item] = (cls, getattr(cls, "__weight__", None))
        else:
            given[item] = ((item.parent, getattr(item, "originalname", None) or item.name), weight)
    sizes = Counter(sharers for sharers, _ in given.values())
    seen: Counter[Any] = Counter()
    shares: dict[pytest.Item, float | None] = {}
    for item, (sharers, weight) in given.items():
        if weight is None:
            shares[item] = None
            continue
        value = plain_number(weight)
        if value is None or not 0 <= value <= MAX_POINTS:
            raise AssignmentError(f"{item.nodeid}: @weight({weight!r}) must be a number of points from 0 to {MAX_POINTS:g}")
        shares[item] = share(value, sizes[sharers], seen[sharers])
        seen[sharers] += 1
    return shares


def share(points: float, parts: int, index: int) -> float:
    """Part `index` of points split into equal parts of at most four decimals, as nearly as adding up exactly allows."""
    if parts == 1:
        return points
    units = Fraction(str(points)) * SHARE_UNITS
    upper = units if index + 1 == parts else units * (index + 1) // parts
    return float((upper - units * index // parts) / Fraction(SHARE_UNITS))


def plain_number(value: Any) -> float | None:
    """Return a number as a finite Python float; None for anything else.

    `float` is called for numbers only: for an object of the submission, that would run the submission's code.
    """
    if type(value) is np.ndarray and value.ndim == 0:
        value = value[()]
    if not issubclass(type(value), (Real, Decimal, np.bool_)):
        return None
    try:
        result = float(value)
    except OverflowError:
        return None
    return result if abs(result) < float("inf") else None


def score(item: pytest.Item, record: Record) -> None:
    """Give the points: those that the test has set, or all of them if it has passed."""
    give(record, given_value(item, "__score__"), given_value(item, "__leaderboard_value__"))


def give(record: Record, value: Any, column: Any) -> None:
    """Give the points.

    Args:
        value: that the test has passed to `set_score`, or None.
        column: that it has passed to `set_leaderboard_value`, or None.
    """
    if record.leaderboard is not None:
        record.leaderboard["value"] = column if type(column) is str else plain_number(column)
    if record.max_score is None and value is None:
        return
    record.max_score = record.max_score or 0.0
    if value is None:
        record.score = record.max_score if record.status == "passed" else 0.0
        return
    given = plain_number(value)
    if given is None:
        record.reason = "\n\n".join(
            filter(None, [record.reason, "the score that this test has come to is not a finite number"])
        )
    elif abs(given - record.max_score) <= TOLERANCE:
        given = record.max_score
    record.score = given or 0.0
    if record.status == "passed" and (given is None or given < record.max_score):
        record.status = "failed"
