"""Part 1, the layers: what each computes, forward and backward.

Each expected value is worked out here, from the formulas, for inputs that are drawn at random (the same ones in every run).
The layers get copies of these: one that writes into its input must not spoil the expected value.
"""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import arrays_kept, as_kept, assert_at_work, assert_drawn, numbers, row_shapes, set_parameters, tolerance
from modules import CrossEntropyModule, ELUModule, LinearModule, ReLUModule, SigmoidModule, SoftMaxModule
from returned import entry

from autograder.compare import Mismatch, assert_close, assert_unchanged
from autograder.standins import in_sandbox


def linear_case(S, M, N, rng):
    """Return a LinearModule with known parameters, these parameters, and a batch x, (S, M), for it."""
    layer = LinearModule(M, N)
    W, b = numbers(rng, N, M), numbers(rng, 1, N)
    set_parameters(layer, W, b)
    return layer, W, b, numbers(rng, S, M)


@in_sandbox
def passed_through(layer, x, dout):
    """Return layer.forward(x), layer.backward(dout), and x and dout as they are after these."""
    y = np.array(layer.forward(x))
    return y, layer.backward(dout), x, dout


@in_sandbox
def after_a_step_in_place(layer):
    """Return params["bias"] after a step against grads["bias"] that writes into its array, or why it cannot be made."""
    bias, gradient = layer.params["bias"], layer.grads["bias"]
    shapes = f'params["bias"] has shape {np.shape(bias)}, grads["bias"] {np.shape(gradient)}'
    try:
        bias -= 0.5 * gradient
    except (ValueError, TypeError) as error:
        return f"{shapes}; a step in place raises {type(error).__name__}: give both the same shape"
    return bias


@number("1.1")
@weight(0.2)
def test_linear_weight_has_a_row_per_unit_and_a_column_per_feature():
    """LinearModule: params["weight"] is (N, M)"""
    layer = LinearModule(5, 3)
    # Of its values, only that they are numbers: how they are drawn is the question of other tests.
    assert_close(layer.params["weight"], np.zeros((3, 5)), 'params["weight"]', atol=np.inf)
    assert_drawn(layer)


@number("1.1")
@weight(0.2)
def test_linear_bias_starts_at_zero():
    """LinearModule: params["bias"] starts as N floating-point zeros"""
    layer = LinearModule(5, 3)
    assert_close(layer.params["bias"], np.zeros((1, 3)), 'params["bias"]', dtype_kind="float", shapes=row_shapes(3))
    assert_drawn(layer)


@number("1.1")
@weight(0.2)
def test_linear_gradients_start_at_zero():
    """LinearModule: grads has both gradients, zero until the first backward"""
    layer = LinearModule(5, 3)
    assert_drawn(layer)
    grads = layer.grads
    weight, bias = (entry(grads, name, "grads of a new layer") for name in ("weight", "bias"))
    assert_close(weight, as_kept(np.zeros((3, 5))), 'grads["weight"] of a new layer')
    assert_close(bias, np.zeros((1, 3)), 'grads["bias"] of a new layer', shapes=row_shapes(3))


@number("1.2")
@weight(0.6)
def test_linear_forward_is_an_affine_map(rng):
    """LinearModule.forward: Y = X Wᵀ + b"""
    layer, W, b, x = linear_case(S=7, M=5, N=3, rng=rng)
    assert_close(layer.forward(x.copy()), x @ W.T + b, "forward(x)", **tolerance(layer))


@number("1.2")
@weight(0.2)
def test_linear_writes_nothing_into_its_inputs(rng):
    """LinearModule: forward and backward leave x and dout as they were"""
    layer, W, b, x = linear_case(S=7, M=4, N=4, rng=rng)
    dout = numbers(rng, 7, 4)
    y, dx, x_after, dout_after = passed_through(layer, x.copy(), dout.copy())
    assert_unchanged(x, x_after, "x")
    assert_unchanged(dout, dout_after, "dout")
    assert_at_work("LinearModule", (y, x @ W.T + b), (dx, dout @ W))


@number("1.3")
@weight(0.6)
def test_linear_weight_gradient(rng):
    """LinearModule.backward: ∂L/∂W"""
    layer, _, _, x = linear_case(S=7, M=4, N=4, rng=rng)
    dout = numbers(rng, 7, 4)
    layer.forward(x.copy())
    layer.backward(dout.copy())
    assert_close(layer.grads["weight"], as_kept(dout.T @ x), 'grads["weight"]', **tolerance(layer))


@number("1.3")
@weight(0.4)
def test_linear_bias_gradient(rng):
    """LinearModule.backward: ∂L/∂b"""
    layer, _, _, x = linear_case(S=7, M=4, N=4, rng=rng)
    dout = numbers(rng, 7, 4)
    layer.forward(x.copy())
    layer.backward(dout.copy())
    expected = dout.sum(axis=0, keepdims=True)
    assert_close(layer.grads["bias"], expected, 'grads["bias"]', shapes=row_shapes(4), **tolerance(layer))


@number("1.3")
@weight(0.2)
def test_linear_bias_can_take_a_step(rng):
    """LinearModule: grads["bias"] can be subtracted from params["bias"] in place"""
    layer, W, b, x = linear_case(S=7, M=4, N=4, rng=rng)
    dout = numbers(rng, 7, 4)
    answers = (layer.forward(x.copy()), x @ W.T + b), (layer.backward(dout.copy()), dout @ W)
    assert_at_work("LinearModule", *answers)
    stepped = after_a_step_in_place(layer)
    if isinstance(stepped, str):
        raise Mismatch("shape", "grads", stepped)
    assert_close(stepped, b, 'params["bias"] after a step', shapes=row_shapes(4), atol=np.inf)


@number("1.3")
@weight(0.6)
def test_linear_input_gradient(rng):
    """LinearModule.backward: ∂L/∂X"""
    layer, W, _, x = linear_case(S=7, M=5, N=3, rng=rng)
    dout = numbers(rng, 7, 3)
    layer.forward(x.copy())
    assert_close(layer.backward(dout.copy()), dout @ W, "backward(dout)", **tolerance(layer))


@number("1.4")
@weight(0.4)
def test_relu_forward(rng):
    """ReLUModule.forward: max(X, 0)"""
    x = numbers(rng, 6, 4)
    assert_close(ReLUModule().forward(x.copy()), np.maximum(x, 0), "forward(x)")


@number("1.4")
@weight(0.4)
def test_relu_backward(rng):
    """ReLUModule.backward: dout where X > 0"""
    x, dout = numbers(rng, 6, 4), numbers(rng, 6, 4)
    layer = ReLUModule()
    layer.forward(-x)  # an earlier batch, of which the next leaves nothing
    layer.forward(x.copy())
    assert_close(layer.backward(dout.copy()), np.where(x > 0, dout, 0), "backward(dout)")


@number("1.5")
@weight(0.4)
def test_elu_forward(rng):
    """ELUModule.forward: X where X > 0, exp(X) - 1 elsewhere"""
    x = numbers(rng, 6, 4)
    assert_close(ELUModule().forward(x.copy()), np.where(x > 0, x, np.exp(x) - 1), "forward(x)")


@number("1.5")
@weight(0.4)
def test_elu_backward(rng):
    """ELUModule.backward: dout where X > 0, exp(X) dout elsewhere"""
    x, dout = numbers(rng, 6, 4), numbers(rng, 6, 4)
    layer = ELUModule()
    layer.forward(x.copy())
    assert_close(layer.backward(dout.copy()), np.where(x > 0, dout, np.exp(x) * dout), "backward(dout)")


@number("1.5")
@weight(0.4)
def test_elu_forward_scales_the_negative_part_by_alpha(rng):
    """ELUModule.forward: α other than 1"""
    x = numbers(rng, 6, 4)
    assert_close(ELUModule(2.5).forward(x.copy()), np.where(x > 0, x, 2.5 * (np.exp(x) - 1)), "forward(x) with alpha = 2.5")


@number("1.6")
@weight(0.4)
def test_sigmoid_forward(rng):
    """SigmoidModule.forward: 1 / (1 + exp(-X))"""
    x = numbers(rng, 6, 4)
    assert_close(SigmoidModule().forward(x.copy()), 1 / (1 + np.exp(-x)), "forward(x)")


@number("1.6")
@weight(0.4)
def test_sigmoid_backward(rng):
    """SigmoidModule.backward: Y (1 - Y) dout"""
    x, dout = numbers(rng, 6, 4), numbers(rng, 6, 4)
    layer = SigmoidModule()
    layer.forward(x.copy())
    y = 1 / (1 + np.exp(-x))
    assert_close(layer.backward(dout.copy()), y * (1 - y) * dout, "backward(dout)")


@number("1.7")
@weight(0.4)
def test_softmax_forward(rng):
    """SoftMaxModule.forward: every row becomes probabilities"""
    x = numbers(rng, 6, 4)
    expected = np.stack([np.exp(row) / np.exp(row).sum() for row in x])
    assert_close(SoftMaxModule().forward(x.copy()), expected, "forward(x)")


@number("1.7")
@weight(0.4)
def test_softmax_takes_large_scores():
    """SoftMaxModule.forward: scores whose exponential overflows"""
    x = np.array([[1000.0, 1001.0, 1003.0], [1002.0, 1000.0, 1000.0], [0.0, 1000.0, -1000.0]])
    e = np.exp(np.array([[-3.0, -2.0, 0.0], [0.0, -2.0, -2.0], [-1000.0, 0.0, -2000.0]]))
    assert_close(SoftMaxModule().forward(x), e / e.sum(axis=1, keepdims=True), "forward(x) for large x")


@number("1.7")
@weight(0.8)
def test_softmax_backward(rng):
    """SoftMaxModule.backward: every score of a row moves every probability of that row"""
    x, dout = numbers(rng, 6, 4), numbers(rng, 6, 4)
    layer = SoftMaxModule()
    layer.forward(-x)  # an earlier batch, of which the next leaves nothing
    layer.forward(x.copy())
    y = np.stack([np.exp(row) / np.exp(row).sum() for row in x])
    jacobians = [np.diag(row) - np.outer(row, row) for row in y]  # one (4, 4) matrix ∂Y/∂X per sample
    expected = np.stack([row @ jacobian for row, jacobian in zip(dout, jacobians, strict=True)])
    assert_close(layer.backward(dout.copy()), expected, "backward(dout)")


@number("1.8")
@weight(0.4)
def test_cross_entropy_forward_is_a_mean_over_the_batch(rng):
    """CrossEntropyModule.forward: the mean of -log of the right class's probability"""
    x = rng.dirichlet(np.full(10, 5.0), size=6)
    y = np.array([3, 0, 9, 3, 5, 1])
    expected = -sum(np.log(x[i, y[i]]) for i in range(6)) / 6
    assert_close(CrossEntropyModule().forward(x.copy(), y), expected, "forward(x, y)", rtol=1e-3)


@number("1.8")
@weight(0.4)
def test_cross_entropy_backward_is_the_gradient_of_that_mean(rng):
    """CrossEntropyModule.backward: ∂L/∂X with respect to the probabilities"""
    x = rng.dirichlet(np.full(10, 5.0), size=6)
    y = np.array([3, 0, 9, 3, 5, 1])
    layer = CrossEntropyModule()
    layer.forward(x.copy(), y)
    expected = np.zeros((6, 10))
    for i in range(6):
        expected[i, y[i]] = -1 / (6 * x[i, y[i]])
    assert_close(layer.backward(x.copy(), y), expected, "backward(x, y)", rtol=1e-5)


@number("1.9")
@weight(0.2)
def test_linear_clear_cache_lets_go_of_the_batch(rng):
    """LinearModule.clear_cache: nothing of the batch is kept"""
    layer, W, b, x = linear_case(S=13, M=4, N=4, rng=rng)
    dout = numbers(rng, 13, 4)
    answers = (layer.forward(x.copy()), x @ W.T + b), (layer.backward(dout.copy()), dout @ W)
    assert_at_work("LinearModule", *answers)
    layer.clear_cache()
    assert list(arrays_kept(layer, 13)) == [], "after clear_cache() the layer still holds an array of the batch's size"
