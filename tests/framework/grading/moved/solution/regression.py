"""Linear regression by gradient descent. Shapes: S samples, M features."""

import numpy as np


def predict(X, w, b):
    """Return X w + b, (S,)."""
    if X.ndim != 2 or X.shape[1] != len(w):
        raise ValueError(f"X is {X.shape} and w has {len(w)} entries")
    return X @ w + b


def gradient(X, y, w, b):
    """Return the derivatives of the mean squared error with respect to w, (M,), and b."""
    error = predict(X, w, b) - y
    return 2 * X.T @ error / len(y), 2 * error.mean()


class Regressor:
    def __init__(self, rate=0.1, steps=500):
        self.rate = rate
        self.steps = steps

    def fit(self, X, y):
        self.w, self.b = np.zeros(X.shape[1]), 0.0
        for _ in range(self.steps):
            dw, db = gradient(X, y, self.w, self.b)
            self.w = self.w - self.rate * dw
            self.b = self.b - self.rate * db
        return self

    def score(self, X, y):
        """Return the share of the variance of y that is explained."""
        return 1 - np.mean((predict(X, self.w, self.b) - y) ** 2) / np.var(y)
