import builtins
import sys

sys.setrecursionlimit(3000)


def softmax(scores):
    raise ValueError("x" * 10**8)


def cross_entropy(scores, labels):
    raise type("E" * 10**6, (ValueError,), {"__module__": "m" * 10**6})("\ud800" * 10**5)


def counts(labels, classes):
    error = None
    for number in range(2000):
        try:
            raise ValueError(number) from error
        except ValueError as raised:
            error = raised
    raise error


def Linear(inputs, outputs, depth=2000):  # noqa: N802
    if depth:
        Linear(inputs, outputs, depth - 1)
    raise KeyError("k" * 10**6)


class Classifier:
    def fit(self, x, labels):
        error = ValueError("n")
        error.__notes__ = ["note" * 10**5] * 100
        raise error


def attempt(paths, pattern, pids):
    error, group = ValueError("one"), getattr(builtins, "ExceptionGroup", ValueError)
    for _ in range(200):
        error = group("group", [error, error])
    raise error
