"""Parts 1 to 4: is each answer right by the rule of its question, or does it follow from an earlier one?

Each test judges one answer; questions.py has the questions, answer_key.py the way to the right answers.
"""

import pytest
from answer_key import hand_sheet
from gradescope_utils.autograder_utils.decorators import number, partial_credit


@pytest.fixture(scope="module")
def sheet(handed_in):
    """The answers of the student, with the key."""
    return hand_sheet(handed_in("answers.toml"))


# 1.1 Matrices


@number("1.1c")
@partial_credit(0.5)
def test_change_by_which_beta_z_gives_b(sheet, set_score=None):
    """by which change βz gives b"""
    sheet.grade("1.1c", 0.5, set_score)


# 1.2 Shapes


@number("1.2c")
@partial_credit(0.5)
def test_shape_of_the_gradient_of_beta(sheet, set_score=None):
    """the shape of dℓ/dβ"""
    sheet.grade("1.2c", 0.5, set_score)


@number("1.2h")
@partial_credit(0.5)
def test_shape_of_the_gradient_of_alpha(sheet, set_score=None):
    """the shape of dℓ/dα"""
    sheet.grade("1.2h", 0.5, set_score)


# 1.3 Forward pass


@number("1.3a")
@partial_credit(0.5)
def test_a1_of_the_forward_pass(sheet, set_score=None):
    """a₁"""
    sheet.grade("1.3a", 0.5, set_score)


@number("1.3b")
@partial_credit(0.5)
def test_z1_of_the_forward_pass(sheet, set_score=None):
    """z₁"""
    sheet.grade("1.3b", 0.5, set_score)


@number("1.3c")
@partial_credit(0.5)
def test_b2_of_the_forward_pass(sheet, set_score=None):
    """b₂"""
    sheet.grade("1.3c", 0.5, set_score)


@number("1.3d")
@partial_credit(0.5)
def test_probability_of_class_2(sheet, set_score=None):
    """ŷ₂"""
    sheet.grade("1.3d", 0.5, set_score)


@number("1.3e")
@partial_credit(0.5)
def test_predicted_class(sheet, set_score=None):
    """the predicted class"""
    sheet.grade("1.3e", 0.5, set_score)


@number("1.3f")
@partial_credit(0.5)
def test_loss_of_the_sample(sheet, set_score=None):
    """the cross-entropy"""
    sheet.grade("1.3f", 0.5, set_score)


# 1.4 One step of gradient descent


@number("1.4a")
@partial_credit(0.5)
def test_beta_21_after_one_step(sheet, set_score=None):
    """β₂,₁ after one step"""
    sheet.grade("1.4a", 0.5, set_score)


@number("1.4b")
@partial_credit(0.5)
def test_beta_10_after_one_step(sheet, set_score=None):
    """β₁,₀ after one step"""
    sheet.grade("1.4b", 0.5, set_score)


@number("1.4c")
@partial_credit(0.5)
def test_alpha_34_after_one_step(sheet, set_score=None):
    """α₃,₄ after one step"""
    sheet.grade("1.4c", 0.5, set_score)


@number("1.4d")
@partial_credit(0.5)
def test_predicted_class_after_very_many_steps(sheet, set_score=None):
    """the predicted class after very many steps"""
    sheet.grade("1.4d", 0.5, set_score)


# 1.5 Regularisation


@number("1.5b")
@partial_credit(0.5)
def test_loss_with_the_penalty(sheet, set_score=None):
    """the loss with the penalty"""
    sheet.grade("1.5b", 0.5, set_score)


@number("1.5d")
@partial_credit(2)
def test_statements_about_the_penalty(sheet, set_score=None):
    """what is true of the loss with the penalty"""
    sheet.grade("1.5d", 2, set_score)


# 2 Effect of initialization


@number("2.1a")
@partial_credit(0.5)
def test_w1_after_one_step_from_zero(sheet, set_score=None):
    """w₁ after one step from zero"""
    sheet.grade("2.1a", 0.5, set_score)


@number("2.1b")
@partial_credit(0.5)
def test_factor_in_v2_after_one_step_from_zero(sheet, set_score=None):
    """v₂ after one step from zero"""
    sheet.grade("2.1b", 0.5, set_score)


@number("2.1c")
@partial_credit(1)
def test_w1_and_w2_after_several_steps(sheet, set_score=None):
    """w₁ and w₂ after several steps"""
    sheet.grade("2.1c", 1, set_score)


@number("2.1d")
@partial_credit(1)
def test_v1_and_v2_after_several_steps(sheet, set_score=None):
    """v₁ and v₂ after several steps"""
    sheet.grade("2.1d", 1, set_score)


# 3 Activation functions and learning rates


@number("3.1")
@partial_credit(2)
def test_loss_of_the_regressor(sheet, set_score=None):
    """the mean squared error"""
    sheet.grade("3.1", 2, set_score)


@number("3.2")
@partial_credit(4)
def test_activation_with_the_smallest_loss(sheet, set_score=None):
    """the activation with the smallest loss"""
    sheet.grade("3.2", 4, set_score)


@number("3.3")
@partial_credit(4)
def test_learning_rate_with_the_smallest_loss(sheet, set_score=None):
    """the learning rate with the smallest loss"""
    sheet.grade("3.3", 4, set_score)


# 4 Miscellaneous


@number("4.1")
@partial_credit(2)
def test_whether_sgd_is_monotonic(sheet, set_score=None):
    """whether SGD is monotonic"""
    sheet.grade("4.1", 2, set_score)


@number("4.2")
@partial_credit(1)
def test_what_convolutional_networks_take(sheet, set_score=None):
    """what convolutional networks take"""
    sheet.grade("4.2", 1, set_score)


@number("4.4")
@partial_credit(2)
def test_entry_of_a_convolution(sheet, set_score=None):
    """an entry of a convolution"""
    sheet.grade("4.4", 2, set_score)
