"""The linear layer. Each expected value is worked out here, by no function of the submission."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layers import Linear

from autograder.compare import assert_close


@number("1.1")
@weight(2)
def test_forward_of_a_small_batch():
    """Linear.forward: two samples, three features, two outputs"""
    layer = Linear(np.array([[1.0, 0.5], [0.0, 2.0], [3.0, -1.0]]), np.array([0.25, -4.0]))
    x = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]])
    assert_close(layer.forward(x), [[10.25, -2.5], [3.25, -7.0]], "forward(x)")


@number("1.2")
@weight(2)
def test_weight_gradient(rng):
    """Linear.backward: ∂L/∂W"""
    x, dout, layer = rng.normal(size=(5, 4)), rng.normal(size=(5, 3)), Linear(rng.normal(size=(4, 3)), np.zeros(3))
    expected = sum(np.outer(x[s], dout[s]) for s in range(5))
    layer.forward(x)
    layer.backward(dout)
    assert_close(layer.weight_gradient, expected, "weight_gradient")


@number("1.2")
@weight(1)
def test_bias_gradient(rng):
    """Linear.backward: ∂L/∂b"""
    x, dout, layer = rng.normal(size=(5, 4)), rng.normal(size=(5, 3)), Linear(rng.normal(size=(4, 3)), np.zeros(3))
    expected = dout[0] + dout[1] + dout[2] + dout[3] + dout[4]
    layer.forward(x)
    layer.backward(dout)
    assert_close(layer.bias_gradient, expected, "bias_gradient")
