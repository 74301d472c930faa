"""What the suites share about training: the digits, in the form in which a submission gets them.

A submission that is being graded finds the digits in files made here, never in scikit-learn, and no file made here holds
the labels of the real test images: the split called test is whatever a suite puts there.
"""

import functools
import io
import json
from pathlib import Path

import numpy as np
import pytest
from data import load
from data_files import FORMAT, SPLITS

# Fixtures, for a module of tests to import


@pytest.fixture(scope="module")
def digits():
    return real_digits()


@pytest.fixture(autouse=True)
def data_of_the_flags(sandbox_dir):
    """A submission that trains while it is imported finds the data where the default flags say."""
    sandbox_dir(files_of_the_digits(), "data")


# Files of the digits


def real_digits():
    """Return the digits as data.load gives them where no other data set lies."""
    return load(Path(__file__).parent)


def digits_file(train, val, test):
    """Return the files of a prepared data set (see data_files.read_prepared), {name: content}, for three pairs (x, y).

    Each x holds samples of the digits, standardised, (S, 64), as a submission finds them again; the files hold their pixels.
    """
    digits = real_digits()
    mean, deviation = digits.train.mean, digits.train.deviation
    about = {"format": FORMAT, "name": "digits", "n_classes": 10, "image_shape": [8, 8]}
    about |= {"mean": mean.tolist(), "deviation": deviation.tolist()}
    files = {"about.json": json.dumps(about).encode()}
    for name, (x, y) in zip(SPLITS, (train, val, test), strict=True):
        pixels = np.rint(x * deviation + mean)
        assert np.allclose(x * deviation + mean, pixels, rtol=0, atol=1e-3), f"x of {name} is not of the digits"
        files[f"x_{name}.npy"], files[f"y_{name}.npy"] = npy(pixels.astype(np.uint8)), npy(y)
    return files


def npy(array):
    """Return what np.save writes."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def without_test_labels(digits):
    """Return the files of the digits with the validation split in place of the test split."""
    val = (digits.val.x, digits.val.y)
    return digits_file((digits.train.x, digits.train.y), val, val)


@functools.cache
def files_of_the_digits():
    return without_test_labels(real_digits())


def accuracy_of(model, x, y):
    """Return the share of samples for which the largest output of `model` is at the label, worked out here."""
    outputs = np.array(model.forward(x))
    assert outputs.shape == (len(x), 10), f"model.forward(x) has shape {outputs.shape}, expected {(len(x), 10)}"
    return float((outputs.argmax(axis=1) == y).mean())


def assert_model_at_work(model, x):
    """Check that a returned model answers something for samples, (S, M): what else is asked of train says little otherwise."""
    outputs = np.array(model.forward(x))
    assert outputs.shape == (len(x), 10), f"model.forward(x) has shape {outputs.shape}, expected {(len(x), 10)}"
    alike = bool(np.ptp(outputs) == 0)  # a model that has diverged to NaN has worked, and other tests ask how well
    assert not alike, "the returned model answers the same number for all samples and classes"
