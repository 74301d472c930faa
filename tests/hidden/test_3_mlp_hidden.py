"""Part 3, the MLP: no hidden layer, several of unequal width, and the gradient of everything at once."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import arrays_kept, as_kept, assert_drawn, linear_layers, numbers, tolerance
from mlp_cases import LOGIT_BIAS, assert_mlp_at_work, positive_parameters, set_all, signed_parameters, softmax
from mlp_numpy import MLP
from modules import CrossEntropyModule, LinearModule

from autograder.compare import Mismatch, assert_close, assert_same
from autograder.standins import in_sandbox

DEEP = [6, 9, 4, 7, 3]  # M, three hidden layers, C


def parameters_far_from_kinks(widths, S, rng):
    """Return parameters and x, (S, M), that put no input of a ReLU so near 0 that a small step carries it across."""
    while True:
        parameters, x = signed_parameters(widths, rng), numbers(rng, S, widths[0])
        hidden, nearest = x, np.inf
        for W, b in parameters[:-1]:
            scores = hidden @ W.T + b
            nearest = min(nearest, np.abs(scores).min())
            hidden = np.maximum(scores, 0)
        if nearest > 0.1 and hidden.any(axis=0).all():
            return parameters, x


@in_sandbox
def list_after_making_an_mlp():
    """Return the list of widths that an MLP was made from, as it is afterwards."""
    widths = [5]
    MLP(6, widths, 3)
    return widths


def assert_input_layer(layer, same, other, what):
    """Check that a layer's weights are spread as those of `same` are, a layer made by the same class.

    How well that draws them is the question of 1.1. `other` is made with the other input_layer.
    """
    found, expected, otherwise = (float(each.params["weight"].std()) for each in (layer, same, other))
    if not np.isclose(found, expected, rtol=0.1):
        cause = ": what does it get as input_layer?" if np.isclose(found, otherwise, rtol=0.1) else ""
        direction = "too small" if found < expected else "too large"
        raise Mismatch("value", what, f"the standard deviation of the weights of {what} is {direction}{cause}")


@number("3.1")
@weight(0.4)
def test_mlp_with_hidden_layers_of_unequal_width_has_them_all():
    """MLP: the linear layers of MLP(6, [9, 4, 7], 3)"""
    assert_drawn(*linear_layers(MLP(6, [9, 4, 7], 3), DEEP))


@number("3.1")
@weight(0.6)
def test_mlp_without_hidden_layers_is_logistic_regression(rng):
    """MLP: an empty list of hidden layers, forward and backward"""
    model = MLP(6, [], 3)
    layers = linear_layers(model, [6, 3])
    ((W, b),) = parameters = signed_parameters([6, 3], rng)
    set_all(layers, parameters)
    x, dout = numbers(rng, 4, 6), numbers(rng, 4, 3)
    y = softmax(x @ W.T + b)
    loose = tolerance(layers[0])
    assert_close(model.forward(x), y, "forward(x) of MLP(6, [], 3)", **loose)
    model.backward(dout)
    expected = (y * (dout - (y * dout).sum(axis=1, keepdims=True))).T @ x
    assert_close(layers[0].grads["weight"], as_kept(expected), 'grads["weight"] of MLP(6, [], 3)', **loose)


@number("3.1")
@weight(0.4)
def test_only_the_first_layer_of_an_mlp_is_an_input_layer():
    """MLP: initial weights of the first layer and of the next"""
    first, second, _ = linear_layers(MLP(400, [300, 300], 10), [400, 300, 300, 10])
    assert_drawn(first, second)
    for layer, features, flag, what in ((first, 400, True, "the first layer"), (second, 300, False, "the second layer")):
        same, other = (LinearModule(features, 300, input_layer=value) for value in (flag, not flag))
        assert_input_layer(layer, same, other, what)


@number("3.1")
@weight(0.2)
def test_the_only_layer_of_an_mlp_is_an_input_layer():
    """MLP: initial weights where there is no hidden layer"""
    (layer,) = linear_layers(MLP(400, [], 300), [400, 300])
    assert_drawn(layer)
    same, other = (LinearModule(400, 300, input_layer=flag) for flag in (True, False))
    assert_input_layer(layer, same, other, "the only layer of MLP(400, [], 300)")


@number("3.1")
@weight(0.2)
def test_an_mlp_leaves_the_list_of_widths_alone():
    """MLP: n_hidden stays as it was"""
    layers = linear_layers(MLP(6, [5], 3), [6, 5, 3])
    assert_drawn(*layers)
    assert_same(list_after_making_an_mlp(), [5], "n_hidden, after MLP(6, n_hidden, 3),")


@number("3.1")
@weight(0.2)
def test_two_mlps_share_nothing():
    """MLP: changing one object leaves another alone"""
    one, other = (linear_layers(MLP(6, [5], 3), [6, 5, 3])[0] for _ in range(2))
    assert_drawn(one, other)
    before = other.params["weight"].copy()
    one.params["weight"][...] = 7.0
    assert_close(other.params["weight"], before, 'params["weight"] of another MLP')


@number("3.2")
@weight(0.8)
def test_mlp_forward_with_hidden_layers_of_unequal_width(rng):
    """MLP.forward: three hidden layers"""
    model = MLP(6, [9, 4, 7], 3)
    layers = linear_layers(model, DEEP)
    parameters = signed_parameters(DEEP, rng)
    set_all(layers, parameters)
    x = numbers(rng, 5, 6)
    hidden = x
    for W, b in parameters[:-1]:
        hidden = np.maximum(hidden @ W.T + b, 0)
    W, b = parameters[-1]
    assert_close(model.forward(x), softmax(hidden @ W.T + b), "forward(x)", **tolerance(layers[0]))


@number("3.2")
@weight(0.4)
def test_mlp_has_no_activation_between_the_last_linear_layer_and_the_softmax(rng):
    """MLP.forward: negative scores reach the softmax as they are"""
    model = MLP(6, [5], 3)
    layers = linear_layers(model, [6, 5, 3])
    (W1, b1), (W2, b2) = positive_parameters([6, 5, 3], rng)
    b2 = b2 - 3 * LOGIT_BIAS
    set_all(layers, [(W1, b1), (W2, b2)])
    x = np.abs(numbers(rng, 4, 6))
    expected = softmax((x @ W1.T + b1) @ W2.T + b2)
    assert_close(model.forward(x), expected, "forward(x) for negative scores", **tolerance(layers[0]))


@number("3.3")
@weight(0.8)
def test_mlp_backward_reaches_the_first_of_several_layers(rng):
    """MLP.backward: ∂L/∂W of the first of four linear layers, where all hidden units are active"""
    model = MLP(6, [9, 4, 7], 3)
    layers = linear_layers(model, DEEP)
    parameters = positive_parameters(DEEP, rng)
    set_all(layers, parameters)
    x, dout = np.abs(numbers(rng, 5, 6)), numbers(rng, 5, 3)
    model.forward(x)
    model.backward(dout)

    scores = x
    for W, b in parameters:
        scores = scores @ W.T + b
    y = softmax(scores)
    gradient = y * (dout - (y * dout).sum(axis=1, keepdims=True))
    for W, _ in reversed(parameters[1:]):
        gradient = gradient @ W
    expected = as_kept(gradient.T @ x)
    assert_close(layers[0].grads["weight"], expected, 'grads["weight"] of the first layer', **tolerance(layers[0]))


@number("3.3")
@weight(1.2)
def test_gradients_of_the_loss_are_its_slopes(rng):
    """MLP and CrossEntropyModule: all gradients against central differences of the loss"""
    widths = [5, 4, 4, 10]
    model, loss = MLP(5, [4, 4], 10), CrossEntropyModule()
    layers = linear_layers(model, widths)
    parameters, x = parameters_far_from_kinks(widths, S=4, rng=rng)
    set_all(layers, parameters)
    y = rng.integers(0, 10, size=4)

    probabilities = model.forward(x)
    loss.forward(probabilities, y)
    model.backward(loss.backward(probabilities, y))
    single = layers[0].params["weight"].dtype == np.float32
    h, rtol, atol = (1e-2, 2e-2, 2e-3) if single else (1e-4, 1e-3, 1e-6)
    for i, layer in enumerate(layers, start=1):
        for name in ("weight", "bias"):
            parameter, gradient = layer.params[name], np.array(layer.grads[name])
            slopes = np.zeros(parameter.shape)
            for index in np.ndindex(parameter.shape):
                value = parameter[index]
                parameter[index] = value + h
                above = loss.forward(model.forward(x), y)
                parameter[index] = value - h
                below = loss.forward(model.forward(x), y)
                parameter[index] = value
                slopes[index] = (above - below) / (2 * h)
            assert np.abs(slopes).max() > 10 * atol, f"the loss does not depend on the {name} of linear layer {i}"
            # A bias and its gradient may be (N,) or (1, N), each as it likes.
            slopes = slopes if name == "weight" else slopes.reshape(gradient.shape)
            assert_close(gradient, slopes, f'grads["{name}"] of linear layer {i}', rtol=rtol, atol=atol)


@number("3.4")
@weight(0.4)
def test_mlp_clear_cache_lets_go_of_the_batch(rng):
    """MLP.clear_cache: no layer keeps anything of the batch"""
    model = MLP(6, [5], 3)
    assert_mlp_at_work(model, [6, 5, 3], np.abs(numbers(rng, 13, 6)), rng)
    model.clear_cache()
    kept = ", ".join(arrays_kept(model, 13))
    assert not kept, f"after clear_cache() the MLP still holds an array of the batch's size, in {kept}"
