"""Part 2, the NumPy MLP: no hidden layer, several of unequal width, other slopes, and the gradient of everything at once."""

from functools import partial

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import (
    any_shapes,
    as_kept,
    assert_at_work,
    assert_drawn,
    drawn_parameters,
    leaky,
    linear_layers,
    numbers,
    one_hot,
    probabilities_of,
    softmax,
    tolerance,
)
from mlp_numpy import MLP

from autograder.compare import assert_close, assert_same
from autograder.standins import in_sandbox
from autograder.vectorisation import assert_vectorised, read_source

DEEP = [6, 9, 4, 7, 3]  # M, three hidden layers, C
SLOPE = 0.02


def case_far_from_kinks(layers, widths, S, slope, rng):
    """Give layers parameters; return these and x, (S, M), with no hidden unit so near 0 that a small step crosses it."""
    while True:
        parameters, x = drawn_parameters(layers, widths, rng), numbers(rng, S, widths[0])
        hidden, nearest = x, np.inf
        for W, b in parameters[:-1]:
            scores = hidden @ W.T + b
            nearest = min(nearest, np.abs(scores).min())
            hidden = leaky(scores, slope)
        if nearest > 0.02:
            return parameters, x


@in_sandbox
def list_after_making_an_mlp():
    """Return the list of widths that an MLP was made from, as it is afterwards."""
    widths = [5]
    MLP(6, widths, 3, 0.02)
    return widths


@number("2.1")
@weight(1)
def test_mlp_without_hidden_layers_is_logistic_regression(rng):
    """MLP: an empty list of hidden layers, forward and backward"""
    model = MLP(6, [], 3, SLOPE)
    layers = linear_layers(model, [6, 3])
    parameters = drawn_parameters(layers, [6, 3], rng)
    x, dout = numbers(rng, 4, 6), numbers(rng, 4, 3)
    y = probabilities_of(parameters, x, SLOPE)
    loose = tolerance(layers[0])
    assert_close(model.forward(x), y, "forward(x) of MLP(6, [], 3, 0.02)", **loose)
    model.backward(dout)
    expected = (y * (dout - (y * dout).sum(axis=1, keepdims=True))).T @ x
    assert_close(layers[0].grads["weight"], as_kept(expected), 'grads["weight"] of MLP(6, [], 3, 0.02)', **loose)


@number("2.1")
@weight(0.25)
def test_an_mlp_leaves_the_list_of_widths_alone():
    """MLP: n_hidden stays as it was"""
    assert_drawn(*linear_layers(MLP(6, [5], 3, SLOPE), [6, 5, 3]))
    assert_same(list_after_making_an_mlp(), [5], "n_hidden, after MLP(6, n_hidden, 3, 0.02),")


@number("2.1")
@weight(0.25)
def test_two_mlps_share_nothing():
    """MLP: changing one object leaves another alone"""
    one, other = (linear_layers(MLP(6, [5], 3, SLOPE), [6, 5, 3])[0] for _ in range(2))
    assert_drawn(one, other)
    before = other.params["weight"].copy()
    one.params["weight"][...] = 7.0
    assert_close(other.params["weight"], before, 'params["weight"] of another MLP')


@number("2.2")
@weight(1)
def test_mlp_forward_with_hidden_layers_of_unequal_width(rng):
    """MLP.forward: three hidden layers"""
    model = MLP(6, [9, 4, 7], 3, SLOPE)
    layers = linear_layers(model, DEEP)
    parameters, x = drawn_parameters(layers, DEEP, rng), numbers(rng, 5, 6)
    assert_close(model.forward(x), probabilities_of(parameters, x, SLOPE), "forward(x)", **tolerance(layers[0]))


@number("2.2")
@weight(0.5)
def test_mlp_has_the_slope_it_is_told(rng):
    """MLP: neg_slope = 0.3"""
    model = MLP(6, [5], 3, 0.3)
    layers = linear_layers(model, [6, 5, 3])
    parameters, x = drawn_parameters(layers, [6, 5, 3], rng), numbers(rng, 4, 6)
    found = model.forward(x)
    for slope in (0.02, 0.0):
        same = np.shape(found) == (4, 3) and np.allclose(found, probabilities_of(parameters, x, slope), atol=1e-5)
        assert not same, f"MLP(6, [5], 3, 0.3) has the slope {slope} below zero: neg_slope is not passed on"
    assert_close(found, probabilities_of(parameters, x, 0.3), "forward(x) for neg_slope = 0.3", **tolerance(layers[0]))


@number("2.3")
@weight(1.5)
def test_gradients_of_the_loss_are_its_slopes(rng):
    """MLP.backward: the gradients of all parameters of three hidden layers against central differences"""
    S, h, labels = 5, 1e-5, one_hot(rng.integers(0, 3, size=5), 3)
    model = MLP(6, [9, 4, 7], 3, 0.3)
    layers = linear_layers(model, DEEP)
    parameters, x = case_far_from_kinks(layers, DEEP, S, 0.3, rng)
    y = model.forward(x)
    assert_close(y, probabilities_of(parameters, x, 0.3), "forward(x)", rtol=1e-3, atol=1e-3)
    model.backward(-labels / (S * np.maximum(y, 1e-12)))

    def loss():
        return -np.log((probabilities_of(parameters, x, 0.3) * labels).sum(axis=1)).mean()

    for i, (layer, pair) in enumerate(zip(layers, parameters, strict=True), start=1):
        for name, values in zip(("weight", "bias"), pair, strict=True):
            slopes = np.zeros(values.shape)
            for index in np.ndindex(values.shape):
                kept = values[index]
                values[index] = kept + h
                above = loss()
                values[index] = kept - h
                slopes[index] = (above - loss()) / (2 * h)
                values[index] = kept
            what, N = f'grads["{name}"] of linear layer {i}', values.shape[-1]
            expected, shapes = (as_kept(slopes), None) if name == "weight" else (slopes, any_shapes(N))
            assert_close(layer.grads[name], expected, what, rtol=1e-3, atol=1e-5, shapes=shapes or [expected.shape])


def mlp_calls(rng, samples, features, units, classes):
    model = MLP(features, [units, units], classes, SLOPE)
    return [(model.forward, numbers(rng, samples, features)), (model.backward, numbers(rng, samples, classes))]


@number("2.4")
@weight(0.5)
def test_mlp_runs_without_loops_but_over_its_layers(rng):
    """MLP: no Python loop over samples or units"""
    source = read_source("mlp_numpy")
    model = MLP(6, [5], 3, SLOPE)
    layers, x = linear_layers(model, [6, 5, 3]), np.abs(numbers(rng, 4, 6))
    for layer in layers:  # all is positive, and biases are 0: no mistake in an activation or a bias matters
        layer.params["weight"][...] = np.abs(layer.params["weight"]) + np.float32(0.25)
        layer.params["bias"][...] = 0
    first, last = (as_kept(np.array(layer.params["weight"])) for layer in layers)
    assert_at_work("MLP", (model.forward(x.copy()), softmax(x @ first.T @ last.T)))
    # All weights are square, so that a transposed one does not raise: it is the question of other tests.
    small = {"samples": 4, "features": 6, "units": 6, "classes": 6}
    large = {noun: 10 * size for noun, size in small.items()}
    # Loops in layers are the question of 1.7.
    functions = ["MLP.forward", "MLP.backward"]
    assert_vectorised(source, functions, partial(mlp_calls, rng), small, large, own_file_only=True)
