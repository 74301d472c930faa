"""Hidden tests: cases that are easy to forget."""

import numpy as np
from functions import softmax
from gradescope_utils.autograder_utils.decorators import number, weight

from autograder.compare import assert_close, assert_unchanged


@number("1.1")
@weight(1)
def test_softmax_of_large_scores():
    """softmax: scores of 1000 and more"""
    x = 1000 + np.log([[1.0, 3.0], [4.0, 1.0]])
    assert_close(softmax(x), [[0.25, 0.75], [0.8, 0.2]], "softmax(x)")


@number("1.1")
@weight(1)
def test_softmax_leaves_its_argument_alone(rng):
    """softmax: x is left as it is"""
    x = rng.normal(size=(5, 3))
    before = x.copy()
    # A function that does nothing leaves x as it is, too: the right value comes first.
    assert_close(softmax(x), np.exp(before) / np.exp(before).sum(axis=1, keepdims=True), "softmax(x)")
    assert_unchanged(before, x, "x")
