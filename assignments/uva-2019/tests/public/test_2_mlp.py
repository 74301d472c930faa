"""Part 2, the NumPy MLP: one hidden layer, forward and backward.

The layers of an MLP are found wherever it keeps them; their parameters are set here, and all else is worked out from these.
"""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import as_kept, assert_drawn, drawn_parameters, leaky, linear_layers, numbers, softmax, tolerance
from mlp_numpy import MLP

from autograder.compare import assert_close

SLOPE = 0.02


@number("2.1")
@weight(0.5)
def test_mlp_with_one_hidden_layer_has_two_linear_layers():
    """MLP: the linear layers of MLP(6, [5], 3, 0.02)"""
    assert_drawn(*linear_layers(MLP(6, [5], 3, SLOPE), [6, 5, 3]))


@number("2.2")
@weight(1)
def test_mlp_forward_with_one_hidden_layer(rng):
    """MLP.forward: linear, leaky ReLU, linear, softmax"""
    model = MLP(6, [5], 3, SLOPE)
    layers = linear_layers(model, [6, 5, 3])
    (W1, b1), (W2, b2) = drawn_parameters(layers, [6, 5, 3], rng)
    x = numbers(rng, 4, 6)
    expected = softmax(leaky(x @ W1.T + b1, SLOPE) @ W2.T + b2)
    assert_close(model.forward(x), expected, "forward(x)", **tolerance(layers[0]))


@number("2.3")
@weight(1.5)
def test_mlp_backward_with_one_hidden_layer(rng):
    """MLP.backward: ∂L/∂W of both linear layers"""
    model = MLP(6, [5], 3, SLOPE)
    layers = linear_layers(model, [6, 5, 3])
    (W1, b1), (W2, b2) = drawn_parameters(layers, [6, 5, 3], rng)
    x, dout = numbers(rng, 4, 6), numbers(rng, 4, 3)
    model.forward(x)
    model.backward(dout)

    before = x @ W1.T + b1  # (4, 5)
    hidden = leaky(before, SLOPE)
    y = softmax(hidden @ W2.T + b2)
    dscores = y * (dout - (y * dout).sum(axis=1, keepdims=True))
    dbefore = dscores @ W2 * np.where(before > 0, 1, SLOPE)
    loose = tolerance(layers[0])
    assert_close(layers[1].grads["weight"], as_kept(dscores.T @ hidden), 'grads["weight"] of the last layer', **loose)
    assert_close(layers[0].grads["weight"], as_kept(dbefore.T @ x), 'grads["weight"] of the first layer', **loose)
