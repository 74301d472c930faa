# Generated from reference/normalization.py by "autograder build skeleton"; the tasks are the TODOs.
"""Batch normalisation, three ways: by autograd, with a backward of one's own, and a module that uses that one.

Shapes: S samples in a batch, C features.

Each feature is brought to mean 0 and variance 1 over the batch, then scaled and shifted by what is learnt for it (Ioffe and
Szegedy 2015):

    μ = mean of x over the batch, σ² = mean of (x - μ)² over the batch      (C,) each
    x̂ = (x - μ) / √(σ² + ε)                                                (S, C)
    y = γ x̂ + β                                                            (S, C)

A network in use must answer the same whatever else is in the batch. So running averages of the statistics are kept in
training, and stand in for them in eval mode.

Nothing here calls PyTorch's own normalisation layers and functions, or has autograd work out a gradient.
"""

import torch
from torch import nn
from torch.autograd.function import once_differentiable


class BatchNorm(nn.Module):
    """Batch norm by autograd: it computes y, and PyTorch works out the gradients.

    Attributes:
        gamma, beta: parameters γ and β, (C,), ones and zeros at first.
        running_mean, running_var: buffers, (C,), zeros and ones at first: averages over batches of the mean, and of the
            unbiased variance, which divides by S - 1: it is an estimate for data that are not in the batch.

    Args:
        n_features: C.
        eps: ε, keeps the root away from zero.
        momentum: the share of the newest batch in the running averages.
    """

    def __init__(self, n_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        # TODO 6.1: two nn.Parameter; register_buffer for what is kept with the model but not learnt
        raise NotImplementedError("TODO 6.1: BatchNorm.__init__")

    def forward(self, x):
        """Return y, (S, C), for x, (S, C).

        In training mode by the statistics of this batch, which also go into the running averages; in eval mode by the
        running averages, which stay as they are.

        Raises:
            ValueError: x is not (S, C), or S is 1 in training mode: one sample has no variance.
        """
        # TODO 6.2: the three formulas; self.training says which statistics; update_running_statistics(x) is below
        raise NotImplementedError("TODO 6.2: BatchNorm.forward")

    def update_running_statistics(self, x):
        """Let the running averages go the share `momentum` of the way to the statistics of x, (S, C)."""
        # TODO 6.3: average ← (1 - momentum) average + momentum new, in place; autograd has no business here
        raise NotImplementedError("TODO 6.3: BatchNorm.update_running_statistics")


class BatchNormFunction(torch.autograd.Function):
    """Batch norm of one batch as a single operation of autograd: y = BatchNormFunction.apply(x, gamma, beta, eps)."""

    @staticmethod
    def forward(ctx, x, gamma, beta, eps=1e-5):
        """Return y, (S, C), for x, (S, C), and γ and β, (C,); keep in ctx what backward needs."""
        # TODO 6.4: the three formulas again; ctx.save_for_backward takes the tensors that backward uses
        raise NotImplementedError("TODO 6.4: BatchNormFunction.forward")

    @staticmethod
    @once_differentiable
    def backward(ctx, dout):
        """Return dL/dx, (S, C), dL/dγ and dL/dβ, (C,), and None for eps, given dout = dL/dy, (S, C).

        ctx.needs_input_grad says which of the four are asked for; the others may be None.
        """
        # TODO 6.5: x reaches y in three ways: by itself, through the mean and through the variance
        raise NotImplementedError("TODO 6.5: BatchNormFunction.backward")


class BatchNormManual(BatchNorm):
    """The same module, in training mode by BatchNormFunction."""

    def forward(self, x):
        """Return y, (S, C), for x, (S, C), and treat the running averages as BatchNorm.forward does."""
        # TODO 6.6: in training mode: update, then apply; in eval mode the parent class knows what to do
        raise NotImplementedError("TODO 6.6: BatchNormManual.forward")
