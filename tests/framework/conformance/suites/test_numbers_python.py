"""Numbers, text and None: values, their types and identity."""

import decimal
import fractions
import math
import statistics
from decimal import Decimal
from fractions import Fraction

import pytest
from numbers_python import (
    EPSILON,
    MISSING,
    average,
    bits,
    bmi,
    change,
    collatz_length,
    complex_roots,
    compound,
    digits,
    factorial,
    first_index,
    from_binary,
    half,
    is_even,
    is_leap,
    nan_if_empty,
    nested_stats,
    newton_sqrt,
    nothing,
    percent,
    pi_estimate,
    polar,
    price,
    quotient,
    ratio,
    round_half,
    safe_log,
    sign,
    solve,
    summary,
    swap_case,
    temperature_table,
    to_binary,
    to_bytes,
    truthy,
    unit_vector,
    vowels,
)


def test_bool_identity():
    assert is_even(4) is True
    assert is_even(3) is False


def test_bool_type():
    assert type(is_leap(2000)) is bool
    assert isinstance(is_leap(1900), bool)


def test_bool_is_not_just_truthy():
    assert truthy([1]) is True
    assert truthy([]) is False


@pytest.mark.parametrize("year, leap", [(2000, True), (1900, False), (2024, True), (2023, False)])
def test_leap(year, leap):
    assert is_leap(year) == leap


def test_none():
    assert nothing() is None
    assert nothing() == None


def test_none_when_not_found():
    assert first_index([1, 2], 3) is None
    assert first_index([1, 2], 1) == 0
    assert first_index([1, 2], 1) is not None


def test_none_constant():
    assert MISSING is None


def test_float_constant():
    assert EPSILON == 1e-9


def test_big_integer():
    assert factorial(30) == 265252859812191058636308480000000
    assert factorial(200) % 10**40 == 0


def test_very_big_integer():
    assert len(str(factorial(500))) == 1135


def test_negative_big_integer():
    assert -factorial(25) < -(10**25)


def test_int_type():
    assert isinstance(half(10), int)
    assert half(10) == 5
    assert half(7) == 3


def test_float_type():
    assert type(average([1, 2])) is float
    assert average([2, 2]) == 2


def test_approx():
    assert newton_sqrt(2) == pytest.approx(1.41421356237, rel=1e-9)


def test_approx_list():
    assert unit_vector([3, 4]) == pytest.approx([0.6, 0.8])


def test_approx_dict():
    assert summary([1, 2, 3, 4]) == pytest.approx({"mean": 2.5, "sd": 1.118033988}, abs=1e-6)


def test_approx_tuple():
    assert polar(0, 2) == pytest.approx((2, math.pi / 2))


def test_isclose():
    assert math.isclose(pi_estimate(20000), math.pi, abs_tol=1e-3)


def test_round():
    assert round(compound(100, 0.05, 10), 2) == 162.89


def test_rounding_inside():
    assert round_half(2.345, 1) == 2.3
    assert percent(1, 3) == 33.3


def test_float_repr():
    assert repr(ratio(1, 4)) == "0.25"
    assert str(ratio(1, 3)).startswith("0.333")


def test_nan():
    assert math.isnan(nan_if_empty([]))
    assert nan_if_empty([]) != nan_if_empty([])


def test_infinity():
    assert safe_log(0) == -math.inf
    assert safe_log(1) == 0


def test_negative_zero():
    assert math.copysign(1, sign(-0.0)) == -1


def test_complex():
    assert complex_roots(1, 0, 1) == (1j, -1j)
    assert complex_roots(1, 0, 1)[0].imag == 1


def test_complex_type():
    assert isinstance(complex_roots(1, 2, 5)[0], complex)


def test_solve_returns_a_sorted_pair():
    assert solve(1, -3, 2) == (1.0, 2.0)
    assert len(solve(1, -3, 2)) == 2


def test_divmod_tuple():
    q, r = quotient(17, 5)
    assert (q, r) == divmod(17, 5)


def test_digits_of_a_number():
    assert digits(90210) == [9, 0, 2, 1, 0]
    assert all(isinstance(d, int) for d in digits(123))


def test_binary_round_trip():
    for n in (0, 1, 5, 255):
        assert from_binary(to_binary(n)) == n
    assert to_binary(5) == "101"


def test_bits():
    assert bits(0b1011) == 3


def test_bytes():
    assert to_bytes(258) == b"\x01\x02"
    assert to_bytes(258).hex() == "0102"


def test_text_methods_on_a_result():
    assert swap_case("aBc").upper() == "ABC"
    assert swap_case("aBc")[0] == "A"
    assert swap_case("héllo ✓") == "HÉLLO ✓"


def test_text_is_counted():
    assert vowels("education") == 5
    assert vowels("") == 0


def test_arithmetic_with_results():
    assert half(10) * 2 + factorial(3) == 16
    assert average([1, 2]) // 1 == 1
    assert 2 ** half(6) == 8


def test_comparison_with_results():
    assert 0 < average([1, 2]) < 2
    assert max(half(10), half(20)) == 10


def test_result_as_an_index():
    letters = "abcdefgh"
    assert letters[half(4)] == "c"
    assert letters[: half(6)] == "abc"
    assert list(range(half(6))) == [0, 1, 2]


def test_result_in_a_format():
    assert f"{average([1, 2]):.3f}" == "1.500"
    assert "%d" % half(9) == "4"


def test_change_is_a_dict_of_coins():
    assert change(87) == {50: 1, 20: 1, 10: 1, 5: 1, 2: 1}
    assert sum(coin * n for coin, n in change(99).items()) == 99


def test_nested_stats():
    result = nested_stats({"a": [1, 2, 3], "b": [10]})
    assert result["a"]["mean"] == 2
    assert result == {"a": {"mean": 2, "range": (1, 3)}, "b": {"mean": 10, "range": (10, 10)}}


def test_temperature_table_is_a_list_of_tuples():
    assert temperature_table(0, 100, 50) == [(0, 32.0), (50, 122.0), (100, 212.0)]


def test_collatz_against_a_local_computation():
    def length(n):
        return 1 if n == 1 else 1 + length(n // 2 if n % 2 == 0 else 3 * n + 1)

    assert [collatz_length(n) for n in range(1, 20)] == [length(n) for n in range(1, 20)]


def test_bmi_message():
    assert bmi(70, 1.75) == "BMI 22.9: normal"


def test_statistics_agrees():
    values = [2, 4, 4, 4, 5, 5, 7, 9]
    assert summary(values)["sd"] == pytest.approx(statistics.pstdev(values))


def test_decimal():
    assert price("0.10", 3) == Decimal("0.30")
    assert isinstance(price("0.10", 3), Decimal)


def test_decimal_from_the_test():
    assert price(Decimal("1.5"), 2) == Decimal("3.00")
    assert str(price("1.005", 1)) == "1.01"


def test_decimal_context():
    with decimal.localcontext() as context:
        context.prec = 50
        assert price("2.50", 2) == 5


def test_fraction():
    assert ratio(Fraction(1, 3), 2) == Fraction(1, 6)
    assert isinstance(ratio(Fraction(1, 3), 2), fractions.Fraction)


def test_int_subclass_bool_counts():
    assert sum(is_even(n) for n in range(10)) == 5


def test_int_float_equality():
    assert average([2, 2]) == 2.0 == 2


def test_string_number_is_no_number():
    with pytest.raises(TypeError):
        half("10")
