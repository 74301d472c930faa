# Generated from reference/modules.py by "autograder build skeleton"; the tasks are the TODOs.
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
        # TODO 1.1: N(0, v) has variance v: np.random.normal asks for the standard deviation
        raise NotImplementedError("TODO 1.1: LinearModule.__init__")

    def forward(self, x):
        """Return Y, (S, N), for x, (S, M)."""
        # TODO 1.2: one matrix product and one broadcast sum; keep x for backward
        raise NotImplementedError("TODO 1.2: LinearModule.forward")

    def backward(self, dout):
        """Return dL/dX, (S, M), for dout, (S, N), and write dL/dW and dL/db to self.grads in place of older ones.

        Both are sums over the batch: where the loss is a mean over S samples, dout carries the 1 / S already.
        """
        # TODO 1.3: two matrix products and a column sum
        raise NotImplementedError("TODO 1.3: LinearModule.backward")

    def clear_cache(self):
        """Let go of what forward has kept, so that its memory is free; parameters and gradients stay."""
        # TODO 1.9: set to None what forward has stored
        raise NotImplementedError("TODO 1.9: LinearModule.clear_cache")


class ReLUModule:
    """Y = max(X, 0), entry by entry."""

    def forward(self, x):
        """Return Y in the shape of x."""
        # TODO 1.4: an element-wise maximum; keep what backward needs
        raise NotImplementedError("TODO 1.4: ReLUModule.forward")

    def backward(self, dout):
        """Return dL/dX; the derivative is 1 where X > 0 and 0 where X < 0, and at 0 either will do."""
        # TODO 1.4: the chain rule: dout times the derivative
        raise NotImplementedError("TODO 1.4: ReLUModule.backward")

    def clear_cache(self):
        """Let go of what forward has kept."""
        # TODO 1.9: set to None what forward has stored
        raise NotImplementedError("TODO 1.9: ReLUModule.clear_cache")


class ELUModule:
    """Y = X where X > 0 and α (exp(X) - 1) elsewhere (Clevert et al. 2016); finite for any finite X.

    Args:
        alpha: α, what -Y tends to far below zero.
    """

    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, x):
        """Return Y in the shape of x."""
        # TODO 1.5: np.where works out both cases everywhere: see that neither overflows
        raise NotImplementedError("TODO 1.5: ELUModule.forward")

    def backward(self, dout):
        """Return dL/dX; the derivative is 1 where X > 0 and α exp(X) where X < 0, and at 0 either will do."""
        # TODO 1.5: the chain rule: dout times the derivative
        raise NotImplementedError("TODO 1.5: ELUModule.backward")

    def clear_cache(self):
        """Let go of what forward has kept."""
        # TODO 1.9: set to None what forward has stored
        raise NotImplementedError("TODO 1.9: ELUModule.clear_cache")


class SigmoidModule:
    """Y = 1 / (1 + exp(-X)), entry by entry; finite for any finite X."""

    def forward(self, x):
        """Return Y in the shape of x."""
        # TODO 1.6: exp of a large number overflows, exp of its negative does not
        raise NotImplementedError("TODO 1.6: SigmoidModule.forward")

    def backward(self, dout):
        """Return dL/dX; the derivative is Y (1 - Y)."""
        # TODO 1.6: the chain rule: dout times the derivative
        raise NotImplementedError("TODO 1.6: SigmoidModule.backward")

    def clear_cache(self):
        """Let go of what forward has kept."""
        # TODO 1.9: set to None what forward has stored
        raise NotImplementedError("TODO 1.9: SigmoidModule.clear_cache")


class SoftMaxModule:
    """Rows of scores to rows of probabilities: Yᵢⱼ = exp(Xᵢⱼ) / Σₖ exp(Xᵢₖ); finite for any finite X."""

    def forward(self, x):
        """Return Y, (S, C), for x, (S, C)."""
        # TODO 1.7: the same number taken from all scores of a row changes nothing: take the row's largest
        raise NotImplementedError("TODO 1.7: SoftMaxModule.forward")

    def backward(self, dout):
        """Return dL/dX, (S, C), for dout, (S, C).

        Every output of a row depends on every score of it: ∂Yᵢⱼ/∂Xᵢₖ = Yᵢⱼ ([j = k] - Yᵢₖ).
        """
        # TODO 1.7: sum dout times that derivative over j by hand: one row sum remains
        raise NotImplementedError("TODO 1.7: SoftMaxModule.backward")

    def clear_cache(self):
        """Let go of what forward has kept."""
        # TODO 1.9: set to None what forward has stored
        raise NotImplementedError("TODO 1.9: SoftMaxModule.clear_cache")


class CrossEntropyModule:
    """The mean over a batch of -log of the probability that was given to the right class.

    It keeps nothing: backward gets all that it needs and may be called without forward. x, (S, C), holds probabilities,
    not scores, so no softmax here; y, (S,), holds labels of any integer type, from 0 to C - 1.

    A probability may be exactly 0, where a softmax has rounded it down: loss and gradient are finite there, too. Keep the
    right class's probability away from 0, by 1e-8 at most; those of other classes do not matter.
    """

    def forward(self, x, y):
        """Return the loss, one float."""
        # TODO 1.8: pick one probability a row by indexing with two integer arrays; log(0) is infinite
        raise NotImplementedError("TODO 1.8: CrossEntropyModule.forward")

    def backward(self, x, y):
        """Return dL/dX, (S, C): what one probability does to the mean, and 0 where the loss does not look."""
        # TODO 1.8: zeros but for one entry a row; the mean leaves a factor; 1 / 0 is infinite
        raise NotImplementedError("TODO 1.8: CrossEntropyModule.backward")
