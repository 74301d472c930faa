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
        # BEGIN SOLUTION 6.1 two nn.Parameter; register_buffer for what is kept with the model but not learnt
        self.gamma = nn.Parameter(torch.ones(n_features))
        self.beta = nn.Parameter(torch.zeros(n_features))
        self.register_buffer("running_mean", torch.zeros(n_features))
        self.register_buffer("running_var", torch.ones(n_features))
        # END SOLUTION

    def forward(self, x):
        """Return y, (S, C), for x, (S, C).

        In training mode by the statistics of this batch, which also go into the running averages; in eval mode by the
        running averages, which stay as they are.

        Raises:
            ValueError: x is not (S, C), or S is 1 in training mode: one sample has no variance.
        """
        # BEGIN SOLUTION 6.2 the three formulas; self.training says which statistics; update_running_statistics(x) is below
        if x.dim() != 2 or x.shape[1] != len(self.gamma):
            raise ValueError(f"x has shape {tuple(x.shape)}, expected (S, {len(self.gamma)})")
        if self.training:
            if len(x) == 1:
                raise ValueError("x is one sample, which has no variance: batch norm needs more of them in training mode")
            mean, variance = x.mean(dim=0), x.var(dim=0, correction=0)  # (C,) each
            self.update_running_statistics(x)
        else:
            mean, variance = self.running_mean, self.running_var
        return self.gamma * (x - mean) / torch.sqrt(variance + self.eps) + self.beta
        # END SOLUTION

    def update_running_statistics(self, x):
        """Let the running averages go the share `momentum` of the way to the statistics of x, (S, C)."""
        # BEGIN SOLUTION 6.3 average ← (1 - momentum) average + momentum new, in place; autograd has no business here
        with torch.no_grad():
            self.running_mean.lerp_(x.mean(dim=0), self.momentum)
            self.running_var.lerp_(x.var(dim=0), self.momentum)
        # END SOLUTION


class BatchNormFunction(torch.autograd.Function):
    """Batch norm of one batch as a single operation of autograd: y = BatchNormFunction.apply(x, gamma, beta, eps)."""

    @staticmethod
    def forward(ctx, x, gamma, beta, eps=1e-5):
        """Return y, (S, C), for x, (S, C), and γ and β, (C,); keep in ctx what backward needs."""
        # BEGIN SOLUTION 6.4 the three formulas again; ctx.save_for_backward takes the tensors that backward uses
        centred = x - x.mean(dim=0)
        inverse_deviation = torch.rsqrt(centred.square().mean(dim=0) + eps)  # (C,)
        normalised = centred * inverse_deviation  # x̂
        ctx.save_for_backward(normalised, inverse_deviation, gamma)
        return gamma * normalised + beta
        # END SOLUTION

    @staticmethod
    @once_differentiable
    def backward(ctx, dout):
        """Return dL/dx, (S, C), dL/dγ and dL/dβ, (C,), and None for eps, given dout = dL/dy, (S, C).

        ctx.needs_input_grad says which of the four are asked for; the others may be None.
        """
        # BEGIN SOLUTION 6.5 x reaches y in three ways: by itself, through the mean and through the variance
        normalised, inverse_deviation, gamma = ctx.saved_tensors
        dx = dgamma = dbeta = None
        if ctx.needs_input_grad[0]:
            dnormalised = dout * gamma  # (S, C)
            through_mean = dnormalised.mean(dim=0)  # (C,)
            through_variance = normalised * (dnormalised * normalised).mean(dim=0)  # (S, C)
            dx = inverse_deviation * (dnormalised - through_mean - through_variance)
        if ctx.needs_input_grad[1]:
            dgamma = (dout * normalised).sum(dim=0)
        if ctx.needs_input_grad[2]:
            dbeta = dout.sum(dim=0)
        return dx, dgamma, dbeta, None
        # END SOLUTION


class BatchNormManual(BatchNorm):
    """The same module, in training mode by BatchNormFunction."""

    def forward(self, x):
        """Return y, (S, C), for x, (S, C), and treat the running averages as BatchNorm.forward does."""
        # BEGIN SOLUTION 6.6 in training mode: update, then apply; in eval mode the parent class knows what to do
        if not self.training:
            return super().forward(x)
        self.update_running_statistics(x)
        return BatchNormFunction.apply(x, self.gamma, self.beta, self.eps)
        # END SOLUTION
