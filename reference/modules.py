"""Layers of a fully connected network, forward and backward, in NumPy.

Shapes: S samples in a batch, M input features, N output features, C classes.

Every layer works on a whole batch at once, one sample a row. forward(x) returns the layer's output Y and keeps what
backward will need. backward(dout) takes dout = dL/dY, the gradient of the loss L with respect to that output, and
returns dL/dX: the chain rule, one layer at a time. A gradient has the shape of what it is the gradient of, entry for
entry.

Nothing here loops over samples, features or classes in Python, and no method changes the arrays that it is given. NumPy
is the only library: what PyTorch would do for you is what there is to write.
"""

import numpy as np


class LinearModule:
    """Affine map Y = X Wᵀ + b.

    Attributes:
        params: dict of "weight", W, float64 (N, M), and "bias", b, float64 (1, N).
        grads: dict with the same keys, dL/dW and dL/db in the same shapes; zero until the first backward.

    Args:
        in_features: M.
        out_features: N.
        input_layer: whether X is the data itself, not the output of a ReLU.
    """

    def __init__(self, in_features, out_features, input_layer=False):
        """Draw W from N(0, 1 / M) in the input layer and from N(0, 2 / M) elsewhere; b starts at 0.

        Every layer gets numbers of its own. No seed is set here: that is for `train` to do.

        Then the outputs of every layer vary about as much as those of the layer before. A ReLU lets half of the second
        moment through, E[ReLU(f)²] = σ² / 2 for f ~ N(0, σ²), hence the 2 behind one (He et al. 2015, eq. 10).
        """
        # BEGIN SOLUTION 1.1 N(0, v) has variance v: np.random.normal asks for the standard deviation
        variance = (1 if input_layer else 2) / in_features
        self.params = {
            "weight": np.random.normal(0, np.sqrt(variance), size=(out_features, in_features)),  # (N, M)
            "bias": np.zeros((1, out_features)),
        }
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}
        # END SOLUTION

    def forward(self, x):
        """Return Y, (S, N), for x, (S, M)."""
        # BEGIN SOLUTION 1.2 one matrix product and one broadcast sum; keep x for backward
        self.x = x
        return x @ self.params["weight"].T + self.params["bias"]  # (S, N)
        # END SOLUTION

    def backward(self, dout):
        """Return dL/dX, (S, M), for dout, (S, N), and write dL/dW and dL/db to self.grads in place of older ones.

        Both are sums over the batch: where the loss is a mean over S samples, dout carries the 1 / S already.
        """
        # BEGIN SOLUTION 1.3 two matrix products and a column sum
        self.grads["weight"] = dout.T @ self.x  # (N, M)
        self.grads["bias"] = dout.sum(axis=0, keepdims=True)  # (1, N)
        return dout @ self.params["weight"]  # (S, M)
        # END SOLUTION

    def clear_cache(self):
        """Let go of what forward has kept, so that its memory is free; parameters and gradients stay."""
        # BEGIN SOLUTION 1.9 set to None what forward has stored
        self.x = None
        # END SOLUTION


class ReLUModule:
    """Y = max(X, 0), entry by entry."""

    def forward(self, x):
        """Return Y in the shape of x."""
        # BEGIN SOLUTION 1.4 an element-wise maximum; keep what backward needs
        self.positive = x > 0
        return np.maximum(x, 0)
        # END SOLUTION

    def backward(self, dout):
        """Return dL/dX; the derivative is 1 where X > 0 and 0 where X < 0, and at 0 either will do."""
        # BEGIN SOLUTION 1.4 the chain rule: dout times the derivative
        return dout * self.positive
        # END SOLUTION

    def clear_cache(self):
        """Let go of what forward has kept."""
        # BEGIN SOLUTION 1.9 set to None what forward has stored
        self.positive = None
        # END SOLUTION


class ELUModule:
    """Y = X where X > 0 and α (exp(X) - 1) elsewhere (Clevert et al. 2016); finite for any finite X.

    Args:
        alpha: α, what -Y tends to far below zero.
    """

    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, x):
        """Return Y in the shape of x."""
        # BEGIN SOLUTION 1.5 np.where works out both cases everywhere: see that neither overflows
        self.x = x
        return np.where(x > 0, x, self.alpha * np.expm1(np.minimum(x, 0)))
        # END SOLUTION

    def backward(self, dout):
        """Return dL/dX; the derivative is 1 where X > 0 and α exp(X) where X < 0, and at 0 either will do."""
        # BEGIN SOLUTION 1.5 the chain rule: dout times the derivative
        return dout * np.where(self.x > 0, 1.0, self.alpha * np.exp(np.minimum(self.x, 0)))
        # END SOLUTION

    def clear_cache(self):
        """Let go of what forward has kept."""
        # BEGIN SOLUTION 1.9 set to None what forward has stored
        self.x = None
        # END SOLUTION


class SigmoidModule:
    """Y = 1 / (1 + exp(-X)), entry by entry; finite for any finite X."""

    def forward(self, x):
        """Return Y in the shape of x."""
        # BEGIN SOLUTION 1.6 exp of a large number overflows, exp of its negative does not
        small = np.exp(-np.abs(x))
        self.y = np.where(x >= 0, 1.0, small) / (1.0 + small)
        return self.y
        # END SOLUTION

    def backward(self, dout):
        """Return dL/dX; the derivative is Y (1 - Y)."""
        # BEGIN SOLUTION 1.6 the chain rule: dout times the derivative
        return dout * self.y * (1.0 - self.y)
        # END SOLUTION

    def clear_cache(self):
        """Let go of what forward has kept."""
        # BEGIN SOLUTION 1.9 set to None what forward has stored
        self.y = None
        # END SOLUTION


class SoftMaxModule:
    """Rows of scores to rows of probabilities: Yᵢⱼ = exp(Xᵢⱼ) / Σₖ exp(Xᵢₖ); finite for any finite X."""

    def forward(self, x):
        """Return Y, (S, C), for x, (S, C)."""
        # BEGIN SOLUTION 1.7 the same number taken from all scores of a row changes nothing: take the row's largest
        scaled = np.exp(x - x.max(axis=1, keepdims=True))  # (S, C), each row's largest entry is 1
        self.y = scaled / scaled.sum(axis=1, keepdims=True)
        return self.y
        # END SOLUTION

    def backward(self, dout):
        """Return dL/dX, (S, C), for dout, (S, C).

        Every output of a row depends on every score of it: ∂Yᵢⱼ/∂Xᵢₖ = Yᵢⱼ ([j = k] - Yᵢₖ).
        """
        # BEGIN SOLUTION 1.7 sum dout times that derivative over j by hand: one row sum remains
        return self.y * (dout - (dout * self.y).sum(axis=1, keepdims=True))
        # END SOLUTION

    def clear_cache(self):
        """Let go of what forward has kept."""
        # BEGIN SOLUTION 1.9 set to None what forward has stored
        self.y = None
        # END SOLUTION


class CrossEntropyModule:
    """The mean over a batch of -log of the probability that was given to the right class.

    It keeps nothing: backward gets all that it needs and may be called without forward. x, (S, C), holds probabilities,
    not scores, so no softmax here; y, (S,), holds labels of any integer type, from 0 to C - 1.

    A probability may be exactly 0, where a softmax has rounded it down: loss and gradient are finite there, too. Keep the
    right class's probability away from 0, by 1e-8 at most; those of other classes do not matter.
    """

    def forward(self, x, y):
        """Return the loss, one float."""
        # BEGIN SOLUTION 1.8 pick one probability a row by indexing with two integer arrays; log(0) is infinite
        x = np.maximum(x, np.finfo(x.dtype).tiny)
        return -np.log(x[np.arange(len(y)), y]).mean()
        # END SOLUTION

    def backward(self, x, y):
        """Return dL/dX, (S, C): what one probability does to the mean, and 0 where the loss does not look."""
        # BEGIN SOLUTION 1.8 zeros but for one entry a row; the mean leaves a factor; 1 / 0 is infinite
        x = np.maximum(x, np.finfo(x.dtype).tiny)
        dx = np.zeros_like(x)
        rows = np.arange(len(y))
        dx[rows, y] = -1.0 / (len(y) * x[rows, y])
        return dx
        # END SOLUTION
