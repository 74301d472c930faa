"""The linear layer: what only the grader runs."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layers import Linear

from autograder.compare import assert_close


@number("1.1")
@weight(1)
def test_forward_of_a_random_batch(rng):
    """Linear.forward: a batch of seven"""
    W, b, x = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=(7, 4))
    expected = [[sum(x[s, m] * W[m, n] for m in range(4)) + b[n] for n in range(3)] for s in range(7)]
    assert_close(Linear(W, b).forward(x), expected, "forward(x)")


@number("1.2")
@weight(1)
def test_input_gradient(rng):
    """Linear.backward: ∂L/∂X"""
    W, x, dout = rng.normal(size=(4, 3)), rng.normal(size=(5, 4)), rng.normal(size=(5, 3))
    expected = [[sum(dout[s, n] * W[m, n] for n in range(3)) for m in range(4)] for s in range(5)]
    layer = Linear(W, np.zeros(3))
    layer.forward(x)
    assert_close(layer.backward(dout), expected, "backward(dout)")


@number("1.2")
@weight(1)
def test_gradients_are_those_of_the_last_batch(rng):
    """Linear.backward: gradients of the last batch"""
    layer = Linear(rng.normal(size=(4, 3)), rng.normal(size=3))
    for size in (6, 2):
        x, dout = rng.normal(size=(size, 4)), rng.normal(size=(size, 3))
        layer.forward(x)
        layer.backward(dout)
    assert_close(layer.weight_gradient, np.outer(x[0], dout[0]) + np.outer(x[1], dout[1]), "weight_gradient")
