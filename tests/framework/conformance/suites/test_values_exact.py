import math
from decimal import Decimal
from fractions import Fraction

import pytest
import values_exact as work


@pytest.mark.parametrize("text, cents", [("2.345", "2.35"), ("2.344", "2.34"), ("1", "1.00")])
def test_round_half_up(text, cents):
    assert work.to_cents(text) == Decimal(cents)
    assert str(work.to_cents(text)) == cents


def test_cents_are_decimals():
    assert isinstance(work.to_cents("0.1"), Decimal)


def test_decimals_are_exact():
    assert work.to_cents("0.10") + work.to_cents("0.20") == Decimal("0.30")


def test_invoice():
    bill = work.invoice([Decimal("19.99"), Decimal("0.01")], Decimal("0.19"))
    assert bill == {"net": Decimal("20.00"), "tax": Decimal("3.80"), "gross": Decimal("23.80")}


def test_harmonic_number():
    assert work.harmonic(4) == Fraction(25, 12)


def test_harmonic_is_a_fraction():
    assert isinstance(work.harmonic(3), Fraction)
    assert work.harmonic(3).denominator == 6


def test_simplify_reduces():
    half = work.simplify(6, -12)
    assert (half.numerator, half.denominator) == (-1, 2)


def test_zero_denominator():
    with pytest.raises(ZeroDivisionError):
        work.simplify(1, 0)


def test_continued_fraction():
    assert work.continued(Fraction(415, 93)) == [4, 2, 6, 7]


def test_egyptian_fractions():
    assert work.egyptian(Fraction(5, 6)) == [Fraction(1, 2), Fraction(1, 3)]


def test_complex_roots():
    assert set(work.solve_quadratic(1, 0, 4)) == {2j, -2j}


def test_double_root_is_complex_type():
    first, second = work.solve_quadratic(1, -2, 1)
    assert isinstance(first, complex)
    assert first == second == 1


def test_complex_keys():
    assert work.conjugates([1 + 2j, 3j]) == {1 + 2j: 1 - 2j, 3j: -3j}


def test_big_integer():
    assert work.big(200) == 1606938044258990275541962092341162602522202993782792835301376


def test_average_keeps_the_type():
    assert work.average([Fraction(1, 2), Fraction(1, 3)]) == Fraction(5, 12)
    assert work.average([Decimal("1.1"), Decimal("2.2")]) == Decimal("1.65")


def test_special_floats():
    special = work.special()
    assert special["inf"] == math.inf
    assert special["-inf"] == -math.inf
    assert math.isnan(special["nan"])
    assert math.copysign(1, special["minus zero"]) == -1
