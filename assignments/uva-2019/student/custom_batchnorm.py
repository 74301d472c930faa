# Generated from reference/custom_batchnorm.py by "autograder build skeleton"; the tasks are the TODOs.
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
        # TODO 7.1: two nn.Parameter
        raise NotImplementedError("TODO 7.1: CustomBatchNormAutograd.__init__")

    def forward(self, input):
        """Return y, (S, C), for input x, (S, C).

        Raises:
            ValueError: the input is not (S, C): it has another number of neurons, or of dimensions.
        """
        # TODO 7.2: the shape first, then the three formulas; torch.var divides by S - 1 unless it is told otherwise
        raise NotImplementedError("TODO 7.2: CustomBatchNormAutograd.forward")


def check_shape(x, gamma):
    """Raise ValueError unless x is (S, C) where gamma is (C,)."""
    # TODO 7.2: a message with both shapes
    raise NotImplementedError("TODO 7.2: check_shape")


class CustomBatchNormManualFunction(torch.autograd.Function):
    """Batch norm as one operation of autograd: y = CustomBatchNormManualFunction.apply(input, gamma, beta, eps).

    Its backward is derived by hand (written question W3). x moves y in three ways, which all count: directly, through the mean
    and through the variance.
    """

    @staticmethod
    def forward(ctx, input, gamma, beta, eps=1e-5):
        """Return y, (S, C), for input x, (S, C), and γ and β, (C,); keep in ctx what backward needs."""
        # TODO 7.3: the formulas again; ctx.save_for_backward for tensors
        raise NotImplementedError("TODO 7.3: CustomBatchNormManualFunction.forward")

    @staticmethod
    def backward(ctx, grad_output):
        """Return ∂L/∂x, (S, C), ∂L/∂γ and ∂L/∂β, (C,), and None for eps, for grad_output = ∂L/∂y, (S, C).

        ctx.needs_input_grad says which of them are asked for; None does for the others.
        """
        # TODO 7.4: the way through the mean and the one through the variance are one term each
        raise NotImplementedError("TODO 7.4: CustomBatchNormManualFunction.backward")


class CustomBatchNormManualModule(nn.Module):
    """The module again, its forward and backward those of CustomBatchNormManualFunction; attributes as above.

    Args:
        n_neurons: C.
        eps: ε.
    """

    def __init__(self, n_neurons, eps=1e-5):
        super().__init__()
        self.eps = eps
        # TODO 7.5: as in 7.1
        raise NotImplementedError("TODO 7.5: CustomBatchNormManualModule.__init__")

    def forward(self, input):
        """Return y, (S, C), for input x, (S, C).

        Raises:
            ValueError: as in CustomBatchNormAutograd.
        """
        # TODO 7.5: the shape, then apply
        raise NotImplementedError("TODO 7.5: CustomBatchNormManualModule.forward")
