"""What the suites share about training: the digits, in files from which a submission gets them, and flags.

A submission that is being graded finds the digits in files made here, never in scikit-learn, and no file made here holds the
labels of the real test images: the split called test is whatever a suite puts there.
"""

import functools
import io
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from data import load
from data_files import FORMAT, SPLITS

from autograder.background import shared_files
from autograder.compare import assert_finite
from autograder.compare.plain import type_name

CHANCE = 1 / 10  # what guessing among the classes is right on
LOGGED = ("step", "train_loss", "train_accuracy", "val_accuracy", "test_loss", "test_accuracy")


@pytest.fixture(autouse=True)
def data_of_the_flags(sandbox_dir):
    """A submission that trains while it is imported finds the data where the default flags say."""
    sandbox_dir(files_of_the_digits(), "data")


# Files


@functools.cache
def digits():
    """Return the three splits of the digits as in data.load, each a pair of pixels, uint8 (S, 64), and labels, int64 (S,)."""
    data = load(Path(__file__).parent)
    return SimpleNamespace(**{name: (getattr(data, name).pixels, getattr(data, name).y) for name in SPLITS})


def files_of(train, val, test, image_shape=(8, 8), n_classes=10):
    """Return the files of a prepared data set (see data_files.read_prepared), {name: content}, for three pairs (pixels, y)."""
    about = {"format": FORMAT, "name": "digits", "n_classes": n_classes, "image_shape": list(image_shape)}
    files = {"about.json": json.dumps(about | {"mean": [0.0], "deviation": [1.0]}).encode()}
    for name, (pixels, y) in zip(SPLITS, (train, val, test), strict=True):
        files[f"x_{name}.npy"], files[f"y_{name}.npy"] = npy(pixels.astype(np.uint8)), npy(y)
    return files


def npy(array):
    """Return what np.save writes."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@functools.cache
def files_of_the_digits():
    """Return the files of the digits with the validation split in place of the test split."""
    return files_of(digits().train, digits().val, digits().val)


@functools.cache
def shared_digits():
    """Return a folder with these files, which all processes of the submission can read."""
    return shared_files(files_of_the_digits())


def few(n):
    """Return the first n training images and their labels."""
    pixels, y = digits().train
    return pixels[:n], y[:n]


def contrary(split):
    """Return a split with labels that are all wrong: the better a network gets, the fewer of them it meets."""
    pixels, y = split
    return pixels, (y + 1) % 10


def inputs(split, train=None, image_shape=(1, 8, 8)):
    """Return the images of a split as get_cifar10 gives them, float32, less the mean of the training split `train`."""
    mean = (train or digits().train)[0].mean(axis=0)
    return (split[0] - mean).astype(np.float32).reshape(-1, *image_shape)


# Numbers


def log_of(trained):
    """Return the log of what train has returned, with all its lists as lists of floats."""
    assert_pair(trained)
    return checked_log(trained[1])


def assert_pair(trained):
    """Ask for a tuple or list of a model and a log, or more."""
    is_pair = isinstance(trained, (tuple, list))
    came = f"{len(trained)} values" if is_pair else "None" if trained is None else f"a value of type {type_name(trained)}"
    assert is_pair and len(trained) >= 2, f"train returned {came}, expected two: model, log"


def checked_log(log):
    assert isinstance(log, dict), f"the log is of type {type_name(log)}, expected a dict of lists"
    missing = [name for name in LOGGED if name not in log]
    assert not missing, f"the log has no {', '.join(missing)}"
    return {name: [float(number) for number in log[name]] for name in LOGGED}


def model_of(trained):
    assert_pair(trained)
    return trained[0]


def cross_entropy(probabilities, y):
    """Return the mean of -log of the right class's probability, for labels (S,)."""
    return float(-np.log(np.maximum(probabilities[np.arange(len(y)), y], 1e-300)).mean())


def assert_loss(found, probabilities, y, what):
    """Ask for the mean of -log of the right class's probability, which a submission may have kept away from 0 by up to 1e-8."""
    right = probabilities[np.arange(len(y)), y]
    low, high = (float(-np.log(kept).mean()) for kept in (right + 1e-8, np.maximum(right, 1e-320)))
    assert_finite(found, what)
    text = f"{what} is {found:.6g}, expected {high:.6g}"
    assert low - 1e-3 <= found <= high + 1e-3, text


def share_of_points(accuracy, limits):
    """Return the share of the points that an accuracy is worth: 0 at limits["floor"], 1 from limits["full"] on."""
    return min(max((accuracy - limits["floor"]) / (limits["full"] - limits["floor"]), 0.0), 1.0)


def check_accuracy(accuracy, limits):
    """Fail with what an accuracy on the withheld images says about the training."""
    found = f"the returned model is right on {accuracy:.1%} of the withheld images"
    assert accuracy >= 2 * CHANCE, f"{found}: it did not train, guessing is as good. Look at loss, gradients and step."
    assert accuracy >= limits["floor"], f"{found}, below the threshold of {limits['floor']:.0%}: it has learnt little."
    assert accuracy >= limits["full"], f"{found}: it learns, but a right solution reaches more than {limits['full']:.0%}."
