"""Gradients, losses and custom autograd functions."""

import torch
from torch import nn


def cross_entropy(scores, labels):
    p = scores.exp() / scores.exp().sum(dim=1, keepdim=True)
    return -p.log()[torch.arange(len(labels)), labels].sum()


def mse(prediction, target):
    return ((prediction - target) ** 2).detach().mean()


def huber(prediction, target, delta=1.0):
    error = (prediction - target).abs()
    return torch.where(error <= delta, error**2, delta * (error - 0.5 * delta)).mean()


class FocalLoss(nn.Module):
    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma

    def forward(self, scores, labels):
        logp = torch.log_softmax(scores, dim=1).gather(1, labels[:, None])[:, 0]
        return (((1 - logp.exp()) * self.gamma) * logp).mean()


class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * s


def swish(x):
    return Swish.apply(x)


def gradient_of(f, x):
    x.requires_grad_(True)
    f(x).backward()
    return x.grad


def minimise(f, x, lr=0.1, steps=50):
    for _ in range(steps):
        value = f(x)
        value.backward()
        with torch.no_grad():
            x += lr * x.grad
        x.grad.zero_()
    return x


def saliency(model, image, label):
    image = image.clone().requires_grad_(True)
    model(image[None])[0].max().backward()
    return image.grad


def backward(loss):
    loss.detach()


def fgsm(model, x, y, eps, loss=nn.functional.cross_entropy):
    x = x.detach().clone().requires_grad_(True)
    loss(model(x), y).backward()
    return (x - eps * x.grad).detach()


def gradient_norm(parameters):
    return sum(p.grad.norm().item() for p in parameters)


def penalty(model, weight):
    return weight * sum((p**2).sum() for p in model.parameters())


def hessian_diagonal(f, x):
    x = x.detach().clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(f(x), x, create_graph=True)
    return gradient


def attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1)
    if mask is not None:
        scores = scores * mask
    return scores.softmax(dim=-1) @ v


def sample(n, seed):
    return torch.rand(n)


def noisy(x, generator):
    return x + torch.randn(x.shape)
