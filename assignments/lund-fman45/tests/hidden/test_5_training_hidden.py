"""Part 5, training: several iterations and layers, rules that meet; and the network of baselines.py, trained on the digits.

The submission never gets the labels of the images that its network is tested on.
"""

from functools import partial

import numpy as np
import pytest
from baselines import MNIST_OPTIONS, mnist_network
from experiments import classify, confusion_matrix, kernels_figure, misclassified_figure, parameters_per_layer
from figure_cases import as_shown, own_pyplot
from graded_training import check_accuracy, plain_network, share_of_points
from gradescope_utils.autograder_utils.decorators import number, partial_credit, weight
from network_cases import scores_of
from training import training
from training_cases import digits, network_of, options, real_digits, trained_by

from autograder.background import background
from autograder.compare import Mismatch, assert_close, assert_same
from autograder.figures import assert_image, images, numbers_in, title

__all__ = ["digits", "own_pyplot"]  # fixtures


@background(seconds=120)
def training_on_the_digits(settings):
    """Training the network of baselines.py on the digits"""
    data = real_digits()
    net = mnist_network(np.random.default_rng(3), data.image_shape)
    opts = {**MNIST_OPTIONS, "iterations": settings["training"]["iterations"], "seed": 4, "print_interval": 0}
    return partial(training, net, data.train.x, data.train.labels, data.val.x, data.val.labels, opts)


@pytest.fixture(scope="module")
def trained():
    """The network that training has returned."""
    return plain_network(training_on_the_digits.result()[0])


@number("5.1")
@weight(2)
def test_all_rules_together_over_three_iterations(rng):
    """training: momentum and weight decay together, two layers, three iterations with new gradients"""
    start = [{name: rng.normal(size=shape) for name, shape in sizes} for sizes in SHAPES]
    gradients = [[{name: rng.normal(size=shape) for name, shape in sizes} for sizes in SHAPES] for _ in range(3)]
    net = network_of(*[(layer["weights"], layer["biases"]) for layer in start])
    found, _ = trained_by(net, gradients, options(learning_rate=0.5, momentum=0.75, weight_decay=0.25))
    for layer, sizes in enumerate(SHAPES):
        for name, _ in sizes:
            slopes = [iteration[layer][name] for iteration in gradients]
            either = [stepped(start[layer][name], slopes, inside) for inside in (False, True)]
            what = f"the {name} of layer {1 + 2 * layer} after three iterations, μ = 0.75, λ = 0.25"
            one_of(found[layer][name], either, what)


SHAPES = [(("weights", (3, 4)), ("biases", (3, 1))), (("weights", (2, 5)), ("biases", (2, 1)))]


def stepped(parameter, gradients, inside):
    """Return a parameter after steps with η = 0.5, μ = 0.75 and λ = 0.25; `inside` puts the weight decay into the average."""
    average = np.zeros_like(parameter)
    for gradient in gradients:
        pull = 0.25 * parameter
        average = 0.75 * average + 0.25 * (gradient + pull if inside else gradient)
        parameter = parameter - 0.5 * (average if inside else average + pull)
    return parameter


def one_of(found, either, what):
    """Ask that a value is one of several right ones; the message is about the first."""
    for expected in either[1:]:
        try:
            assert_close(found, expected, what)
            return
        except Mismatch:
            continue
    assert_close(found, either[0], what)


@number("5.1")
@weight(1)
def test_every_parameter_has_an_average_of_its_own():
    """training: momentum of one parameter does not move another"""
    net = network_of(([[1.0, 2.0]], [[1.0]]), ([[1.0, 2.0]], [[1.0]]))
    still = {"weights": [[0.0, 0.0]], "biases": [[0.0]]}
    gradients = [[{"weights": [[4.0, -4.0]], "biases": [[0.0]]}, still], [still, still]]
    first, second = trained_by(net, gradients, options(momentum=0.5))[0]
    # m = (2, -2), then (1, -1): the average moves on after the gradient is 0
    assert_close(first["weights"], [[-2.0, 5.0]], "the weights after a gradient of (4, -4) and one of 0, η = 1, μ = 0.5")
    assert_close(first["biases"], [[1.0]], "the biases of the same layer, whose gradient is zero,")
    assert_close(second["weights"], [[1.0, 2.0]], "the weights of another layer, whose gradient is zero,")


@number("5.1")
@weight(1)
def test_momentum_starts_at_zero_in_every_training():
    """training: nothing is left of an earlier call"""
    gradients = [[{"weights": [[8.0, -8.0]], "biases": [[4.0]]}]]
    for call in ("first", "second"):
        (layer,), _ = trained_by(network_of(([[1.0, 1.0]], [[0.0]])), gradients, options(momentum=0.5))
        assert_close(layer["weights"], [[-3.0, 5.0]], f"the weights after one iteration of the {call} training")
        assert_close(layer["biases"], [[-2.0]], f"the biases after one iteration of the {call} training")


@number("5.2")
@partial_credit(2)
def test_accuracy_on_withheld_digits(trained, digits, settings, set_score=None):
    """training on the digits: accuracy on withheld images; points from the floor, all of them from the target"""
    scores = scores_of(trained, digits.test.x)
    assert np.isfinite(scores).all(), "training has diverged: the network gives NaN or infinite scores"
    accuracy = float((scores.argmax(axis=0) == digits.test.labels).mean())
    limits = settings["training"]["digits"]
    set_score(round(2 * share_of_points(accuracy, limits), 2))
    check_accuracy(accuracy, limits)


# The figures of part 6, of that network.


@number("6.9")
@weight(0.5)
def test_kernels_and_parameters_of_the_trained_network(trained):
    """The trained network: its first kernels, and the number of all parameters"""
    kernels = trained["layers"][1]["params"]["weights"]
    figure = kernels_figure(trained)
    for k in range(16):
        assert_image(figure, as_shown(kernels[..., k]), f"kernel {k} of the trained network", scaled=True)
    total = sum(values.size for layer in trained["layers"][1:] for values in layer.get("params", {}).values())
    counts = [(str(name), int(count)) for name, count in parameters_per_layer(trained)]
    assert counts[-1] == ("total", total), f"the last pair is {counts[-1]}, expected {('total', total)}"


@number("6.9")
@weight(1)
def test_mistakes_of_the_trained_network(trained, digits):
    """The trained network: every image that is shown is one that it misclassifies; rows of the matrix add up to the classes"""
    x, labels = digits.val.x, digits.val.labels
    ours = scores_of(trained, x).argmax(axis=0)
    predicted = np.array(classify(trained, x))
    assert_same(predicted, ours, "classify(net, x) of the trained network")
    counts = np.array(confusion_matrix(labels, predicted, 10))
    assert_close(counts.sum(axis=1), np.bincount(labels, minlength=10), "the sums of the rows of the confusion matrix")
    figure = misclassified_figure(x, labels, predicted, [str(label) for label in range(10)])
    wrong = np.flatnonzero(ours != labels)
    assert len(images(figure)) == min(9, len(wrong)), f"the figure has {len(images(figure))} images of {len(wrong)} mistakes"
    titles = []
    for place in wrong:
        try:
            titles.append((place, title(assert_image(figure, as_shown(x[..., place]), "a mistake", scaled=True).axes)))
        except Mismatch:
            continue
    assert len(titles) == len(images(figure)), "an image is shown that is none of those that the network misclassifies"
    for place, text in titles:
        wanted = [ours[place], labels[place]]
        assert numbers_in(text)[:2] == wanted, f"the title {text!r} is not that of its image, expected the classes {wanted}"
