"""Part 5, training: steps of gradient descent with gradients that are made up, so that they can be checked by hand."""

from gradescope_utils.autograder_utils.decorators import number, weight
from training_cases import network_of, options, trained_by

from autograder.compare import assert_close


@number("5.1")
@weight(1.5)
def test_a_step_goes_against_the_gradient():
    """training: p ← p - η ∂L/∂p for weights and biases, without momentum and weight decay"""
    net = network_of(([[1.0, -2.0], [0.5, 3.0]], [[0.0], [1.0]]))
    gradients = [[{"weights": [[10.0, 0.0], [-5.0, 1.0]], "biases": [[2.0], [-4.0]]}]]
    (layer,), _ = trained_by(net, gradients, options(learning_rate=0.1))
    assert_close(layer["weights"], [[0.0, -2.0], [1.0, 2.9]], "the weights after one iteration, η = 0.1")
    assert_close(layer["biases"], [[-0.2], [1.4]], "the biases after one iteration, η = 0.1")


@number("5.1")
@weight(1)
def test_weight_decay_pulls_parameters_towards_zero():
    """training: weight decay, without momentum"""
    net = network_of(([[1.0, -2.0], [0.5, 3.0]], [[0.0], [1.0]]))
    gradients = [[{"weights": [[1.0, 0.0], [0.0, -1.0]], "biases": [[0.0], [0.0]]}]]
    (layer,), _ = trained_by(net, gradients, options(weight_decay=0.1))
    assert_close(layer["weights"], [[-0.1, -1.8], [0.45, 3.7]], "the weights after one iteration, η = 1, λ = 0.1")


@number("5.1")
@weight(1.5)
def test_momentum_is_a_moving_average_of_gradients():
    """training: m ← μ m + (1 - μ) ∂L/∂p over two iterations"""
    net = network_of(([[1.0, 1.0]], [[0.0]]))
    gradients = [[{"weights": weights, "biases": [[0.0]]}] for weights in ([[1.0, -10.0]], [[2.0, 0.0]])]
    (layer,), _ = trained_by(net, gradients, options(momentum=0.9))
    # m = 0.1 · (1, -10) = (0.1, -1), then 0.9 · (0.1, -1) + 0.1 · (2, 0) = (0.29, -0.9)
    assert_close(layer["weights"], [[0.61, 2.9]], "the weights after two iterations, η = 1, μ = 0.9")
