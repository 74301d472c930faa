"""The data set that assignment.toml chooses for the runs with the default flags, without the labels of its test images."""

import functools
import json
import mmap
from pathlib import Path

from data import load
from data_files import FORMAT
from training_cases import npy, real_digits

from autograder.background import shared_files
from autograder.errors import AssignmentError

ASSIGNMENT = Path(__file__).resolve().parents[2]
CHANCE = 1 / 10  # what guessing among the classes is right on


def graded_data(settings):
    """Return the data set of the table [settings.training].

    Raises:
        AssignmentError: another data set lies in its folder.
    """
    chosen = settings["training"]
    if chosen["data_set"] == "digits":
        return real_digits()
    folder = ASSIGNMENT / chosen["data_dir"]
    data = load(folder)
    if data.name != chosen["data_set"]:
        raise AssignmentError(
            f"assignment.toml asks for the data set {chosen['data_set']!r} in {folder}, where {data.name!r} was found; "
            f"put it there with data.py: python data.py {chosen['data_set']} --data_dir {folder}"
        )
    return data


def shared_without_test_labels(settings):
    """Return a folder from which every process of the submission reads that data set; all runs map the same files."""
    chosen = settings["training"]
    return shared_once(chosen["data_set"], chosen["data_dir"])


@functools.cache
def shared_once(data_set, data_dir):
    return shared_files(withheld_test_labels(graded_data({"training": {"data_set": data_set, "data_dir": data_dir}})))


def withheld_test_labels(data):
    """Return a prepared data set's files (data_files.read_prepared) with the validation split in place of the test split."""
    about = {"format": FORMAT, "name": data.name, "n_classes": data.n_classes, "image_shape": list(data.image_shape)}
    about |= {"mean": data.train.mean.tolist(), "deviation": data.train.deviation.tolist()}
    files = {"about.json": json.dumps(about).encode()}
    for name, split in (("train", data.train), ("val", data.val), ("test", data.val)):
        files[f"x_{name}.npy"], files[f"y_{name}.npy"] = file_of(split.pixels), npy(split.y)
    return files


def file_of(pixels):
    """Return the content of the .npy file that `pixels` are mapped from, as it lies there, or that of a new one."""
    name = getattr(pixels, "filename", None)
    if name is None:
        return npy(pixels)
    with open(name, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)  # 138 MB of CIFAR-10 need not be read at once


def share_of_points(accuracy, limits):
    """Return the share of the points that an accuracy is worth: 0 at limits["floor"], 1 from limits["full"] on."""
    return min(max((accuracy - limits["floor"]) / (limits["full"] - limits["floor"]), 0.0), 1.0)


def check_accuracy(accuracy, limits):
    """Fail with what an accuracy on the withheld images says about the training."""
    found = f"the returned model is right on {accuracy:.1%} of the withheld images"
    assert accuracy >= 2 * CHANCE, f"{found}: it did not train, guessing is as good. Look at loss, gradients and step."
    assert accuracy >= limits["floor"], f"{found}, below the threshold of {limits['floor']:.0%}: it has learnt little."
    assert accuracy >= limits["full"], f"{found}: it learns, but a right solution reaches more than {limits['full']:.0%}."
