import numpy as np
import right


def late(function, first):
    kept = [first]

    def call(*arguments):
        kept.append(function(*arguments))
        return kept[-2]

    return call


softmax = late(right.softmax, np.full((6, 4), 0.25))
cross_entropy = late(right.cross_entropy, 1.5)
counts = late(right.counts, [5, 5, 5, 5])
minimise = late(lambda *arguments: [0.5, 0.5, 0.5], [0.0, 0.0, 0.0])


class Linear(right.Linear):
    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs)
        self.forward = late(super().forward, np.zeros((4, 2)))


class Classifier:
    means = np.zeros((4, 3))

    def fit(self, x, labels):
        self.labels = labels

    def predict(self, x):
        return self.labels
