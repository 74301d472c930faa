"""Part 6, what a network has learnt: numbers and figures, asked with images, kernels and predictions that are made up."""

import numpy as np
from experiments import (
    classify,
    confusion_matrix,
    confusion_matrix_figure,
    curves_figure,
    kernels_figure,
    misclassified_figure,
    parameters_per_layer,
    precision_and_recall,
)
from figure_cases import (
    NAMES,
    classified,
    images_with_mistakes,
    kernels_shown,
    made_up_record,
    numbered_images,
    own_pyplot,
    places_shown,
    two_arrays,
)
from gradescope_utils.autograder_utils.decorators import number, weight
from network_cases import conv, full, network

from autograder.compare import assert_close
from autograder.figures import assert_curve, assert_image, images, title

__all__ = ["classify", "own_pyplot"]  # a fixture, and what figure_cases calls

COUNTS = np.array([[5, 0, 1, 2], [1, 8, 0, 1], [0, 2, 3, 1], [2, 0, 0, 6]])  # rows: actual classes


@number("6.1")
@weight(1)
def test_classes_are_those_of_the_largest_score(rng):
    """classify: the class with the largest score, for images in one batch"""
    classes = rng.integers(10, size=7)
    found, _ = classified(numbered_images(7), classes.tolist(), 100)
    assert_close(found, classes, "classify(net, x)")


@number("6.2")
@weight(1.5)
def test_grey_kernels_are_shown_in_their_order(rng):
    """kernels_figure: sixteen kernels for one channel, each in axes of its own"""
    net = network((8, 8, 1), conv(rng, 5, 4, 1, 16, (2, 2)), {"type": "relu"}, conv(rng, 5, 4, 16, 3, (2, 2)))
    figure = kernels_figure(net)
    shown = kernels_shown(figure, net["layers"][1]["params"]["weights"])
    assert len(images(figure)) == 16, f"the figure has {len(images(figure))} images for 16 kernels"
    assert len({id(image.axes) for image in shown}) == 16, "the kernels are not each in axes of their own"


@number("6.3")
@weight(1.5)
def test_nine_misclassified_images_are_shown(rng):
    """misclassified_figure: nine images, each of them misclassified"""
    x, labels, predicted, wrong = images_with_mistakes(rng, 1, 40, mistakes=12)
    places = [place for _, place in places_shown(misclassified_figure(x, labels, predicted, NAMES), x)]
    assert None not in places, "the figure shows an image that is none of those that were given"
    right = [place for place in places if place not in wrong]
    assert not right, f"image {right[0]} is shown, which is classified rightly"
    assert len(places) == 9, f"the figure shows {len(places)} images, expected 9"
    assert len(set(places)) == 9, "an image is shown twice"


@number("6.3")
@weight(1)
def test_titles_name_the_prediction_and_the_class(rng):
    """misclassified_figure: titles"""
    x, labels, predicted, wrong = images_with_mistakes(rng, 1, 20, mistakes=5)
    shown = [pair for pair in places_shown(misclassified_figure(x, labels, predicted, NAMES), x) if pair[1] in wrong]
    assert shown, "the figure shows none of the images that are misclassified"
    for image, place in shown:
        text, wanted = title(image.axes), [NAMES[predicted[place]], NAMES[labels[place]]]
        named = sorted((name for name in NAMES if name in text), key=text.index)
        assert named != wanted[::-1], f"the title {text!r} names the actual class first, expected the predicted one"
        assert named == wanted, f"the title {text!r} does not name the two classes of this image, expected {wanted}"


@number("6.4")
@weight(1)
def test_rows_of_the_confusion_matrix_are_actual_classes():
    """confusion_matrix: rows actual, columns predicted"""
    labels = np.repeat([0, 0, 1, 1, 2, 3], [3, 1, 2, 2, 4, 1])
    predicted = np.repeat([0, 1, 1, 2, 2, 0], [3, 1, 2, 2, 4, 1])
    expected = np.array([[3, 1, 0, 0], [0, 2, 2, 0], [0, 0, 4, 0], [1, 0, 0, 0]])
    assert_close(confusion_matrix(labels, predicted, 4), expected, "confusion_matrix(labels, predicted, 4)")


@number("6.5")
@weight(1)
def test_the_confusion_matrix_is_shown():
    """confusion_matrix_figure: the colours show the counts"""
    assert_image(confusion_matrix_figure(COUNTS, NAMES[:4]), COUNTS, "the counts")


@number("6.6")
@weight(1)
def test_precision_is_a_share_of_what_was_predicted():
    """precision_and_recall: precision"""
    precision, _ = two_arrays(precision_and_recall(COUNTS))
    assert_close(precision, [5 / 8, 8 / 10, 3 / 4, 6 / 10], "precision")


@number("6.6")
@weight(1)
def test_recall_is_a_share_of_what_is_there():
    """precision_and_recall: recall"""
    _, recall = two_arrays(precision_and_recall(COUNTS))
    assert_close(recall, [5 / 8, 8 / 10, 3 / 6, 6 / 8], "recall")


@number("6.7")
@weight(1)
def test_parameters_of_every_layer_are_counted(rng):
    """parameters_per_layer: the numbers of each layer"""
    net = network((4, 6, 2), conv(rng, 3, 1, 2, 5, (1, 0)), {"type": "relu"}, {"type": "maxpooling"}, full(rng, 30, 4))
    counts = [(str(name), int(count)) for name, count in parameters_per_layer(net)]
    expected = [("input", 0), ("convolution", 3 * 2 * 5 + 5), ("relu", 0), ("maxpooling", 0), ("fully_connected", 30 * 4 + 4)]
    assert counts[:5] == expected, f"the first five layers have the parameters {counts[:5]}, expected {expected}"


@number("6.8")
@weight(1)
def test_curves_of_loss_and_accuracy_are_shown(rng):
    """curves_figure: the loss, and both accuracies"""
    record = made_up_record(rng)
    figure = curves_figure(record)
    assert_curve(figure, record["loss"], x=range(20), what="the loss")
    assert_curve(figure, record["accuracy"], x=range(20), what="the accuracy in training")
    assert_curve(figure, record["validation_accuracy"], x=[0, 5, 10, 15], what="the accuracy in validation")
