"""Part 1, the linear layer: initialisation, any sizes, gradients of one batch."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import numbers, set_parameters, tolerance
from layer_checks import assert_leaves_its_inputs_alone, of_linear
from modules import LinearModule

from autograder.compare import assert_close


@number("1.1")
@weight(0.4)
def test_linear_weights_of_the_input_layer_have_variance_1_over_fan_in():
    """LinearModule: initial weights of the input layer"""
    W = LinearModule(600, 200, input_layer=True).params["weight"]
    assert_close(float(W.std()), np.sqrt(1 / 600), "the standard deviation of the weights, input layer", rtol=0.05)
    assert_close(float(W.mean()), 0.0, "the mean of the weights, input layer", atol=1e-3)


@number("1.1")
@weight(0.4)
def test_linear_weights_of_later_layers_have_variance_2_over_fan_in():
    """LinearModule: initial weights of later layers"""
    W = LinearModule(600, 200).params["weight"]
    assert_close(float(W.std()), np.sqrt(2 / 600), "the standard deviation of the weights, later layer", rtol=0.05)
    assert_close(float(W.mean()), 0.0, "the mean of the weights, later layer", atol=1e-3)


@number("1.2")
@weight(0.4)
def test_linear_forward_takes_any_sizes(rng):
    """LinearModule.forward: one sample, one feature, one unit"""
    for S, M, N in ((1, 6, 4), (7, 1, 4), (7, 6, 1)):
        layer = LinearModule(M, N, input_layer=True)
        W, b, x = numbers(rng, N, M), numbers(rng, 1, N), numbers(rng, S, M)
        set_parameters(layer, W, b)
        assert_close(layer.forward(x), x @ W.T + b, f"forward(x) for S={S}, M={M}, N={N}", **tolerance(layer))


@number("1.2")
@weight(0.4)
def test_linear_leaves_its_inputs_alone(rng):
    """LinearModule: x and dout stay as they were"""
    layer, x, dout = LinearModule(4, 4), numbers(rng, 7, 4), numbers(rng, 7, 4)
    assert_leaves_its_inputs_alone(layer, x, dout, of_linear(layer, x, dout, rng))


@number("1.3")
@weight(0.4)
def test_linear_gradients_are_those_of_the_last_batch_alone(rng):
    """LinearModule.backward: gradients do not add up over calls"""
    layer = LinearModule(4, 4)
    x = numbers(rng, 7, 4)
    layer.forward(x)
    layer.backward(numbers(rng, 7, 4))
    layer.forward(x)
    layer.backward(np.zeros((7, 4)))  # a loss that depends on nothing
    for name in ("weight", "bias"):
        largest = float(np.abs(layer.grads[name]).max())
        assert_close(largest, 0.0, f'the largest entry of grads["{name}"] after a second backward with dout = 0')
