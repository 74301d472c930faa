"""Tasks 5.1 to 5.5: extreme numbers, any sizes, second calls, and what a layer must leave alone."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from hw3_lib import CrossEntropyLoss, GradientDescentOptimizer, Linear, ReLU, Sigmoid, sigmoid
from hw3_sol import MultiLayerPerceptron
from layer_cases import (
    assert_at_work,
    data_of_the_course,
    linear_case,
    numbers,
    passed_through,
    row_shapes,
    scores_and_labels,
)

from autograder.compare import assert_close, assert_finite, assert_unchanged
from autograder.standins import in_sandbox

__all__ = ["data_of_the_course"]  # fixtures


@in_sandbox
def pair_after_the_loss(criterion, score, label):
    """Return score and label as they are after forward and backward of a loss, and what these have answered."""
    answers = [np.array(criterion.forward(score, label)), np.array(criterion.backward())]
    return score, label, answers


@in_sandbox
def kept_arrays(layer):
    """Return the weights and biases of a Linear layer, and its gradients."""
    return [np.array(getattr(layer, name)) for name in ("weights", "biases", "d_weights", "d_biases")]


def sigmoid_of(x):
    return 1 / (1 + np.exp(-x))


def assert_same_again(layer, dloss, expected, what):
    """Ask backward twice: the second answer must be the first, and one of them right."""
    first, second = np.array(layer.backward(dloss.copy())), np.array(layer.backward(dloss.copy()))
    assert_at_work(what, (first, expected))
    assert_close(second, first, f"what a second backward of {what} returns, compared with the first,")


# 5.1 Linear


@number("5.1")
@weight(0.5)
def test_linear_takes_any_sizes(rng):
    """Linear: one sample, one input, one output"""
    for N, D, M in ((1, 6, 4), (7, 1, 4), (7, 6, 1)):
        layer, W, b, x = linear_case(N, D, M, rng)
        where = f"for N={N}, D={D}, M={M}"
        assert_close(layer.forward(x.copy()), x @ W + b, f"forward(x) {where}")
        assert_close(layer.backward(np.ones((N, M))), np.ones((N, M)) @ W.T, f"backward(dloss) {where}")


@number("5.1")
@weight(0.5)
def test_linear_gradients_are_those_of_the_last_batch_alone(rng):
    """Linear.backward: gradients do not add up over calls, and belong to the last forward"""
    layer, W, b, first = linear_case(N=6, D=4, M=5, rng=rng)
    x, dloss = numbers(rng, 3, 4), numbers(rng, 3, 5)
    layer.forward(first)
    layer.backward(np.ones((6, 5)))
    layer.forward(x.copy())
    layer.backward(np.zeros((3, 5)))
    layer.backward(dloss.copy())
    found = np.array(layer.d_weights)
    size = np.abs(found).max() if found.size else 0.0
    expected = x.T @ dloss / 3
    # Whether they are means or sums is for the tests of their values to ask.
    scale = float((found * expected).sum() / (expected**2).sum()) if found.shape == expected.shape and size > 0 else 1.0
    assert_close(found, scale * expected, "d_weights of a second batch")
    unused = Linear((W.copy(), b.copy()))
    unused.forward(x.copy())
    unused.backward(dloss.copy())
    assert_close(layer.d_biases, np.array(unused.d_biases), "d_biases of a second batch, compared with those of a new layer,")


@number("5.1")
@weight(0.25)
def test_linear_leaves_its_inputs_alone(rng):
    """Linear: x and dloss stay as they were"""
    layer, W, b, x = linear_case(N=7, D=4, M=4, rng=rng)
    dloss = numbers(rng, 7, 4)
    y, dx, x_after, dloss_after, _ = passed_through(layer, x.copy(), dloss.copy())
    assert_at_work("Linear", (y, x @ W + b), (dx, dloss @ W.T))
    assert_unchanged(x, x_after, "x")
    assert_unchanged(dloss, dloss_after, "dloss")


@number("5.1")
@weight(0.25)
def test_linear_changes_no_parameters(rng):
    """Linear: forward and backward change neither weights nor biases; that is for the optimizer to do"""
    layer, W, b, x = linear_case(N=6, D=4, M=5, rng=rng)
    dloss = numbers(rng, 6, 5)
    y, dx = layer.forward(x.copy()), layer.backward(dloss.copy())
    assert_at_work("Linear", (y, x @ W + b), (dx, dloss @ W.T))
    assert_close(layer.weights, W, "weights after backward")
    assert_close(layer.biases, b, "biases after backward", shapes=row_shapes(5))


# 5.2 The optimizer


def three_layers(rng):
    """Return a model of three Linear layers of different sizes with activations between, and the layers."""
    sizes = ((4, 6), (6, 3), (3, 2))
    layers = [Linear((numbers(rng, D, M), numbers(rng, 1, M))) for D, M in sizes]
    for layer, (D, M) in zip(layers, sizes, strict=True):
        layer.d_weights, layer.d_biases = numbers(rng, D, M), numbers(rng, 1, M)
    return MultiLayerPerceptron([layers[0], Sigmoid(), layers[1], ReLU(), layers[2]]), layers


@number("5.2")
@weight(1)
def test_a_step_changes_every_linear_layer(rng):
    """GradientDescentOptimizer.step: three Linear layers with activations between them"""
    model, layers = three_layers(rng)
    before = [kept_arrays(layer) for layer in layers]
    GradientDescentOptimizer(model, 0.25).step()
    for place, (layer, (weights, _, d_weights, _)) in enumerate(zip(layers, before, strict=True), start=1):
        assert np.any(np.array(layer.weights) != weights), f"step() leaves the weights of Linear layer {place} of 3 as they are"
        moved = (np.array(layer.weights) - weights) / d_weights
        assert_close(moved, np.full(weights.shape, moved.flat[0]), f"the step of Linear layer {place} of 3, by its gradient,")


@number("5.2")
@weight(0.5)
def test_a_step_leaves_gradients_as_they_are(rng):
    """GradientDescentOptimizer.step: d_weights and d_biases stay as they were"""
    model, layers = three_layers(rng)
    before = [kept_arrays(layer) for layer in layers]
    GradientDescentOptimizer(model, 0.25).step()
    assert np.any(np.array(layers[0].weights) != before[0][0]), "step() leaves the weights of the first layer as they are"
    for layer, (_, _, d_weights, d_biases) in zip(layers, before, strict=True):
        assert_close(layer.d_weights, d_weights, "d_weights after step()")
        assert_close(layer.d_biases, d_biases, "d_biases after step()", shapes=row_shapes(d_biases.shape[1]))


@number("5.2")
@weight(0.5)
def test_each_step_goes_by_its_own_gradients(rng):
    """GradientDescentOptimizer.step: a second step with other gradients, no momentum and no decay of the learning rate"""
    model, (layer, *_) = three_layers(rng)
    optimizer, steps = GradientDescentOptimizer(model, 0.25), []
    for gradient in (np.full((4, 6), 2.0), np.full((4, 6), -4.0)):
        layer.d_weights = gradient.copy()
        before = np.array(layer.weights)
        optimizer.step()
        steps.append((np.array(layer.weights) - before) / gradient)
    assert np.any(steps[0] != 0), "step() leaves the weights of the first Linear layer as they are"
    assert_close(steps[1], steps[0], "the second step, by its gradient and compared with the first,")


@number("5.2")
@weight(0.5)
def test_the_learning_rate_is_the_size_of_a_step(rng):
    """GradientDescentOptimizer.step: learning rates of 0 and of 2"""
    steps = []
    for learning_rate in (0.0, 2.0):
        layer, W, _, _ = linear_case(N=1, D=4, M=2, rng=rng)
        layer.d_weights, layer.d_biases = np.ones((4, 2)), np.ones((1, 2))
        GradientDescentOptimizer(MultiLayerPerceptron([layer]), learning_rate).step()
        steps.append(np.array(layer.weights) - W)
    assert_close(steps[1], np.full((4, 2), -2.0), "the step of the weights with learning rate 2 and gradients of 1")
    assert_close(steps[0], np.zeros((4, 2)), "the step of the weights with learning rate 0")


# 5.3 Sigmoid


@number("5.3")
@weight(1)
def test_sigmoid_takes_large_numbers():
    """sigmoid: numbers whose exponential overflows"""
    x = np.array([[1000.0, -1000.0, 0.0], [-750.0, 40.0, 750.0]])
    assert_close(sigmoid(x), [[1.0, 0.0, 0.5], [0.0, 1.0, 1.0]], "sigmoid(x) for large x")


@number("5.3")
@weight(0.5)
def test_sigmoid_backward_can_be_asked_again(rng):
    """Sigmoid.backward: a second call gives the same answer"""
    x, dloss, layer = numbers(rng, 5, 3), numbers(rng, 5, 3), Sigmoid()
    layer.forward(x.copy())
    y = sigmoid_of(x)
    assert_same_again(layer, dloss, y * (1 - y) * dloss, "Sigmoid")


@number("5.3")
@weight(0.5)
def test_sigmoid_leaves_its_inputs_alone(rng):
    """Sigmoid: x, dloss and what forward has returned stay as they were"""
    x, dloss = numbers(rng, 5, 3), numbers(rng, 5, 3)
    y, dx, x_after, dloss_after, y_after = passed_through(Sigmoid(), x.copy(), dloss.copy())
    right = sigmoid_of(x)
    assert_at_work("Sigmoid", (y, right), (dx, right * (1 - right) * dloss))
    assert_unchanged(x, x_after, "x")
    assert_unchanged(dloss, dloss_after, "dloss")
    assert_unchanged(y, y_after, "what forward has returned")


# 5.4 ReLU


@number("5.4")
@weight(1)
def test_relu_derivative_at_zero_is_zero():
    """ReLU.backward: inputs that are exactly 0"""
    layer = ReLU()
    layer.forward(np.array([[0.0, 2.0, -3.0], [-0.0, 0.0, 1e-300]]))
    dx = layer.backward(np.array([[5.0, 7.0, 11.0], [13.0, 17.0, 19.0]]))
    assert_close(dx, [[0.0, 7.0, 0.0], [0.0, 0.0, 19.0]], "backward(dloss) where some inputs are 0")


@number("5.4")
@weight(0.5)
def test_relu_leaves_its_input_alone(rng):
    """ReLU.forward: x stays as it was"""
    x, dloss = numbers(rng, 5, 3), numbers(rng, 5, 3)
    y, dx, x_after, _, _ = passed_through(ReLU(), x.copy(), dloss.copy())
    assert_at_work("ReLU", (y, np.maximum(x, 0)), (dx, np.where(x > 0, dloss, 0)))
    assert_unchanged(x, x_after, "x")


@number("5.4")
@weight(0.5)
def test_relu_backward_leaves_dloss_alone(rng):
    """ReLU.backward: dloss stays as it was"""
    x, dloss = numbers(rng, 5, 3), numbers(rng, 5, 3)
    y, dx, _, dloss_after, _ = passed_through(ReLU(), x.copy(), dloss.copy())
    assert_at_work("ReLU", (y, np.maximum(x, 0)), (dx, np.where(x > 0, dloss, 0)))
    assert_unchanged(dloss, dloss_after, "dloss")


@number("5.4")
@weight(0.5)
def test_relu_backward_leaves_the_output_alone(rng):
    """ReLU.backward: what forward has returned stays as it was"""
    x, dloss = numbers(rng, 5, 3), numbers(rng, 5, 3)
    y, dx, _, _, y_after = passed_through(ReLU(), x.copy(), dloss.copy())
    assert_at_work("ReLU", (y, np.maximum(x, 0)), (dx, np.where(x > 0, dloss, 0)))
    assert_unchanged(y, y_after, "what forward has returned")


@number("5.4")
@weight(0.5)
def test_relu_backward_can_be_asked_again(rng):
    """ReLU.backward: a second call gives the same answer"""
    x, dloss, layer = numbers(rng, 5, 3), numbers(rng, 5, 3), ReLU()
    layer.forward(x.copy())
    assert_same_again(layer, dloss, np.where(x > 0, dloss, 0), "ReLU")


# 5.5 The loss

LARGE = np.array([[1000.0, 1001.0, 1003.0], [1002.0, 1000.0, 1000.0], [-1500.0, -1500.0, -1501.0]])
SHIFTED = np.array([[-3.0, -2.0, 0.0], [0.0, -2.0, -2.0], [0.0, 0.0, -1.0]])  # each row's largest score taken from it
OF_LARGE = np.exp(SHIFTED) / np.exp(SHIFTED).sum(axis=1, keepdims=True)


@number("5.5")
@weight(1)
def test_cross_entropy_takes_large_scores():
    """CrossEntropyLoss.forward: scores whose exponential overflows, and scores far below zero"""
    label = np.array([1, 0, 2])
    loss = CrossEntropyLoss().forward(LARGE.copy(), label)
    assert_close(loss, -np.log(OF_LARGE[np.arange(3), label]).mean(), "forward(score, label) for large scores", rtol=1e-6)


@number("5.5")
@weight(0.5)
def test_cross_entropy_backward_takes_large_scores():
    """CrossEntropyLoss.backward: scores whose exponential overflows, and scores far below zero"""
    label, criterion = np.array([1, 0, 2]), CrossEntropyLoss()
    criterion.forward(LARGE.copy(), label)
    found = np.array(criterion.backward())
    assert_finite(found, "backward() for large scores")
    # Whether it is divided by N is for the test of its values to ask.
    factor = float(np.abs(found).max() / np.abs(OF_LARGE - np.eye(3)[label]).max()) if found.size else 1.0
    assert factor > 0, "backward() for large scores is zero"
    assert_close(found, factor * (OF_LARGE - np.eye(3)[label]), "backward() for large scores")


@number("5.5")
@weight(0.5)
def test_cross_entropy_is_finite_where_a_probability_is_zero():
    """CrossEntropyLoss.forward: a right class whose probability is rounded to 0"""
    loss = CrossEntropyLoss().forward(np.array([[0.0, 2000.0, 0.0], [0.0, 2000.0, 0.0]]), np.array([0, 2]))
    assert_finite(loss, "forward(score, label) where the right class is 2000 below another")
    assert float(loss) > 15, "forward(score, label) is too small where the right class is 2000 below another"


@number("5.5")
@weight(1)
def test_cross_entropy_backward_can_be_asked_again(rng):
    """CrossEntropyLoss.backward: a second call gives the same answer"""
    scores, labels, probabilities = scores_and_labels(rng, N=6, C=4)
    criterion = CrossEntropyLoss()
    criterion.forward(scores.copy(), labels)
    first, second = np.array(criterion.backward()), np.array(criterion.backward())
    right = probabilities - np.eye(4)[labels]
    assert_at_work("CrossEntropyLoss", (first, right), (first, right / 6), (first, right / 36))
    assert_close(second, first, "what a second backward() returns, compared with the first,")


@number("5.5")
@weight(0.5)
def test_cross_entropy_backward_leaves_the_probabilities_alone(rng):
    """CrossEntropyLoss.backward: y_hat stays as forward has left it"""
    scores, labels, probabilities = scores_and_labels(rng, N=6, C=4)
    criterion = CrossEntropyLoss()
    criterion.forward(scores.copy(), labels)
    before = np.array(criterion.y_hat)
    assert_at_work("y_hat", (before, probabilities))
    criterion.backward()
    assert_close(criterion.y_hat, before, "y_hat after backward(), compared with before,")


@number("5.5")
@weight(0.5)
def test_cross_entropy_takes_any_number_of_classes_and_any_integer_labels():
    """CrossEntropyLoss: one sample, three classes, a label of type int32"""
    scores, label = np.log(np.array([[0.25, 0.125, 0.625]])), np.array([1], dtype=np.int32)
    criterion = CrossEntropyLoss()
    assert_close(criterion.forward(scores, label), np.log(8.0), "forward(score, label) of one sample", rtol=1e-6)
    assert_close(criterion.backward(), [[0.25, -0.875, 0.625]], "backward() of one sample")


@number("5.5")
@weight(0.5)
def test_cross_entropy_goes_by_the_last_forward(rng):
    """CrossEntropyLoss: a second batch of another size on the same object"""
    first, labels, _ = scores_and_labels(rng, N=6, C=4)
    criterion = CrossEntropyLoss()
    criterion.forward(first, labels)
    scores, labels, probabilities = scores_and_labels(rng, N=5, C=4)
    loss = criterion.forward(scores.copy(), labels)
    right = probabilities - np.eye(4)[labels]
    found = np.array(criterion.backward())
    expected = -np.log(probabilities[np.arange(5), labels])
    assert_at_work("CrossEntropyLoss", (loss, expected.mean()), (loss, expected.sum()))
    # Whether it is divided by N is for the test of its values to ask.
    close = found.shape == right.shape and any(np.allclose(found, each, atol=1e-4) for each in (right, right / 5))
    assert close, "backward() after a second forward does not go by the scores and labels of that one"


@number("5.5")
@weight(0.5)
def test_cross_entropy_leaves_its_inputs_alone(rng):
    """CrossEntropyLoss: score and label stay as they were"""
    scores, labels, probabilities = scores_and_labels(rng, N=6, C=4)
    right = probabilities - np.eye(4)[labels]
    scores_after, labels_after, (loss, found) = pair_after_the_loss(CrossEntropyLoss(), scores.copy(), labels.copy())
    expected = -np.log(probabilities[np.arange(6), labels])
    assert_at_work("CrossEntropyLoss", (loss, expected.mean()), (loss, expected.sum()), (found, right), (found, right / 6))
    assert_unchanged(scores, scores_after, "score")
    assert_unchanged(labels, labels_after, "label")
