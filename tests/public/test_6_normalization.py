"""Part 6, batch norm three ways: one batch, forward and backward.

The expected values come from the formulas; the hidden suite also compares with torch.nn.BatchNorm1d. Everything is float64.
"""

import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from normalization import BatchNorm, BatchNormFunction, BatchNormManual
from torch_cases import EPS, tensor

from autograder.compare import assert_close


def affine(rng, C):
    """Return γ and β, (C,)."""
    return tensor(rng, C), tensor(rng, C)


def batch(rng, S, C):
    """Return x, (S, C), features of different mean and spread."""
    return tensor(rng, S, C) * torch.arange(1.0, C + 1) + tensor(rng, C)


def set_affine(layer, gamma, beta):
    with torch.no_grad():
        layer.gamma.copy_(gamma)
        layer.beta.copy_(beta)


def normalised(x):
    mean = x.sum(dim=0) / len(x)
    variance = ((x - mean) ** 2).sum(dim=0) / len(x)
    return (x - mean) / torch.sqrt(variance + EPS)


@number("6.1")
@weight(0.4)
def test_batch_norm_starts_as_plain_normalisation():
    """BatchNorm: gamma, beta, running_mean and running_var of a new object"""
    layer = BatchNorm(4)
    for name, value in (("gamma", 1.0), ("beta", 0.0), ("running_mean", 0.0), ("running_var", 1.0)):
        assert_close(getattr(layer, name), torch.full((4,), value), name)


@number("6.2")
@weight(0.8)
def test_training_normalises_by_the_statistics_of_the_batch(rng):
    """BatchNorm.forward in training mode: y = γ x̂ + β"""
    layer = BatchNorm(4).double()
    (gamma, beta), x = affine(rng, 4), batch(rng, 7, 4)
    set_affine(layer, gamma, beta)
    assert_close(layer(x), gamma * normalised(x) + beta, "y")


@number("6.2")
@weight(0.4)
def test_eval_mode_normalises_by_the_running_statistics(rng):
    """BatchNorm.forward in eval mode: the running averages stand in for the batch"""
    layer = BatchNorm(4).double()
    (gamma, beta), x = affine(rng, 4), batch(rng, 7, 4)
    mean, variance = tensor(rng, 4), tensor(rng, 4).square().float().double()
    set_affine(layer, gamma, beta)
    with torch.no_grad():
        layer.running_mean.copy_(mean)
        layer.running_var.copy_(variance)
    layer.eval()
    assert_close(layer(x), gamma * (x - mean) / torch.sqrt(variance + EPS) + beta, "y in eval mode")


@number("6.3")
@weight(0.4)
def test_one_batch_moves_the_running_statistics(rng):
    """BatchNorm: running_mean and running_var after one batch"""
    layer = BatchNorm(4).double()
    x = batch(rng, 7, 4)
    layer(x)
    mean = x.sum(dim=0) / 7
    unbiased = ((x - mean) ** 2).sum(dim=0) / 6
    assert_close(layer.running_mean, 0.1 * mean, "running_mean after one batch")
    assert_close(layer.running_var, 0.9 + 0.1 * unbiased, "running_var after one batch of seven")


@number("6.4")
@weight(0.4)
def test_function_forward(rng):
    """BatchNormFunction: forward"""
    (gamma, beta), x = affine(rng, 4), batch(rng, 7, 4)
    assert_close(BatchNormFunction.apply(x, gamma, beta, EPS), gamma * normalised(x) + beta, "apply(x, gamma, beta, eps)")


@number("6.5")
@weight(0.8)
def test_function_backward_to_the_input(rng):
    """BatchNormFunction: ∂L/∂x"""
    (gamma, beta), x, dout = affine(rng, 4), batch(rng, 7, 4), tensor(rng, 7, 4)
    ours, theirs = x.clone().requires_grad_(), x.clone().requires_grad_()
    (gamma * normalised(ours) + beta).backward(dout)
    BatchNormFunction.apply(theirs, gamma, beta, EPS).backward(dout)
    assert_close(theirs.grad, ours.grad, "the gradient with respect to x")


@number("6.6")
@weight(0.2)
def test_manual_module_in_training(rng):
    """BatchNormManual.forward in training mode: y = γ x̂ + β"""
    layer = BatchNormManual(4).double()
    (gamma, beta), x = affine(rng, 4), batch(rng, 7, 4)
    set_affine(layer, gamma, beta)
    assert_close(layer(x), gamma * normalised(x) + beta, "y")
