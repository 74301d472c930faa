import itertools

import numpy as np
import right

TURNS = itertools.cycle([np.nan, np.inf, -np.inf])


def softmax(scores):
    probabilities = right.softmax(scores)
    probabilities[0, 0] = next(TURNS)
    return probabilities


def cross_entropy(scores, labels):
    right.cross_entropy(scores, labels)
    return next(TURNS)


def counts(labels, classes):
    return [next(TURNS), *right.counts(labels, classes)[1:]]


class Linear(right.Linear):
    def forward(self, x):
        y = super().forward(x)
        y[0] = next(TURNS)
        return y


class Classifier(right.Classifier):
    def fit(self, x, labels):
        super().fit(x, labels)
        self.means[0, 0] = next(TURNS)

    def predict(self, x):
        return np.full(len(x), next(TURNS))


def minimise(distance, problem, history):
    return [next(TURNS), *right.minimise(distance, problem, history)[1:]]


def attempt(paths, pattern, pids):
    return [next(TURNS)]
