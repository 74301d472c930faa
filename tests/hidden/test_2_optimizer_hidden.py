"""Part 2, the optimizer: several steps, several layers, and rules that meet."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from optimizer_cases import layer_with
from optimizers import SGD

from autograder.compare import assert_close


@number("2.1")
@weight(0.4)
def test_every_step_uses_the_gradient_of_that_moment():
    """SGD.step: three steps with new gradients"""
    layer = layer_with([[8.0, -8.0, 4.0]], [[0.0]])
    optimizer = SGD([layer], lr=1.0)
    for gradient in ([[1.0, 2.0, 3.0]], [[0.0, -4.0, 0.5]], [[2.0, 0.0, -1.0]]):
        layer.grads["weight"] = np.array(gradient)
        optimizer.step()
    assert_close(layer.params["weight"], [[5.0, -6.0, 1.5]], 'params["weight"] after three steps')


@number("2.2")
@weight(0.4)
def test_biases_do_not_decay():
    """SGD.step: weight decay leaves biases alone"""
    layer = layer_with([[4.0, 2.0]], [[5.0, -3.0]])
    SGD([layer], lr=1.0, weight_decay=0.1).step()
    assert float(layer.params["weight"][0, 0]) != 4.0, "one step with λ = 0.1 leaves the weights as they were"
    assert_close(layer.params["bias"], [[5.0, -3.0]], 'params["bias"] after one step with a gradient of zero, λ = 0.1')


@number("2.3")
@weight(0.4)
def test_every_parameter_has_its_own_average():
    """SGD.step: momentum of one parameter does not move another"""
    moved, still = layer_with([[1.0, 2.0]], [[1.0, 2.0]]), layer_with([[1.0, 2.0]], [[1.0, 2.0]])
    optimizer = SGD([moved, still], lr=1.0, momentum=0.5)
    moved.grads["weight"] = np.array([[4.0, -4.0]])
    optimizer.step()
    optimizer.step()
    assert float(moved.params["weight"][0, 0]) != 1.0, "two steps leave the weight that has a gradient as it was"
    for name, value in (
        ('params["bias"] of the same layer', moved.params["bias"]),
        ('params["weight"] of another layer', still.params["weight"]),
        ('params["bias"] of another layer', still.params["bias"]),
    ):
        assert_close(value, [[1.0, 2.0]], f"{name}, whose gradient is zero,")


@number("2.3")
@weight(0.8)
def test_weight_decay_comes_before_the_average():
    """SGD.step: momentum and weight decay together over three steps"""
    layer = layer_with([[1.0, -2.0]], [[0.0]])
    layer.grads["weight"] = np.array([[1.0, 0.5]])
    optimizer = SGD([layer], lr=1.0, momentum=0.75, weight_decay=0.5)
    w, m = np.array([[1.0, -2.0]]), np.zeros((1, 2))
    for step in (1, 2, 3):
        optimizer.step()
        m = 0.75 * m + 0.25 * (np.array([[1.0, 0.5]]) + 0.5 * w)
        w = w - m
        assert_close(layer.params["weight"], w, f'params["weight"] after step {step}, μ = 0.75, λ = 0.5')
