"""Part 2, the fully connected layer: values for batches whose sizes are all different.

Each expected value is worked out here, from the formulas, for inputs that are drawn at random (the same ones in every run).
"""

from functools import partial

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import assert_at_work, gradients, numbers
from layers import fully_connected_backward, fully_connected_forward

from autograder.compare import assert_close
from autograder.vectorisation import assert_vectorised, read_source


@number("2.1")
@weight(1)
def test_vectors_go_through_an_affine_map(rng):
    """fully_connected_forward: Z = W X + b for vectors, (M, N)"""
    X, W, b = numbers(rng, 4, 6), numbers(rng, 3, 4), numbers(rng, 3, 1)
    expected = np.stack([W @ X[:, n] + b[:, 0] for n in range(6)], axis=1)
    assert_close(fully_connected_forward(X, W, b), expected, "fully_connected_forward(X, W, b)")


@number("2.1")
@weight(1)
def test_images_become_columns_in_fortran_order(rng):
    """fully_connected_forward: images, (height, width, channels, N), are reshaped with the first axis fastest"""
    X, W, b = numbers(rng, 4, 3, 2, 5), numbers(rng, 7, 24), numbers(rng, 7, 1)
    expected = np.stack([W @ X[..., n].flatten(order="F") + b[:, 0] for n in range(5)], axis=1)
    assert_close(fully_connected_forward(X, W, b), expected, "fully_connected_forward(X, W, b)")


@number("2.2")
@weight(1)
def test_input_gradient(rng):
    """fully_connected_backward: ∂L/∂X for vectors"""
    X, W, b, dldZ = numbers(rng, 4, 6), numbers(rng, 3, 4), numbers(rng, 3, 1), numbers(rng, 3, 6)
    expected = np.stack([dldZ[:, n] @ W for n in range(6)], axis=1)
    assert_close(gradients(X, dldZ, W, b)[0], expected, "dL/dX")


@number("2.2")
@weight(1)
def test_weight_gradient_is_a_sum_over_the_batch(rng):
    """fully_connected_backward: ∂L/∂W"""
    X, W, b, dldZ = numbers(rng, 4, 6), numbers(rng, 3, 4), numbers(rng, 3, 1), numbers(rng, 3, 6)
    expected = sum(np.outer(dldZ[:, n], X[:, n]) for n in range(6))
    assert_close(gradients(X, dldZ, W, b)[1], expected, "dL/dW")


@number("2.2")
@weight(1)
def test_bias_gradient_is_a_sum_over_the_batch(rng):
    """fully_connected_backward: ∂L/∂b, in the shape of b"""
    X, W, b, dldZ = numbers(rng, 4, 6), numbers(rng, 3, 4), numbers(rng, 3, 1), numbers(rng, 3, 6)
    expected = np.array([[sum(row)] for row in dldZ])
    assert_close(gradients(X, dldZ, W, b)[2], expected, "dL/db")


def calls(rng, elements, features, outputs):
    X, W, b = numbers(rng, features, elements), numbers(rng, outputs, features), numbers(rng, outputs, 1)
    return [(fully_connected_forward, X, W, b), (fully_connected_backward, X, numbers(rng, outputs, elements), W, b)]


@number("2.3")
@weight(1)
def test_the_layer_runs_without_loops(rng):
    """Fully connected layer: no Python loop over the batch, features or outputs"""
    source = read_source("layers")
    X, W, b, dldZ = numbers(rng, 4, 6), numbers(rng, 4, 4), numbers(rng, 4, 1), numbers(rng, 4, 6)
    answers = fully_connected_forward(X, W, b), gradients(X, dldZ, W, b)[2]
    expected = np.stack([W @ X[:, n] + b[:, 0] for n in range(6)], axis=1), np.array([[sum(row)] for row in dldZ])
    assert_at_work("the fully connected layer", *zip(answers, expected, strict=True))
    small = {"elements": 4, "features": 3, "outputs": 2}
    large = {noun: 10 * size for noun, size in small.items()}
    functions = ["fully_connected_forward", "fully_connected_backward"]
    assert_vectorised(source, functions, partial(calls, rng), small, large)
