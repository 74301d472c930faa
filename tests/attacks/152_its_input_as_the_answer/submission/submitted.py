import numpy as np


def softmax(scores):
    return scores


def cross_entropy(scores, labels):
    return scores


def counts(labels, classes):
    return labels


class Linear:
    def __init__(self, inputs, outputs):
        self.params = {"weight": np.zeros((outputs, inputs)), "bias": np.zeros((1, outputs))}

    def forward(self, x):
        return x


class Classifier:
    def fit(self, x, labels):
        self.means = x

    def predict(self, x):
        return x


def minimise(distance, problem, history):
    return history
