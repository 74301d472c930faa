"""Rules: which answers a question accepts, and how it says so in a sentence.

A right answer comes from the assignment's key: a number (int, float or Fraction; a tuple of them for a vector), the key of an
option, a collection of such keys, or a bool. A student's answer comes from `reading.py`: numbers are Fractions there.

Numbers are compared by tokens. A token is the text of a number after the rule has rounded it. Two numbers agree if they share a
token; a number on a tie has two. `local_check.py` hashes the same tokens.
"""

import itertools
import json
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Integral, Real
from typing import Any

from autograder.answers.values import Scalar, Unreadable, Value, scalar
from autograder.errors import AssignmentError

ROUNDING_ERROR = Fraction(1, 10**9)  # relative, of what the key calculates in float64
DECIMALS = re.compile(r"(?<![\d.eE/+-])[+-]?\d*\.(\d+)(?![\d.eE/])")  # of numbers that are neither fractions nor powers of ten
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def exact(right: Any) -> Fraction:
    """Return a number of the key as a Fraction.

    Raises:
        AssignmentError: it is no finite number.
    """
    if isinstance(right, Real) and not isinstance(right, bool) and math.isfinite(right):
        if isinstance(right, Integral):
            return Fraction(int(right))  # a NumPy integer would go on counting in 64 bits inside of a Fraction
        return right if isinstance(right, Fraction) else Fraction(float(right))
    raise AssignmentError(f"the answer key gives {right!r}; expected a finite number")


@dataclass(frozen=True, kw_only=True)
class NumberRule:
    """A number, or a vector of `size` numbers.

    A derived rule says `one`, what each number must be, and gives the tokens of one number; or decides `agrees` by itself.
    """

    size: int | None = None

    @property
    def one(self) -> str:
        raise NotImplementedError

    def tokens_of(self, value: Fraction) -> list[str]:
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        """The accepted answers, as a noun phrase."""
        return f"a number {self.one}" if self.size is None else f"a list of {word(self.size)} numbers, each {self.one}"

    def problem(self, value: Value) -> str | None:
        """Return why `value` has the wrong form, or None."""
        if self.size is None:
            return "expected one number, got a list" if isinstance(value, tuple) else not_a_number(value)
        if not isinstance(value, tuple):
            return f"expected a list of {word(self.size)} numbers, such as {example(self.size)}, got a single value"
        if len(value) != self.size:
            return f"expected a list of {word(self.size)} numbers, got {word(len(value))}"
        return next((problem for problem in map(not_a_number, value) if problem), None)

    def share(self, value: Value, right: Any) -> float:
        """Return what part of the points an answer of the right form is worth, from 0 to 1."""
        return float(self.between(value, right, right))

    def between(self, value: Value, low: Any, high: Any) -> bool:
        """Whether an answer lies between two right ones, number by number, or agrees with either."""
        found, lows, highs = self.numbers(value), self.numbers(low), self.numbers(high)
        return all(
            min(bottom, top) <= number <= max(bottom, top) or self.agrees(number, bottom) or self.agrees(number, top)
            for number, bottom, top in zip(found, lows, highs, strict=True)
        )

    def agrees(self, found: Fraction, right: Fraction) -> bool:
        return bool(set(self.tokens_of(found)) & set(self.tokens_of(right)))

    def numbers(self, value: Any) -> tuple[Fraction, ...]:
        """Return the numbers of an answer, a single one as a tuple of one."""
        if (self.size is None) == isinstance(value, Sequence):
            raise AssignmentError(f"the answer key gives {value!r}; expected {self.sentence}")
        found = tuple(map(exact, value)) if self.size is not None else (exact(value),)
        if len(found) != (self.size or 1):
            raise AssignmentError(f"the answer key gives {len(found)} numbers; expected {self.sentence}")
        return found

    def spread(self, value: Fraction) -> Fraction:
        """Return how far the number that was rounded to `value` may lie from it."""
        raise NotImplementedError

    def too_short(self, text: str) -> str:
        """Return a remark if an answer, as it is written, has too few digits; "" if it has enough."""
        return ""

    def tokens(self, value: Any) -> list[str]:
        """Return what an answer becomes by rounding, more than one on a tie."""
        return [" ".join(choice) for choice in itertools.product(*map(self.tokens_of, self.numbers(value)))]

    def accepted_tokens(self, right: Any) -> list[str]:
        """Return tokens; every right answer has one of them."""
        return self.tokens(right)

    def possible(self) -> int:
        """Return how many answers there are to try for somebody who knows the size of the number."""
        return self.possible_of_one() ** (self.size or 1)

    def possible_of_one(self) -> int:
        raise NotImplementedError


@dataclass(frozen=True)
class Rounded(NumberRule):
    """Right if it equals the exact value after rounding both half up to `decimals` decimals. On a tie, either way is right."""

    decimals: int = 4

    @property
    def one(self) -> str:
        return f"rounded to {word(self.decimals)} decimals (more are fine)"

    def tokens_of(self, value: Fraction) -> list[str]:
        return roundings(value, self.decimals)

    def spread(self, value: Fraction) -> Fraction:
        return Fraction(1, 2 * 10**self.decimals)

    def too_short(self, text: str) -> str:
        decimals = min((len(each) for each in DECIMALS.findall(text)), default=self.decimals)
        return "" if decimals >= self.decimals else f"it has {counted(decimals)}; write {word(self.decimals)}"

    def possible_of_one(self) -> int:
        return 10**self.decimals


@dataclass(frozen=True)
class Significant(NumberRule):
    """Right if it equals the exact value after both are rounded half up to `digits` significant digits."""

    digits: int = 3

    @property
    def one(self) -> str:
        return f"to {word(self.digits)} significant digits (more are fine)"

    def tokens_of(self, value: Fraction) -> list[str]:
        return roundings(value, self.decimals(value))

    def decimals(self, value: Fraction) -> int:
        """Return behind which decimal `value` is rounded, negative left of the point."""
        return self.digits - 1 - magnitude(value)

    def spread(self, value: Fraction) -> Fraction:
        return Fraction(10) ** -self.decimals(value) / 2

    def possible_of_one(self) -> int:
        return 9 * 10 ** (self.digits - 1)


@dataclass(frozen=True)
class Tolerance(NumberRule):
    """Right if it is no further from the exact value than `absolute` + `relative` times that value."""

    CELLS = 8  # on either side of a right answer, in which a local check looks for one

    absolute: float = 0.0
    relative: float = 0.0

    def __post_init__(self) -> None:
        if min(self.absolute, self.relative) < 0 or self.absolute + self.relative == 0:
            raise AssignmentError("Tolerance needs a positive number for absolute, relative or both")

    @property
    def one(self) -> str:
        bounds = [f"{self.absolute:g}"] if self.absolute else []
        bounds += [f"{100 * self.relative:g} %"] if self.relative else []
        return f"within {' and '.join(bounds)} of the exact value"

    def width(self, right: Fraction) -> Fraction:
        return exact(self.absolute) + exact(self.relative) * abs(right)

    def agrees(self, found: Fraction, right: Fraction) -> bool:
        return abs(found - right) <= self.width(right) + ROUNDING_ERROR * abs(right)

    def spread(self, value: Fraction) -> Fraction:
        return self.width(value)

    def tokens_of(self, value: Fraction) -> list[str]:
        """Return the cell that the number lies in; cells are narrow, and as wide for all numbers of its power of two."""
        cell = self.cell(value)
        return [f"{cell}:{math.floor(value / cell) if cell else 0}"]

    def cell(self, value: Fraction) -> Fraction:
        power = Fraction(2) ** (math.frexp(float(value))[1] - 1) if value else Fraction(0)
        return self.width(power) / self.CELLS

    def accepted_tokens(self, right: Any) -> list[str]:
        """Return the cells of this number's width that hold right answers only; one close to the bound may lie in none."""
        per_number = []
        for number in self.numbers(right):
            width, cell = self.width(number), self.cell(number)
            first = math.ceil((number - width) / cell) if cell else 0
            last = math.floor((number + width) / cell) if cell else 1
            per_number.append([f"{cell}:{place}" for place in range(first, last)])
        return [" ".join(choice) for choice in itertools.product(*per_number)]

    def possible_of_one(self) -> int:
        return math.floor(1 / (2 * (self.absolute or self.relative)))


@dataclass(frozen=True)
class Exact(NumberRule):
    """Right if it is the number itself: an integer, a decimal number or a fraction."""

    @property
    def one(self) -> str:
        return "without any rounding (fractions such as 3/5 are fine)"

    def tokens_of(self, value: Fraction) -> list[str]:
        return [str(value)]

    def spread(self, value: Fraction) -> Fraction:
        return Fraction(0)

    def possible_of_one(self) -> int:
        return 0  # most are small integers


@dataclass(frozen=True)
class Choice:
    """One of some options, given by its key; the case of letters does not matter.

    Attributes:
        options: what each key stands for, None where it speaks for itself.
    """

    options: Mapping[str, str | None]

    @property
    def sentence(self) -> str:
        return f"one of {', '.join(self.options)}"

    @property
    def advice(self) -> str:
        return f"answer {self.sentence}"

    def problem(self, value: Value) -> str | None:
        if isinstance(value, tuple):
            return f"expected {self.sentence}, got a list"
        return None if key_for(value, self.options) else f"this is not one of the options; {self.advice}"

    def share(self, value: Value, right: Any) -> float:
        return float(self.between(value, right, right))

    def between(self, value: Value, low: Any, high: Any) -> bool:
        return self.tokens(value)[0] in (self.checked(low), self.checked(high))

    def tokens(self, value: Any) -> list[str]:
        return [key_for(value, self.options) or ""]

    def accepted_tokens(self, right: Any) -> list[str]:
        return [self.checked(right)]

    def checked(self, right: Any) -> str:
        if right not in self.options:
            raise AssignmentError(f"the answer key gives {right!r}, which is not {self.sentence}")
        return right

    def possible(self) -> int:
        return len(self.options)


@dataclass(frozen=True)
class SelectAll:
    """All options that are true. The share of the points is (right ones - wrong ones) / all right ones, at least 0."""

    options: Mapping[str, str | None]

    @property
    def sentence(self) -> str:
        return (
            f"all of {', '.join(self.options)} that are true, as a list (each right one adds a share of the points, "
            "each wrong one takes off the same share)"
        )

    @property
    def advice(self) -> str:
        return f"answer with a list of the letters alone, such as {json.dumps([*self.options][:2])}"

    def problem(self, value: Value) -> str | None:
        wrong = [item for item in listed(value) if key_for(item, self.options) is None]
        return f"the list contains {shown(wrong[0])}, which is not one of {', '.join(self.options)}" if wrong else None

    def share(self, value: Value, right: Collection[str]) -> float:
        """Return max(0, right ones chosen - wrong ones chosen) / right ones."""
        chosen, holding = self.chosen(value), self.checked(right)
        return max(0, len(chosen & holding) - len(chosen - holding)) / len(holding)

    def between(self, value: Value, low: Collection[str], high: Collection[str]) -> bool:
        return self.chosen(value) in (self.checked(low), self.checked(high))

    def tokens(self, value: Any) -> list[str]:
        return [" ".join(sorted(self.chosen(value)))]

    def accepted_tokens(self, right: Collection[str]) -> list[str]:
        return [" ".join(sorted(self.checked(right)))]

    def chosen(self, value: Value) -> set[str]:
        return {key for item in listed(value) if (key := key_for(item, self.options))}

    def checked(self, right: Collection[str]) -> set[str]:
        if not right or isinstance(right, str) or not set(right) <= set(self.options):
            raise AssignmentError(f"the answer key gives {right!r}; expected some of {', '.join(self.options)}")
        return set(right)

    def possible(self) -> int:
        return 2 ** len(self.options) - 1


@dataclass(frozen=True)
class TrueFalse:
    """True or false."""

    @property
    def sentence(self) -> str:
        return "true or false"

    @property
    def advice(self) -> str:
        return f"answer {self.sentence}"

    def problem(self, value: Value) -> str | None:
        return None if isinstance(value, bool) else "expected true or false"

    def share(self, value: Value, right: Any) -> float:
        return float(self.between(value, right, right))

    def between(self, value: Value, low: Any, high: Any) -> bool:
        if not isinstance(low, bool) or not isinstance(high, bool):
            raise AssignmentError(f"the answer key gives {low!r}; expected true or false")
        return value in (low, high)

    def tokens(self, value: Any) -> list[str]:
        return [str(value)]

    def accepted_tokens(self, right: Any) -> list[str]:
        return [str(right)]

    def possible(self) -> int:
        return 2


Rule = NumberRule | Choice | SelectAll | TrueFalse


def roundings(value: Fraction, decimals: int) -> list[str]:
    """Return `value` rounded to so many decimals, half up and half down: two texts if it lies on a tie, else one."""
    scaled = value * Fraction(10) ** decimals
    margin = ROUNDING_ERROR * max(abs(scaled), Fraction(1))
    units = {math.floor(scaled + Fraction(1, 2) + shift) for shift in (-margin, margin)}
    return [str(Fraction(unit) / Fraction(10) ** decimals) for unit in sorted(units)]


def magnitude(value: Fraction) -> int:
    """Return the power of ten of the first digit that is not 0; 0 for 0."""
    if value == 0:
        return 0
    power = len(str(abs(value.numerator))) - len(str(value.denominator))
    return power if abs(value) >= Fraction(10) ** power else power - 1


def not_a_number(value: Scalar) -> str | None:
    return None if isinstance(value, Fraction) else f"expected a number, got {shown(value)}"


def key_for(value: Scalar, options: Mapping[str, str | None]) -> str | None:
    """Return the key that an answer names: a word in any case, or a number that equals it, as 1e-3 does 0.001."""
    return next((key for key in options if same(value, meaning(key))), None)


def meaning(key: str) -> Scalar | None:
    try:
        return scalar(key)
    except Unreadable as error:
        raise AssignmentError(f"an option's key is a letter, a word or a number, not {key!r}") from error


def same(value: Scalar, other: Scalar | None) -> bool:
    if isinstance(value, str) and isinstance(other, str):
        return value.casefold() == other.casefold()
    return type(value) is type(other) and value == other


def listed(value: Value) -> tuple[Scalar, ...]:
    return value if isinstance(value, tuple) else (value,)


def shown(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def word(count: int) -> str:
    return WORDS[count] if 0 <= count < len(WORDS) else str(count)


def counted(decimals: int) -> str:
    return "one decimal" if decimals == 1 else f"{word(decimals)} decimals"


def example(size: int) -> str:
    return f"[{', '.join(str(place + 1) for place in range(size))}]"
