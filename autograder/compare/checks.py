"""The questions that a comparison asks, in the order in which they are asked; each raises Mismatch or says nothing."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.compare.margins import MARGINS
from autograder.compare.mismatch import (
    Mismatch,
    Shape,
    array_of,
    first_index,
    number_pair,
    place,
    shape_list,
    share,
    short_text,
)
from autograder.compare.plain import KIND_OF, Kind, wrong_type

KIND_NAMES: dict[Kind, str] = {"bool": "bool", "integer": "integers", "float": "floats", "complex": "complex numbers"}
# The kinds that may stand for an expected kind: 3 for 3.0 and 3.0 for 3, but never True for 1.
KINDS_FOR: dict[Kind, tuple[Kind, ...]] = {
    "bool": ("bool",),
    "integer": ("integer", "float"),
    "float": ("integer", "float"),
    "complex": ("integer", "float", "complex"),
}


@dataclass(frozen=True)
class Closeness:
    """How far a number may lie from the expected one: |actual − expected| ≤ atol + rtol · |expected|."""

    rtol: float
    atol: float

    def wrong(self, actual: np.ndarray, expected: np.ndarray) -> np.ndarray:
        """Return where two arrays of one shape differ, as a bool array of that shape; NaN is close to NaN only."""
        same = same_values(actual, expected)
        if self.rtol == 0 and self.atol == 0:
            return ~same
        with np.errstate(all="ignore"):
            close = distance(actual, expected) <= self.allowed(expected)
        return ~(same | (close & np.isfinite(expected)))  # atol + rtol · inf would accept everything

    def allowed(self, expected: np.ndarray) -> np.ndarray:
        """Return how far each number may lie from the expected one."""
        return self.atol + self.rtol * np.abs(as_inexact(expected))

    def __str__(self) -> str:
        return f" (tolerance {self.rtol:g} relative, {self.atol:g} absolute)" if self.rtol or self.atol else ""


EXACT = Closeness(0, 0)


def check_shape(actual: np.ndarray, allowed: tuple[Shape, ...], what: str, expected: np.ndarray | None = None) -> None:
    """Ask for one of the allowed shapes.

    Args:
        expected: kept in the Mismatch, beside what was found.
    """
    __tracebackhide__ = True
    if actual.shape in allowed:
        return
    has = f"has shape {actual.shape}" if actual.ndim else "is a single number"
    wanted = shape_list(allowed) if actual.ndim and () not in allowed else array_of(allowed)
    turned = actual.ndim == 2 and allowed == (actual.shape[::-1],)
    text = f"{what} {has}, expected {wanted}{': is it transposed?' if turned else ''}"
    found = Mismatch("shape", what, text, actual_shape=actual.shape, expected_shapes=allowed)
    raise found.between(actual, expected)


def check_kind(actual: np.ndarray, accepted: tuple[Kind, ...], what: str) -> None:
    """Ask whether the numbers are of an accepted kind: bool, integers, floats or complex."""
    __tracebackhide__ = True
    if KIND_OF[actual.dtype.kind] in accepted:
        return
    names = {KINDS_FOR["float"]: "real numbers", KINDS_FOR["complex"]: "numbers"}
    wanted = names.get(accepted) or KIND_NAMES[accepted[0]]
    text = f"{what} has dtype {actual.dtype.name}, expected {wanted}"
    raise Mismatch("dtype", what, text, actual_dtype=actual.dtype.name, expected_kinds=accepted)


def check_finite(actual: np.ndarray, expected: np.ndarray, what: str, show_expected: bool = True) -> None:
    """Ask for finite numbers, but for NaN and inf where the same is expected."""
    __tracebackhide__ = True
    bad = ~np.isfinite(actual) & ~same_values(actual, expected)
    if not bad.any():
        return
    nans = int(np.isnan(actual[bad]).sum())
    infs = int(bad.sum()) - nans
    first = first_index(bad)
    compared = actual, expected if show_expected else None
    got, wanted = number_pair(actual[first], expected[first])
    values = f"got {got}, expected {wanted if show_expected else 'a finite number'}"
    facts: dict[str, Any] = {"nan": nans, "inf": infs, "size": bad.size, "first": first}
    if not first:
        wished = ", expected a finite number" if np.isfinite(expected[first]) else ", which is not expected"
        hidden = f"{what} is {'NaN' if nans else 'infinite'}{wished}"
        raise Mismatch("finite", what, f"{what} is {values.removeprefix('got ')}", hidden, **facts).between(*compared)
    counts = " and ".join(f"{count} {name}" for count, name in ((nans, "NaN"), (infs, "inf")) if count)
    hidden = f"{what} has {counts} among {bad.size} entries: first at {place(first)}"
    raise Mismatch("finite", what, f"{hidden}: {values}", hidden, **facts).between(*compared)


def check_close(actual: np.ndarray, expected: np.ndarray, what: str, closeness: Closeness) -> None:
    """Ask whether every number is close to the expected one."""
    __tracebackhide__ = True
    wrong = closeness.wrong(actual, expected)
    if not wrong.any():
        if MARGINS.watched:
            MARGINS.note(distance(actual, expected), closeness.allowed(expected))
        return
    far = distance(actual, expected)
    worst_flat = int(np.argmax(np.where(wrong, far, -1)))  # for argmax, NaN is the largest
    worst = tuple(int(i) for i in np.unravel_index(worst_flat, wrong.shape))
    first = first_index(wrong)
    facts = {"count": int(wrong.sum()), "size": wrong.size, "worst": worst, "first": first}
    facts |= {"actual": actual[worst].item(), "expected": expected[worst].item()}
    if not wrong.ndim:
        got, wanted = number_pair(actual[()], expected[()])
        text = f"{what} is {got}, expected {wanted}{closeness}"
        found = Mismatch("value", what, text, f"{what} is not the expected number{closeness}", **facts)
        raise found.between(actual, expected)
    places = [("worst at " if worst != first else "at ", worst)] + ([("first at ", first)] if worst != first else [])
    hidden = "; ".join(f"{name}{place(index)}" for name, index in places)
    shown = "; ".join(
        f"{name}{place(index)}: got {got}, expected {wanted}"
        for name, index in places
        for got, wanted in [number_pair(actual[index], expected[index])]
    )
    head = f"{what} differs in {share(wrong)}{closeness}: "
    raise Mismatch("value", what, f"{head}{shown}", f"{head}{hidden}", **facts).between(actual, expected)


def check_same_text(actual: object, expected: str | bytes | None, what: str) -> None:
    """Ask for one string, bytes object or None."""
    __tracebackhide__ = True
    if type(actual) is not type(expected):
        raise wrong_type(actual, what, "None" if expected is None else "a string" if type(expected) is str else "bytes")
    if actual != expected:
        text = f"{what} is {short_text(actual)}, expected {short_text(expected)}"
        raise Mismatch("value", what, text, f"{what} is not the expected text", actual=actual, expected=expected)


# Arithmetic that neither warns nor wraps around


def as_inexact(array: np.ndarray) -> np.ndarray:
    return array.astype(np.result_type(array.dtype, np.float64))


def same_values(actual: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return where two arrays of one shape are equal or both NaN, as an array of bool, also for 0-d arrays."""
    return np.asarray((actual == expected) | ((actual != actual) & (expected != expected)))


def distance(actual: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return |actual − expected| in double precision or better; NaN where either is."""
    with np.errstate(all="ignore"):
        return np.abs(as_inexact(actual) - as_inexact(expected))
