"""Softmax and cross-entropy, in NumPy.

Shapes: S samples in a batch, C classes.
"""

import numpy as np


def softmax(x):
    """Return probabilities, float64 (S, C), for scores x, float64 (S, C): exp(x), divided by its sum over each row.

    Scores may be of any size, and x is left as it is.
    """
    # BEGIN SOLUTION 2.1 subtract the largest score of each row first: exp overflows from 710 on
    exponentials = np.exp(x - x.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
    # END SOLUTION


def cross_entropy(p, y):
    """Return the loss, the mean of -log p[s, y[s]] over the batch, for probabilities p, float64 (S, C), and labels y, int (S,).

    A probability below 1e-12 counts as 1e-12, so that the loss is finite.
    """
    # BEGIN SOLUTION 3.1 choose one probability of each row
    chosen = p[np.arange(len(y)), y]
    return -np.log(np.maximum(chosen, 1e-12)).mean()
    # END SOLUTION


def cross_entropy_gradient(p, y):
    """Return dL/dX, float64 (S, C), by the scores x of which p = softmax(x). The loss is a mean over the batch.

    p is left as it is.
    """
    # BEGIN SOLUTION 3.2 p - 1 at the labels, p elsewhere; then divide by S
    gradient = p.copy()
    gradient[np.arange(len(y)), y] -= 1
    return gradient / len(y)
    # END SOLUTION
