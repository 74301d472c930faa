"""Batch norm with a backward that goes through the graph of the forward, node by node."""

import torch
from torch import nn


class CustomBatchNormAutograd(nn.Module):
    def __init__(self, n_neurons, eps=1e-5):
        super(CustomBatchNormAutograd, self).__init__()
        self.n_neurons = n_neurons
        self.eps = eps
        self.gamma = nn.Parameter(torch.ones(n_neurons))
        self.beta = nn.Parameter(torch.zeros(n_neurons))

    def forward(self, input):
        if len(input.shape) != 2:
            raise ValueError("expected two dimensions")
        if input.shape[1] != self.n_neurons:
            raise ValueError(f"expected {self.n_neurons} neurons, found {input.shape[1]}")
        mean = torch.mean(input, dim=0, keepdim=True)
        variance = torch.var(input, dim=0, keepdim=True, unbiased=False)
        return (input - mean) / (variance + self.eps) ** 0.5 * self.gamma + self.beta


class CustomBatchNormManualFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input, gamma, beta, eps=1e-5):
        mean = input.mean(0)
        centred = input - mean
        variance = (centred * centred).mean(0)
        root = torch.sqrt(variance + eps)
        normalised = centred / root
        ctx.save_for_backward(centred, root, normalised, gamma)
        ctx.eps = eps
        return normalised * gamma.unsqueeze(0) + beta.unsqueeze(0)

    @staticmethod
    def backward(ctx, grad_output):
        centred, root, normalised, gamma = ctx.saved_tensors
        S = grad_output.shape[0]
        grad_beta = grad_output.sum(0)
        grad_gamma = torch.einsum("sc,sc->c", grad_output, normalised)
        grad_normalised = grad_output * gamma
        grad_root = -(grad_normalised * centred).sum(0) / root**2
        grad_variance = 0.5 * grad_root / root
        grad_centred = grad_normalised / root + 2 / S * centred * grad_variance
        grad_mean = -grad_centred.sum(0)
        grad_input = grad_centred + grad_mean / S
        return grad_input, grad_gamma, grad_beta, None


class CustomBatchNormManualModule(nn.Module):
    def __init__(self, n_neurons, eps=1e-5):
        super(CustomBatchNormManualModule, self).__init__()
        self.n_neurons = n_neurons
        self.eps = eps
        self.gamma = nn.Parameter(torch.ones(n_neurons))
        self.beta = nn.Parameter(torch.zeros(n_neurons))

    def forward(self, input):
        if input.dim() != 2 or input.size(1) != self.n_neurons:
            raise ValueError("the input has another shape than (S, n_neurons)")
        function = CustomBatchNormManualFunction()
        return function.apply(input, self.gamma, self.beta, self.eps)
