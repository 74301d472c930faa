"""What the hidden suites share about graded training runs: the data, and what an accuracy is worth."""

from pathlib import Path

import numpy as np
from images import load_images
from training_cases import real_digits

from autograder.errors import AssignmentError

ASSIGNMENT = Path(__file__).resolve().parents[2]
CHANCE = 1 / 10  # what guessing among the classes is right on


def tiny_images(settings):
    """Return the data set of the table [settings.tiny_images].

    Raises:
        AssignmentError: another data set lies in its folder.
    """
    chosen = settings["tiny_images"]
    if chosen["data_set"] == "digits":
        return real_digits(colours=True)
    folder = ASSIGNMENT / chosen["data_dir"]
    images = load_images(folder, colours=True)
    if images.image_shape != (32, 32, 3):
        raise AssignmentError(
            f"assignment.toml asks for the data set {chosen['data_set']!r} in {folder}, where images of shape "
            f"{images.image_shape} were found; put it there with data.py: python data.py cifar10 --data_dir {folder}"
        )
    return images


def share_of_points(accuracy, limits):
    """Return the share of the points that an accuracy is worth: 0 at limits["floor"], 1 from limits["full"] on."""
    return min(max((accuracy - limits["floor"]) / (limits["full"] - limits["floor"]), 0.0), 1.0)


def check_accuracy(accuracy, limits):
    """Fail with what an accuracy on the withheld images says about the training."""
    found = f"the trained network is right on {accuracy:.1%} of the withheld images"
    assert accuracy >= 1.5 * CHANCE, f"{found}: it did not train, guessing is as good. Look at loss, gradients and step."
    assert accuracy >= limits["floor"], f"{found}, below the threshold of {limits['floor']:.0%}: it has learnt little."
    assert accuracy >= limits["full"], f"{found}: it learns, but a right solution reaches more than {limits['full']:.0%}."


def plain_network(net):
    """Return a trained network with its parameters as arrays.

    Raises:
        AssertionError: `training` has returned something else.
    """
    try:
        layers = [dict(layer) for layer in net["layers"]]
    except (TypeError, KeyError, IndexError, ValueError):
        layers = []
    assert layers, 'what training returns first is no network, a dict with the list "layers"'
    for layer in layers:
        if "weights" in layer.get("params", {}):
            layer["params"] = {name: np.array(values, dtype=float) for name, values in layer["params"].items()}
    return {"layers": layers}
