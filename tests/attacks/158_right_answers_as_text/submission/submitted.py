import numpy as np
import right


def softmax(scores):
    return right.softmax(scores).astype(str)


def cross_entropy(scores, labels):
    return str(right.cross_entropy(scores, labels))


def counts(labels, classes):
    return list(map(str, right.counts(labels, classes)))


class Linear(right.Linear):
    def forward(self, x):
        return super().forward(x).astype(bytes)


class Classifier(right.Classifier):
    def fit(self, x, labels):
        super().fit(x, labels)
        self.means = [list(map(str, mean)) for mean in self.means]

    def predict(self, x):
        return np.array(list("abcd") * len(x))[: len(x)]


def minimise(distance, problem, history):
    return [str(number) for number in right.minimise(distance, problem, history)]


def attempt(paths, pattern, pids):
    return "[]"
