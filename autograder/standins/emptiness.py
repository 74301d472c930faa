"""Empty arrays, tensors and lists in the comparisons of libraries that a suite uses.

NumPy and PyTorch broadcast what is empty with a number, compare nothing, and find no difference: `np.allclose([], 3.7)` is
true, and so are `torch.allclose(torch.empty(0), loss)` and `np.array([]) == pytest.approx(3.7)`. A submission could return
nothing and be right. While suites run, these functions find what is empty and what is not to be different. A suite's own
arithmetic, `((got - 3.7) ** 2).sum() < 1e-9`, stays its own.
"""

import functools
import importlib.abc
import importlib.machinery
import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from autograder.standins.standin import Standin

# What is compared, by the names of the arguments; `None` takes the first two that the function has.
Pair = tuple[str, str] | None
ASSERTIONS: dict[str, dict[str, Pair]] = {
    "numpy.testing": dict.fromkeys(
        (
            *("assert_allclose", "assert_almost_equal", "assert_approx_equal", "assert_array_almost_equal"),
            *("assert_array_almost_equal_nulp", "assert_array_equal", "assert_array_less", "assert_array_max_ulp"),
            *("assert_equal", "assert_string_equal"),
        )
    )
    | {"assert_array_compare": ("x", "y")},
    # What the others call for each array, however deep it lies in lists and dicts, and whoever had them before.
    "numpy.testing._private.utils": {"assert_array_compare": ("x", "y"), "nulp_diff": None},
    "numpy.ma.testutils": dict.fromkeys(
        (
            *("assert_equal", "assert_almost_equal", "assert_array_almost_equal", "assert_array_approx_equal"),
            *("assert_array_equal", "assert_array_less", "assert_close", "assert_allclose"),
        )
    )
    | {"assert_array_compare": ("x", "y")},
    "torch.testing": {"assert_close": None, "assert_allclose": None},
    "sklearn.utils._testing": dict.fromkeys(("assert_allclose", "assert_allclose_dense_sparse")),
}
TENSORS = ("input", "other")
DECISIONS: dict[str, dict[str, Pair]] = {
    "numpy": {"allclose": None, "array_equiv": None},
    "numpy.ma": {"allclose": None, "allequal": None},
    "torch": {"allclose": TENSORS},
    "torch.Tensor": {"allclose": ("self", "other")},
}
# These answer for each entry.
ELEMENTWISE: dict[str, dict[str, Pair]] = {
    "numpy": {"isclose": None},
    "torch": {"isclose": TENSORS},
    "torch.Tensor": {"isclose": ("self", "other")},
}
APPROXIMATED: tuple[Any, ...] = (0.0, Decimal(0), [0.0], {}, np.zeros(1))  # one of each kind that pytest.approx tells apart


@contextmanager
def empty_is_different() -> Iterator[None]:
    """While this lasts, nothing but what is empty is equal or close to what is empty."""
    with pytest.MonkeyPatch.context() as patch:
        names = dict.fromkeys(place.removesuffix(".Tensor") for place in (*ASSERTIONS, *DECISIONS, *ELEMENTWISE))
        for name in names:
            replace(patch, name)
        for approximation in {type(pytest.approx(value)) for value in APPROXIMATED}:
            patch.setattr(approximation, "__eq__", careful(approximation.__eq__))
        patch.setattr(pytest, "approx", approximate(pytest.approx))
        later = Later([name for name in names if name not in sys.modules], lambda name: replace(patch, name))
        sys.meta_path.insert(0, later)
        try:
            yield
        finally:
            sys.meta_path.remove(later)


def replace(patch: pytest.MonkeyPatch, name: str) -> None:
    """Replace the comparisons of a library, if it is loaded."""
    module = sys.modules.get(name)
    if module is None:
        return
    for table, wrap in ((ASSERTIONS, asserting), (DECISIONS, deciding), (ELEMENTWISE, elementwise)):
        for place in (name, f"{name}.Tensor"):
            owner = getattr(module, "Tensor", None) if place != name else module
            for function_name, pair in table.get(place, {}).items():
                function = getattr(owner, function_name, None)
                if function is not None:
                    patch.setattr(owner, function_name, wrap(function, pair or first_two(function)))


def first_two(function: Callable) -> tuple[str, str]:
    first, second, *_ = inspect.signature(function).parameters
    return first, second


class Later(importlib.abc.MetaPathFinder):
    """Calls a function with the name of each of these modules that is imported, as soon as it is there."""

    def __init__(self, names: Sequence[str], loaded: Callable[[str], None]) -> None:
        self.names = set(names)
        self.loaded = loaded

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name not in self.names:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        self.names.remove(name)
        execute = spec.loader.exec_module

        def execute_and_tell(module: Any) -> None:
            execute(module)
            self.loaded(name)

        spec.loader.exec_module = execute_and_tell  # type: ignore[method-assign]
        return spec


def asserting(function: Callable, names: tuple[str, str]) -> Callable:
    @functools.wraps(function)
    def compare(*arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        arguments, pair = with_copies(function, names, arguments, keywords)
        if pair and differ(*pair):
            message = keywords.get("err_msg")
            raise AssertionError(": ".join(filter(None, [message if type(message) is str else "", difference(*pair)])))
        return function(*arguments, **keywords)

    return compare


def deciding(function: Callable, names: tuple[str, str]) -> Callable:
    @functools.wraps(function)
    def compare(*arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        arguments, pair = with_copies(function, names, arguments, keywords)
        return False if pair and differ(*pair) else function(*arguments, **keywords)

    return compare


def elementwise(function: Callable, names: tuple[str, str]) -> Callable:
    @functools.wraps(function)
    def compare(*arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        arguments, pair = with_copies(function, names, arguments, keywords)
        if not pair or not differ(*pair):
            return function(*arguments, **keywords)
        full = pair[1] if is_empty(pair[0]) else pair[0]
        if is_tensor(full) or (is_tensor(pair[0]) and is_tensor(pair[1])):
            return sys.modules["torch"].zeros_like(full, dtype=sys.modules["torch"].bool, requires_grad=False)
        return np.zeros(np.shape(full), bool)[()]

    return compare


def with_copies(
    function: Callable, names: tuple[str, str], arguments: tuple, keywords: dict[str, Any]
) -> tuple[tuple, tuple[Any, Any] | None]:
    """The arguments with copies of the stand-ins that are compared, and the two; None where one of them is missing.

    Each is copied only once, so that it cannot answer in two ways. Keywords are changed in place.
    """
    given = list(arguments)
    pair = []
    places = positions(function, names)
    for name, place in zip(names, places, strict=True):
        if place < len(given):
            pair.append(plain(given[place]))
            given[place] = pair[-1]
        elif name in keywords:
            pair.append(plain(keywords[name]))
            keywords[name] = pair[-1]
    return tuple(given), (pair[0], pair[1]) if len(pair) == 2 else None


@functools.cache
def positions(function: Callable, names: tuple[str, str]) -> tuple[int, int]:
    """Where the two arguments stand; a function that is not written in Python has them first."""
    try:
        known = list(inspect.signature(function).parameters)
    except (ValueError, TypeError):
        return 0, 1
    return (known.index(names[0]), known.index(names[1])) if set(names) <= set(known) else (0, 1)


def approximate(function: Callable) -> Callable:
    @functools.wraps(function)
    def approx(expected: Any, *arguments: Any, **keywords: Any) -> Any:
        return function(plain(expected), *arguments, **keywords)

    return approx


def careful(equal: Callable) -> Callable:
    """An `==` of pytest's approximations that does not find what is empty equal to what is not."""

    def careful_equal(self: Any, other: Any) -> bool:
        other = plain(other)
        return not differ(other, self.expected) and equal(self, other)

    return careful_equal


def plain(value: Any) -> Any:
    """The copy of a stand-in that holds plain data, or the array that it makes of itself; anything else as it is.

    So it is asked only once, and cannot answer in two ways.
    """
    if not isinstance(value, Standin):
        return value
    value = value.__autograder_value__()
    array = value.__autograder_as_array__() if isinstance(value, Standin) else None
    return array if isinstance(array, np.ndarray) else value


def differ(first: Any, second: Any) -> bool:
    return is_empty(first) != is_empty(second) or is_masked(first) != is_masked(second)


def difference(first: Any, second: Any) -> str:
    if is_empty(first) != is_empty(second):
        return f"one of the two compared values is empty and the other is not: {shape_of(first)} and {shape_of(second)}"
    return "one of the two compared values has masked entries and the other has not"


def shape_of(value: Any) -> str:
    shape = getattr(value, "shape", None) if isinstance(value, np.ndarray) or is_tensor(value) else None
    if shape is not None:
        return f"shape {tuple(shape)}"
    return f"{len(value)} items" if type(value) in (list, tuple) else "a single value"


def is_masked(value: Any) -> bool:
    """Whether some of an array's entries are masked: NumPy takes those for equal to anything."""
    return isinstance(value, np.ma.MaskedArray) and bool(np.ma.getmaskarray(value).any())


def is_empty(value: Any) -> bool:
    """Whether an array, a tensor, or a list of lists, has no number in it."""
    if isinstance(value, np.ndarray):
        return value.size == 0
    if is_tensor(value):
        return value.numel() == 0
    return type(value) in (list, tuple) and all(map(is_empty, value))


def is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, getattr(torch, "Tensor", ()))
