"""A linear layer, as a submission."""

import numpy as np


class LinearModule:
    def __init__(self, in_features, out_features):
        self.params = {"weight": np.ones((out_features, in_features)), "bias": np.zeros((1, out_features))}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x @ self.params["weight"].T + self.params["bias"]

    def backward(self, dout):
        self.grads["weight"] = dout.T @ self.x
        self.grads["bias"] = dout.sum(axis=0, keepdims=True)
        return dout @ self.params["weight"]
