"""Part 3, the ReLU: images, the place where it has no derivative, loops, and arrays that belong to somebody else."""

from functools import partial

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import assert_at_work, away_from_zero, inputs_after, numbers
from layers import relu_backward, relu_forward

from autograder.compare import assert_close, assert_finite, assert_unchanged
from autograder.vectorisation import assert_vectorised, read_source


@number("3.1")
@weight(0.5)
def test_images_keep_their_shape(rng):
    """relu_forward: images, (height, width, channels, N)"""
    X = away_from_zero(rng, 4, 3, 2, 5)
    assert_close(relu_forward(X), np.where(X < 0, 0, X), "relu_forward(X) of images")


@number("3.2")
@weight(0.5)
def test_gradients_of_images(rng):
    """relu_backward: images, (height, width, channels, N), and small and large entries"""
    X, dldZ = away_from_zero(rng, 4, 3, 2, 5) * 10.0 ** np.arange(-4, 1), numbers(rng, 4, 3, 2, 5)
    assert_close(relu_backward(X, dldZ), np.where(X < 0, 0, dldZ), "relu_backward(X, dldZ) of images")


@number("3.2")
@weight(0.5)
def test_the_gradient_at_zero_is_between_both(rng):
    """relu_backward: entries that are exactly 0"""
    X, dldZ = away_from_zero(rng, 3, 4), away_from_zero(rng, 3, 4)
    X[1] = 0.0
    Z, found = relu_forward(X), relu_backward(X, dldZ)
    assert_finite(found, "relu_backward(X, dldZ)")
    away = np.array(found)[[0, 2]], np.where(X < 0, 0, dldZ)[[0, 2]]
    assert_at_work("the ReLU", (Z, np.where(X < 0, 0, X)), away)
    share = np.array(found)[1] / dldZ[1]
    assert ((share >= -1e-9) & (share <= 1 + 1e-9)).all(), (
        "where X is 0 the derivative is taken to be less than 0 or more than 1"
    )


@number("3.2")
@weight(0.5)
def test_nothing_is_written_into_the_arrays_that_come_in(rng):
    """ReLU: X and dldZ stay as they were"""
    X, dldZ = away_from_zero(rng, 3, 7), numbers(rng, 3, 7)
    after, Z, back = inputs_after(relu_forward, relu_backward, [X], dldZ)
    assert_unchanged(X, after[0], "X")
    assert_unchanged(dldZ, after[1], "dldZ")
    assert_at_work("the ReLU", (Z, np.where(X < 0, 0, X)), (back, np.where(X < 0, 0, dldZ)))


def calls(rng, elements, features):
    X = away_from_zero(rng, features, elements)
    return [(relu_forward, X), (relu_backward, X, numbers(rng, features, elements))]


@number("3.3")
@weight(1)
def test_the_relu_runs_without_loops(rng):
    """ReLU: no Python loop over the batch or features"""
    source = read_source("layers")
    X, dldZ = away_from_zero(rng, 3, 7), numbers(rng, 3, 7)
    answers = (relu_forward(X), np.where(X < 0, 0, X)), (relu_backward(X, dldZ), np.where(X < 0, 0, dldZ))
    assert_at_work("the ReLU", *answers)
    sizes = {"elements": 4, "features": 3}, {"elements": 40, "features": 30}
    assert_vectorised(source, ["relu_forward", "relu_backward"], partial(calls, rng), *sizes)
