import itertools
import time

from right import *


class Slow:
    def wait(self, *arguments):
        time.sleep(1000)

    __len__ = __bool__ = __hash__ = __eq__ = __ne__ = __repr__ = __str__ = __iter__ = __getitem__ = __float__ = wait
    __array__ = __add__ = __radd__ = __sub__ = __rsub__ = __index__ = __contains__ = __lt__ = __del__ = wait


class SlowError(Exception):
    __str__ = __repr__ = Slow.wait


def counts(labels, classes):
    raise SlowError


class Linear:
    def __init__(self, inputs, outputs):
        self.params = {"weight": np.zeros((outputs, inputs)), "bias": np.zeros((1, outputs))}

    def forward(self, x):
        return Slow()


class Classifier:
    def fit(self, x, labels):
        self.means = Slow()

    def predict(self, x):
        return itertools.count()


def attempt(paths, pattern, pids):
    return Slow()
