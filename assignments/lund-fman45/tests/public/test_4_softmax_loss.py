"""Part 4, the softmax loss, and the gradients of a whole network."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import gradient_of_scores, loss_of_scores, numbers
from layers import softmaxloss_backward, softmaxloss_forward
from network_cases import assert_gradients, conv, full, network

from autograder.compare import assert_close

LABELS = np.array([2, 0, 3, 3, 1, 2])


@number("4.1")
@weight(1.5)
def test_the_loss_is_a_mean_over_the_batch(rng):
    """softmaxloss_forward: the mean of -log of the softmax of the right class's score"""
    x = numbers(rng, 4, 6)
    assert_close(softmaxloss_forward(x, LABELS), loss_of_scores(x, LABELS), "softmaxloss_forward(x, labels)")


@number("4.1")
@weight(1)
def test_the_loss_takes_large_scores():
    """softmaxloss_forward: scores whose exponential overflows"""
    lower = np.array([[-2.0, 2.0], [0.0, -2001.0], [-1.0, 0.0]])
    for place, label in enumerate((0, 2)):  # one element at a time: that the loss is a mean is the question of another test
        x = lower[:, [place]] + (1001.0, 1.0)[place]
        expected = np.log(np.exp(lower[:, place]).sum()) - lower[label, place]
        found = softmaxloss_forward(x, np.array([label]))
        assert_close(found, expected, f"softmaxloss_forward(x, labels) for the scores {x[:, 0].tolist()}, class {label}")


@number("4.2")
@weight(2)
def test_the_gradient_is_that_of_the_mean(rng):
    """softmaxloss_backward: ∂L/∂x"""
    x = numbers(rng, 4, 6)
    assert_close(softmaxloss_backward(x, LABELS), gradient_of_scores(x, LABELS), "softmaxloss_backward(x, labels)")


@number("4.4")
@weight(0.5)
def test_gradients_of_a_whole_network(rng):
    """The whole network: gradients of some parameters of each layer, compared with differences of the loss"""
    net = network((4, 6, 2), conv(rng, 3, 1, 2, 5, (1, 0)), {"type": "relu"}, {"type": "maxpooling"}, full(rng, 30, 4))
    x = numbers(rng, 4, 6, 2, 3)
    labels = np.array([1, 3, 0])
    assert_gradients(net, x, labels, (1, 4), rng)
