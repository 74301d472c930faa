"""What the suites share about training: gradients made up, so that every step can be worked out, and the graded data."""

from pathlib import Path

import numpy as np
import pytest
from images import load_images

from autograder.standins import in_sandbox

OPTIONS = {"batch_size": 3, "momentum": 0.0, "weight_decay": 0.0, "learning_rate": 1.0, "seed": 1, "print_interval": 0}


def options(**changed):
    return {**OPTIONS, **changed}


def network_of(*parameters):
    """Return a network, of one layer for each pair (weights, biases), which nothing ever goes through."""
    layers = [
        {"type": "fully_connected", "params": {"weights": np.array(weights), "biases": np.array(biases)}}
        for weights, biases in parameters
    ]
    between = [part for layer in layers for part in (layer, {"type": "relu"})]
    return {"layers": [{"type": "input", "params": {"size": (2, 2, 1)}}, *between, {"type": "softmaxloss"}]}


@in_sandbox
def trained_by(net, gradients, opts):
    """Train a network with gradients that are made up; return its parameters afterwards, a list of dicts, and the losses.

    Args:
        gradients: for each iteration a list of dicts, one for each layer that has parameters.
        opts: of `training`, without "iterations".
    """
    from unittest.mock import patch

    import network
    import numpy as np
    import training

    owners = [number for number, layer in enumerate(net["layers"]) if "weights" in layer.get("params", {})]
    calls = []

    def evaluate(net, inp, labels, evaluate_gradient=True, verbose=False):
        found = [None] * len(net["layers"])
        if evaluate_gradient:
            calls.append(1)
            for owner, made_up in zip(owners, gradients[len(calls) - 1], strict=True):
                found[owner] = {name: np.array(value) for name, value in made_up.items()}
        return [inp] * (len(net["layers"]) - 2) + [np.ones((4, inp.shape[-1])), np.float64(1.0)], found

    x, labels = np.zeros((2, 2, 1, 6)), np.arange(6) % 4
    modules = [module for module in (network, training) if hasattr(module, "evaluate")]
    with patch.object(modules[0], "evaluate", evaluate), patch.object(modules[-1], "evaluate", evaluate):
        returned = training.training(net, x, labels, x, labels, {**opts, "iterations": len(gradients)})
    parameters = [{name: np.array(value) for name, value in returned[0]["layers"][owner]["params"].items()} for owner in owners]
    return parameters, np.array(returned[1])


@pytest.fixture(scope="module")
def digits():
    return real_digits()


def real_digits(colours=False):
    """Return the digits as images.load_images gives them where no other data set lies."""
    return load_images(Path(__file__).parent, colours)
