"""Part 3, the MLP: one hidden layer, forward and backward.

The layers of an MLP are found wherever it keeps them; their parameters are set here, and all else is worked out from these.
"""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import as_kept, assert_drawn, linear_layers, numbers, tolerance
from mlp_cases import positive_parameters, set_all, signed_parameters, softmax
from mlp_numpy import MLP

from autograder.compare import assert_close


@number("3.1")
@weight(0.4)
def test_mlp_with_one_hidden_layer_has_two_linear_layers():
    """MLP: the linear layers of MLP(6, [5], 3)"""
    assert_drawn(*linear_layers(MLP(6, [5], 3), [6, 5, 3]))


@number("3.2")
@weight(0.8)
def test_mlp_forward_with_one_hidden_layer(rng):
    """MLP.forward: linear, ReLU, linear, softmax"""
    model = MLP(6, [5], 3)
    layers = linear_layers(model, [6, 5, 3])
    (W1, b1), (W2, b2) = parameters = signed_parameters([6, 5, 3], rng)
    set_all(layers, parameters)
    x = numbers(rng, 4, 6)
    expected = softmax(np.maximum(x @ W1.T + b1, 0) @ W2.T + b2)
    assert_close(model.forward(x), expected, "forward(x)", **tolerance(layers[0]))


@number("3.3")
@weight(0.8)
def test_mlp_backward_with_one_hidden_layer(rng):
    """MLP.backward: ∂L/∂W of both linear layers, where all hidden units are active"""
    model = MLP(6, [5], 3)
    layers = linear_layers(model, [6, 5, 3])
    (W1, b1), (W2, b2) = parameters = positive_parameters([6, 5, 3], rng)
    set_all(layers, parameters)
    x, dout = np.abs(numbers(rng, 4, 6)), numbers(rng, 4, 3)
    model.forward(x)
    model.backward(dout)

    hidden = x @ W1.T + b1  # (4, 5), all positive
    y = softmax(hidden @ W2.T + b2)
    dscores = y * (dout - (y * dout).sum(axis=1, keepdims=True))
    loose = tolerance(layers[0])
    assert_close(layers[1].grads["weight"], as_kept(dscores.T @ hidden), 'grads["weight"] of the last layer', **loose)
    assert_close(layers[0].grads["weight"], as_kept((dscores @ W2).T @ x), 'grads["weight"] of the first layer', **loose)
