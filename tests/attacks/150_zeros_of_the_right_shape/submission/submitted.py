import numpy as np


def softmax(scores):
    return np.zeros_like(scores)


def cross_entropy(scores, labels):
    return 0.0


def counts(labels, classes):
    return [0] * classes


class Linear:
    def __init__(self, inputs, outputs):
        self.params = {"weight": np.zeros((outputs, inputs)), "bias": np.zeros((1, outputs))}

    def forward(self, x):
        return np.zeros((len(x), self.params["weight"].shape[0]))


class Classifier:
    def fit(self, x, labels):
        self.means = np.zeros((labels.max() + 1, x.shape[1]))

    def predict(self, x):
        return np.zeros(len(x), dtype=int)


def minimise(distance, problem, history):
    return [0.0, 0.0, 0.0]
