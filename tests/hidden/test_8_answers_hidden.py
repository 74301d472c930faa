"""Part 8, hand calculations: is each answer right by the rule of its question, or does it follow from an earlier one?

Each test judges one answer; questions.py has the questions, answer_key.py the way to the right answers.
"""

import pytest
from answer_key import sheet_for
from gradescope_utils.autograder_utils.decorators import number, partial_credit


@pytest.fixture(scope="module")
def sheet(handed_in, variant):
    """The answers of the student, with the key to the student's own numbers."""
    return sheet_for(handed_in("answers.toml"), variant)


# 8.1 Forward pass


@number("8.1a")
@partial_credit(0.5)
def test_a1_of_the_forward_pass(sheet, set_score=None):
    """a₁"""
    sheet.grade("8.1a", 0.5, set_score)


@number("8.1b")
@partial_credit(0.5)
def test_z1_of_the_forward_pass(sheet, set_score=None):
    """z₁"""
    sheet.grade("8.1b", 0.5, set_score)


@number("8.1c")
@partial_credit(0.5)
def test_b2_of_the_forward_pass(sheet, set_score=None):
    """b₂"""
    sheet.grade("8.1c", 0.5, set_score)


@number("8.1d")
@partial_credit(0.5)
def test_probability_of_class_2(sheet, set_score=None):
    """ŷ₂"""
    sheet.grade("8.1d", 0.5, set_score)


@number("8.1e")
@partial_credit(0.5)
def test_predicted_class(sheet, set_score=None):
    """the predicted class"""
    sheet.grade("8.1e", 0.5, set_score)


@number("8.1f")
@partial_credit(0.5)
def test_loss_of_the_sample(sheet, set_score=None):
    """the cross-entropy"""
    sheet.grade("8.1f", 0.5, set_score)


# 8.2 One step of gradient descent


@number("8.2a")
@partial_credit(0.5)
def test_beta_21_after_one_step(sheet, set_score=None):
    """β₂,₁ after one step"""
    sheet.grade("8.2a", 0.5, set_score)


@number("8.2b")
@partial_credit(0.5)
def test_beta_10_after_one_step(sheet, set_score=None):
    """β₁,₀ after one step"""
    sheet.grade("8.2b", 0.5, set_score)


@number("8.2c")
@partial_credit(0.5)
def test_alpha_34_after_one_step(sheet, set_score=None):
    """α₃,₄ after one step"""
    sheet.grade("8.2c", 0.5, set_score)


@number("8.2d")
@partial_credit(0.5)
def test_predicted_class_after_very_many_steps(sheet, set_score=None):
    """the predicted class after very many steps"""
    sheet.grade("8.2d", 0.5, set_score)


# 8.3 Regularisation


@number("8.3a")
@partial_credit(0.5)
def test_loss_with_the_penalty(sheet, set_score=None):
    """the loss with the penalty"""
    sheet.grade("8.3a", 0.5, set_score)


@number("8.3b")
@partial_credit(1.5)
def test_statements_about_the_penalty(sheet, set_score=None):
    """what is true of the loss with the penalty"""
    sheet.grade("8.3b", 1.5, set_score)


# 8.4 Weights that start at zero


@number("8.4a")
@partial_credit(0.5)
def test_w1_after_one_step_from_zero(sheet, set_score=None):
    """w₁ after one step from zero"""
    sheet.grade("8.4a", 0.5, set_score)


@number("8.4b")
@partial_credit(0.5)
def test_factor_in_v2_after_one_step_from_zero(sheet, set_score=None):
    """v₂ after one step from zero"""
    sheet.grade("8.4b", 0.5, set_score)


@number("8.4c")
@partial_credit(1)
def test_w1_and_w2_after_two_steps(sheet, set_score=None):
    """w₁ and w₂ after two steps"""
    sheet.grade("8.4c", 1, set_score)


@number("8.4d")
@partial_credit(1)
def test_v1_and_v2_after_two_steps(sheet, set_score=None):
    """v₁ and v₂ after two steps"""
    sheet.grade("8.4d", 1, set_score)


# 8.5 A regressor


@number("8.5a")
@partial_credit(1)
def test_loss_of_the_regressor(sheet, set_score=None):
    """the mean squared error"""
    sheet.grade("8.5a", 1, set_score)


@number("8.5b")
@partial_credit(1)
def test_activation_with_the_smallest_loss(sheet, set_score=None):
    """the activation with the smallest loss"""
    sheet.grade("8.5b", 1, set_score)


@number("8.5c")
@partial_credit(1)
def test_learning_rate_with_the_smallest_loss(sheet, set_score=None):
    """the learning rate with the smallest loss"""
    sheet.grade("8.5c", 1, set_score)


# 8.6 Miscellany


@number("8.6a")
@partial_credit(0.5)
def test_whether_sgd_is_monotonic(sheet, set_score=None):
    """whether SGD is monotonic"""
    sheet.grade("8.6a", 0.5, set_score)


@number("8.6b")
@partial_credit(0.5)
def test_what_convolutional_networks_take(sheet, set_score=None):
    """what convolutional networks take"""
    sheet.grade("8.6b", 0.5, set_score)


@number("8.6c")
@partial_credit(1)
def test_entry_of_a_convolution(sheet, set_score=None):
    """an entry of a convolution"""
    sheet.grade("8.6c", 1, set_score)


# 8.7 Batch norm


@number("8.7")
@partial_credit(1)
def test_parameters_with_batch_norm(sheet, set_score=None):
    """parameters of a layer with batch norm"""
    sheet.grade("8.7", 1, set_score)


# 8.8 Shapes


@number("8.8a")
@partial_credit(0.5)
def test_shape_of_the_gradient_of_beta(sheet, set_score=None):
    """the shape of dℓ/dβ"""
    sheet.grade("8.8a", 0.5, set_score)


@number("8.8b")
@partial_credit(0.5)
def test_shape_of_the_gradient_of_alpha(sheet, set_score=None):
    """the shape of dℓ/dα"""
    sheet.grade("8.8b", 0.5, set_score)


@number("8.8c")
@partial_credit(1)
def test_changes_by_which_beta_z_gives_b(sheet, set_score=None):
    """by which changes βz gives b"""
    sheet.grade("8.8c", 1, set_score)
