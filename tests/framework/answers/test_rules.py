"""The rules of questions: what they ask, what form they want, and where exactly right ends."""

import math
from fractions import Fraction

import numpy as np
import pytest

from autograder.answers.rules import Choice, Exact, Rounded, SelectAll, Significant, Tolerance, TrueFalse
from autograder.answers.values import scalar
from autograder.errors import AssignmentError

OPTIONS = {"a": "one", "b": "two", "c": "three", "d": "four"}


def right(rule, answer, key):
    """Whether an answer as it is written (a list of them for a vector) is all right."""
    found = tuple(map(scalar, answer)) if isinstance(answer, list) else scalar(answer)
    assert rule.problem(found) is None
    return rule.share(found, key) == 1


# Numbers


@pytest.mark.parametrize("answer", ["0.4799", "0.47989", "0.479887297", "0.47985", "0.47994999", "4.799e-1", "0.47990"])
def test_rounded_takes_the_rounded_value_and_more_digits(answer):
    assert right(Rounded(4), answer, 0.47988729740743)


@pytest.mark.parametrize("answer", ["0.4798", "0.4800", "0.48", "-0.4799", "47.99", "0.47984999", "0.479951"])
def test_rounded_refuses_what_is_cut_off_or_rounded_too_far(answer):
    assert not right(Rounded(4), answer, 0.47988729740743)


def test_a_tie_may_go_either_way():
    assert right(Rounded(4), "0.1234", 0.12345)
    assert right(Rounded(4), "0.1235", 0.12345)
    assert right(Rounded(4), "-0.1234", -0.12345)
    assert right(Rounded(4), "-0.1235", -0.12345)
    assert right(Rounded(4), "0.12345", 0.1235)  # an answer that lies on a tie itself
    assert not right(Rounded(4), "0.1236", 0.12345)


def test_rounding_is_decimal_and_not_binary():
    assert right(Rounded(2), "2.68", 2.675)  # which is 2.67499999999999982 as a float
    assert right(Rounded(2), "1.01", 1.005)


def test_zero_has_no_sign_once_it_is_rounded():
    assert right(Rounded(4), "0", -0.00001)
    assert right(Rounded(4), "-0.0000", 0.00001)


def test_rounded_may_ask_for_integers():
    assert right(Rounded(0), "3", 2.5)
    assert right(Rounded(0), "2", 2.5)
    assert not right(Rounded(0), "4", 2.5)


def test_large_numbers_are_compared_behind_the_point_too():
    assert right(Rounded(4), "209455.6572", 209455.65721)
    assert not right(Rounded(4), "209455.6573", 209455.65721)


@pytest.mark.parametrize(
    ("answer", "key", "verdict"),
    [
        ("1235", 1234.6, True),
        ("1234.6", 1234.6, True),
        ("1230", 1234.6, False),
        ("0.001235", 0.0012346, True),
        ("0.0012", 0.0012346, False),
        ("10.00", 9.9996, True),
        ("9.9996", 10.0, True),
        ("9.999", 9.9996, False),
        ("0", 0.0, True),
        ("-1235", -1234.6, True),
        ("1235", -1234.6, False),
    ],
)
def test_significant_digits_go_with_the_size_of_the_number(answer, key, verdict):
    assert right(Significant(4), answer, key) is verdict


@pytest.mark.parametrize(
    ("rule", "answer", "verdict"),
    [
        (Tolerance(absolute=0.5), "99.5", True),
        (Tolerance(absolute=0.5), "100.5", True),
        (Tolerance(absolute=0.5), "100.51", False),
        (Tolerance(relative=0.01), "99", True),
        (Tolerance(relative=0.01), "101", True),
        (Tolerance(relative=0.01), "98.99", False),
        (Tolerance(absolute=1, relative=0.01), "102", True),
        (Tolerance(absolute=1, relative=0.01), "102.1", False),
    ],
)
def test_a_tolerance_holds_its_bounds(rule, answer, verdict):
    assert right(rule, answer, 100.0) is verdict


@pytest.mark.parametrize("arguments", [{}, {"absolute": -1.0, "relative": 2.0}])
def test_a_tolerance_that_is_none_is_refused(arguments):
    with pytest.raises(AssignmentError, match="Tolerance"):
        Tolerance(**arguments)


def test_exact_takes_every_way_to_write_the_number():
    for answer in ("-1/2", "-0.5", "-5e-1", "-2/4", "-.50"):
        assert right(Exact(), answer, Fraction(-1, 2))
    for answer in ("0.5", "-0.49999", "-1"):
        assert not right(Exact(), answer, Fraction(-1, 2))
    assert right(Exact(), "920", np.int64(920))
    assert not right(Exact(), "0.3333333333333333", Fraction(1, 3))


@pytest.mark.parametrize("rule", [Rounded(4), Significant(3), Tolerance(relative=0.1), Exact()])
def test_numbers_want_neither_words_nor_truth_values_nor_lists(rule):
    assert "expected a number, got true" in rule.problem(True)
    assert "expected a number, got tanh" in rule.problem("tanh")
    assert "expected one number, got a list" in rule.problem((Fraction(1),))
    assert rule.problem(Fraction(1)) is None


def test_a_vector_wants_its_size_before_anything_else():
    rule = Rounded(decimals=1, size=3)
    assert "[1, 2, 3]" in rule.problem(Fraction(1))
    assert "a list of three numbers, got two" in rule.problem((Fraction(1), "x"))
    assert "a number, got x" in rule.problem((Fraction(1), "x", Fraction(2)))
    assert right(rule, ["1.0", "2.0", "3.04"], (1, 2.02, 3))
    assert not right(rule, ["1.0", "2.0", "3.2"], (1, 2.02, 3))


@pytest.mark.parametrize("rule", [Rounded(4), Exact()])
@pytest.mark.parametrize("key", [math.nan, math.inf, "3", None, True, (1.0,)])
def test_a_key_without_a_finite_number_is_the_assignments_fault(rule, key):
    with pytest.raises(AssignmentError, match="answer key"):
        rule.share(Fraction(1), key)


def test_a_key_of_another_size_is_the_assignments_fault():
    for key in ((1, 2), 1.0, np.array([1, 2, 3])):
        with pytest.raises(AssignmentError, match="answer key"):
            Exact(size=3).share((Fraction(1),) * 3, key)


# Choices


def test_a_choice_takes_its_keys_in_any_case_and_nothing_else():
    rule = Choice(OPTIONS)
    assert right(rule, "B", "b")
    assert not right(rule, "a", "b")
    for other in ("e", "one", Fraction(1), True):
        assert "answer one of a, b, c, d" in rule.problem(other)
    assert "a list" in rule.problem(("b",))


def test_options_may_be_numbers_and_are_then_compared_as_numbers():
    rule = Choice(dict.fromkeys(("0.9", "0.001")))
    assert right(rule, "1e-3", "0.001")
    assert not right(rule, "0.90", "0.001")
    assert rule.problem(Fraction(1, 100))


def test_a_key_that_is_no_option_is_the_assignments_fault():
    with pytest.raises(AssignmentError, match="which is not one of"):
        Choice(OPTIONS).share("a", "e")


@pytest.mark.parametrize(
    ("chosen", "share"),
    [
        (("a", "b", "c"), 1),
        (("C", "a", "B", "a"), 1),
        (("a", "b"), 2 / 3),
        (("a",), 1 / 3),
        ("a", 1 / 3),
        (("a", "b", "c", "d"), 2 / 3),
        (("a", "d"), 0),
        (("d",), 0),
        (("a", "b", "d"), 1 / 3),
    ],
)
def test_select_all_counts_right_ones_less_wrong_ones(chosen, share):
    assert SelectAll(OPTIONS).share(chosen, ("a", "b", "c")) == pytest.approx(share)


def test_select_all_never_falls_below_zero_and_names_what_is_no_option():
    assert SelectAll(OPTIONS).share(("b", "c", "d"), ("a",)) == 0
    assert "the list contains e" in SelectAll(OPTIONS).problem(("a", "e"))
    assert "the list contains 1" in SelectAll(OPTIONS).problem((Fraction(1),))


@pytest.mark.parametrize("key", [(), "ab", ("a", "e")])
def test_select_all_needs_a_key_with_some_of_the_options(key):
    with pytest.raises(AssignmentError, match="answer key"):
        SelectAll(OPTIONS).share(("a",), key)


def test_true_or_false_is_no_number():
    rule = TrueFalse()
    assert right(rule, "FALSE", False)
    assert not right(rule, "true", False)
    for other in (Fraction(1), Fraction(0), "yes", (True,)):
        assert rule.problem(other) == "expected true or false"
    with pytest.raises(AssignmentError, match="true or false"):
        rule.share(True, 1)


# Sentences


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (Rounded(4), "a number rounded to four decimals (more are fine)"),
        (Rounded(decimals=2, size=3), "a list of three numbers, each rounded to two decimals (more are fine)"),
        (Significant(3), "a number to three significant digits (more are fine)"),
        (Tolerance(absolute=0.01), "a number within 0.01 of the exact value"),
        (Tolerance(absolute=0.01, relative=0.05), "a number within 0.01 and 5 % of the exact value"),
        (Exact(), "a number without any rounding (fractions such as 3/5 are fine)"),
        (Choice(OPTIONS), "one of a, b, c, d"),
        (TrueFalse(), "true or false"),
    ],
)
def test_every_rule_says_what_it_asks(rule, sentence):
    assert rule.sentence == sentence


def test_select_all_says_how_it_counts():
    assert "takes off the same share" in SelectAll(OPTIONS).sentence
