"""What the suites of parts 6 and 7 share: classes that are made up, and a network that nothing goes through."""

import sys

import numpy as np
import pytest

from autograder.figures import assert_image, images
from autograder.standins import in_sandbox

NAMES = ["cat", "dog", "owl", "ant", "bee"]


@pytest.fixture(autouse=True)
def own_pyplot():
    """On a laptop all tests share one pyplot: none opens a window, and none finds the figures of another."""
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].use("Agg")
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@in_sandbox
def classified(x, classes, batch_size):
    """Return what `classify` returns for images with a network whose scores are made up, and how many came at once.

    Args:
        x: images, each filled with a number of its own, from 0.
        classes: what the network takes the image of each number for.
    """
    from unittest.mock import patch

    import experiments
    import network
    import numpy as np

    sizes = []

    def evaluate(net, inp, labels, evaluate_gradient=True, verbose=False):
        sizes.append(inp.shape[-1])
        if np.shape(labels)[:1] != (inp.shape[-1],):
            raise ValueError(f"there are {inp.shape[-1]} images and labels of shape {np.shape(labels)}")
        scores = np.full((10, inp.shape[-1]), -3.0)
        for n in range(inp.shape[-1]):
            scores[classes[int(inp[0, 0, 0, n])], n] = -1.0
        return [inp, inp, scores, np.float64(1.0)], [None] * 4

    net = {"layers": [{"type": "input", "params": {"size": x.shape[:-1]}}, {"type": "relu"}, {"type": "relu"}]}
    net["layers"].append({"type": "softmaxloss"})
    with patch.object(network, "evaluate", evaluate), patch.object(experiments, "evaluate", evaluate, create=True):
        return np.array(experiments.classify(net, x, batch_size)), sizes


def numbered_images(n):
    """Return n images of 3 × 2 pixels, (3, 2, 1, n), each filled with its number."""
    return np.ones((3, 2, 1, 1)) * np.arange(n)


def as_shown(image):
    """Return an image or kernel (height, width, C) as it is shown: without the axis of a single channel."""
    return image if image.shape[2] == 3 else image[:, :, 0]


def places_shown(figure, x):
    """Return each image in a figure, and the place in x, (H, W, C, N), of what it shows; None for something else.

    It may be shown on any scale that keeps what is lighter lighter.
    """
    known = [from_0_to_1(as_shown(x[..., place])) for place in range(x.shape[-1])]
    found = []
    for image in images(figure):
        shown = from_0_to_1(image.values)
        same = (i for i, each in enumerate(known) if each.shape == shown.shape and np.allclose(each, shown, atol=0.01))
        found.append((image, next(same, None)))
    return found


def kernels_shown(figure, kernels):
    """Return the images that show kernels, (h, w, C, K), in the order of the kernels.

    Raises:
        Mismatch: one is not shown.
    """
    found = {place: image for image, place in places_shown(figure, kernels)}
    for k in range(kernels.shape[-1]):
        if k not in found:
            found[k] = assert_image(figure, as_shown(kernels[..., k]), f"kernel {k}", scaled=True)
    return [found[k] for k in range(kernels.shape[-1])]


def from_0_to_1(values):
    return (values - values.min()) / (np.ptp(values) or 1.0)


def images_with_mistakes(rng, channels, n, mistakes):
    """Return images, labels and predictions of which as many are wrong, at places that are drawn."""
    x = rng.normal(size=(6, 5, channels, n))
    labels = rng.integers(5, size=n)
    predicted = labels.copy()
    wrong = np.sort(rng.permutation(n)[:mistakes])
    predicted[wrong] = (labels[wrong] + rng.integers(1, 5, size=mistakes)) % 5
    return x, labels, predicted, wrong


def made_up_record(rng):
    """Return what curves_figure takes, of 20 iterations with a validation after every fifth."""
    losses, accuracies, validation = rng.uniform(size=20), rng.uniform(size=20), rng.uniform(size=4)
    record = {"loss": losses, "accuracy": accuracies, "validation_accuracy": validation}
    return {**{name: values.tolist() for name, values in record.items()}, "validation_iterations": [0, 5, 10, 15]}


def two_arrays(returned):
    """Return what precision_and_recall has returned, if these are two things."""
    assert isinstance(returned, (tuple, list)), "precision_and_recall does not return two arrays"
    assert len(returned) == 2, f"precision_and_recall returns {len(returned)} values, expected 2: precision and recall"
    return returned
