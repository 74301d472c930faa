"""Part 1, the layers: what each computes, forward and backward.

Expected values are worked out here, from the formulas, for inputs that are drawn at random (the same ones in every run). The
sizes of a batch are all different. Layers get copies: one that writes into its input must not spoil the expected value.
"""

from functools import partial

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import (
    any_shapes,
    as_kept,
    assert_at_work,
    assert_drawn,
    leaky,
    numbers,
    one_hot,
    row_shapes,
    set_parameters,
    tolerance,
)
from modules import CrossEntropyModule, LeakyReLUModule, LinearModule, SoftMaxModule

from autograder.compare import assert_close
from autograder.vectorisation import assert_vectorised, read_source

LABELS = np.array([3, 0, 9, 3, 5, 1])


def linear_case(S, M, N, rng):
    """Return a LinearModule with known parameters, these parameters, and a batch x, (S, M), for it."""
    layer = LinearModule(M, N)
    W, b = numbers(rng, N, M), numbers(rng, 1, N)
    set_parameters(layer, W, b)
    return layer, W, b, numbers(rng, S, M)


@number("1.1")
@weight(0.5)
def test_linear_weight_has_a_row_per_unit_and_a_column_per_feature():
    """LinearModule: params["weight"] is (N, M)"""
    layer = LinearModule(5, 3)
    # Of its values, only that they are numbers: how they are drawn is the question of other tests.
    assert_close(layer.params["weight"], np.zeros((3, 5)), 'params["weight"]', atol=np.inf)
    assert_drawn(layer)


@number("1.1")
@weight(0.5)
def test_linear_bias_is_a_row_of_zeros():
    """LinearModule: params["bias"] starts as N floating-point zeros, (1, N) or (N,)"""
    layer = LinearModule(5, 3)
    assert_close(layer.params["bias"], np.zeros((1, 3)), 'params["bias"]', dtype_kind="float", shapes=row_shapes(3))
    assert_drawn(layer)


@number("1.2")
@weight(1)
def test_linear_forward_is_an_affine_map(rng):
    """LinearModule.forward: Y = X Wᵀ + b"""
    layer, W, b, x = linear_case(S=7, M=5, N=3, rng=rng)
    assert_close(layer.forward(x.copy()), x @ W.T + b, "forward(x)", **tolerance(layer))


@number("1.3")
@weight(1)
def test_linear_weight_gradient(rng):
    """LinearModule.backward: ∂L/∂W"""
    layer, _, _, x = linear_case(S=7, M=4, N=4, rng=rng)
    dout = numbers(rng, 7, 4)
    layer.forward(x.copy())
    layer.backward(dout.copy())
    assert_close(layer.grads["weight"], as_kept(dout.T @ x), 'grads["weight"]', **tolerance(layer))


@number("1.3")
@weight(1)
def test_linear_bias_gradient(rng):
    """LinearModule.backward: ∂L/∂b"""
    layer, _, _, x = linear_case(S=7, M=4, N=4, rng=rng)
    dout = numbers(rng, 7, 4)
    layer.forward(x.copy())
    layer.backward(dout.copy())
    expected = dout.sum(axis=0, keepdims=True)
    assert_close(layer.grads["bias"], expected, 'grads["bias"]', shapes=any_shapes(4), **tolerance(layer))


@number("1.3")
@weight(1)
def test_linear_input_gradient(rng):
    """LinearModule.backward: ∂L/∂X"""
    layer, W, _, x = linear_case(S=7, M=5, N=3, rng=rng)
    dout = numbers(rng, 7, 3)
    layer.forward(x.copy())
    assert_close(layer.backward(dout.copy()), dout @ W, "backward(dout)", **tolerance(layer))


@number("1.4")
@weight(0.75)
def test_leaky_relu_forward(rng):
    """LeakyReLUModule.forward: X where X > 0, a tenth of X elsewhere, for neg_slope = 0.1"""
    x = numbers(rng, 6, 4)
    assert_close(LeakyReLUModule(0.1).forward(x.copy()), leaky(x, 0.1), "forward(x)")


@number("1.4")
@weight(0.75)
def test_leaky_relu_backward(rng):
    """LeakyReLUModule.backward: dout where X > 0, a tenth of dout elsewhere, for neg_slope = 0.1"""
    x, dout = numbers(rng, 6, 4), numbers(rng, 6, 4)
    layer = LeakyReLUModule(0.1)
    layer.forward(x.copy())
    assert_close(layer.backward(dout.copy()), np.where(x > 0, dout, 0.1 * dout), "backward(dout)")


@number("1.5")
@weight(0.5)
def test_softmax_forward(rng):
    """SoftMaxModule.forward: every row becomes probabilities"""
    x = numbers(rng, 6, 4)
    expected = np.stack([np.exp(row) / np.exp(row).sum() for row in x])
    assert_close(SoftMaxModule().forward(x.copy()), expected, "forward(x)")


@number("1.5")
@weight(0.5)
def test_softmax_takes_large_scores():
    """SoftMaxModule.forward: scores whose exponential overflows or is 0, and scores far apart"""
    x = np.array([[1000.0, 1001.0, 1003.0], [-1000.0, -1002.0, -1002.0], [0.0, 3000.0, 3000.0]])
    e = np.exp(np.array([[-3.0, -2.0, 0.0], [0.0, -2.0, -2.0], [-3000.0, 0.0, 0.0]]))
    assert_close(SoftMaxModule().forward(x), e / e.sum(axis=1, keepdims=True), "forward(x) for large x")


@number("1.5")
@weight(1)
def test_softmax_backward(rng):
    """SoftMaxModule.backward: every score of a row moves every probability of that row; two batches in turn"""
    layer = SoftMaxModule()
    for S in (6, 5):
        x, dout = numbers(rng, S, 4), numbers(rng, S, 4)
        layer.forward(x.copy())
        y = np.stack([np.exp(row) / np.exp(row).sum() for row in x])
        jacobians = [np.diag(row) - np.outer(row, row) for row in y]  # one (4, 4) matrix ∂Y/∂X per sample
        expected = np.stack([row @ jacobian for row, jacobian in zip(dout, jacobians, strict=True)])
        assert_close(layer.backward(dout.copy()), expected, f"backward(dout) of a batch of {S}")


@number("1.6")
@weight(0.5)
def test_cross_entropy_forward_is_a_mean_over_the_batch(rng):
    """CrossEntropyModule.forward: the mean of -log of the right class's probability, for one-hot labels"""
    x = rng.dirichlet(np.full(10, 5.0), size=6)
    expected = -sum(np.log(x[i, LABELS[i]]) for i in range(6)) / 6
    assert_close(CrossEntropyModule().forward(x.copy(), one_hot(LABELS, 10)), expected, "forward(x, y)", rtol=1e-5)


@number("1.6")
@weight(0.5)
def test_cross_entropy_backward_is_the_gradient_of_that_mean(rng):
    """CrossEntropyModule.backward: ∂L/∂X with respect to the probabilities, for one-hot labels"""
    x = rng.dirichlet(np.full(10, 5.0), size=6)
    layer = CrossEntropyModule()
    layer.forward(x.copy(), one_hot(LABELS, 10))
    expected = np.zeros((6, 10))
    for i in range(6):
        expected[i, LABELS[i]] = -1 / (6 * x[i, LABELS[i]])
    assert_close(layer.backward(x.copy(), one_hot(LABELS, 10)), expected, "backward(x, y)", rtol=1e-5)


def linear_calls(rng, samples, features, units):
    layer = LinearModule(features, units)
    return [(layer.forward, numbers(rng, samples, features)), (layer.backward, numbers(rng, samples, units))]


@number("1.7")
@weight(0.5)
def test_linear_layer_runs_without_loops(rng):
    """LinearModule: no Python loop over samples, features or units"""
    source = read_source("modules")
    layer, W, b, x = linear_case(S=7, M=4, N=4, rng=rng)
    dout = numbers(rng, 7, 4)
    answers = (layer.forward(x.copy()), x @ W.T + b), (layer.backward(dout.copy()), dout @ W)
    assert_at_work("LinearModule", *answers)
    # A square weight, so that one that is transposed does not raise: it is the question of other tests.
    small = {"samples": 4, "features": 3, "units": 3}
    large = {noun: 10 * size for noun, size in small.items()}
    assert_vectorised(source, ["LinearModule.forward", "LinearModule.backward"], partial(linear_calls, rng), small, large)
