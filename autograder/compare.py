"""Comparisons for suites that cannot be fooled by what they compare, and that say what differs and where.

Every comparison asks in the same order for type, shape, dtype kind, finite values and closeness, and the first of them
that does not hold raises a `Mismatch` of one or two lines. What was handed in is never asked about itself: only exact
built-in types and base-class arrays are looked into, anything else is refused by its type's name. Nothing is broadcast.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograder.errors import AssignmentError

Shape = tuple[int, ...]
Index = tuple[int, ...]
Kind = Literal["bool", "integer", "float", "complex"]

MAX_NESTING = 32  # levels of lists in lists; a list that contains itself has no end
MAX_LISTED = 10_000_000  # numbers in nested lists, looked at one by one; an array by itself may have any size

KIND_OF: dict[str, Kind] = {"b": "bool", "i": "integer", "u": "integer", "f": "float", "c": "complex"}
KIND_NAMES: dict[Kind, str] = {"bool": "bool", "integer": "integers", "float": "floats", "complex": "complex numbers"}
# The kinds that may stand for an expected kind: 3 for 3.0 and 3.0 for 3, but never True for 1.
KINDS_FOR: dict[Kind, tuple[Kind, ...]] = {
    "bool": ("bool",),
    "integer": ("integer", "float"),
    "float": ("integer", "float"),
    "complex": ("integer", "float", "complex"),
}
TOLERANCES = {64: (1e-7, 1e-9), 32: (1e-4, 1e-5), 16: (1e-2, 1e-3)}  # relative and absolute, by the bits of a float
# Compared by identity: `in` on types would run `__hash__` and `__eq__` of a metaclass.
NUMBER_TYPE_IDS = frozenset(
    [id(bool), id(int), id(float), id(complex)]
    + [id(np.dtype(code).type) for code in "?" + np.typecodes["AllInteger"] + np.typecodes["AllFloat"]]
)


class Mismatch(AssertionError):
    """A comparison that does not hold; str() is the message with values.

    Attributes:
        kind: "type", "shape", "dtype", "finite" or "value", the question that failed.
        what: the name that the suite gave to the result.
        without_values: the message without the numbers found and expected; shapes, dtypes, counts and places stay.
        details: the facts of the message by name, values included.
    """

    def __init__(self, kind: str, what: str, message: str, without_values: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.kind = kind
        self.what = what
        self.without_values = message if without_values is None else without_values
        self.details = details


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
            close = distance(actual, expected) <= self.atol + self.rtol * np.abs(as_inexact(expected))
        return ~(same | (close & np.isfinite(expected)))  # atol + rtol · inf would accept everything

    def __str__(self) -> str:
        return f" (tolerance {self.rtol:g} relative, {self.atol:g} absolute)" if self.rtol or self.atol else ""


EXACT = Closeness(0, 0)

# Each looks for one well-known mistake in (actual, expected, closeness), both arrays, shapes not necessarily equal, and
# returns a sentence without values ("It is the expected array transposed.") or None. The first answer is shown.
Diagnosis = Callable[[np.ndarray, np.ndarray, Closeness], str | None]
DIAGNOSES: tuple[Diagnosis, ...] = ()


# The comparisons


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
        actual: a Python number, NumPy scalar, (nested) list or tuple of numbers, or base-class array. A number and a
            0-d array are the same. NaN and inf are allowed exactly where `expected` has them.
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
    value, goal = plain_value(actual), expected_array(expected, actual, what)
    allowed = accepted_shapes(goal, shapes, what)
    kinds = accepted_kinds(goal, dtype_kind)
    found = plain_array(value, what, array_of(allowed))
    closeness = closeness_for(found.dtype, goal.dtype, rtol, atol)
    check_shape(found, goal, allowed, what, closeness)
    goal = goal.reshape(found.shape)
    check_kind(found, kinds, what)
    check_finite(found, goal, what)
    check_values(found, goal, what, closeness)


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
    value, goal = plain_value(actual), plain_value(expected)
    if is_numeric(goal):
        array = plain_array(goal, what)
        kind = KIND_OF[array.dtype.kind]
        found = plain_array(value, what, array_of((array.shape,)))
        check_shape(found, array, (array.shape,), what, EXACT)
        check_kind(found, ("integer",) if kind == "integer" else KINDS_FOR[kind], what)
        check_finite(found, array, what)
        check_values(found, array, what, EXACT)
    elif goal is None or type(goal) is str or type(goal) is bytes:
        check_same_text(value, goal, what)
    elif type(goal) is list or type(goal) is tuple:
        if type(value) is not list and type(value) is not tuple:
            raise wrong_type(value, what, f"a list of {len(goal)}")
        if len(value) != len(goal):
            text = f"{what} has length {len(value)}, expected {len(goal)}"
            raise Mismatch("shape", what, text, actual_shape=(len(value),), expected_shapes=((len(goal),),))
        for position, (item, wanted) in enumerate(zip(value, goal, strict=True)):
            assert_same(item, wanted, f"{what}[{position}]")
    else:
        raise AssignmentError(f"assert_same cannot expect a {type_name(goal)} ({what}); give numbers, texts or lists.")


def assert_finite(actual: object, what: str = "result") -> None:
    """Raise Mismatch unless `actual` is numbers, of any shape, and none is NaN or inf."""
    __tracebackhide__ = True
    found = plain_array(plain_value(actual), what)
    check_kind(found, KINDS_FOR["complex"], what)
    check_finite(found, np.zeros(found.shape), what, show_expected=False)


def assert_unchanged(before: Any, after: object, what: str = "the input") -> None:
    """Raise Mismatch unless `after`, what was handed to a submission, still is what the copy `before` kept of it.

    Raises:
        Mismatch: shape, dtype or a value has changed; a NaN that stays NaN has not.
        AssignmentError: `before` is no copy, so that the comparison could not fail.
    """
    __tracebackhide__ = True
    value, goal = plain_value(after), expected_array(before, after, what)
    found = plain_array(value, what, array_of((goal.shape,)))
    if np.may_share_memory(goal, found) or (before is after and not is_number(value)):
        raise AssignmentError(f"assert_unchanged compares {what} with itself; keep a copy (x.copy()) before the call.")
    check_shape(found, goal, (goal.shape,), what, EXACT)
    if found.dtype != goal.dtype:
        text = f"{what} was changed: its dtype was {goal.dtype.name}, is now {found.dtype.name}"
        raise Mismatch("dtype", what, text, actual_dtype=found.dtype.name, expected_dtype=goal.dtype.name)
    changed = ~same_values(found, goal)
    if changed.any():
        first = first_index(changed)
        count = f"{what} was changed in {share(changed)}: first at {place(first)}" if first else f"{what} was changed"
        now, was = number_pair(found[first], goal[first])
        facts = {"count": int(changed.sum()), "size": changed.size, "first": first}
        raise Mismatch("value", what, f"{count}: was {was}, is now {now}", count, **facts)


# The questions, in the order in which they are asked


def check_shape(found: np.ndarray, goal: np.ndarray, allowed: tuple[Shape, ...], what: str, close: Closeness) -> None:
    """Ask for one of the allowed shapes."""
    __tracebackhide__ = True
    if found.shape in allowed:
        return
    has = f"has shape {found.shape}" if found.ndim else "is a single number"
    wanted = shape_list(allowed) if found.ndim and () not in allowed else array_of(allowed)
    text = f"{what} {has}, expected {wanted}{diagnosis(found, goal, close)}"
    raise Mismatch("shape", what, text, actual_shape=found.shape, expected_shapes=allowed)


def check_kind(found: np.ndarray, accepted: tuple[Kind, ...], what: str) -> None:
    """Ask whether the numbers are of an accepted kind: bool, integers, floats or complex."""
    __tracebackhide__ = True
    if KIND_OF[found.dtype.kind] in accepted:
        return
    names = {KINDS_FOR["float"]: "real numbers", KINDS_FOR["complex"]: "numbers"}
    expected = names.get(accepted) or KIND_NAMES[accepted[0]]
    text = f"{what} has dtype {found.dtype.name}, expected {expected}"
    raise Mismatch("dtype", what, text, actual_dtype=found.dtype.name, expected_kinds=accepted)


def check_finite(found: np.ndarray, goal: np.ndarray, what: str, show_expected: bool = True) -> None:
    """Ask for finite numbers, but for NaN and inf where the same is expected."""
    __tracebackhide__ = True
    bad = ~np.isfinite(found) & ~same_values(found, goal)
    if not bad.any():
        return
    nans = int(np.isnan(found[bad]).sum())
    infs = int(bad.sum()) - nans
    first = first_index(bad)
    got, expected = number_pair(found[first], goal[first])
    values = f"got {got}, expected {expected if show_expected else 'a finite number'}"
    facts: dict[str, Any] = {"nan": nans, "inf": infs, "size": bad.size, "first": first}
    if not first:
        hidden = f"{what} is {'NaN' if nans else 'infinite'}, which is not expected"
        raise Mismatch("finite", what, f"{what} is {values.removeprefix('got ')}", hidden, **facts)
    counts = " and ".join(f"{count} {name}" for count, name in ((nans, "NaN"), (infs, "inf")) if count)
    hidden = f"{what} has {counts} among {bad.size} entries: first at {place(first)}"
    raise Mismatch("finite", what, f"{hidden}: {values}", hidden, **facts)


def check_values(found: np.ndarray, goal: np.ndarray, what: str, closeness: Closeness) -> None:
    """Ask whether every number is close to the expected one."""
    __tracebackhide__ = True
    wrong = closeness.wrong(found, goal)
    if not wrong.any():
        return
    far = distance(found, goal)
    worst_flat = int(np.argmax(np.where(wrong, far, -1)))  # for argmax, NaN is the largest
    worst = tuple(int(i) for i in np.unravel_index(worst_flat, wrong.shape))
    first = first_index(wrong)
    advice = diagnosis(found, goal, closeness)
    facts = {"count": int(wrong.sum()), "size": wrong.size, "worst": worst, "first": first}
    facts |= {"actual": found[worst].item(), "expected": goal[worst].item()}
    if not wrong.ndim:
        got, expected = number_pair(found[()], goal[()])
        text = f"{what} is {got}, expected {expected}{closeness}{advice}"
        raise Mismatch("value", what, text, f"{what} is not the expected number{closeness}{advice}", **facts)
    places = [("worst at " if worst != first else "at ", worst)] + ([("first at ", first)] if worst != first else [])
    hidden = "; ".join(f"{name}{place(index)}" for name, index in places)
    shown = "; ".join(
        f"{name}{place(index)}: got {got}, expected {expected}"
        for name, index in places
        for got, expected in [number_pair(found[index], goal[index])]
    )
    head = f"{what} differs in {share(wrong)}{closeness}: "
    raise Mismatch("value", what, f"{head}{shown}{advice}", f"{head}{hidden}{advice}", **facts)


def check_same_text(value: object, goal: str | bytes | None, what: str) -> None:
    """Ask for one string, bytes object or None."""
    __tracebackhide__ = True
    if type(value) is not type(goal):
        raise wrong_type(value, what, "None" if goal is None else "a string" if type(goal) is str else "bytes")
    if value != goal:
        text = f"{what} is {short_text(value)}, expected {short_text(goal)}"
        raise Mismatch("value", what, text, f"{what} is not the expected text", actual=value, expected=goal)


# What is expected


def expected_array(expected: Any, actual: object, what: str) -> np.ndarray:
    """Return what a suite expects as an array; the suite is at fault where only that is no numbers."""
    __tracebackhide__ = True
    goal = plain_value(expected)
    if is_numeric(goal):
        return plain_array(goal, what)
    plain_array(plain_value(actual), what)  # when two answers of a submission are compared, both may be None
    raise AssignmentError(f"The expected value of {what} is of type {type_name(goal)}; give numbers or a NumPy array.")


def accepted_shapes(goal: np.ndarray, shapes: Sequence[Shape] | None, what: str) -> tuple[Shape, ...]:
    allowed = (goal.shape,) if shapes is None else tuple(tuple(shape) for shape in shapes)
    for shape in allowed:
        if math.prod(shape) != goal.size:
            raise AssignmentError(f"shapes for {what} has {shape}, but the expected value has {goal.size} entries.")
    return allowed


def accepted_kinds(goal: np.ndarray, dtype_kind: Kind | None) -> tuple[Kind, ...]:
    if dtype_kind is None:
        return KINDS_FOR[KIND_OF[goal.dtype.kind]]
    if dtype_kind not in KIND_NAMES:
        raise AssignmentError(f"dtype_kind is {dtype_kind!r}; it is one of {', '.join(KIND_NAMES)}.")
    return (dtype_kind,)


def closeness_for(found: np.dtype, goal: np.dtype, rtol: float | None, atol: float | None) -> Closeness:
    """Return the tolerances asked for, or those of the dtypes; an answer's own dtype loosens them to float32's at most.

    Otherwise a float16 answer to a question in float64 would be judged by what float16 can hold.
    """
    relative, absolute = TOLERANCES[min(precision_bits(goal), max(precision_bits(found), 32))]
    return Closeness(relative if rtol is None else rtol, absolute if atol is None else atol)


def precision_bits(dtype: np.dtype) -> int:
    """Return 16, 32 or 64: the size of one float in numbers of this dtype; other numbers count as float64."""
    if dtype.kind not in "fc":
        return 64
    return min(64, dtype.itemsize * 8 // (2 if dtype.kind == "c" else 1))


# Looking at a value without trusting it


def plain_value(value: Any) -> Any:
    """Return `value`, or the plain copy that one of our stand-ins gives of what it stands for."""
    return type(value).__autograder_value__(value) if is_stand_in(value) else value


def is_stand_in(value: object) -> bool:
    # Only dictionaries of classes are read: hasattr would run __getattr__ of a class, of a metaclass, or of the object.
    classes = type.__dict__["__mro__"].__get__(type(value))
    return any("__autograder_value__" in type.__dict__["__dict__"].__get__(cls) for cls in classes)


def type_name(value: Any) -> str:
    """Return the name of a type, as its definition has it and cleaned, because a submission may have chosen it."""
    own_name = type.__dict__["__name__"].__get__  # the attribute itself could be a property of a metaclass
    name = type(value).__autograder_typename__(value) if is_stand_in(value) else own_name(type(value))
    return "".join(character if character.isprintable() else "?" for character in str(name)[:80])


def is_number(value: object) -> bool:
    """Whether `value` is a Python or NumPy number of exactly a known type; a subclass is not."""
    return id(type(value)) in NUMBER_TYPE_IDS


def plain_array(value: Any, what: str, wanted: str = "numbers") -> np.ndarray:
    """Return numbers as a base-class array of numbers.

    Raises:
        Mismatch: "type" where something else is among them, with its place; "shape" where lists are ragged.
    """
    __tracebackhide__ = True
    shape = first_shape(value, what, wanted)
    if type(value) is list or type(value) is tuple:
        if math.prod(shape) > MAX_LISTED:
            text = f"{what} is lists of {math.prod(shape)} numbers, expected an array for so many"
            raise Mismatch("type", what, text, type=type_name(value))
        check_items(value, shape, what)
    array = np.asarray(value)
    if array.dtype.kind not in KIND_OF:  # only integers can do that: the types have been asked
        text = f"{what} has an integer beyond 64 bits, expected {wanted}"
        raise Mismatch("type", what, text, type=type_name(value))
    return array


def first_shape(value: Any, what: str, wanted: str) -> Shape:
    """Return the shape that numbers have according to the first item of each list; that first number is looked at."""
    __tracebackhide__ = True
    name, item = what, value
    shape: Shape = ()
    while type(item) is list or type(item) is tuple:
        shape += (len(item),)
        if not item or len(shape) > MAX_NESTING:
            break
        name, item = f"{name}[0]", item[0]
    else:
        if type(item) is np.ndarray:
            shape += item.shape
            if item.dtype.kind not in KIND_OF:
                text = f"{name} is an array of dtype {item.dtype.name}, expected numbers"
                raise Mismatch("type", name, text, type=type_name(item))
        elif not is_number(item):
            raise wrong_type(item, name, wanted if name == what else "a number")
    if len(shape) > MAX_NESTING and type(value) is not np.ndarray:
        raise Mismatch("type", what, f"{what} is nested more than {MAX_NESTING} lists deep", type=type_name(value))
    return shape


def check_items(value: Any, shape: Shape, what: str) -> None:
    """Ask whether lists hold numbers all through, every row in the shape of the first."""
    __tracebackhide__ = True
    for position, item in enumerate(value):
        if is_number(item) and len(shape) == 1:
            continue  # what most items are
        name = f"{what}[{position}]"
        found = first_shape(item, name, "a number" if len(shape) == 1 else f"numbers of shape {shape[1:]}")
        if found != shape[1:]:
            text = f"{what} is ragged: {name} has shape {found}, {what}[0] has shape {shape[1:]}"
            raise Mismatch("shape", name, text, actual_shape=found, expected_shapes=(shape[1:],))
        if type(item) is list or type(item) is tuple:
            check_items(item, found, name)


def is_numeric(value: object) -> bool:
    """Whether `value` is numbers in a form that `plain_array` takes."""
    try:
        plain_array(value, "")
    except Mismatch:
        return False
    return True


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


# Words


def wrong_type(value: object, what: str, wanted: str) -> Mismatch:
    name = type_name(value)
    found = "is None" if value is None else f"is of type {name}"
    return Mismatch("type", what, f"{what} {found}, expected {wanted}", type=name)


def diagnosis(actual: np.ndarray, expected: np.ndarray, closeness: Closeness) -> str:
    """Return the first diagnosis as a second line of a message, or nothing."""
    answers = (diagnose(actual, expected, closeness) for diagnose in DIAGNOSES)
    return next((f"\n{answer}" for answer in answers if answer), "")


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
