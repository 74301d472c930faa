"""The right solution, for attacks that are to keep their points."""

import numpy as np


def softmax(scores):
    """Probabilities (S, C) from scores (S, C), row by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def cross_entropy(scores, labels):
    """Mean loss of scores (S, C) for labels (S,).

    Raises:
        ValueError: there is not one label for each row.
    """
    if len(scores) != len(labels):
        raise ValueError(f"{len(scores)} rows and {len(labels)} labels")
    return float(-np.log(softmax(scores)[np.arange(len(labels)), labels]).mean())


def counts(labels, classes):
    """How often each class occurs, as a list of integers."""
    return [int((labels == label).sum()) for label in range(classes)]


class Linear:
    """x Wᵀ + b, with the arrays in `params`."""

    def __init__(self, inputs, outputs):
        self.params = {"weight": np.zeros((outputs, inputs)), "bias": np.zeros((1, outputs))}

    def forward(self, x):
        return x @ self.params["weight"].T + self.params["bias"]


class Classifier:
    """Predicts the class whose mean is nearest."""

    def fit(self, x, labels):
        self.means = np.stack([x[labels == label].mean(axis=0) for label in range(labels.max() + 1)])

    def predict(self, x):
        return ((x[:, None] - self.means) ** 2).sum(axis=2).argmin(axis=1)


def minimise(distance, problem, history):
    """Where a square distance in three dimensions is smallest; the distances that were looked at are appended to history."""
    history.append(distance(np.zeros(3)))
    point = []
    for axis in np.eye(3):
        history.append(distance(axis))
        point.append((history[0] - history[-1] + 1) / 2)
    return point


def attempt(paths, pattern, pids):
    """What could be got hold of: nothing."""
    return []
