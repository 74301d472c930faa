"""Softmax and cross-entropy. Each expected value is worked out here, by no function of the submission."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from losses import cross_entropy, cross_entropy_gradient, softmax

from autograder.compare import assert_close


@number("2.1")
@weight(2)
def test_softmax_of_a_small_batch():
    """softmax: two samples, three classes"""
    x = np.log([[1.0, 2.0, 1.0], [3.0, 3.0, 6.0]])
    assert_close(softmax(x), [[0.25, 0.5, 0.25], [0.25, 0.25, 0.5]], "softmax(x)")


@number("3.1")
@weight(2)
def test_cross_entropy_of_a_small_batch():
    """cross_entropy: three samples, four classes"""
    p = np.array([[0.1, 0.2, 0.3, 0.4], [0.7, 0.1, 0.1, 0.1], [0.25, 0.25, 0.4, 0.1]])
    expected = -(np.log(0.3) + np.log(0.7) + np.log(0.1)) / 3
    assert_close(cross_entropy(p, np.array([2, 0, 3])), expected, "cross_entropy(p, y)")


@number("3.2")
@weight(3)
def test_gradient_of_a_small_batch():
    """cross_entropy_gradient: three samples, four classes"""
    p = np.array([[0.1, 0.2, 0.3, 0.4], [0.7, 0.1, 0.1, 0.1], [0.25, 0.25, 0.4, 0.1]])
    expected = np.array([[0.1, 0.2, -0.7, 0.4], [-0.3, 0.1, 0.1, 0.1], [0.25, 0.25, 0.4, -0.9]]) / 3
    assert_close(cross_entropy_gradient(p, np.array([2, 0, 3])), expected, "cross_entropy_gradient(p, y)")
