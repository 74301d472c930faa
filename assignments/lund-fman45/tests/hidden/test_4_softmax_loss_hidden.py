"""Part 4, the softmax loss: extreme scores, any number of classes, loops; and a deeper network as a whole."""

from functools import partial

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import assert_at_work, away_from_zero, gradient_of_scores, inputs_after, loss_of_scores, numbers
from layers import softmaxloss_backward, softmaxloss_forward
from network_cases import assert_gradients, conv, full, network

from autograder.compare import assert_close, assert_finite, assert_unchanged
from autograder.vectorisation import assert_vectorised, read_source


@number("4.1")
@weight(0.5)
def test_the_loss_takes_scores_far_apart():
    """softmaxloss_forward: the right class's score far below another one"""
    x = np.array([[0.0, -1500.0, 5.0], [1000.0, 0.0, 5.0]])
    expected = (1000 + 1500 + np.log(2)) / 3
    assert_close(softmaxloss_forward(x, np.array([0, 0, 1])), expected, "softmaxloss_forward(x, labels) for scores far apart")


@number("4.2")
@weight(1)
def test_the_gradient_takes_large_scores():
    """softmaxloss_backward: scores whose exponential overflows, also far above the others of their column"""
    lower = np.array([[-2.0, -2.0, -2999.5], [0.0, -1.0, 0.0], [-1.0, 0.0, -2.0]])
    labels = np.array([1, 0, 2])
    found, expected = softmaxloss_backward(lower + np.array([1500.0, 1.0, 2000.0]), labels), gradient_of_scores(lower, labels)
    assert_finite(found, "softmaxloss_backward(x, labels) for large scores")
    largest = np.abs(np.array(found)).max()
    assert largest > 0, "softmaxloss_backward(x, labels) for large scores is zero everywhere"
    # What the whole is multiplied with is the question of another test.
    what = "softmaxloss_backward(x, labels) for large scores, by its largest entry,"
    assert_close(np.array(found) / largest, expected / np.abs(expected).max(), what)


@number("4.2")
@weight(1)
def test_loss_and_gradient_take_any_number_of_classes(rng):
    """Softmax loss: one element, of two, five and twelve classes"""
    for classes in (2, 5, 12):
        x, labels = numbers(rng, classes, 1), np.array([classes - 1])
        what = f"for {classes} classes and one element"
        assert_close(softmaxloss_forward(x, labels), loss_of_scores(x, labels), f"softmaxloss_forward {what}")
        assert_close(softmaxloss_backward(x, labels), gradient_of_scores(x, labels), f"softmaxloss_backward {what}")


@number("4.2")
@weight(0.5)
def test_nothing_is_written_into_the_arrays_that_come_in(rng):
    """Softmax loss: x and labels stay as they were"""
    x, labels = numbers(rng, 4, 6), rng.integers(4, size=6)
    after, loss, back = inputs_after(softmaxloss_forward, softmaxloss_backward, [x, labels], None)
    assert_unchanged(x, after[0], "x")
    assert_unchanged(labels, after[1], "labels")
    assert_at_work("the softmax loss", (loss, loss_of_scores(x, labels)), (back, gradient_of_scores(x, labels)))


def calls(rng, elements, classes):
    x, labels = numbers(rng, classes, elements), rng.integers(3, size=elements)
    return [(softmaxloss_forward, x, labels), (softmaxloss_backward, x, labels)]


@number("4.3")
@weight(1)
def test_the_softmax_loss_runs_without_loops(rng):
    """Softmax loss: no Python loop over the batch or classes"""
    source = read_source("layers")
    x, labels = numbers(rng, 4, 6), rng.integers(4, size=6)
    answers = softmaxloss_forward(x, labels), softmaxloss_backward(x, labels)
    expected = loss_of_scores(x, labels), gradient_of_scores(x, labels)
    assert_at_work("the softmax loss", *zip(answers, expected, strict=True))
    sizes = {"elements": 4, "classes": 3}, {"elements": 40, "classes": 30}
    assert_vectorised(source, ["softmaxloss_forward", "softmaxloss_backward"], partial(calls, rng), *sizes)


@number("4.4")
@weight(1)
def test_gradients_of_a_deeper_network(rng):
    """The whole network: two convolutions and two fully connected layers, gradients compared with differences of the loss"""
    net = network(
        (6, 4, 3), conv(rng, 3, 5, 3, 4, (1, 2)), {"type": "relu"}, {"type": "maxpooling"}, conv(rng, 2, 1, 4, 5, (0, 1)),
        {"type": "relu"}, full(rng, 40, 6), {"type": "relu"}, full(rng, 6, 4),
    )  # fmt: skip
    x, labels = away_from_zero(rng, 6, 4, 3, 5), np.array([1, 3, 0, 2, 2])
    assert_gradients(net, x, labels, (1, 4, 6, 8), rng)
