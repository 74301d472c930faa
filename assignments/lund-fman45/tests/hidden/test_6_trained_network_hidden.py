"""Parts 5 and 6: the network of baselines.py, trained on the digits, and what the submission shows of it.

The submission never gets the labels of the images that its network is tested on.
"""

from functools import partial

import numpy as np
import pytest
from baselines import MNIST_OPTIONS, mnist_network
from experiments import classify, confusion_matrix, kernels_figure, misclassified_figure, parameters_per_layer
from figure_cases import kernels_shown, own_pyplot, places_shown
from graded_training import check_accuracy, plain_network, share_of_points
from gradescope_utils.autograder_utils.decorators import number, partial_credit, weight
from network_cases import scores_of
from training import training
from training_cases import digits, real_digits

from autograder.background import background
from autograder.compare import assert_close
from autograder.figures import numbers_in, title

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
    kernels_shown(kernels_figure(trained), kernels)
    total = sum(values.size for layer in trained["layers"][1:] for values in layer.get("params", {}).values())
    counts = [(str(name), int(count)) for name, count in parameters_per_layer(trained)]
    assert counts[-1] == ("total", total), f"the last pair is {counts[-1]}, expected {('total', total)}"


@number("6.9")
@weight(1)
def test_mistakes_of_the_trained_network(trained, digits):
    """The trained network: every image that is shown is one that it misclassifies; rows of the matrix add up to the classes"""
    x, labels = digits.val.x, digits.val.labels
    ours = scores_of(trained, x).argmax(axis=0)
    predicted = np.array(classify(trained, x)).astype(int)
    assert_close(predicted, ours, "classify(net, x) of the trained network")
    counts = np.array(confusion_matrix(labels, predicted, 10))
    assert_close(counts.sum(axis=1), np.bincount(labels, minlength=10), "the sums of the rows of the confusion matrix")
    figure = misclassified_figure(x, labels, predicted, [str(label) for label in range(10)])
    wrong = np.flatnonzero(ours != labels)
    shown = places_shown(figure, x[..., wrong])
    assert len(shown) == min(9, len(wrong)), f"the figure has {len(shown)} images of {len(wrong)} mistakes, nine at most"
    assert None not in [place for _, place in shown], "an image is shown that the network does not misclassify"
    for image, place in shown:
        text, wanted = title(image.axes), [int(ours[wrong[place]]), int(labels[wrong[place]])]
        assert numbers_in(text)[:2] == wanted, f"the title {text!r} is not that of its image, expected the classes {wanted}"
