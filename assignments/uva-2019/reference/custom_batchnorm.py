"""Batch normalisation three ways: by autograd, as a function with a backward of its own, as a module with that function.

Shapes: S samples in a batch, C neurons.

Every neuron is brought to mean 0 and variance 1 over the batch, then scaled by γ and shifted by β (Ioffe and Szegedy 2015):

    μ = Σₛ xₛ / S,  σ² = Σₛ (xₛ - μ)² / S       (C,) each; the variance divides by S, not by S - 1
    x̂ = (x - μ) / √(σ² + ε)                    (S, C)
    y = γ x̂ + β                                (S, C)

The statistics are always those of the batch: running averages for a network in use are left out here. Nothing in this file
calls PyTorch's own normalisation, and the manual backward asks autograd for nothing.
"""

import torch
from torch import nn


class CustomBatchNormAutograd(nn.Module):
    """Batch norm of which only the forward is written; autograd finds the gradients.

    Attributes:
        gamma, beta: parameters γ and β, (C,), ones and zeros at first.
        eps: ε.

    Args:
        n_neurons: C.
        eps: ε, which keeps the root away from 0.
    """

    def __init__(self, n_neurons, eps=1e-5):
        super().__init__()
        self.eps = eps
        # BEGIN SOLUTION 7.1 two nn.Parameter
        self.gamma = nn.Parameter(torch.ones(n_neurons))
        self.beta = nn.Parameter(torch.zeros(n_neurons))
        # END SOLUTION

    def forward(self, input):
        """Return y, (S, C), for input x, (S, C).

        Raises:
            ValueError: the input is not (S, C): it has another number of neurons, or of dimensions.
        """
        # BEGIN SOLUTION 7.2 the shape first, then the three formulas; torch.var divides by S - 1 unless it is told otherwise
        check_shape(input, self.gamma)
        centred = input - input.mean(dim=0)
        normalised = centred / torch.sqrt(centred.square().mean(dim=0) + self.eps)  # x̂
        return self.gamma * normalised + self.beta
        # END SOLUTION


def check_shape(x, gamma):
    """Raise ValueError unless x is (S, C) where gamma is (C,)."""
    # BEGIN SOLUTION 7.2 a message with both shapes
    if x.dim() != 2 or x.shape[1] != len(gamma):
        raise ValueError(f"the input has shape {tuple(x.shape)}, expected (S, {len(gamma)})")
    # END SOLUTION


class CustomBatchNormManualFunction(torch.autograd.Function):
    """Batch norm as one operation of autograd: y = CustomBatchNormManualFunction.apply(input, gamma, beta, eps).

    Its backward is derived by hand (written question W3). x moves y in three ways, which all count: directly, through the mean
    and through the variance.
    """

    @staticmethod
    def forward(ctx, input, gamma, beta, eps=1e-5):
        """Return y, (S, C), for input x, (S, C), and γ and β, (C,); keep in ctx what backward needs."""
        # BEGIN SOLUTION 7.3 the formulas again; ctx.save_for_backward for tensors
        centred = input - input.mean(dim=0)
        inverse_deviation = torch.rsqrt(centred.square().mean(dim=0) + eps)  # (C,)
        normalised = centred * inverse_deviation
        ctx.save_for_backward(normalised, inverse_deviation, gamma)
        return gamma * normalised + beta
        # END SOLUTION

    @staticmethod
    def backward(ctx, grad_output):
        """Return ∂L/∂x, (S, C), ∂L/∂γ and ∂L/∂β, (C,), and None for eps, for grad_output = ∂L/∂y, (S, C).

        ctx.needs_input_grad says which of them are asked for; None does for the others.
        """
        # BEGIN SOLUTION 7.4 the way through the mean and the one through the variance are one term each
        # With g = ∂L/∂x̂ = γ ∂L/∂y, and means over the batch: ∂L/∂x = (g - mean(g) - x̂ mean(g x̂)) / √(σ² + ε)
        normalised, inverse_deviation, gamma = ctx.saved_tensors
        grad_input = grad_gamma = grad_beta = None
        if ctx.needs_input_grad[0]:
            g = grad_output * gamma  # (S, C)
            through_variance = normalised * (g * normalised).mean(dim=0)
            grad_input = (g - g.mean(dim=0) - through_variance) * inverse_deviation
        if ctx.needs_input_grad[1]:
            grad_gamma = (grad_output * normalised).sum(dim=0)
        if ctx.needs_input_grad[2]:
            grad_beta = grad_output.sum(dim=0)
        return grad_input, grad_gamma, grad_beta, None
        # END SOLUTION


class CustomBatchNormManualModule(nn.Module):
    """The module again, its forward and backward those of CustomBatchNormManualFunction; attributes as above.

    Args:
        n_neurons: C.
        eps: ε.
    """

    def __init__(self, n_neurons, eps=1e-5):
        super().__init__()
        self.eps = eps
        # BEGIN SOLUTION 7.5 as in 7.1
        self.gamma = nn.Parameter(torch.ones(n_neurons))
        self.beta = nn.Parameter(torch.zeros(n_neurons))
        # END SOLUTION

    def forward(self, input):
        """Return y, (S, C), for input x, (S, C).

        Raises:
            ValueError: as in CustomBatchNormAutograd.
        """
        # BEGIN SOLUTION 7.5 the shape, then apply
        check_shape(input, self.gamma)
        return CustomBatchNormManualFunction.apply(input, self.gamma, self.beta, self.eps)
        # END SOLUTION
