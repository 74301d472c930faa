"""Part 2, the fully connected layer: images, single elements, float32, and arrays that belong to somebody else."""

from functools import partial

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import assert_at_work, columns, gradients, inputs_after, numbers
from layers import fully_connected_backward, fully_connected_forward

from autograder.compare import assert_close, assert_unchanged
from autograder.vectorisation import assert_vectorised, read_source


@number("2.1")
@weight(0.5)
def test_forward_takes_any_sizes(rng):
    """fully_connected_forward: one element, one feature, one output, matrices"""
    for shape, K in (((4, 1), 3), ((1, 6), 3), ((4, 6), 1), ((3, 4, 5), 2)):
        X = numbers(rng, *shape)
        W, b = numbers(rng, K, int(np.prod(shape[:-1]))), numbers(rng, K, 1)
        expected = np.stack([W @ column + b[:, 0] for column in columns(X).T], axis=1)
        assert_close(fully_connected_forward(X, W, b), expected, f"Z for X of shape {shape} and {K} outputs")


@number("2.2")
@weight(1)
def test_input_gradient_has_the_shape_of_the_images(rng):
    """fully_connected_backward: ∂L/∂X for images, (height, width, channels, N)"""
    X, W, b, dldZ = numbers(rng, 3, 5, 2, 4), numbers(rng, 7, 30), numbers(rng, 7, 1), numbers(rng, 7, 4)
    # The entry (i, j, c) of an image is number i + 3 j + 15 c of its column.
    expected = np.empty(X.shape)
    for i, j, c in np.ndindex(3, 5, 2):
        expected[i, j, c] = W[:, i + 3 * j + 15 * c] @ dldZ
    assert_close(gradients(X, dldZ, W, b)[0], expected, "dL/dX of images")


@number("2.2")
@weight(0.5)
def test_weight_gradient_of_images(rng):
    """fully_connected_backward: ∂L/∂W for images, (height, width, channels, N)"""
    X, W, b, dldZ = numbers(rng, 3, 5, 2, 4), numbers(rng, 7, 30), numbers(rng, 7, 1), numbers(rng, 7, 4)
    expected = sum(np.outer(dldZ[:, n], X[..., n].flatten(order="F")) for n in range(4))
    assert_close(gradients(X, dldZ, W, b)[1], expected, "dL/dW of images")


@number("2.2")
@weight(0.5)
def test_backward_takes_a_single_element(rng):
    """fully_connected_backward: a batch of one image, one output"""
    X, W, b, dldZ = numbers(rng, 3, 2, 1, 1), numbers(rng, 1, 6), numbers(rng, 1, 1), numbers(rng, 1, 1)
    dldX, dldW, dldb = gradients(X, dldZ, W, b)
    assert_close(dldX, (dldZ[0, 0] * W[0]).reshape(2, 3).T[:, :, None, None], "dL/dX")
    assert_close(dldW, dldZ[0, 0] * columns(X).T, "dL/dW")
    assert_close(dldb, dldZ, "dL/db")


@number("2.1")
@weight(0.5)
def test_float32_gives_the_same_values(rng):
    """fully_connected_forward: arrays of float32"""
    X, W, b = (numbers(rng, *shape).astype(np.float32) for shape in ((4, 3, 2, 5), (7, 24), (7, 1)))
    expected = np.stack([W.astype(np.float64) @ column + b[:, 0] for column in columns(X).T], axis=1)
    assert_close(fully_connected_forward(X, W, b), expected, "Z of float32", rtol=1e-4, atol=1e-4)


@number("2.2")
@weight(0.5)
def test_nothing_is_written_into_the_arrays_that_come_in(rng):
    """Fully connected layer: X, dldZ, W and b stay as they were"""
    X, W, b, dldZ = numbers(rng, 3, 7), numbers(rng, 2, 3), numbers(rng, 2, 1), numbers(rng, 2, 7)
    after, Z, back = inputs_after(fully_connected_forward, fully_connected_backward, [X, W, b], dldZ)
    for name, before, now in zip(("X", "W", "b", "dldZ"), (X, W, b, dldZ), after, strict=True):
        assert_unchanged(before, now, name)
    bias_gradient = np.array([[sum(row)] for row in dldZ])
    assert_at_work(
        "the fully connected layer", (Z, np.stack([W @ x + b[:, 0] for x in X.T], axis=1)), (back[-1], bias_gradient)
    )


def image_calls(rng, elements, height):
    X, W, b = numbers(rng, height, 3, 2, elements), numbers(rng, 7, 6 * height), numbers(rng, 7, 1)
    return [(fully_connected_forward, X, W, b), (fully_connected_backward, X, numbers(rng, 7, elements), W, b)]


@number("2.3")
@weight(0.5)
def test_images_run_without_loops(rng):
    """Fully connected layer: no Python loop over the images of a batch or their pixels"""
    source = read_source("layers")
    X, W, b, dldZ = numbers(rng, 3, 1, 1, 7), numbers(rng, 3, 3), numbers(rng, 3, 1), numbers(rng, 3, 7)
    Z, bias_gradient = fully_connected_forward(X, W, b), gradients(X, dldZ, W, b)[2]
    expected = np.stack([W @ x + b[:, 0] for x in X[:, 0, 0].T], axis=1)
    assert_at_work("the fully connected layer", (Z, expected), (bias_gradient, np.array([[sum(row)] for row in dldZ])))
    functions = ["fully_connected_forward", "fully_connected_backward"]
    sizes = {"elements": 4, "height": 3}, {"elements": 40, "height": 30}
    assert_vectorised(source, functions, partial(image_calls, rng), *sizes)
