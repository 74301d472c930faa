"""What the suites share about training: first parameters, small data sets, and what train_network returns.

Shapes: N samples, D inputs, C classes, E epochs.
"""

import functools
import io
from itertools import pairwise

import numpy as np
from data_files import write_csv
from hw3_lib import Linear, ReLU, Sigmoid
from hw3_sol import MultiLayerPerceptron

from autograder.compare import Mismatch, assert_close

SEED = 10701
FOLDER = "training_data_student"
EXACT = {"rtol": 1e-6, "atol": 1e-8}  # nothing is random in training; a logarithm may have an epsilon in it
ACTIVATIONS = {"Sigmoid": Sigmoid, "ReLU": ReLU}
SIZES = (12, 9, 4)  # of the network that the public tests train
FLAGS = {"num_epoch": 8, "learning_rate": 0.8, "batch_size": 8}  # which does not divide 44 samples


def first_parameters(sizes, seed=SEED):
    """Return pairs of weights (D, M) and biases (1, M) for these sizes, as init_linear_params draws them after this seed."""
    random = np.random.RandomState(seed)
    pairs = []
    for D, M in pairwise(sizes):
        bound = 1 / np.sqrt(M)
        pairs.append((random.uniform(-bound, bound, (D, M)), random.uniform(-bound, bound, (1, M))))
    return pairs


def network(parameters, activation):
    """Return a MultiLayerPerceptron of Linear layers with these parameters and activations between them."""
    layers = []
    for weights, biases in parameters:
        layers += [Linear((weights.copy(), biases.copy())), ACTIVATIONS[activation]()]
    return MultiLayerPerceptron(layers[:-1])


def parameters_of(model):
    """Return all weights and biases of a network as one row of numbers."""
    layers = list(model.layers)[::2]
    return np.concatenate([np.array(part, dtype=float).ravel() for layer in layers for part in (layer.weights, layer.biases)])


def small_data(D=12, C=4, train=11, test=5, seed=SEED):
    """Return a data set as load_data does, of C overlapping clouds of points, `train` and `test` for each, sorted by class."""
    random = np.random.RandomState(seed)
    centres = random.uniform(-1, 1, (C, D))
    parts = {}
    for name, per_class in (("train", train), ("test", test)):
        labels = np.repeat(np.arange(C), per_class)
        parts[f"{name}_x"] = np.round(centres[labels] + 0.7 * random.standard_normal((len(labels), D)), 2)
        parts[f"{name}_y"] = labels
    return parts


def part_of(result, name):
    """Return result[name] of what train_network has returned.

    Raises:
        Mismatch: there is none; the message says what came instead.
    """
    try:
        return result[name]
    except (KeyError, IndexError, TypeError, ValueError):
        pass  # raised outside of here, or the message would end with this exception as its cause
    raise Mismatch("type", "train_network", f'what train_network returned has no "{name}"; it must be a dict with that key')


def assert_list(result, name, expected):
    """Check one of the lists of numbers that train_network has returned."""
    assert_close(part_of(result, name), expected, f'train_network(...)["{name}"]', **EXACT)


@functools.cache
def files_of_the_course():
    """Return small files train.csv and test.csv of the course's form, {name: content}."""
    random, files = np.random.RandomState(SEED), {}
    for name in ("train", "test"):
        content = io.BytesIO()
        write_csv(content, random.uniform(0, 1, (10, 784)), np.arange(10))
        files[f"{name}.csv"] = content.getvalue()
    return files
