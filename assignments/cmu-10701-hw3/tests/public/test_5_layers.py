"""Tasks 5.1 to 5.5, layers, loss and optimizer: what each computes, forward and backward.

Each expected value is worked out here, from the formulas, for inputs that are drawn at random (the same ones in every run).
"""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from hw3_lib import CrossEntropyLoss, GradientDescentOptimizer, ReLU, Sigmoid, sigmoid
from hw3_sol import MultiLayerPerceptron
from layer_cases import data_of_the_course, linear_case, numbers, row_shapes, scores_and_labels

from autograder.compare import assert_close

__all__ = ["data_of_the_course"]  # fixtures


def one_step(rng, learning_rate):
    """Return a Linear layer after one step, and the weights, biases and their gradients before it."""
    layer, W, b, _ = linear_case(N=1, D=5, M=3, rng=rng)
    layer.d_weights, layer.d_biases = numbers(rng, 5, 3), numbers(rng, 1, 3)
    gradients = np.array(layer.d_weights), np.array(layer.d_biases)
    GradientDescentOptimizer(MultiLayerPerceptron([layer]), learning_rate).step()
    return layer, W, b, *gradients


@number("5.1")
@weight(1)
def test_linear_forward_is_an_affine_map(rng):
    """Linear.forward: y = x W + b"""
    layer, W, b, x = linear_case(N=7, D=5, M=3, rng=rng)
    assert_close(layer.forward(x.copy()), x @ W + b, "forward(x)")


@number("5.1")
@weight(1)
def test_linear_weight_gradient_is_a_mean_over_the_batch(rng):
    """Linear.backward: d_weights"""
    layer, _, _, x = linear_case(N=7, D=5, M=3, rng=rng)
    dloss = numbers(rng, 7, 3)
    layer.forward(x.copy())
    layer.backward(dloss.copy())
    assert_close(layer.d_weights, x.T @ dloss / 7, "d_weights")


@number("5.1")
@weight(0.5)
def test_linear_bias_gradient_is_a_mean_over_the_batch(rng):
    """Linear.backward: d_biases"""
    layer, _, _, x = linear_case(N=7, D=5, M=3, rng=rng)
    dloss = numbers(rng, 7, 3)
    layer.forward(x.copy())
    layer.backward(dloss.copy())
    assert_close(layer.d_biases, dloss.sum(axis=0, keepdims=True) / 7, "d_biases", shapes=row_shapes(3))


@number("5.1")
@weight(1)
def test_linear_input_gradient(rng):
    """Linear.backward: the gradient with respect to x, a row for each sample"""
    layer, W, _, x = linear_case(N=7, D=5, M=3, rng=rng)
    dloss = numbers(rng, 7, 3)
    layer.forward(x.copy())
    assert_close(layer.backward(dloss.copy()), dloss @ W.T, "backward(dloss)")


@number("5.2")
@weight(1.25)
def test_a_step_changes_weights_by_their_gradients(rng):
    """GradientDescentOptimizer.step: weights of one layer"""
    layer, W, _, d_weights, _ = one_step(rng, learning_rate=0.3)
    assert_close(layer.weights, W - 0.3 * d_weights, "weights after step()")


@number("5.2")
@weight(1.25)
def test_a_step_changes_biases_by_their_gradients(rng):
    """GradientDescentOptimizer.step: biases of one layer"""
    layer, _, b, _, d_biases = one_step(rng, learning_rate=0.3)
    assert_close(layer.biases, b - 0.3 * d_biases, "biases after step()", shapes=row_shapes(3))


@number("5.3")
@weight(1)
def test_sigmoid_function(rng):
    """sigmoid: 1 / (1 + exp(-x))"""
    x = numbers(rng, 6, 4)
    assert_close(sigmoid(x.copy()), 1 / (1 + np.exp(-x)), "sigmoid(x)")


@number("5.3")
@weight(1)
def test_sigmoid_forward(rng):
    """Sigmoid.forward: 1 / (1 + exp(-x))"""
    x = numbers(rng, 6, 4)
    assert_close(Sigmoid().forward(x.copy()), 1 / (1 + np.exp(-x)), "forward(x)")


@number("5.3")
@weight(1)
def test_sigmoid_backward(rng):
    """Sigmoid.backward: y (1 - y) dloss"""
    x, dloss = numbers(rng, 6, 4), numbers(rng, 6, 4)
    layer = Sigmoid()
    layer.forward(x.copy())
    y = 1 / (1 + np.exp(-x))
    assert_close(layer.backward(dloss.copy()), y * (1 - y) * dloss, "backward(dloss)")


@number("5.4")
@weight(1)
def test_relu_forward(rng):
    """ReLU.forward: max(x, 0)"""
    x = numbers(rng, 6, 4)
    assert_close(ReLU().forward(x.copy()), np.maximum(x, 0), "forward(x)")


@number("5.4")
@weight(1)
def test_relu_backward(rng):
    """ReLU.backward: dloss where x > 0"""
    x, dloss = numbers(rng, 6, 4), numbers(rng, 6, 4)
    layer = ReLU()
    layer.forward(x.copy())
    assert_close(layer.backward(dloss.copy()), np.where(x > 0, dloss, 0), "backward(dloss)")


@number("5.5")
@weight(2)
def test_cross_entropy_is_a_mean_over_the_batch(rng):
    """CrossEntropyLoss.forward: the mean of -log of the right class's probability"""
    scores, labels, probabilities = scores_and_labels(rng, N=6, C=10)
    expected = -sum(np.log(probabilities[n, labels[n]]) for n in range(6)) / 6
    assert_close(CrossEntropyLoss().forward(scores.copy(), labels), expected, "forward(score, label)", rtol=1e-6)


@number("5.5")
@weight(1)
def test_cross_entropy_keeps_the_probabilities(rng):
    """CrossEntropyLoss: y_hat after forward"""
    scores, labels, probabilities = scores_and_labels(rng, N=6, C=10)
    criterion = CrossEntropyLoss()
    criterion.forward(scores.copy(), labels)
    assert_close(criterion.y_hat, probabilities, "y_hat")


@number("5.5")
@weight(2)
def test_cross_entropy_backward_is_not_divided_by_the_batch(rng):
    """CrossEntropyLoss.backward: y_hat - y_true"""
    scores, labels, probabilities = scores_and_labels(rng, N=6, C=10)
    criterion = CrossEntropyLoss()
    criterion.forward(scores.copy(), labels)
    expected = probabilities.copy()
    for n in range(6):
        expected[n, labels[n]] -= 1
    assert_close(criterion.backward(), expected, "backward()")
