import numpy as np

ODD = "\ud800\x00\u202e\x1b[31m\u2066\ufeff" + "\udfff" * 50


def odd(name):
    return type(ODD.replace("\x00", "") + name, (ValueError,), {"__module__": ODD, "__qualname__": ODD, "__doc__": ODD})


Odd = odd("Odd")


def softmax(scores):
    raise Odd(ODD)


def cross_entropy(scores, labels):
    error = Odd(ODD, ODD.encode("utf-8", "surrogatepass"))
    error.__notes__ = [ODD] * 10
    raise error from KeyError(ODD)


def counts(labels, classes):
    print(ODD)
    return [ODD] * classes


softmax.__name__ = counts.__name__ = "odd\ud800"
cross_entropy.__qualname__ = ODD


class Linear:
    def __init__(self, inputs, outputs):
        self.params = {"weight": np.zeros((outputs, inputs)), "bias": np.zeros((1, outputs))}

    def forward(self, x):
        return ODD


class Classifier:
    def fit(self, x, labels):
        self.means = {ODD: ODD}

    def predict(self, x):
        return [ODD] * len(x)


def minimise(distance, problem, history):
    return [ODD]


def attempt(paths, pattern, pids):
    return [ODD]
