"""Part 3, the ReLU: values forward and backward."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import away_from_zero, numbers
from layers import relu_backward, relu_forward

from autograder.compare import assert_close


@number("3.1")
@weight(1)
def test_negative_entries_become_zero(rng):
    """relu_forward: vectors, (M, N)"""
    X = away_from_zero(rng, 4, 6)
    assert_close(relu_forward(X), np.where(X < 0, 0, X), "relu_forward(X)")


@number("3.2")
@weight(1)
def test_gradients_pass_where_the_input_is_positive(rng):
    """relu_backward: vectors, (M, N)"""
    X, dldZ = away_from_zero(rng, 5, 6), numbers(rng, 5, 6)
    assert_close(relu_backward(X, dldZ), np.where(X < 0, 0, dldZ), "relu_backward(X, dldZ)")
