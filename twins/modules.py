"""Stands in for modules.py of a submission whose layers are wrong, when its MLP is graded again.

A submission can read it then, so it is none of the reference: each layer is its function and the product of its derivative with
a gradient, as one writes them down on paper.
"""

import numpy as np


class Layer:
    """Keeps the input x of forward. A layer defines value(x), and gradient(x, dout), which is dL/dX."""

    def forward(self, x):
        self.seen = x
        return self.value(x)

    def backward(self, dout):
        return self.gradient(self.seen, dout)

    def clear_cache(self):
        self.seen = None


class LinearModule(Layer):
    def __init__(self, in_features, out_features, input_layer=False):
        spread = np.sqrt((2 - input_layer) / in_features)
        self.params = {
            "weight": spread * np.random.standard_normal((out_features, in_features)),
            "bias": np.zeros((1, out_features)),
        }
        self.grads = {name: np.zeros(value.shape) for name, value in self.params.items()}

    def value(self, x):
        return np.einsum("sm,nm->sn", x, self.params["weight"]) + self.params["bias"]

    def gradient(self, x, dout):
        self.grads["weight"] = np.einsum("sn,sm->nm", dout, x)
        self.grads["bias"] = np.einsum("sn->n", dout)[None]
        return np.einsum("sn,nm->sm", dout, self.params["weight"])


class ReLUModule(Layer):
    def value(self, x):
        return np.where(x > 0, x, 0)

    def gradient(self, x, dout):
        return np.where(x > 0, dout, 0)


class ELUModule(Layer):
    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def value(self, x):
        return np.where(x > 0, x, self.alpha * np.expm1(np.minimum(x, 0)))

    def gradient(self, x, dout):
        return np.where(x > 0, dout, dout * self.alpha * np.exp(np.minimum(x, 0)))


class SigmoidModule(Layer):
    def value(self, x):
        return (1 + np.tanh(x / 2)) / 2

    def gradient(self, x, dout):
        return dout * self.value(x) * self.value(-x)


class SoftMaxModule(Layer):
    def value(self, x):
        odds = np.exp((x.T - x.max(axis=1)).T)
        return (odds.T / odds.sum(axis=1)).T

    def gradient(self, x, dout):
        y = self.value(x)
        return y * dout - y * np.einsum("sc,sc->s", y, dout)[:, None]


class CrossEntropyModule:
    def forward(self, x, y):
        chosen = np.take_along_axis(x, np.asarray(y)[:, None], axis=1)
        return float(-np.mean(np.log(np.maximum(chosen, 1e-300))))

    def backward(self, x, y):
        hot = np.arange(x.shape[1]) == np.asarray(y)[:, None]
        return np.where(hot, -1 / np.maximum(x, 1e-300), 0) / len(x)
