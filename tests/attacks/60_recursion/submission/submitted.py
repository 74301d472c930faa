import sys

from right import *

sys.setrecursionlimit(10**9)


def counts(labels, classes):
    return counts(labels, classes)


class Linear:
    def __init__(self, inputs, outputs):
        nested = []
        for _ in range(10**6):
            nested = [nested]
        repr(nested)


class Classifier:
    def fit(self, x, labels):
        first, second = [], []
        for _ in range(10**6):
            first, second = [first], [second]
        first == second  # noqa: B015


def attempt(paths, pattern, pids):
    eval("-" * 10**6 + "1")
    raise RecursionError("as it was refused")
