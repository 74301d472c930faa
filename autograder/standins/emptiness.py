"""Empty arrays and lists in the comparisons of NumPy and pytest that a suite uses.

NumPy broadcasts what is empty with a number, compares nothing, and finds no difference: `np.allclose([], 3.7)` is true, and so
are `assert_allclose([], 3.7)` and `np.array([]) == pytest.approx(3.7)`. A submission could return nothing and be right. While
suites run, these functions find what is empty and what is not to be different. A suite's own arithmetic,
`((got - 3.7) ** 2).sum() < 1e-9`, stays its own.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from autograder.standins.standin import Standin

ASSERTIONS = (
    *("assert_allclose", "assert_almost_equal", "assert_approx_equal", "assert_array_almost_equal"),
    *("assert_array_almost_equal_nulp", "assert_array_equal", "assert_array_less", "assert_array_max_ulp", "assert_equal"),
)


@contextmanager
def empty_is_different() -> Iterator[None]:
    """While this lasts, nothing but what is empty is equal or close to what is empty."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ASSERTIONS:
            patch.setattr(np.testing, name, asserting(getattr(np.testing, name)))
        patch.setattr(np, "allclose", deciding(np.allclose, False))
        patch.setattr(np, "isclose", deciding(np.isclose, np.False_))
        patch.setattr(pytest, "approx", approximate(pytest.approx))
        yield


def asserting(function: Callable) -> Callable:
    @functools.wraps(function)
    def compare(first: Any, second: Any, *arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        first, second = plain(first), plain(second)
        if differ(first, second):
            raise AssertionError("one of the two is empty, or has masked entries, and the other is not")
        return function(first, second, *arguments, **keywords)

    return compare


def deciding(function: Callable, different: Any) -> Callable:
    @functools.wraps(function)
    def compare(first: Any, second: Any, *arguments: Any, **keywords: Any) -> Any:
        first, second = plain(first), plain(second)
        return different if differ(first, second) else function(first, second, *arguments, **keywords)

    return compare


def approximate(function: Callable) -> Callable:
    @functools.wraps(function)
    def approx(expected: Any, *arguments: Any, **keywords: Any) -> Any:
        made = function(plain(expected), *arguments, **keywords)
        kind: Any = type(made)
        made.__class__ = careful(kind)
        return made

    return approx


@functools.cache
def careful(kind: Any) -> type:
    """The class of pytest's with an `==` that does not find what is empty equal to a number."""

    def equal(self: Any, other: Any) -> bool:
        other = plain(other)
        return not differ(other, self.expected) and kind.__eq__(self, other)

    def unequal(self: Any, other: Any) -> bool:
        return not equal(self, other)

    return type(kind.__name__, (kind,), {"__eq__": equal, "__ne__": unequal, "__hash__": None, "__module__": kind.__module__})


def plain(value: Any) -> Any:
    """The copy of a stand-in that holds plain data; so it is asked for it only once, and cannot answer in two ways."""
    return value.__autograder_value__() if isinstance(value, Standin) else value


def differ(first: Any, second: Any) -> bool:
    return is_empty(first) != is_empty(second) or is_masked(first) != is_masked(second)


def is_masked(value: Any) -> bool:
    """Whether some of an array's entries are masked: NumPy takes those for equal to anything."""
    return isinstance(value, np.ma.MaskedArray) and bool(np.ma.getmaskarray(value).any())


def is_empty(value: Any) -> bool:
    """Whether an array, or a list of lists, has no number in it."""
    if isinstance(value, np.ndarray):
        return value.size == 0
    return type(value) in (list, tuple) and all(map(is_empty, value))
