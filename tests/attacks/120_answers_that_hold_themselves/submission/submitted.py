import numpy as np


def deep(depth):
    held = []
    for _ in range(depth):
        held = [held]
    return held


def knot():
    knotted = [1.0]
    knotted.append((knotted, {"a": knotted}))
    return knotted


TURNS = [
    knot,
    lambda: deep(30),
    lambda: deep(100),
    lambda: deep(1000),
    lambda: deep(100_000),
    lambda: {"a": knot()},
    lambda: (deep(200),),
]


def turn(*_):
    TURNS.append(TURNS.pop(0))
    return TURNS[0]()


softmax = cross_entropy = counts = turn


class Linear:
    def __init__(self, inputs, outputs):
        self.params = {"weight": np.zeros((outputs, inputs)), "bias": np.zeros((1, outputs))}

    def forward(self, x):
        return turn()


class Classifier:
    def fit(self, x, labels):
        self.means = turn()

    def predict(self, x):
        return turn()


def minimise(distance, problem, history):
    return turn()


def attempt(paths, pattern, pids):
    return turn()
