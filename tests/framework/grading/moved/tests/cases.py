"""Data of the tests."""

import numpy as np


def line():
    """Return X, (3, 1), w and b of a line."""
    return np.array([[0.5], [1.5], [2.5]]), np.array([2.0]), 0.5


def noisy_plane():
    """Return X, (40, 2), and y, (40,), close to 2 x₁ - x₂ + 0.5."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(40, 2))
    return X, X @ [2.0, -1.0] + 0.5 + 0.01 * rng.normal(size=40)
