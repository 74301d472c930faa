"""What a wrong answer is to the right one: transposed, summed over an axis, 1/7 of it, all zero, one of the test's own arrays.

No relation knows the task. Each is a fact about two arrays that holds for every entry. It is left out where it would hold by
chance: for arrays whose entries are all alike, for round numbers, along axes of length one. A name is the same in every test in
which the fact holds; its sentence has the numbers of one test.
"""

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

MOST_ENTRIES = 1 << 12  # of the arrays that are looked at; sorting more takes longer than a failure may, 5 ms
MOST_AXES = 4  # whose orders are tried
MOST_SIZES = 12  # different ones of the test's own that are tried as factors
COMMON = frozenset({"all zero", "all equal", "nowhere finite", "input returned"})  # many mistakes end in one of these

Known = Mapping[str, np.ndarray | int]


class Relation(NamedTuple):
    """One fact: its name, and a sentence that goes on after the name of the result, as in "is all zero"."""

    name: str
    sentence: str

    @property
    def is_common(self) -> bool:
        """Whether many mistakes end in it, so that it tells none from another."""
        return self.name in COMMON


def relations(actual: np.ndarray, expected: np.ndarray, known: Known) -> Iterator[Relation]:
    """Yield what a wrong answer is to the right one; nothing for arrays of more than MOST_ENTRIES.

    Args:
        known: arrays and whole numbers of the test, by their names; `actual` and `expected` themselves may be among them.
    """
    if max(actual.size, expected.size) > MOST_ENTRIES or not actual.size or not expected.size:
        return
    others = {
        name: as_float(value)
        for name, value in known.items()
        if isinstance(value, np.ndarray) and value.size <= MOST_ENTRIES and not np.may_share_memory(value, actual)
    }
    sizes = sizes_of(expected.shape, known)
    with np.errstate(all="ignore"):
        pair = Pair(as_float(actual), as_float(expected), tolerance_of(actual, expected))
        if not np.isfinite(pair.expected).all():
            return
        if not np.isfinite(pair.actual).all():
            yield from where_not_finite(pair, others)
        elif pair.actual.shape != pair.expected.shape:
            yield from of_shapes(pair)
        else:
            yield from of_values(pair, others, sizes)


class Pair(NamedTuple):
    """Two arrays of floats, and how far numbers may be apart that are called equal, relative to the largest of them."""

    actual: np.ndarray
    expected: np.ndarray
    tolerance: float

    def alike(self, one: np.ndarray, other: np.ndarray) -> bool:
        """Whether two arrays have one shape and equal entries."""
        if one.shape != other.shape or not (np.isfinite(one).all() and np.isfinite(other).all()):
            return False
        return bool(np.abs(one - other).max() <= self.tolerance * np.abs(other).max())

    def same_entries(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Where two arrays of one shape have equal entries."""
        return np.abs(one - other) <= self.tolerance * np.abs(other).max()


def as_float(array: np.ndarray) -> np.ndarray:
    return array if array.dtype.kind == "c" else array.astype(np.float64)


def tolerance_of(*arrays: np.ndarray) -> float:
    """That of the coarser floats: 1e-6, or 1e-5 where one array has 32 bits or less."""
    return 1e-5 if any(array.dtype.kind == "f" and array.dtype.itemsize <= 4 for array in arrays) else 1e-6


def is_round(number: float) -> bool:
    """Whether a number has three digits or fewer, as many numbers have that are right by chance; NaN and inf count as such."""
    return not math.isfinite(number) or math.isclose(number, float(f"{number:.3g}"), rel_tol=1e-6)


def is_varied(array: np.ndarray) -> bool:
    """Whether an array tells relations apart: of several sizes of number, or a single one that is not round."""
    sizes = np.abs(array[array != 0])
    if array.size == 1:
        return sizes.size == 1 and not is_round(float(sizes[0]))
    return sizes.size > 1 and bool(np.ptp(sizes) > 1e-3 * sizes.max())


# Shapes


def of_shapes(pair: Pair) -> Iterator[Relation]:
    """Compare arrays of different shapes."""
    if not is_varied(pair.expected) or not is_varied(pair.actual):
        return
    actual, expected = pair.actual, pair.expected
    if actual.size == expected.size:
        yield from of_one_size(pair)
        return
    found = [
        *(Relation(done, f"is what was expected, {done}") for done in reduced(pair, expected, actual)),
        *(Relation(f"not {done}", f"would be what was expected if it were {done}") for done in reduced(pair, actual, expected)),
    ]
    if len(found) == 1:  # where several axes fit, nobody knows which was meant
        yield found[0]
    for k in range(actual.ndim if actual.ndim == expected.ndim else 0):
        if expected.shape[k] == 1 < actual.shape[k] and is_repeated(pair, expected, actual):
            yield Relation("repeated along an axis", f"is what was expected, repeated along axis {k}")
        elif actual.shape[k] == 1 < expected.shape[k] and is_repeated(pair, actual, expected):
            yield Relation("once along an axis", f"would be what was expected if it were repeated along axis {k}")


def is_repeated(pair: Pair, small: np.ndarray, large: np.ndarray) -> bool:
    fits = all(one in (1, other) for one, other in zip(small.shape, large.shape, strict=True))
    return fits and pair.alike(np.broadcast_to(small, large.shape), large)


def of_one_size(pair: Pair) -> Iterator[Relation]:
    """Compare arrays of as many entries in another shape."""
    actual, expected = pair.actual, pair.expected
    shapes = f"its shape is {actual.shape}, not {expected.shape}"
    lengths = [[length for length in array.shape if length > 1] for array in (actual, expected)]
    if pair.alike(actual.reshape(expected.shape), expected):
        if lengths[0] != lengths[1]:
            yield Relation("reshaped", f"has the right values in the right order, but {shapes}")
        elif actual.ndim == expected.ndim:
            yield Relation("axis of length 1 in another place", f"has the right values, but {shapes}")
        else:
            missing = actual.ndim < expected.ndim
            name = "axis of length 1 missing" if missing else "axis of length 1 too many"
            yield Relation(name, f"has the right values, but an axis of length 1 {'less' if missing else 'more'}: {shapes}")
    else:
        yield from transposed(pair)
    if is_permuted(pair):
        yield Relation("another order", f"has the right values in another order, and {shapes}")


def transposed(pair: Pair) -> Iterator[Relation]:
    """Look for an order of the axes that gives what was expected."""
    actual, expected = pair.actual, pair.expected
    if actual.ndim != expected.ndim or actual.ndim > MOST_AXES:
        return
    for axes in itertools.permutations(range(actual.ndim)):
        if axes != tuple(range(actual.ndim)) and pair.alike(actual.transpose(axes), expected):
            words = "is transposed" if actual.ndim == 2 else f"has its axes in another order: transpose{axes} would be right"
            yield Relation("transposed", words)
            return


def is_permuted(pair: Pair) -> bool:
    """Whether the sorted entries are those expected, and no order of the axes made that so."""
    if any(True for _ in transposed(pair)) or pair.alike(pair.actual.reshape(pair.expected.shape), pair.expected):
        return False
    if pair.actual.dtype.kind == "c" or pair.actual.size < 3:
        return False
    return pair.alike(np.sort(pair.actual, axis=None), np.sort(pair.expected, axis=None))


def reduced(pair: Pair, whole: np.ndarray, part: np.ndarray) -> Iterator[str]:
    """Yield by which reduction over which axis one array becomes the other."""
    axes: list[int | None] = [k for k in range(whole.ndim) if whole.shape[k] > 1]
    for axis in [*axes, None] if len(axes) > 1 else axes:
        if part.size != (1 if axis is None else whole.size // whole.shape[axis]):
            continue
        for done, reduce in (("summed", np.sum), ("averaged", np.mean), ("reduced to its maximum", np.max)):
            if pair.alike(np.asarray(reduce(whole, axis=axis)).reshape(part.shape), part):
                yield f"{done} over {'all axes' if axis is None else f'axis {axis}'}"


# Values


def of_values(pair: Pair, others: Mapping[str, np.ndarray], sizes: Mapping[int, str]) -> Iterator[Relation]:
    """Compare arrays of one shape with finite numbers."""
    actual, expected = pair.actual, pair.expected
    if not actual.any():
        yield Relation("all zero", "is zero" if actual.size == 1 else "is all zero")
        return
    if actual.size > 1 and pair.alike(actual, np.full_like(actual, actual.flat[0])):
        yield Relation("all equal", "is the same number in all entries")
        return
    returned = [name for name, value in others.items() if pair.alike(value, actual) and not pair.alike(value, expected)]
    if returned and is_varied(actual):
        yield Relation("input returned", f"is {returned[0]}, an array of the test")
        return
    if is_varied(expected):
        yield from factors(pair, sizes)
        yield from powers(pair)
        yield from transposed(pair)
        yield from in_another_order(pair)
    yield from differences(pair)
    yield from places(pair, others)


def factors(pair: Pair, sizes: Mapping[int, str]) -> Iterator[Relation]:
    """Look for one factor between what came and what was expected, and where in the test that number is."""
    actual, expected = pair.actual, pair.expected
    ratio = np.vdot(expected, actual) / np.vdot(expected, expected)
    if abs(ratio.imag) > 0 or not np.isfinite(ratio) or not pair.alike(actual, ratio.real * expected):
        return
    c = float(ratio.real)
    everywhere = ", in all entries" if actual.size > 1 else ""
    for value, words in (
        (-1.0, "has the wrong sign"),
        (2.0, "is twice what was expected"),
        (0.5, "is half of what was expected"),
    ):
        if math.isclose(c, value, rel_tol=pair.tolerance):
            yield Relation(f"factor {value:g}", f"{words}{everywhere}")
    for n, place in sizes.items():
        for name, value, words in (
            ("n", n, f"{n} times"), ("1/n", 1 / n, f"1/{n} of"), ("-n", -n, f"-{n} times"), ("-1/n", -1 / n, f"-1/{n} of"),
            ("n/(n-1)", n / (n - 1), f"{n}/{n - 1} of"), ("(n-1)/n", (n - 1) / n, f"{n - 1}/{n} of"),
            ("sqrt(n)", math.sqrt(n), f"sqrt({n}) times"), ("1/sqrt(n)", 1 / math.sqrt(n), f"1/sqrt({n}) of"),
        ):  # fmt: skip
            if math.isclose(c, value, rel_tol=pair.tolerance):
                yield Relation(f"factor {name}", f"is {words} what was expected{everywhere}; {n} is {place}")


def sizes_of(shape: tuple[int, ...], known: Known) -> dict[int, str]:
    """Return the sizes of a test from 2 on, each with where it is: the axes of what was expected first, then what is known."""
    places: dict[int, list[str]] = {}
    for k, length in enumerate(shape):
        places.setdefault(length, []).append(f"the size of axis {k}")
    for name, value in known.items():
        if isinstance(value, int):
            places.setdefault(value, []).append(name)
        else:
            for k, length in enumerate(value.shape):
                places.setdefault(length, []).append(f"the size of axis {k} of {name}")
    named = {n: " or ".join(found[:2]) + (" or another size" if len(found) > 2 else "") for n, found in places.items()}
    return dict(itertools.islice(((n, words) for n, words in named.items() if n > 1), MOST_SIZES))


def powers(pair: Pair) -> Iterator[Relation]:
    """Look for a function of one number that makes of the right answer what came, or what came of it."""
    actual, expected = pair.actual, pair.expected
    if actual.dtype.kind == "c" or expected.dtype.kind == "c":
        return
    for name, function in (("square", np.square), ("square root", np.sqrt), ("exponential", np.exp), ("logarithm", np.log)):
        if pair.alike(function(expected), actual):
            yield Relation(name, f"is the {name} of what was expected")
    if pair.alike(np.abs(expected), actual):
        yield Relation("absolute value", "is the absolute value of what was expected")
    if expected.all() and pair.alike(1 / expected, actual):
        yield Relation("reciprocal", "is 1 divided by what was expected")


def in_another_order(pair: Pair) -> Iterator[Relation]:
    for k in range(pair.actual.ndim):
        if pair.actual.shape[k] > 2 and pair.alike(np.flip(pair.actual, k), pair.expected):
            yield Relation("reversed", f"is reversed along axis {k}")
            return
    if is_permuted(pair):
        yield Relation("another order", "has the right values in another order")


def differences(pair: Pair) -> Iterator[Relation]:
    """Look for a difference that is the same everywhere, or along an axis, as where a bias is missing or added twice."""
    far = pair.actual - pair.expected
    if far.size < 2 or far.dtype.kind == "c":
        return
    rounding = 1e-12 if pair.tolerance < 1e-5 else 1e-6
    largest = np.abs(far).max()
    allowed = max(rounding * np.abs(pair.expected).max(), 1e-6 * largest)
    if allowed >= 1e-2 * largest or not np.ptp(pair.expected) > allowed:
        return
    if np.ptp(far) <= allowed:
        yield Relation("constant difference", f"differs from what was expected by {far.ravel()[0]:.6g} in all entries")
        return
    for k in range(far.ndim):
        if far.shape[k] > 1 and np.ptp(far, axis=k).max() <= allowed and (np.ptp(pair.expected, axis=k) > allowed).any():
            words = f"differs from what was expected by the same numbers all along axis {k}: is a bias missing, or added twice?"
            yield Relation(f"difference constant along axis {k}", words)


def places(pair: Pair, others: Mapping[str, np.ndarray]) -> Iterator[Relation]:
    """Look at where the answer is right."""
    right = pair.same_entries(pair.actual, pair.expected)
    if right.ndim > 1 and len(right) > 2 and right[0].all() and not right[1:].reshape(len(right) - 1, -1).all(axis=1).any():
        yield Relation("right for the first row only", "is right for the first row only, and wrong in all others")
    if right.any():
        yield from signs(~right, others, "is wrong exactly where", "wrong")


def signs(mask: np.ndarray, others: Mapping[str, np.ndarray], words: str, name: str) -> Iterator[Relation]:
    """Look for an array of the test whose entries have one sign exactly where a mask has True."""
    for other, value in others.items():
        if (
            value.shape != mask.shape
            or mask.size < 4
            or value.dtype.kind == "c"
            or not (value > 0).any()
            or not (value < 0).any()
        ):
            continue
        for sign, found in (("negative", value < 0), ("positive", value > 0), ("zero", value == 0)):
            if np.array_equal(mask, found):
                yield Relation(f"{name} where {sign}", f"{words} {other} is {sign}")
                return


def where_not_finite(pair: Pair, others: Mapping[str, np.ndarray]) -> Iterator[Relation]:
    """Say where NaN and inf are."""
    bad = ~np.isfinite(pair.actual)
    if bad.all():
        yield Relation("nowhere finite", "is NaN or infinite in all entries" if bad.size > 1 else "is NaN or infinite")
        return
    if pair.expected.shape != bad.shape:
        return
    if np.array_equal(bad, pair.expected == 0):
        yield Relation("not finite where 0 is expected", "is NaN or infinite exactly where 0 is expected")
    yield from signs(bad, others, "is NaN or infinite exactly where", "not finite")
