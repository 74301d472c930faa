"""Comparisons for suites that cannot be fooled by what they compare, and that say what differs and where.

Every comparison asks in the same order for type, shape, dtype kind, finite values and closeness, and the first of them
that does not hold raises a `Mismatch` of one or two lines. What was handed in is never asked about itself: only exact
built-in types and base-class arrays are looked into, anything else is refused by its type's name. Nothing is broadcast.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.compare.checks import (
    EXACT,
    KIND_NAMES,
    KINDS_FOR,
    Closeness,
    check_close,
    check_finite,
    check_kind,
    check_same_text,
    check_shape,
    same_values,
)
from autograder.compare.mismatch import Mismatch, Shape, array_of, first_index, number_pair, place, share
from autograder.compare.plain import KIND_OF, Kind, is_number, is_numeric, plain_array, plain_value, type_name, wrong_type
from autograder.errors import AssignmentError

__all__ = ["Mismatch", "assert_close", "assert_finite", "assert_same", "assert_unchanged"]

TOLERANCES = {64: (1e-7, 1e-9), 32: (1e-4, 1e-5), 16: (1e-2, 1e-3)}  # relative and absolute, by the bits of a float


def assert_close(
    actual: object,
    expected: Any,
    what: str = "result",
    *,
    rtol: float | None = None,
    atol: float | None = None,
    dtype_kind: Kind | None = None,
    shapes: Sequence[Shape] | None = None,
) -> None:
    """Raise Mismatch unless `actual` is numbers of the expected shape and close to the expected values.

    Args:
        actual: a Python number, NumPy scalar, (nested) list or tuple of numbers, base-class array or tensor. A number and
            a 0-d array are the same. NaN and inf are allowed exactly where `expected` has them.
        expected: numbers in any of these forms. Where real numbers are expected, integers and floats both do.
        what: the name of the result in messages, such as 'grads["bias"]'.
        rtol, atol: tolerances relative to `expected` and absolute. By default 1e-7 and 1e-9; 1e-4 and 1e-5 where either
            side is float32 or `actual` is float16; 1e-2 and 1e-3 where `expected` is float16.
        dtype_kind: the only kind that is accepted, where the kind itself is the question.
        shapes: the shapes that are accepted in place of `expected`'s own, such as [(3,), (1, 3)]; all of its size.

    Raises:
        Mismatch: something differs.
        AssignmentError: `expected`, `dtype_kind` or `shapes` make no sense.
    """
    __tracebackhide__ = True
    actual, expected = plain_value(actual), expected_numbers(expected, actual, what)
    allowed = accepted_shapes(expected, shapes, what)
    kinds = accepted_kinds(expected, dtype_kind)
    actual = plain_array(actual, what, array_of(allowed))
    closeness = closeness_for(actual.dtype, expected.dtype, rtol, atol)
    check_shape(actual, allowed, what, expected)
    expected = expected.reshape(actual.shape)
    check_kind(actual, kinds, what)
    check_finite(actual, expected, what)
    check_close(actual, expected, what, closeness)


def assert_same(actual: object, expected: Any, what: str = "result") -> None:
    """Raise Mismatch unless `actual` equals `expected` exactly.

    Strings, bytes and None must be just that. Numbers and arrays need the same shape and equal values, and where
    integers are expected, integers: use `assert_close` where 3.0 may stand for 3. A list or tuple with anything else
    in it needs a list or tuple of the same length whose items are the same one by one.

    Raises:
        Mismatch: something differs.
        AssignmentError: `expected` is none of these.
    """
    __tracebackhide__ = True
    actual, expected = plain_value(actual), plain_value(expected)
    if is_numeric(expected):
        expected = plain_array(expected, what)
        kind = KIND_OF[expected.dtype.kind]
        actual = plain_array(actual, what, array_of((expected.shape,)))
        check_shape(actual, (expected.shape,), what, expected)
        check_kind(actual, ("integer",) if kind == "integer" else KINDS_FOR[kind], what)
        check_finite(actual, expected, what)
        check_close(actual, expected, what, EXACT)
    elif expected is None or type(expected) is str or type(expected) is bytes:
        check_same_text(actual, expected, what)
    elif type(expected) is list or type(expected) is tuple:
        if type(actual) is not list and type(actual) is not tuple:
            raise wrong_type(actual, what, f"a list of {len(expected)}")
        if len(actual) != len(expected):
            text = f"{what} has length {len(actual)}, expected {len(expected)}"
            raise Mismatch("shape", what, text, actual_shape=(len(actual),), expected_shapes=((len(expected),),))
        for position, (item, expected_item) in enumerate(zip(actual, expected, strict=True)):
            assert_same(item, expected_item, f"{what}[{position}]")
    else:
        raise AssignmentError(f"assert_same cannot expect a {type_name(expected)} ({what}); give numbers, texts or lists.")


def assert_finite(actual: object, what: str = "result") -> None:
    """Raise Mismatch unless `actual` is numbers, of any shape, and none is NaN or inf."""
    __tracebackhide__ = True
    actual = plain_array(plain_value(actual), what)
    check_kind(actual, KINDS_FOR["complex"], what)
    check_finite(actual, np.zeros(actual.shape), what, show_expected=False)


def assert_unchanged(before: Any, after: object, what: str = "the input") -> None:
    """Raise Mismatch unless `after`, what was handed to a submission, still is what the copy `before` kept of it.

    Raises:
        Mismatch: shape, dtype or a value has changed; a NaN that stays NaN has not.
        AssignmentError: `before` is no copy, so that the comparison could not fail.
    """
    __tracebackhide__ = True
    value, expected = plain_value(after), expected_numbers(before, after, what)
    actual = plain_array(value, what, array_of((expected.shape,)))
    if np.may_share_memory(expected, actual) or (before is after and not is_number(value)):
        raise AssignmentError(f"assert_unchanged compares {what} with itself; keep a copy (x.copy()) before the call.")
    check_shape(actual, (expected.shape,), what, expected)
    if actual.dtype != expected.dtype:
        text = f"{what} was changed: its dtype was {expected.dtype.name}, is now {actual.dtype.name}"
        raise Mismatch("dtype", what, text, actual_dtype=actual.dtype.name, expected_dtype=expected.dtype.name)
    changed = ~same_values(actual, expected)
    if changed.any():
        first = first_index(changed)
        count = f"{what} was changed in {share(changed)}: first at {place(first)}" if first else f"{what} was changed"
        now, was = number_pair(actual[first], expected[first])
        facts = {"count": int(changed.sum()), "size": changed.size, "first": first}
        raise Mismatch("value", what, f"{count}: was {was}, is now {now}", count, **facts).between(actual, expected)


# What is expected


def expected_numbers(expected: Any, actual: object, what: str) -> np.ndarray:
    """Return what a suite expects as an array; the suite is at fault where only that is no numbers."""
    __tracebackhide__ = True
    expected = plain_value(expected)
    if is_numeric(expected):
        return plain_array(expected, what)
    plain_array(plain_value(actual), what)  # when two answers of a submission are compared, both may be None
    raise AssignmentError(f"The expected value of {what} is of type {type_name(expected)}; give numbers or a NumPy array.")


def accepted_shapes(expected: np.ndarray, shapes: Sequence[Shape] | None, what: str) -> tuple[Shape, ...]:
    allowed = (expected.shape,) if shapes is None else tuple(tuple(shape) for shape in shapes)
    for shape in allowed:
        if math.prod(shape) != expected.size:
            raise AssignmentError(f"shapes for {what} has {shape}, but the expected value has {expected.size} entries.")
    return allowed


def accepted_kinds(expected: np.ndarray, dtype_kind: Kind | None) -> tuple[Kind, ...]:
    if dtype_kind is None:
        return KINDS_FOR[KIND_OF[expected.dtype.kind]]
    if dtype_kind not in KIND_NAMES:
        raise AssignmentError(f"dtype_kind is {dtype_kind!r}; it is one of {', '.join(KIND_NAMES)}.")
    return (dtype_kind,)


def closeness_for(actual: np.dtype, expected: np.dtype, rtol: float | None, atol: float | None) -> Closeness:
    """Return the tolerances asked for, or those of the dtypes; an answer's own dtype loosens them to float32's at most.

    Otherwise a float16 answer to a question in float64 would be judged by what float16 can hold.
    """
    relative, absolute = TOLERANCES[min(precision_bits(expected), max(precision_bits(actual), 32))]
    return Closeness(relative if rtol is None else rtol, absolute if atol is None else atol)


def precision_bits(dtype: np.dtype) -> int:
    """Return 16, 32 or 64: the size of one float in numbers of this dtype; other numbers count as float64."""
    if dtype.kind not in "fc":
        return 64
    return min(64, dtype.itemsize * 8 // (2 if dtype.kind == "c" else 1))
