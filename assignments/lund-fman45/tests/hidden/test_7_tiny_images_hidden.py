"""Part 7, tiny images: what `fit` and `predict` make of images that the submission has never seen.

`fit` runs in the background, on the images of assignment.toml. The labels of the test images stay here: the submission gets the
images themselves, when the training is over, and says what they show.
"""

from functools import partial

import numpy as np
import pytest
from graded_training import check_accuracy, share_of_points, tiny_images
from gradescope_utils.autograder_utils.decorators import leaderboard, number, partial_credit, weight
from tiny_images import fit, predict

from autograder.background import background
from autograder.compare import assert_close


@background(seconds=300)
def training_on_tiny_images(settings):
    """Training by fit on tiny images"""
    data = tiny_images(settings)
    return partial(fit, data.train.x, data.train.labels, data.val.x, data.val.labels, seed=7)


@pytest.fixture(scope="module")
def withheld(settings):
    """The test images."""
    return tiny_images(settings).test


@pytest.fixture(scope="module")
def model():
    """What fit has returned."""
    return training_on_tiny_images.result()


@pytest.fixture(scope="module")
def predicted(model, withheld):
    """What the model says of the test images, integers (N,), a batch at a time."""
    batches = np.array_split(np.arange(len(withheld.labels)), -(-len(withheld.labels) // 500))
    return np.concatenate([classes(model, withheld.x[..., batch]) for batch in batches])


def classes(model, x):
    """Return what `predict` says of some images, if it is a class for each."""
    found = np.array(predict(model, x))
    assert found.shape == (x.shape[-1],), f"predict(model, x) has shape {found.shape} for {x.shape[-1]} images"
    assert found.dtype.kind in "iuf", f"predict(model, x) returns numbers of type {found.dtype}, expected integers"
    return found


@number("7.1")
@weight(1)
def test_a_prediction_is_that_of_an_image_alone(model, withheld, predicted):
    """predict: one image, and a few in another order"""
    share = float((predicted == withheld.labels).mean())
    assert share > 0.15, f"the predictions are right on {share:.1%} of the withheld images, as good as guessing"
    assert_close(classes(model, withheld.x[..., :1]), predicted[:1], "the prediction for an image by itself")
    assert_close(classes(model, withheld.x[..., 10:3:-1]), predicted[10:3:-1], "the predictions in another order")


@number("7.1")
@partial_credit(5)
@leaderboard("accuracy", "desc")
def test_accuracy_on_withheld_tiny_images(predicted, withheld, settings, set_score=None, set_leaderboard_value=None):
    """fit and predict: accuracy on withheld images; points from the floor, all of them from the target"""
    limits, accuracy = settings["tiny_images"]["limits"], float((predicted == withheld.labels).mean())
    set_leaderboard_value(round(100 * accuracy, 1))  # in per cent
    set_score(round(5 * share_of_points(accuracy, limits), 2))
    check_accuracy(accuracy, limits)
