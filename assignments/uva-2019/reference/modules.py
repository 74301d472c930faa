"""The layers of a multi-layer perceptron, forward and backward, in NumPy.

Shapes: S samples in a batch, M input features, N output features, C classes.

A layer takes a batch, one sample a row. forward(x) gives its output Y and keeps what backward will need. backward(dout) takes
dout = dL/dY and gives dL/dX, so the way back through a network is one call a layer, from the last to the first. A gradient has
the shape of the array that it belongs to.

Python loops over layers only: samples, features and classes are array operations. No method writes into an array that it was
given. NumPy is the only library.
"""

import numpy as np


class LinearModule:
    """Affine map Y = X Wᵀ + b.

    Attributes:
        params: dict of "weight", W, float64 (N, M), and "bias", b, float64 (1, N) or (N,).
        grads: dict with the same keys and shapes, dL/dW and dL/db; what it holds before the first backward is up to you.

    Args:
        in_features: M.
        out_features: N.
    """

    def __init__(self, in_features, out_features):
        """Draw W from a normal distribution with mean 0 and standard deviation 0.0001; b starts at 0.

        Every layer gets numbers of its own. No seed is set here; `train` does that.
        """
        # BEGIN SOLUTION 1.1 two dicts; np.random.normal takes the standard deviation
        self.params = {
            "weight": np.random.normal(0.0, 1e-4, size=(out_features, in_features)),  # (N, M)
            "bias": np.zeros((1, out_features)),
        }
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}
        # END SOLUTION

    def forward(self, x):
        """Return Y, (S, N), for x, (S, M), float64 or float32."""
        # BEGIN SOLUTION 1.2 a matrix product and a sum that broadcasts; backward needs x
        self.x = x
        return x @ self.params["weight"].T + self.params["bias"]  # (S, M) (M, N) → (S, N)
        # END SOLUTION

    def backward(self, dout):
        """Return dL/dX, (S, M), for dout, (S, N); put dL/dW and dL/db into self.grads, in place of earlier ones.

        The batch is summed over, not averaged: the mean is in the loss, so dout has the 1 / S already.
        """
        # BEGIN SOLUTION 1.3 one matrix product for W, one for X, a sum over the samples for b
        self.grads["weight"] = dout.T @ self.x  # (N, S) (S, M) → (N, M)
        self.grads["bias"] = dout.sum(axis=0, keepdims=True)  # (1, N)
        return dout @ self.params["weight"]  # (S, N) (N, M) → (S, M)
        # END SOLUTION


class LeakyReLUModule:
    """Y = X where X > 0 and neg_slope X elsewhere.

    Args:
        neg_slope: the slope below 0, at least 0 and less than 1. With 0 this is a ReLU.
    """

    def __init__(self, neg_slope):
        self.neg_slope = neg_slope

    def forward(self, x):
        """Return Y in the shape of x."""
        # BEGIN SOLUTION 1.4 np.where; keep which entries are positive
        self.slope = np.where(x > 0, 1.0, self.neg_slope)  # dY/dX, entry by entry
        return x * self.slope
        # END SOLUTION

    def backward(self, dout):
        """Return dL/dX; at X = 0 either slope is right."""
        # BEGIN SOLUTION 1.4 dout times the slope
        return dout * self.slope
        # END SOLUTION


class SoftMaxModule:
    """Scores to probabilities, row by row: Yᵢⱼ = exp(Xᵢⱼ) / Σₖ exp(Xᵢₖ); finite for any finite X."""

    def forward(self, x):
        """Return Y, (S, C), for x, (S, C)."""
        # BEGIN SOLUTION 1.5 exp(1000) is infinite; taking each row's maximum from its scores leaves Y as it is
        exponentials = np.exp(x - x.max(axis=1, keepdims=True))  # (S, C), at most 1
        self.y = exponentials / exponentials.sum(axis=1, keepdims=True)
        return self.y
        # END SOLUTION

    def backward(self, dout):
        """Return dL/dX, (S, C), for dout, (S, C).

        All outputs of a row depend on all scores of that row: dYᵢⱼ/dXᵢₖ = Yᵢⱼ ([j = k] - Yᵢₖ).
        """
        # BEGIN SOLUTION 1.5 put the derivative into Σⱼ doutᵢⱼ dYᵢⱼ/dXᵢₖ and take Yᵢₖ out of the sum
        return self.y * (dout - (dout * self.y).sum(axis=1, keepdims=True))
        # END SOLUTION


class CrossEntropyModule:
    """The mean over the batch of -log of the right class's probability, L = -Σᵢⱼ Tᵢⱼ log Xᵢⱼ / S.

    x, (S, C), holds probabilities: the softmax is a layer of its own. y, (S, C), holds the targets T, one-hot: a 1 in each row,
    at the right class, and zeros. backward gets all it needs, and may be called without forward.

    Where a softmax has rounded a probability to exactly 0, loss and gradient are finite still. Keep probabilities away from 0
    by 1e-8 at most; those of the wrong classes do not matter.
    """

    def forward(self, x, y):
        """Return the loss, one float."""
        # BEGIN SOLUTION 1.6 the logarithm of a product with zeros in it is safest where the zeros are left out
        right = (x * y).sum(axis=1)  # (S,), the probability of each sample's class
        return -np.log(np.maximum(right, np.finfo(right.dtype).tiny)).mean()
        # END SOLUTION

    def backward(self, x, y):
        """Return dL/dX, (S, C)."""
        # BEGIN SOLUTION 1.6 -T / X, and the 1 / S of the mean; X may be 0
        return -y / (len(x) * np.maximum(x, np.finfo(x.dtype).tiny))
        # END SOLUTION
