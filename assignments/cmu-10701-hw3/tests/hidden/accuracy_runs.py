"""The five networks of 5.6: what they are trained on, and how they are trained and judged."""

import functools
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from answer_key import accuracy_sheet
from data import load
from data_files import read_csv
from make_data import small_set
from training_cases import FOLDER, files_of_the_course, first_parameters

from autograder.background import write_files
from autograder.compare import assert_finite
from autograder.standins import in_sandbox

ASSIGNMENT = Path(__file__).resolve().parents[2]
EPOCHS = 50
NEEDS = ("5.1", "5.2", "5.5")  # without these no network learns
CHANCE = 1 / 10


@dataclass(frozen=True)
class Network:
    hidden: tuple[int, ...]
    activation: str
    learning_rate: float
    batch_size: int


NETWORKS = {
    "a": Network((256,), "Sigmoid", 0.01, 50),
    "b": Network((256,), "Sigmoid", 0.001, 50),
    "c": Network((256,), "ReLU", 0.01, 50),
    "d": Network((256,), "ReLU", 0.01, 200),
    "e": Network((384, 256), "ReLU", 0.01, 50),
}


def images(settings):
    """Return the data set of [settings.accuracies], as hw3_sol.load_data does."""
    return images_in(settings["accuracies"]["data"])


@functools.cache
def images_in(chosen):
    if chosen == "digits":
        return small_set(load(ASSIGNMENT))
    (train_x, train_y), (test_x, test_y) = (read_csv(ASSIGNMENT / chosen / f"{name}.csv") for name in ("train", "test"))
    return {"train_x": train_x, "train_y": train_y, "test_x": test_x, "test_y": test_y}


@in_sandbox
def trained_model(parameters, activation, dataset, flags):
    """Return a network with these first parameters after train_network."""
    import hw3_lib
    import hw3_sol

    layers = []
    for pair in parameters:
        layers += [hw3_lib.Linear(tuple(pair)), getattr(hw3_lib, activation)()]
    model = hw3_sol.MultiLayerPerceptron(layers[:-1])
    hw3_sol.train_network(model, dataset, **flags)
    return model


def training_of(letter, settings):
    """Return the call that trains the network of one letter."""
    write_files(files_of_the_course(), FOLDER)
    network, data = NETWORKS[letter], images(settings)
    parameters = first_parameters((data["train_x"].shape[1], *network.hidden, 10))
    flags = {"num_epoch": EPOCHS, "learning_rate": network.learning_rate, "batch_size": network.batch_size}
    return partial(trained_model, parameters, network.activation, data, flags)


def grade_accuracy(content, letter, split, model, settings, points, set_score):
    """Give a test its score: whether the reported accuracy is what `model` reaches.

    Args:
        content: bytes of answers.toml.
        letter, split: which of the accuracies: "a" to "e", "train" or "test".
    """
    data = images(settings)
    scores = np.array(model.forward(data[f"{split}_x"]))
    assert_finite(scores, "what your trained network gives")
    labels = data[f"{split}_y"]
    assert scores.shape == (len(labels), 10), f"model.forward(x) has shape {scores.shape}, expected {(len(labels), 10)}"
    reached = float((scores.argmax(axis=1) == labels).mean())
    assert reached >= 2 * CHANCE, "your network, trained here, guesses; there is no accuracy to report yet: see 5.7"
    identity = f"5.6{letter}_{split}"
    accuracy_sheet(content, {identity: reached}).grade(identity, points, set_score)
