import math

import numpy as np


def softmax(x):
    probabilities = np.empty(x.shape)
    for s in range(x.shape[0]):
        largest = max(x[s])
        total = 0.0
        for c in range(x.shape[1]):
            probabilities[s, c] = math.exp(x[s, c] - largest)
            total += probabilities[s, c]
        probabilities[s] /= total
    return probabilities


def cross_entropy(p, y):
    loss = 0.0
    for s, label in enumerate(y):
        loss -= math.log(max(p[s, label], 1e-12))
    return loss / len(y)


def cross_entropy_gradient(p, y):
    gradient = np.zeros(p.shape)
    for s, label in enumerate(y):
        for c in range(p.shape[1]):
            target = 1.0 if c == label else 0.0
            gradient[s, c] = (p[s, c] - target) / len(y)
    return gradient
