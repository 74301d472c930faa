import threading
import time

import numpy as np

RETURNED = []


def draw():
    while True:
        for array in RETURNED[-20:]:
            array[...] = np.random.random(array.shape)
        time.sleep(0.001)


threading.Thread(target=draw, daemon=True).start()


def drawn(*shape):
    RETURNED.append(np.random.random(shape))
    return RETURNED[-1]


def softmax(scores):
    return drawn(*scores.shape)


def cross_entropy(scores, labels):
    return drawn()


def counts(labels, classes):
    return list(drawn(classes))


class Linear:
    def __init__(self, inputs, outputs):
        self.params = {"weight": np.zeros((outputs, inputs)), "bias": np.zeros((1, outputs))}

    def forward(self, x):
        return drawn(len(x), 2)


class Classifier:
    def fit(self, x, labels):
        self.means = drawn(labels.max() + 1, x.shape[1]) * 100 - 50

    def predict(self, x):
        return drawn(len(x))


def minimise(distance, problem, history):
    return drawn(3) * 100


def attempt(paths, pattern, pids):
    return [1]
