"""Is each answer right for the student's numbers, or does it follow from an earlier answer?"""

import pytest
from answer_key import answer_key
from gradescope_utils.autograder_utils.decorators import number, partial_credit
from questions import PAPER


@pytest.fixture(scope="module")
def sheet(handed_in, variant):
    """The answers of the student, with the key to the student's own numbers."""
    return PAPER.sheet(handed_in("answers.toml"), variant, answer_key)


@number("1.1a")
@partial_credit(1)
def test_weighted_inputs(sheet, set_score=None):
    """a"""
    sheet.grade("1.1a", 1, set_score)


@number("1.1b")
@partial_credit(1)
def test_probability(sheet, set_score=None):
    """z"""
    sheet.grade("1.1b", 1, set_score)


@number("1.1c")
@partial_credit(1)
def test_loss(sheet, set_score=None):
    """the loss"""
    sheet.grade("1.1c", 1, set_score)


@number("1.2")
@partial_credit(1)
def test_derivatives_by_the_weights(sheet, set_score=None):
    """the derivatives by the weights"""
    sheet.grade("1.2", 1, set_score)
