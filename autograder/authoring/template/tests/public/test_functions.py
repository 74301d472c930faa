"""Public tests, which students can run. The tests work out each expected value themselves, without the submission."""

import numpy as np
from functions import softmax
from gradescope_utils.autograder_utils.decorators import number, weight

from autograder.compare import assert_close


@number("1.1")
@weight(1)
def test_softmax_of_a_small_batch():
    """softmax: two samples, three classes"""
    x = np.log([[1.0, 2.0, 1.0], [3.0, 3.0, 6.0]])
    assert_close(softmax(x), [[0.25, 0.5, 0.25], [0.25, 0.25, 0.5]], "softmax(x)")


@number("1.1")
@weight(1)
def test_softmax_rows_are_distributions(rng):
    """softmax: the probabilities of each sample add up to 1"""
    probabilities = softmax(rng.normal(size=(7, 4)))
    assert_close(probabilities.sum(axis=1), np.ones(7), "softmax(x).sum(axis=1)")
