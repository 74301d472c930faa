"""Answers in a few numbers: equal under rounding, different for different arrays, nothing but plain data."""

import json

import numpy as np
import pytest

from autograder.compare import Mismatch, assert_close, assert_finite, assert_same, assert_unchanged
from autograder.grading.mistakes.fingerprint import MOST_ENTRIES, Answer, answer_of, are_same, is_same

RNG = np.random.default_rng(8)
E = RNG.normal(size=(6, 4))
OTHER = RNG.normal(size=(6, 4))


def answer(actual, expected=E, compare=assert_close):
    with pytest.raises(Mismatch) as caught:
        compare(actual, expected, "result")
    return answer_of(caught.value, str(caught.value), {})


def said(message):
    return answer_of(ValueError(message), message, {})


def test_rounding_makes_no_other_answer():
    assert is_same(answer(OTHER), answer(OTHER * (1 + 1e-12 * RNG.normal(size=E.shape))))


def test_float32_makes_no_other_answer():
    assert is_same(answer(OTHER), answer(OTHER.astype(np.float32)))


@pytest.mark.parametrize("size", [1e-5, 1e-3, 1.0])
def test_a_difference_of_more_than_a_millionth_makes_another_answer(size):
    assert not is_same(answer(OTHER), answer(OTHER + size * RNG.normal(size=E.shape)))


def test_one_small_wrong_entry_beside_large_right_ones_makes_another_answer():
    expected = np.array([1e6, 2e6, 3.0, 4.0])
    one, other = (answer(expected + np.array([0, 0, wrong, 0]), expected) for wrong in (1e-3, 2e-3))
    assert not is_same(one, other)


def test_another_order_of_the_same_numbers_is_another_answer():
    assert not is_same(answer(OTHER), answer(OTHER[::-1]))


def test_the_same_numbers_in_another_shape_are_another_answer():
    assert not is_same(answer(OTHER.reshape(4, 6)), answer(OTHER.reshape(3, 8)))


def test_nan_and_inf_are_told_apart_by_kind_and_place():
    answers = []
    for value, place in ((np.nan, 0), (np.inf, 0), (-np.inf, 0), (np.nan, 1)):
        array = OTHER.copy()
        array[place] = value
        answers.append(answer(array))
    assert [is_same(one, other) for one in answers for other in answers] == [i == j for i in range(4) for j in range(4)]


def test_a_large_array_is_looked_at_in_parts():
    large = RNG.normal(size=(MOST_ENTRIES, 3))
    assert is_same(answer(2 * large, large), answer(2 * large, large))
    assert not is_same(answer(2 * large, large), answer(3 * large, large))


@pytest.mark.parametrize(
    "made",
    [
        lambda: answer(OTHER),
        lambda: answer(OTHER[0]),
        lambda: answer(np.full((6, 4), np.nan)),
        lambda: answer(OTHER + 1j * E, E + 1j * E),
        lambda: answer(OTHER.astype(np.longdouble)),
        lambda: answer(np.zeros((0, 4))),
        lambda: answer(1e308, 0.5),
        lambda: answer([[True]], [[False]], assert_same),
        lambda: answer(np.array([1, 2**63 - 1]), np.array([1, 2]), assert_same),
        lambda: answer(None),
        lambda: answer(E > 0),
        lambda: said("assert nan == 1e999"),
    ],
)
def test_an_answer_is_plain_json_and_comes_back_equal(made):
    found = made()
    plain = json.loads(json.dumps(found.plain(), allow_nan=False))
    assert Answer.read(plain) == found
    assert is_same(Answer.read(plain), found)


def test_an_input_that_was_changed_is_an_answer():
    assert answer(OTHER, compare=lambda after, before, what: assert_unchanged(before, after, what)).kind == "value"


def test_a_number_that_is_not_finite_needs_no_expected_one():
    with pytest.raises(Mismatch) as caught:
        assert_finite(np.array([np.nan, 1.5]), "loss")
    assert caught.value.expected is None
    assert answer_of(caught.value, "", {}).kind == "finite"


def test_messages_are_the_same_answer_if_kind_and_numbers_are():
    assert is_same(said("loss is 1.23457"), said("loss is 1.234571"))
    assert not is_same(said("loss is 1.23457"), said("loss is 1.3"))
    assert not is_same(said("loss is 1.23457"), said("cost is 1.23457"))


def test_the_lines_of_a_students_file_make_no_other_answer():
    one, other = (f"your code raised KeyError: 'W'\n\nTraceback (most recent call last):\n  line {n}" for n in (3, 9))
    assert is_same(said(one), said(other))


def test_the_folders_of_one_machine_or_run_make_no_other_answer():
    folders = ("/tmp/autograder-7ofpy4xj/2/submission", "/var/tmp/autograder-a1b2c3d4/11/submission")
    one, other = (said(f'the program ended with status 1: File "{folder}/train.py": 3 of 1/2 is 6') for folder in folders)
    assert is_same(one, other)
    assert one.numbers == (1.0, 3.0, 1.0, 2.0, 6.0) and 'File "train.py"' in one.what


def test_as_many_answers_must_be_the_same_as_there_are():
    assert are_same([answer(OTHER)], [answer(OTHER)])
    assert not are_same([answer(OTHER)], [answer(OTHER), answer(OTHER)])
    assert not are_same([], [answer(OTHER)])


def test_zeros_constants_and_round_numbers_tell_nothing():
    telling = [
        answer(OTHER),
        answer(np.zeros_like(E)),
        answer(np.ones_like(E) / 7),
        answer(1.25, 2.25),
        answer(1.2345678, 2.25),
    ]
    assert [each.is_telling for each in telling] == [True, False, False, False, True]


def test_a_mismatch_whose_arrays_are_no_plain_arrays_is_known_by_its_message():
    error = Mismatch("value", "result", "result is odd")
    error.actual = object()
    assert answer_of(error, "result is odd", {}).kind == "said"
