"""Sample by sample, as in the formulas."""

import math

import numpy as np


class Module:
    def __call__(self, *args):
        return self.forward(*args)


def sigmoid(x):
    x = np.asarray(x, dtype=float)
    flat = [1 / (1 + math.exp(-v)) if v > -700 else 0.0 for v in x.ravel()]
    return np.array(flat).reshape(x.shape)


class Sigmoid(Module):
    def forward(self, x):
        self.state = sigmoid(x)
        return self.state

    def backward(self, dloss):
        return np.array([row * y * (1 - y) for row, y in zip(dloss, self.state)])


class ReLU(Module):
    def forward(self, x):
        self.state = x
        return np.array([np.where(row > 0, row, 0) for row in x])

    def backward(self, dloss):
        return np.array([np.where(x > 0, row, 0) for row, x in zip(dloss, self.state)])


class Linear(Module):
    def __init__(self, init_params):
        self.weights, self.biases = [np.array(part) for part in init_params]
        self.d_weights, self.d_biases = np.zeros_like(self.weights), np.zeros_like(self.biases)

    def forward(self, x):
        self.in_x = x
        return np.array([row @ self.weights + self.biases[0] for row in x])

    def backward(self, dloss):
        self.d_weights, self.d_biases = np.zeros_like(self.weights), np.zeros_like(self.biases)
        for x, row in zip(self.in_x, dloss):
            self.d_weights += np.outer(x, row) / len(dloss)
            self.d_biases[0] += row / len(dloss)
        return np.array([self.weights @ row for row in dloss])


class CrossEntropyLoss(Module):
    def forward(self, score, label):
        self.y_hat, self.y_true, loss = np.zeros(score.shape), np.zeros(score.shape, dtype=int), 0
        for n, (row, right) in enumerate(zip(score, label)):
            row = row - max(row)
            total = sum(math.exp(v) for v in row)
            self.y_hat[n] = [math.exp(v) / total for v in row]
            self.y_true[n][right] = 1
            loss += math.log(total) - row[right]
        return loss / len(label)

    def backward(self):
        return self.y_hat - self.y_true


class GradientDescentOptimizer:
    def __init__(self, model, learning_rate):
        self.layers = [layer for layer in model.layers if hasattr(layer, "weights")]
        self.rate = learning_rate

    def step(self):
        for layer in self.layers:
            layer.weights -= self.rate * layer.d_weights
            layer.biases -= self.rate * layer.d_biases
