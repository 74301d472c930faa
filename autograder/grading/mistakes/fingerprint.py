"""What an answer was, in a few numbers: two answers can be compared within tolerance, and no array is kept.

A vector v is sketched as its norm ‖v‖ and its products with three random vectors, the same for all vectors of that length.
Where two vectors differ by δ, each of these differs by about ‖δ‖: a difference is overlooked only if δ is nearly perpendicular
to all three. Sketched are the answer and its difference from what was expected. In the answer alone, a wrong entry beside
large right ones would be lost in the tolerance.
"""

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.compare import Mismatch
from autograder.grading.mistakes.messages import are_close_numbers, kind_and_numbers, without_traceback
from autograder.grading.mistakes.relations import Relation, is_round, relations

VECTORS = 3
MOST_ENTRIES = 1 << 12  # of an array that are looked at, evenly spaced; more would take longer than a failure may, 5 ms
LARGEST = 1e150  # a number is taken for at most that, so that squares are finite
SLACK = {64: 1e-6, 32: 1e-5}  # of a norm, by which two sketches of one answer may differ, by the bits of the coarser float
ROUNDING = {64: 1e-10, 32: 1e-5}  # of the answer's norm, by which its difference from what was expected may

Sketch = list[float]


@dataclass(frozen=True)
class Answer:
    """What a submission gave where a test failed.

    Attributes:
        kind: the question that failed: "value", "shape", "finite" or "dtype"; "said" where only a message is known.
        what: the name that the suite gave to the result; of a message, its kind.
        shape: of what came.
        bits: 32 or 64, of its floats or of those expected, whichever are coarser.
        numbers: sketches of the answer, of its difference from what was expected where the shapes are the same, and of where it
            is not finite, if it is not; of a message, its numbers.
        is_telling: another mistake is unlikely to give the same: no zeros, no constant, no round number.
        relations: what it is to what was expected.
    """

    kind: str
    what: str
    shape: tuple[int, ...] = ()
    bits: int = 64
    numbers: tuple[float, ...] = ()
    is_telling: bool = False
    relations: tuple[Relation, ...] = ()

    def plain(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "kind": self.kind,
            "what": self.what,
            "shape": list(self.shape),
            "bits": self.bits,
            "numbers": list(self.numbers),
            "is_telling": self.is_telling,
            "relations": [list(relation) for relation in self.relations],
        }

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "Answer":
        """Take back what `plain` has made."""
        found = {**plain, "shape": tuple(plain["shape"]), "numbers": tuple(plain["numbers"])}
        return cls(**{**found, "relations": tuple(Relation(*each) for each in plain["relations"])})


def answer_of(error: BaseException, message: str, known: Mapping[str, np.ndarray | int]) -> Answer:
    """Return what came where a test failed, worked out on plain copies.

    Args:
        error: that ended the test.
        message: why it failed, with all values.
        known: arrays and whole numbers of the test, by their names.
    """
    actual, expected = (error.actual, error.expected) if isinstance(error, Mismatch) else (None, None)
    if not isinstance(error, Mismatch) or type(actual) is not np.ndarray or type(expected) not in (np.ndarray, type(None)):
        kind, numbers = kind_and_numbers(without_traceback(message))
        return Answer("said", kind, numbers=tuple(map(bounded, numbers)), is_telling=any(not is_round(x) for x in numbers))
    with np.errstate(all="ignore"):
        found = () if expected is None else tuple(relations(actual, expected, known))
        numbers = tuple(bounded(number) for sketch in sketches(actual, expected) for number in sketch)
    telling = is_telling(actual, expected) and not any(relation.is_common for relation in found)
    return Answer(error.kind, error.what, actual.shape, coarser(actual, expected), numbers, telling, found)


def sketches(actual: np.ndarray, expected: np.ndarray | None) -> list[Sketch]:
    """Sketch what came, how far it is from what was expected, and where it is not finite."""
    came = entries(actual)
    bad = ~np.isfinite(came)
    found = [sketch(np.where(bad, 0.0, came))]
    if expected is not None and expected.shape == actual.shape:
        wanted = entries(expected)
        if wanted.size == came.size:  # else one of them is complex
            found.append(sketch(np.where(bad | ~np.isfinite(wanted), 0.0, came - wanted)))
    if bad.any():
        found.append(sketch(np.select([np.isnan(came), came > 0, bad], [1.0, 2.0, 3.0])))
    return found


def entries(array: np.ndarray) -> np.ndarray:
    """The entries of an array as float64, one after the other, of a large one some; of complex ones both parts."""
    if array.size > MOST_ENTRIES:
        array = array[np.unravel_index(np.linspace(0, array.size - 1, MOST_ENTRIES).astype(np.intp), array.shape)]
    flat = array.ravel()
    if flat.dtype.kind == "c":
        flat = np.concatenate([flat.real, flat.imag])
    return flat.astype(np.float64)


def sketch(vector: np.ndarray) -> Sketch:
    """The norm of a vector, and its products with the random ones."""
    vector = np.clip(vector, -LARGEST, LARGEST)
    return [float(np.sqrt(vector @ vector)), *(float(product) for product in random_vectors(vector.size) @ vector)]


@functools.lru_cache(maxsize=16)
def random_vectors(size: int) -> np.ndarray:
    """Vectors of a length, each time the same ones: RandomState's numbers never change, whatever the version of NumPy."""
    return np.random.RandomState(size).uniform(-math.sqrt(3), math.sqrt(3), (VECTORS, size))


def bounded(number: float) -> float:
    """A number as JSON can say it, with eight digits; NaN is none, and as good as any other that nobody gives."""
    if math.isnan(number):
        return -LARGEST
    return float(f"{min(max(number, -(LARGEST**2)), LARGEST**2):.8g}")


def coarser(*arrays: np.ndarray | None) -> int:
    """32 where one of the arrays has floats of 32 bits or less, else 64."""
    kinds = [array.dtype for array in arrays if array is not None and array.dtype.kind in "fc"]
    return 32 if any(kind.itemsize <= (8 if kind.kind == "c" else 4) for kind in kinds) else 64


def is_telling(actual: np.ndarray, expected: np.ndarray | None) -> bool:
    """Whether the wrong numbers are unlikely to come from another mistake: several different ones, or one that is not round."""
    came = entries(actual)
    if expected is not None and expected.shape == actual.shape:
        wanted = entries(expected)
        if wanted.size == came.size:
            came = came[~(np.abs(came - wanted) <= 1e-6 * np.abs(wanted))]
    sizes = np.abs(came[np.isfinite(came) & (came != 0)])
    if sizes.size == 0:
        return False
    several = bool(np.ptp(sizes) > 1e-3 * sizes.max())
    return several if actual.size > 1 else not is_round(float(sizes[0]))


def are_same(some: Sequence[Answer], others: Sequence[Answer]) -> bool:
    """Whether two submissions gave the same answers in a test."""
    return len(some) == len(others) and all(map(is_same, some, others))


def is_same(one: Answer, other: Answer) -> bool:
    """Whether two answers are the same within tolerance; the tolerance is that of the coarser floats."""
    if (one.kind, one.what, one.shape) != (other.kind, other.what, other.shape) or len(one.numbers) != len(other.numbers):
        return False
    if one.kind == "said":
        return are_close_numbers(one.numbers, other.numbers)
    bits, width = min(one.bits, other.bits), VECTORS + 1
    floor = 0.0
    for start in range(0, len(one.numbers), width):
        numbers, wanted = one.numbers[start : start + width], other.numbers[start : start + width]
        allowed = floor + SLACK[bits] * max(numbers[0], wanted[0])
        if any(abs(number - want) > allowed for number, want in zip(numbers, wanted, strict=True)):
            return False
        floor = ROUNDING[bits] * numbers[0] if start == 0 else floor
    return True
