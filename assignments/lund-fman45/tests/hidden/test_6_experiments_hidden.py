"""Part 6, what a network has learnt: batches, colours, scales, classes that do not occur, and what makes a figure readable."""

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
from autograder.figures import (
    assert_cell_values,
    assert_labelled,
    assert_legend,
    assert_tick_labels,
    axis_label,
    images,
)
from autograder.standins import in_sandbox

__all__ = ["classify", "own_pyplot"]  # a fixture, and what figure_cases calls


@number("6.1")
@weight(1)
def test_images_go_through_the_network_in_batches(rng):
    """classify: batches of at most batch_size, the last of which is smaller"""
    for n in (23, 25):  # seven are left for the last batch, or one
        classes = rng.integers(10, size=n)
        found, sizes = classified(numbered_images(n), classes.tolist(), 8)
        assert_close(found, classes, f"classify(net, x, 8) for {n} images")
        assert max(sizes) <= 8, f"with batch_size = 8 a batch of {max(sizes)} images went through the network"


@number("6.2")
@weight(1)
def test_kernels_in_colours_each_have_their_own_scale(rng):
    """kernels_figure: eight kernels for three channels, weak and strong ones, and grey ones"""
    for channels in (3, 1):
        layer = conv(rng, 4, 3, channels, 8, (1, 1))
        layer["params"]["weights"] = layer["params"]["weights"] * 10.0 ** np.arange(-4, 4) + 0.25
        figure = kernels_figure(network((6, 6, channels), layer, {"type": "relu"}, full(rng, 36, 4)))
        for k, image in enumerate(kernels_shown(figure, layer["params"]["weights"])):
            assert_own_scale(image, f"kernel {k}, {'in colours' if channels == 3 else 'in grey'},")


def assert_own_scale(image, what):
    """Ask that the smallest and the largest number of an image lie at the ends of its scale."""
    low, high = (image.level(float(value)) for value in (image.values.min(), image.values.max()))
    assert abs(low) < 0.02, f"{what} does not have a scale of its own: its smallest number lies at {low:.2f}, expected 0"
    assert abs(high - 1) < 0.02, f"{what} does not have a scale of its own: its largest number lies at {high:.2f}, expected 1"


@number("6.2")
@weight(0.5)
def test_kernels_stand_in_rows_of_four(rng):
    """kernels_figure: sixteen kernels, in rows of four, from left to right"""
    net = network((6, 6, 1), conv(rng, 3, 4, 1, 16, (1, 2)), {"type": "relu"}, full(rng, 672, 4))
    figure, kernels = kernels_figure(net), net["layers"][1]["params"]["weights"]
    corners = []
    for image in kernels_shown(figure, kernels):
        left, bottom = image.axes.get_position().bounds[:2]
        corners.append((round(-float(bottom), 2), round(float(left), 2)))
    rows = sorted({row for row, _ in corners})
    columns = sorted({column for _, column in corners})
    assert (len(rows), len(columns)) == (4, 4), f"sixteen kernels stand in {len(rows)} rows and {len(columns)} columns"
    assert corners == sorted(corners), "the kernels do not stand in their order, row by row from left to right"


@number("6.3")
@weight(1)
def test_few_mistakes_in_colours(rng):
    """misclassified_figure: images in colours, fewer than nine mistakes"""
    x, labels, predicted, wrong = images_with_mistakes(rng, 3, 15, mistakes=4)
    figure = misclassified_figure(x, labels, predicted, NAMES)
    shown = places_shown(figure, x)
    found = sorted(place for _, place in shown if place is not None)
    assert found == wrong.tolist(), f"the images {found} are shown, expected those that are misclassified: {wrong.tolist()}"
    assert len(shown) == 4, f"the figure has {len(shown)} images of 4 mistakes"
    for image, place in shown:
        assert_own_scale(image, f"image {place}")


@number("6.4")
@weight(0.5)
def test_classes_that_do_not_occur_have_a_row():
    """confusion_matrix: five classes, of which two occur"""
    # The same when transposed: what is a row is the question of another test.
    expected = np.zeros((5, 5))
    expected[1, 1] = expected[1, 3] = expected[3, 1] = expected[3, 3] = 1
    assert_close(
        confusion_matrix(np.array([1, 1, 3, 3]), np.array([3, 1, 1, 3]), 5), expected, "confusion_matrix(labels, predicted, 5)"
    )


@number("6.5")
@weight(1)
def test_the_confusion_matrix_can_be_read(rng):
    """confusion_matrix_figure: tick labels, labels of the axes, numbers in the cells or a colour bar"""
    counts = rng.permutation(25).reshape(5, 5)
    figure = confusion_matrix_figure(counts, NAMES)
    assert images(figure), "the figure shows no image"
    image = images(figure)[0]
    for axis, words in (("x", ("predicted",)), ("y", ("actual", "true"))):
        assert_tick_labels(image, axis, NAMES)
        label, asked = axis_label(image.axes, axis), " or ".join(f'"{word}"' for word in words)
        assert any(word in label.lower() for word in words), f'the {axis} axis has the label "{label}", without {asked}'
    assert_cell_values(image, counts)


@number("6.6")
@weight(0.5)
def test_classes_without_anything_to_share():
    """precision_and_recall: a class that is never predicted, one that does not occur, one of a single image; no warning"""
    counts = np.array([[2, 0, 1, 0], [0, 1, 0, 0], [1, 0, 4, 0], [1, 0, 0, 0]])
    for matrix, nothing, whole in ((counts, 0, 1), (counts.T, 1, 0)):
        found = [np.array(values, dtype=float) for values in two_arrays(precision_and_recall(matrix))]
        expected = [np.array([2 / 4, 1, 4 / 5]), np.array([2 / 3, 1, 4 / 5])][:: 1 if nothing == 0 else -1]
        for values, right, name in zip(found, expected, ("precision", "recall"), strict=True):
            assert_close(values[:3], right, f"the {name} of the classes that occur and are predicted")
        assert np.isnan(found[nothing][3]) or found[nothing][3] == 0, "the share of nothing is neither 0 nor NaN"
        assert found[whole][3] == 0, "the share of a class none of whose images is right is not 0"
        warnings = arithmetic_warnings(matrix)
        assert not warnings, f"precision_and_recall gives a warning: {warnings[0]}"


@in_sandbox
def arithmetic_warnings(counts):
    """Return what NumPy warns of in precision_and_recall, such as a division by zero."""
    import warnings

    from experiments import precision_and_recall

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        precision_and_recall(counts)
    return [str(warning.message) for warning in caught if issubclass(warning.category, RuntimeWarning)]


@number("6.7")
@weight(0.5)
def test_the_total_is_the_sum_of_all_layers(rng):
    """parameters_per_layer: the last pair"""
    net = network((3, 2, 1), full(rng, 6, 5), {"type": "relu"}, full(rng, 5, 4), {"type": "relu"}, full(rng, 4, 3))
    pairs = [(str(name), int(count)) for name, count in parameters_per_layer(net)]
    assert pairs, "the list is empty"
    assert pairs[-1] == ("total", 35 + 24 + 15), f"the last pair is {pairs[-1]}, expected {('total', 74)}"
    assert len(pairs) == 8, f"the list has {len(pairs)} pairs for 7 layers and the total"


@number("6.8")
@weight(0.5)
def test_the_curves_have_labels_and_a_legend(rng):
    """curves_figure: labels of the axes, a legend"""
    figure = curves_figure(made_up_record(rng))
    assert_labelled(figure, "curves_figure")
    assert_legend(figure, ["training", "validation"], "curves_figure")
