"""What the suites of part 6 share: numbers made up for figures, and a training that takes no time."""

import sys

import pytest

from autograder.standins import in_sandbox

OPTIMIZERS = ["SGD", "Adam", "Adadelta"]
RATES = [2e-4, 2e-3, 2e-2]
NETWORKS = ["100", "400,400"]
GRID = {"optimizer": OPTIMIZERS, "learning_rate": RATES, "dnn_hidden_units": NETWORKS}
STEPS = [100, 200, 300, 400]


@pytest.fixture(autouse=True)
def own_pyplot():
    """On a laptop all tests share one pyplot: none opens a window, and none finds the figures of another."""
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].use("Agg")
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@in_sandbox
def made_up_training(logs):
    """Return a function with the arguments of train_mlp that trains nothing; its attribute `calls` lists them.

    Args:
        logs: the log of each call, in order.
    """

    def train(**flags):
        log = {name: list(numbers) for name, numbers in logs[len(train.calls)].items()}
        train.calls.append(flags)
        return object(), log

    train.calls = []
    return train


def made_up_log(rng):
    """Return a log as of `fit`; its best look is neither the first nor the last one, and no two numbers are the same."""
    log = {name: rng.uniform(0.1, 0.8, size=4).tolist() for name in ("train_accuracy", "val_accuracy", "test_accuracy")}
    log["val_accuracy"][int(rng.integers(1, 3))] = float(rng.uniform(0.85, 0.95))
    log["test_accuracy"][0] = 0.99  # of another step than the best one
    return {"step": STEPS, **log, **{name: rng.uniform(0.2, 2.3, size=4).tolist() for name in ("train_loss", "test_loss")}}


def made_up_runs(rng):
    """Return a list of dicts as of `search`, in an order in which neither optimizers nor learning rates stand together."""
    runs = [
        {"optimizer": optimizer, "learning_rate": rate, "dnn_hidden_units": network}
        for network in NETWORKS
        for rate in (RATES[1], RATES[2], RATES[0])
        for optimizer in OPTIMIZERS
    ]
    accuracies = rng.uniform(size=(len(runs), 2)).tolist()
    return [{**run, "val_accuracy": a, "test_accuracy": b} for run, (a, b) in zip(runs, accuracies, strict=True)]


def best_of(runs, optimizer):
    """Return the best validation accuracy of an optimizer at each of RATES."""
    return [
        max(run["val_accuracy"] for run in runs if run["optimizer"] == optimizer and run["learning_rate"] == rate)
        for rate in RATES
    ]
