"""Batch normalisation three ways, and a network that is trained with it.

Shapes: S samples in a batch, M features, C classes.
"""

from collections import OrderedDict
from itertools import pairwise

import torch
import torch.nn.functional as F  # noqa: N812  the name that everybody uses
from torch import nn


class BatchNorm(nn.Module):
    """Y = γ (X - μ) / sqrt(σ² + ε) + β, differentiated by autograd (Ioffe and Szegedy 2015, algorithm 1).

    In training μ and σ² are those of the batch; in evaluation their running averages.
    """

    def __init__(self, n_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.gamma = nn.Parameter(torch.ones(n_features))
        self.beta = nn.Parameter(torch.zeros(n_features))
        self.register_buffer("running_mean", torch.zeros(n_features))
        self.register_buffer("running_var", torch.ones(n_features))
        self.register_buffer("batches", torch.tensor(0))

    def forward(self, x):
        """Return Y, (S, M), for x, (S, M)."""
        check(x, len(self.gamma))
        if self.training:
            mean, var = moments(x)
            self.update(mean, var, len(x))
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / torch.sqrt(var + self.eps) + self.beta

    @torch.no_grad()
    def update(self, mean, var, S):
        """Let the running averages take in a batch; that of the variance is unbiased."""
        self.running_mean += self.momentum * (mean - self.running_mean)
        self.running_var += self.momentum * (var * S / (S - 1) - self.running_var)
        self.batches += 1


class BatchNormFunction(torch.autograd.Function):
    """Y = γ X̂ + β with X̂ = (X - μ) / sqrt(σ² + ε) of the batch, differentiated by hand."""

    @staticmethod
    def forward(ctx, x, gamma, beta, eps=1e-5):
        mean, var = moments(x)
        inverse = 1 / torch.sqrt(var + eps)
        normal = (x - mean) * inverse
        ctx.save_for_backward(normal, inverse, gamma)
        return gamma * normal + beta

    @staticmethod
    def backward(ctx, dout):
        normal, inverse, gamma = ctx.saved_tensors
        dgamma = (dout * normal).sum(0)  # (M,)
        dbeta = dout.sum(0)
        S = len(dout)
        dx = gamma * inverse * (dout - dbeta / S - normal * dgamma / S)
        return dx, dgamma, dbeta, None


class ManualBatchNorm(nn.Module):
    """The function as a module, for training only."""

    def __init__(self, n_features, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.gamma = nn.Parameter(torch.ones(n_features))
        self.beta = nn.Parameter(torch.zeros(n_features))

    def forward(self, x):
        check(x, len(self.gamma))
        return BatchNormFunction.apply(x, self.gamma, self.beta, self.eps)


class MLP(nn.Module):
    """Blocks of linear, norm and activation, then a linear layer that gives the logits."""

    def __init__(self, n_inputs, n_hidden, n_classes, activation=nn.ReLU):
        super().__init__()
        widths = [n_inputs, *n_hidden]
        self.hidden = nn.ModuleList(
            nn.Sequential(OrderedDict(linear=nn.Linear(a, b), norm=BatchNorm(b), activation=activation()))
            for a, b in pairwise(widths)
        )
        self.out = nn.Linear(widths[-1], n_classes)

    def forward(self, x):
        """Return the logits, (S, C)."""
        for block in self.hidden:
            x = block(x)
        return self.out(x)

    @property
    def device(self):
        return self.out.weight.device


class Momentum(torch.optim.Optimizer):
    """v ← μ v + g, p ← p - η v."""

    def __init__(self, parameters, lr, momentum=0.9):
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                state["v"] = group["momentum"] * state["v"] + p.grad if "v" in state else p.grad.clone()
                p -= group["lr"] * state["v"]


def train_step(model, optimizer, x, y):
    """Change the model by one batch; return its loss before that, a float."""
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


def moments(x):
    """Return the mean and the biased variance of each feature, both (M,)."""
    mean = x.mean(0)
    return mean, ((x - mean) ** 2).mean(0)


def normalise_(x, eps=1e-5):
    """Normalise x, (S, M), in place; return it."""
    mean, var = moments(x)
    x -= mean
    x /= torch.sqrt(var + eps)
    return x


def shuffled(x):
    """Return the rows of x in a random order."""
    return x[torch.randperm(len(x))]


def activations(model, x):
    """Return the outputs of all blocks, a list of (S, M)."""
    found = []
    for block in model.hidden:
        x = block(x)
        found.append(x)
    return found


@torch.no_grad()
def summary(model, x):
    """Return what the model says of x, (S, M): classes, which of them are sure, their share, the sum of logits by class."""
    model.eval()
    logits = model(x)
    sure = logits.softmax(1).amax(1) > 0.5
    return {"classes": logits.argmax(1), "sure": sure, "share": sure.double().mean(), "totals": [logits.sum(0), logits.shape]}


def check(x, n_features):
    if x.ndim != 2 or x.shape[1] != n_features:
        raise ValueError(f"x has shape {tuple(x.shape)}, expected (S, {n_features})")
