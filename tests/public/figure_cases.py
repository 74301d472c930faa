"""What the suites of part 10 share: numbers made up for figures, and a training that takes no time."""

import sys

import numpy as np
import pytest

from autograder.standins import in_sandbox

RATES = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e2]
SIZES = [[128], [256, 128], [512, 256, 128]]
NETWORKS = [
    "128", "128, batch norm", "256, 128", "256, 128, batch norm", "512, 256, 128", "512, 256, 128, batch norm",
]  # fmt: skip


@pytest.fixture(autouse=True)
def own_pyplot():
    """On a laptop all tests share one pyplot: none opens a window, and none finds the figures of another."""
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].use("Agg")
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@in_sandbox
def made_up_training(outcomes):
    """Return a function with the arguments of train that trains nothing; its attribute `calls` lists them.

    Args:
        outcomes: list of dicts with "where", a dict of the arguments that it belongs to, and "val_accuracy",
            "train_accuracy" and "loss", lists of what such a run comes to.
    """

    def train(hidden_dims, lr, use_batch_norm, batch_size, epochs, seed, data_dir, device="auto", schedule="constant"):
        given = {"hidden_dims": list(hidden_dims), "lr": lr, "use_batch_norm": use_batch_norm, "batch_size": batch_size}
        given |= {"epochs": epochs, "seed": seed, "data_dir": data_dir}
        train.calls.append(given)
        for outcome in outcomes:
            if all(given[name] == value for name, value in outcome["where"].items()):
                log = {name: list(outcome[name]) for name in ("loss", "train_accuracy", "val_accuracy")}
                log["learning_rate"] = [lr] * epochs
                return object(), list(outcome["val_accuracy"]), 0.5, log
        raise ValueError(f"train was called with hidden_dims = {hidden_dims}, lr = {lr}, use_batch_norm = {use_batch_norm}")

    train.calls = []
    return train


def sweep_outcomes(rng, rates=RATES, epochs=4, batches=12):
    """Return what made_up_training takes, a run for each learning rate; of each three, the last epoch of one is the best."""
    outcomes = []
    for i, rate in enumerate(rates):
        accuracies = rng.uniform(0.1, 0.9, size=epochs)
        accuracies[-1] = accuracies.max() + 0.05 if i % 3 == 1 else accuracies.min() - 0.05
        runs = {"val_accuracy": accuracies.tolist(), "train_accuracy": rng.uniform(size=epochs).tolist()}
        outcomes.append({"where": {"lr": rate}, **runs, "loss": rng.uniform(0.1, 3, size=batches).tolist()})
    return outcomes


def sweep_results(rng, batches=12):
    """Return a dict as of learning_rate_sweep; the two largest learning rates diverge."""
    losses = rng.uniform(0.1, 3, size=(9, batches))
    losses[7, batches // 2 :] = np.nan
    losses[8, 1:4] *= [1e3, 1e9, 1e30]
    losses[8, 4:] = np.inf
    return {"rates": RATES, "val_accuracy": rng.uniform(0.1, 0.9, size=9).tolist(), "loss": losses.tolist()}


def size_results(rng, epochs=7):
    """Return a dict as of network_sizes."""
    return {
        name: {split: rng.uniform(0.3, 0.9, size=epochs).tolist() for split in ("train_accuracy", "val_accuracy")}
        for name in NETWORKS
    }


def epochs_from_0_or_1(epochs):
    """Return the places of epochs on an axis, (2, epochs): either row is right."""
    return np.arange(epochs) + np.array([[0], [1]])
