"""Part 1, the linear layer: initialisation, any sizes, gradients of one batch."""

import numpy as np
from first_weights import assert_normal, assert_spread
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import as_kept, assert_at_work, numbers, row_shapes, set_parameters, tolerance
from layer_checks import assert_leaves_its_inputs_alone, of_linear
from modules import LinearModule
from returned import entry

from autograder.compare import Mismatch, assert_close, assert_finite


@number("1.1")
@weight(0.3)
def test_linear_weights_of_the_input_layer_have_variance_1_over_fan_in():
    """LinearModule: initial weights of the input layer"""
    assert_spread(LinearModule(600, 200, input_layer=True).params["weight"], 600, 200, input_layer=True)


@number("1.1")
@weight(0.3)
def test_linear_weights_of_later_layers_have_variance_2_over_fan_in():
    """LinearModule: initial weights of later layers"""
    assert_spread(LinearModule(600, 200).params["weight"], 600, 200, input_layer=False)


@number("1.1")
@weight(0.2)
def test_linear_weights_are_normally_distributed():
    """LinearModule: initial weights are drawn from a normal distribution"""
    assert_normal(LinearModule(600, 200).params["weight"])


@number("1.1")
@weight(0.2)
def test_every_linear_layer_draws_weights_of_its_own():
    """LinearModule: layers of the same size do not start with the same weights"""
    first, second = (np.array(LinearModule(6, 5).params["weight"], dtype=float) for _ in range(2))
    if np.array_equal(first, second):
        raise Mismatch(
            "value",
            'params["weight"]',
            "two layers of the same size have the same weights: is a seed set, or a generator made from one, in the "
            "constructor? Then all layers start alike, whatever the seed of train.",
        )


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
@weight(0.2)
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
    largest = []
    for dout in (numbers(rng, 7, 4), np.zeros((7, 4))):  # the second is that of a loss that depends on nothing
        layer.forward(x)
        layer.backward(dout)
        for name in ("weight", "bias"):
            what, gradient = f'grads["{name}"]', layer.grads[name]
            assert_finite(gradient, what)
            largest.append((what, float(np.abs(gradient).max())))
    for what, size in largest[:2]:
        assert size > 0, f"{what} is zero after a backward"
    for what, size in largest[2:]:
        assert size < 1e-9, (
            f"{what} keeps the gradient of the earlier call, though dout is 0 in this one: replace it, do not add"
        )
    layer.forward(np.zeros((7, 4)))
    layer.backward(numbers(rng, 7, 4))
    size = float(np.abs(layer.grads["weight"]).max())
    assert size < 1e-9, 'grads["weight"] goes by x of an earlier call, though x is 0 in this one'


@number("1.9")
@weight(0.2)
def test_linear_clear_cache_keeps_parameters_and_gradients(rng):
    """LinearModule.clear_cache: parameters and gradients stay as they were"""
    layer = LinearModule(4, 4)
    W, b, x = numbers(rng, 4, 4), numbers(rng, 1, 4), numbers(rng, 7, 4)
    set_parameters(layer, W, b)
    dout = numbers(rng, 7, 4)
    answers = (layer.forward(x), x @ W.T + b), (layer.backward(dout), dout @ W)
    assert_at_work("LinearModule", *answers)
    gradients = {name: np.array(layer.grads[name]) for name in ("weight", "bias")}
    layer.clear_cache()
    for name, value, shapes in (("weight", as_kept(W), [(4, 4)]), ("bias", b, row_shapes(4))):
        parameter = entry(layer.params, name, "params after clear_cache()")
        assert_close(parameter, value, f'params["{name}"] after clear_cache()', shapes=shapes)
        gradient = entry(layer.grads, name, "grads after clear_cache()")
        assert_close(gradient, gradients[name], f'grads["{name}"] after clear_cache()')
