"""Softmax and cross-entropy: what only the grader runs, the cases that one forgets."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from losses import cross_entropy, cross_entropy_gradient, softmax

from autograder.compare import assert_close, assert_unchanged


def distributions(rng, S, C):
    """S distributions over C classes, away from 0."""
    p = rng.uniform(0.1, 1.0, size=(S, C))
    return p / p.sum(axis=1, keepdims=True)


@number("2.1")
@weight(2)
def test_softmax_of_large_scores():
    """softmax: scores of 1000, and small ones"""
    x = np.log([[1.0, 3.0], [4.0, 1.0]]) + [[1000.0], [0.0]]
    assert_close(softmax(x), [[0.25, 0.75], [0.8, 0.2]], "softmax(x)")


@number("2.1")
@weight(1)
def test_softmax_leaves_its_argument_alone(rng):
    """softmax: x is left as it is"""
    x = rng.normal(size=(5, 3))
    before = x.copy()
    # A function that does nothing leaves x as it is, too: the right value comes first.
    assert_close(softmax(x), np.exp(before) / np.exp(before).sum(axis=1, keepdims=True), "softmax(x)")
    assert_unchanged(before, x, "x")


@number("3.1")
@weight(1)
def test_cross_entropy_of_an_impossible_label():
    """cross_entropy: a probability of 0"""
    p = np.array([[1.0, 0.0], [0.5, 0.5]])
    expected = -(np.log(1e-12) + np.log(0.5)) / 2
    assert_close(cross_entropy(p, np.array([1, 0])), expected, "cross_entropy(p, y)")


@number("3.2")
@weight(1)
def test_the_gradient_leaves_the_probabilities_alone(rng):
    """cross_entropy_gradient: p is left as it is"""
    p, y = distributions(rng, S=4, C=5), np.array([1, 0, 4, 2])
    before = p.copy()
    expected = (before - np.eye(5)[y]) / 4
    assert_close(cross_entropy_gradient(p, y), expected, "cross_entropy_gradient(p, y)")
    assert_unchanged(before, p, "p")
