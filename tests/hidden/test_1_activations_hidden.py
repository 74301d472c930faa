"""Part 1, activations and softmax: extreme numbers, parameters, and what a layer must leave alone or let go of."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import arrays_kept, assert_at_work, numbers
from layer_checks import ACTIVATIONS, assert_leaves_its_inputs_alone, of_elu, of_relu, of_sigmoid, of_softmax, two_arrays
from modules import ELUModule, ReLUModule, SigmoidModule, SoftMaxModule

from autograder.compare import assert_close


@number("1.4")
@weight(0.2)
def test_relu_leaves_its_inputs_alone(rng):
    """ReLUModule: x and dout stay as they were"""
    x, dout = two_arrays(rng)
    assert_leaves_its_inputs_alone(ReLUModule(), x, dout, of_relu(x, dout))


@number("1.5")
@weight(0.4)
def test_elu_backward_scales_the_negative_part_by_alpha(rng):
    """ELUModule.backward: α other than 1"""
    x = numbers(rng, 6, 4)
    layer = ELUModule(alpha=0.25)
    layer.forward(x.copy())
    expected = np.where(x > 0, 1, 0.25 * np.exp(x))
    assert_close(layer.backward(np.ones((6, 4))), expected, "backward(dout) with alpha = 0.25 and dout = 1")


@number("1.5")
@weight(0.4)
def test_elu_takes_large_numbers():
    """ELUModule: numbers whose exponential overflows"""
    x = np.array([[1000.0, -1000.0, 800.0], [-40.0, 2.0, -900.0]])
    layer = ELUModule()
    layer.forward(-x)  # an earlier batch, of which the next leaves nothing
    assert_close(layer.forward(x), [[1000.0, -1.0, 800.0], [-1.0, 2.0, -1.0]], "forward(x) for large x")
    dx = layer.backward(np.ones((2, 3)))
    assert_close(dx, [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]], "backward(dout) for large x and dout = 1")


@number("1.5")
@weight(0.2)
def test_elu_leaves_its_inputs_alone(rng):
    """ELUModule: x and dout stay as they were"""
    x, dout = two_arrays(rng)
    assert_leaves_its_inputs_alone(ELUModule(), x, dout, of_elu(x, dout))


@number("1.6")
@weight(0.4)
def test_sigmoid_takes_large_numbers():
    """SigmoidModule: numbers whose exponential overflows"""
    x = np.array([[1000.0, -1000.0, 0.0], [-750.0, 40.0, 750.0]])
    layer = SigmoidModule()
    layer.forward(-x)  # an earlier batch, of which the next leaves nothing
    assert_close(layer.forward(x), [[1.0, 0.0, 0.5], [0.0, 1.0, 1.0]], "forward(x) for large x")
    dx = layer.backward(np.ones((2, 3)))
    assert_close(dx, [[0.0, 0.0, 0.25], [0.0, 0.0, 0.0]], "backward(dout) for large x and dout = 1")


@number("1.6")
@weight(0.2)
def test_sigmoid_leaves_its_inputs_alone(rng):
    """SigmoidModule: x and dout stay as they were"""
    x, dout = two_arrays(rng)
    assert_leaves_its_inputs_alone(SigmoidModule(), x, dout, of_sigmoid(x, dout))


@number("1.7")
@weight(0.4)
def test_softmax_treats_every_row_on_its_own():
    """SoftMaxModule.forward: rows of very different size in one batch"""
    x = np.array([[700.0, 699.0, 698.0], [-50.0, -51.0, -52.0], [1.0, 0.0, -1.0]])
    e = np.exp(np.array([0.0, -1.0, -2.0]))
    assert_close(SoftMaxModule().forward(x), np.tile(e / e.sum(), (3, 1)), "forward(x) for rows that differ by a constant")


@number("1.7")
@weight(0.2)
def test_softmax_leaves_its_inputs_alone(rng):
    """SoftMaxModule: x and dout stay as they were"""
    x, dout = two_arrays(rng)
    assert_leaves_its_inputs_alone(SoftMaxModule(), x, dout, of_softmax(x, dout))


@number("1.9")
@weight(0.2)
def test_clear_cache_lets_go_of_the_batch(rng):
    """clear_cache of ReLU, ELU, Sigmoid and SoftMax: nothing of the batch is kept"""
    for name, (make_layer, answers_of) in ACTIVATIONS.items():
        layer, x, dout = make_layer(), numbers(rng, 13, 4), numbers(rng, 13, 4)
        answers = layer.forward(x.copy()), layer.backward(dout.copy())
        assert_at_work(name, *zip(answers, answers_of(x, dout), strict=True))
        layer.clear_cache()
        kept = ", ".join(arrays_kept(layer, 13))
        assert not kept, f"after clear_cache() a layer still holds an array of the batch's size, in {kept}"
