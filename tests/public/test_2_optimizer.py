"""Part 2, the optimizer: single rules, with numbers that can be checked by hand."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from optimizer_cases import layer_with
from optimizers import SGD

from autograder.compare import assert_close


@number("2.1")
@weight(0.8)
def test_one_step_goes_against_the_gradient():
    """SGD.step: w ← w - η ∂L/∂w, for weights and biases"""
    layer = layer_with([[1.0, -2.0], [0.5, 3.0]], [[0.0, 1.0]])
    layer.grads["weight"] = np.array([[10.0, 0.0], [-5.0, 1.0]])
    layer.grads["bias"] = np.array([[2.0, -4.0]])
    SGD([layer], lr=0.1).step()
    assert_close(layer.params["weight"], [[0.0, -2.0], [1.0, 2.9]], 'params["weight"] after one step')
    assert_close(layer.params["bias"], [[-0.2, 1.4]], 'params["bias"] after one step')


@number("2.2")
@weight(0.4)
def test_weight_decay_pulls_weights_towards_zero():
    """SGD.step: weight decay adds λ w to the gradient of a weight"""
    layer = layer_with([[1.0, -2.0], [0.5, 3.0]], [[0.0, 1.0]])
    layer.grads["weight"] = np.array([[1.0, 0.0], [0.0, -1.0]])
    SGD([layer], lr=1.0, weight_decay=0.1).step()
    assert_close(layer.params["weight"], [[-0.1, -1.8], [0.45, 3.7]], 'params["weight"] after one step, λ = 0.1')


@number("2.3")
@weight(0.8)
def test_momentum_is_a_moving_average_of_gradients():
    """SGD.step: m ← μ m + (1 - μ) ∂L/∂w over two steps"""
    layer = layer_with([[1.0, 1.0]], [[0.0]])
    optimizer = SGD([layer], lr=1.0, momentum=0.9)
    layer.grads["weight"] = np.array([[1.0, -10.0]])
    optimizer.step()  # m = 0.1 · (1, -10) = (0.1, -1)
    assert_close(layer.params["weight"], [[0.9, 2.0]], 'params["weight"] after the first step, μ = 0.9')
    layer.grads["weight"] = np.array([[2.0, 0.0]])
    optimizer.step()  # m = 0.9 · (0.1, -1) + 0.1 · (2, 0) = (0.29, -0.9)
    assert_close(layer.params["weight"], [[0.61, 2.9]], 'params["weight"] after the second step, μ = 0.9')
