"""Part 1, the layers: first weights, any sizes and slopes, extreme probabilities, inputs left alone, no loops."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, partial_credit, weight
from layer_cases import (
    assert_at_work,
    leaky,
    numbers,
    one_hot,
    set_parameters,
    tolerance,
)
from layer_checks import (
    LAYERS,
    SLOPE,
    assert_leaves_its_inputs_alone,
    loop_in_layer,
    of_cross_entropy,
    of_leaky_relu,
    of_softmax,
)
from modules import CrossEntropyModule, LeakyReLUModule, LinearModule, SoftMaxModule

from autograder.compare import Mismatch, assert_close, assert_finite, assert_unchanged
from autograder.standins import in_sandbox
from autograder.vectorisation import read_source

SLOPES = (0.0, 0.02, 0.5)
SINGLE = {"rtol": 1e-4, "atol": 1e-5}  # what float32 may differ by


# 1.1 First weights


@number("1.1")
@weight(1)
def test_linear_weights_have_deviation_1e_4():
    """LinearModule: the standard deviation of the first weights is 0.0001, whatever the sizes"""
    for M, N in ((400, 100), (50, 300)):
        W = np.array(LinearModule(M, N).params["weight"], dtype=float)
        found, what = float(W.std()), f"the standard deviation of the weights of LinearModule({M}, {N})"
        if not np.isclose(found, 1e-4, rtol=0.05):
            causes = {
                1e-2: ": 0.0001 is the deviation, not the variance",
                1e-8: ": 0.0001 is the deviation, and not to be squared",
                1e-4 / np.sqrt(3): ": is 0.0001 the bound of a uniform distribution?",
            }
            cause = next((text for value, text in causes.items() if np.isclose(found, value, rtol=0.05)), "")
            raise Mismatch("value", what, f"{what} is {found:.3g}, expected 0.0001{cause}")
        assert_close(float(W.mean()), 0.0, "the mean of the weights", atol=1e-5)


@number("1.1")
@weight(0.25)
def test_linear_weights_are_normally_distributed():
    """LinearModule: the first weights are drawn from a normal distribution"""
    W = np.array(LinearModule(400, 100).params["weight"], dtype=float)
    assert W.std() > 0, "all weights of a new linear layer are alike"
    beyond = float((np.abs(W - W.mean()) > 2 * W.std()).mean())
    spread = ": is it uniform?" if beyond == 0 else ""
    assert 0.04 < beyond < 0.051, (
        f"{beyond:.1%} of the weights lie beyond two standard deviations; a normal distribution has 4.6% there{spread}"
    )


@number("1.1")
@weight(0.25)
def test_every_linear_layer_draws_weights_of_its_own():
    """LinearModule: layers of the same size do not start with the same weights"""
    first, second = (np.array(LinearModule(6, 5).params["weight"], dtype=float) for _ in range(2))
    assert not np.array_equal(first, second), (
        "two layers of the same size have the same weights: is a seed set in the constructor? train does that"
    )


# 1.2 and 1.3 The linear layer


@number("1.2")
@weight(0.5)
def test_linear_takes_any_sizes_and_single_precision(rng):
    """LinearModule.forward: one sample, one feature, one unit; a batch of float32"""
    for S, M, N in ((1, 6, 4), (7, 1, 4), (7, 6, 1)):
        layer, W, b, x = LinearModule(M, N), numbers(rng, N, M), numbers(rng, 1, N), numbers(rng, S, M)
        set_parameters(layer, W, b)
        assert_close(layer.forward(x), x @ W.T + b, f"forward(x) for S={S}, M={M}, N={N}", **tolerance(layer))
        assert_close(layer.forward(x.astype(np.float32)), x @ W.T + b, "forward(x) for x of type float32", **SINGLE)


@number("1.2")
@weight(0.5)
def test_linear_leaves_its_inputs_alone(rng):
    """LinearModule: x and dout stay as they were"""
    layer, x, dout = LinearModule(4, 4), numbers(rng, 7, 4), numbers(rng, 7, 4)
    W, b = numbers(rng, 4, 4), numbers(rng, 1, 4)
    set_parameters(layer, W, b)
    assert_leaves_its_inputs_alone(layer, x, dout, (x @ W.T + b, dout @ W))


@number("1.3")
@weight(0.5)
def test_linear_gradients_are_those_of_the_last_batch_alone(rng):
    """LinearModule.backward: gradients do not add up over calls, and are those of the batch of the last forward"""
    layer, x = LinearModule(4, 4), numbers(rng, 7, 4)
    largest = []
    for dout in (numbers(rng, 7, 4), np.zeros((7, 4))):  # the second is that of a loss that depends on nothing
        layer.forward(x)
        layer.backward(dout)
        for name in ("weight", "bias"):
            assert_finite(layer.grads[name], f'grads["{name}"]')
            largest.append((f'grads["{name}"]', float(np.abs(layer.grads[name]).max())))
    for what, size in largest[:2]:
        assert size > 0, f"{what} is zero after a backward"
    for what, size in largest[2:]:
        assert size < 1e-9, (
            f"{what} keeps the gradient of the earlier call, though dout is 0 in this one: replace it, do not add"
        )
    layer.forward(np.zeros((7, 4)))
    layer.backward(numbers(rng, 7, 4))
    size = float(np.abs(layer.grads["weight"]).max())
    assert size < 1e-9, 'grads["weight"] is that of an earlier batch, though x is 0 in this one'


# 1.4 Leaky ReLU


@number("1.4")
@weight(0.75)
def test_leaky_relu_forward_with_other_slopes(rng):
    """LeakyReLUModule.forward: slopes 0, 0.02 and 0.5 below zero; large numbers; float32"""
    x = numbers(rng, 6, 4)
    x[0, :2] = 1e4, -1e4
    for slope in SLOPES:
        found, what = LeakyReLUModule(slope).forward(x.copy()), f"forward(x) for neg_slope = {slope}"
        if slope:
            wrong_sign = agrees(found, np.where(x > 0, x, -slope * x))
            assert not wrong_sign, f"{what} has the wrong sign below zero: it is neg_slope times x, which is negative"
        assert_close(found, leaky(x, slope), what)
    assert_close(LeakyReLUModule(0.5).forward(x.astype(np.float32)), leaky(x, 0.5), "forward(x) of float32", **SINGLE)


@number("1.4")
@weight(0.75)
def test_leaky_relu_backward_with_other_slopes(rng):
    """LeakyReLUModule.backward: slopes 0, 0.02 and 0.5 below zero; two batches in turn"""
    batches = [(numbers(rng, S, 4), numbers(rng, S, 4)) for S in (6, 5)]
    for slope in SLOPES:
        layer = LeakyReLUModule(slope)
        for x, dout in batches:
            layer.forward(x.copy())
            found, what = layer.backward(dout.copy()), f"backward(dout) for neg_slope = {slope}, a batch of {len(x)},"
            if slope:
                wrong_sign = agrees(found, np.where(x > 0, dout, -slope * dout))
                assert not wrong_sign, f"{what} has the wrong sign where x is below zero"
            assert_close(found, np.where(x > 0, dout, slope * dout), what)


@number("1.4")
@weight(0.5)
def test_leaky_relu_leaves_its_inputs_alone(rng):
    """LeakyReLUModule: x and dout stay as they were"""
    x, dout = numbers(rng, 7, 4), numbers(rng, 7, 4)
    assert_leaves_its_inputs_alone(LeakyReLUModule(SLOPE), x, dout, of_leaky_relu(x, dout))


def agrees(found, wrong):
    try:
        assert_close(found, wrong)
    except AssertionError:
        return False
    return True


# 1.5 Softmax


@number("1.5")
@weight(0.5)
def test_softmax_leaves_its_inputs_alone(rng):
    """SoftMaxModule: x and dout stay as they were"""
    x, dout = numbers(rng, 7, 4), numbers(rng, 7, 4)
    assert_leaves_its_inputs_alone(SoftMaxModule(), x, dout, of_softmax(x, dout))


# 1.6 Cross-entropy


@in_sandbox
def pair_after_cross_entropy(layer, x, y):
    """Return x and y as they are after layer.forward(x, y) and layer.backward(x, y), and what these have answered."""
    x, y = x.copy(), y.copy()
    answers = [np.array(layer.forward(x, y)), np.array(layer.backward(x, y))]
    return x, y, answers


@number("1.6")
@weight(0.5)
def test_cross_entropy_of_tiny_probabilities_is_large_and_finite():
    """CrossEntropyModule: the right class got a probability next to zero, or zero itself"""
    y = one_hot([0, 0], 10)
    for probability in (1e-300, 0.0):
        x = np.tile([probability] + [1 / 9] * 9, (2, 1))
        layer, where = CrossEntropyModule(), f"where the right class got {probability:g}"
        loss = float(layer.forward(x, y))
        assert_finite(loss, f"forward(x, y) {where}")
        assert loss > 18.4, f"forward(x, y) is too small {where}: -log(1e-8) is 18.4 already"
        assert_finite(layer.backward(x, y), f"backward(x, y) {where}")


@number("1.6")
@weight(0.25)
def test_cross_entropy_looks_at_the_right_class_alone():
    """CrossEntropyModule: probabilities of zero for other classes"""
    labels, right = np.array([4, 0, 9]), np.array([0.25, 0.5, 0.75])
    x, y = np.zeros((3, 10)), one_hot(labels, 10)
    x[np.arange(3), labels], x[np.arange(3), labels - 1] = right, 1 - right
    layer, where = CrossEntropyModule(), "where other classes got 0, so that 0 · log 0 and 0 / 0 would be NaN,"
    loss, dx = layer.forward(x, y), layer.backward(x, y)
    assert_finite(loss, f"forward(x, y) {where}")
    assert_finite(dx, f"backward(x, y) {where}")
    assert_at_work("CrossEntropyModule", *zip((loss, dx), of_cross_entropy(x, y), strict=True))


@number("1.6")
@weight(0.25)
def test_cross_entropy_takes_any_number_of_classes():
    """CrossEntropyModule: three classes, one sample"""
    x, y = np.array([[0.25, 0.125, 0.625]]), one_hot([1], 3)
    layer = CrossEntropyModule()
    assert_close(layer.forward(x, y), np.log(8.0), "forward(x, y) for three classes", rtol=1e-5)
    assert_close(layer.backward(x, y), [[0.0, -8.0, 0.0]], "backward(x, y) for three classes", rtol=1e-5)


@number("1.6")
@weight(0.25)
def test_cross_entropy_backward_needs_no_forward_before_it():
    """CrossEntropyModule.backward: without a forward on the same object"""
    labels = np.array([0, 3, 9, 1])
    dx = CrossEntropyModule().backward(np.full((4, 10), 0.1), one_hot(labels, 10))
    assert_close(dx, np.zeros((4, 10)), "backward(x, y)", atol=np.inf)  # its values are the question of other tests
    for row, label in zip(dx, labels, strict=True):
        assert row[label] != row[label - 1], "backward(x, y) is the same for the right class and for another"


@number("1.6")
@weight(0.25)
def test_cross_entropy_leaves_its_inputs_alone(rng):
    """CrossEntropyModule: x and y stay as they were"""
    x, y = rng.dirichlet(np.ones(10), size=4), one_hot([0, 3, 9, 1], 10)
    x[1, 5], x[2, 7] = 1e-30, 1e-320  # for those who keep probabilities away from zero
    x_after, y_after, answers = pair_after_cross_entropy(CrossEntropyModule(), x, y)
    assert_unchanged(x, x_after, "x")
    assert_unchanged(y, y_after, "y")
    assert_at_work("CrossEntropyModule", *zip(answers, of_cross_entropy(x, y), strict=True))


# 1.7 Loops


@number("1.7")
@partial_credit(1)
def test_layers_run_without_loops(rng, set_score=None):
    """The other layers: no Python loop over samples or classes; each layer has its share of the points"""
    source = read_source("modules")
    points, loops = 0.0, {}
    for name, (share, *_) in LAYERS.items():
        loop = loop_in_layer(name, source, rng)
        if loop is None:
            points += share
            set_score(round(points, 2))
        else:
            loops[name] = loop
    assert not loops, "\n".join(loop if loop.startswith(name) else f"{name}: {loop}" for name, loop in loops.items())
