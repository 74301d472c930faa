"""Part 7, batch norm three ways: one batch, forward and backward. Expected values come from the formulas, in float64."""

import torch
from batchnorm_cases import (
    EPS,
    affine,
    assert_gamma_and_beta,
    assert_normalises,
    assert_refuses_other_shapes,
    batch,
    layer_with,
    normalised,
)
from custom_batchnorm import CustomBatchNormAutograd, CustomBatchNormManualFunction, CustomBatchNormManualModule
from gradescope_utils.autograder_utils.decorators import number, weight
from torch_cases import tensor

from autograder.compare import assert_close


@number("7.1")
@weight(0.5)
def test_batch_norm_starts_as_plain_normalisation():
    """CustomBatchNormAutograd: gamma and beta of a new object, both parameters"""
    layer = CustomBatchNormAutograd(4)
    assert_gamma_and_beta(layer)


@number("7.2")
@weight(1)
def test_autograd_module_normalises_over_the_batch(rng):
    """CustomBatchNormAutograd.forward: y = γ x̂ + β"""
    (gamma, beta), x = affine(rng, 4), batch(rng, 7, 4)
    assert_normalises(layer_with(CustomBatchNormAutograd, gamma, beta)(x.clone()), gamma, x, beta)


@number("7.2")
@weight(0.5)
def test_autograd_module_refuses_other_shapes(rng):
    """CustomBatchNormAutograd.forward: ValueError for another number of neurons, and for three dimensions"""
    (gamma, beta), x = affine(rng, 4), batch(rng, 7, 4)
    assert_refuses_other_shapes(layer_with(CustomBatchNormAutograd, gamma, beta), x, rng)


@number("7.3")
@weight(1)
def test_function_forward(rng):
    """CustomBatchNormManualFunction: forward"""
    (gamma, beta), x = affine(rng, 4), batch(rng, 7, 4)
    assert_normalises(CustomBatchNormManualFunction.apply(x.clone(), gamma, beta, EPS), gamma, x, beta)


@number("7.4")
@weight(1.5)
def test_function_backward_to_the_input(rng):
    """CustomBatchNormManualFunction: ∂L/∂x, for a gradient from above that is drawn at random"""
    (gamma, beta), x, dout = affine(rng, 4), batch(rng, 7, 4), tensor(rng, 7, 4)
    ours, theirs = x.clone().requires_grad_(), x.clone().requires_grad_()
    (gamma * normalised(ours) + beta).backward(dout)
    CustomBatchNormManualFunction.apply(theirs, gamma, beta, EPS).backward(dout)
    assert theirs.grad is not None, "no gradient reaches the input"
    deviation = torch.sqrt(x.var(dim=0, correction=0) + EPS)
    g = dout * gamma
    through_variance = normalised(x) * (g * normalised(x)).mean(dim=0)
    causes = {
        "lacks the way through the mean": (g - through_variance) / deviation,
        "lacks the way through the variance": (g - g.mean(dim=0)) / deviation,
        "lacks the ways through the mean and the variance": g / deviation,
        "lacks γ": (dout - dout.mean(dim=0) - normalised(x) * (dout * normalised(x)).mean(dim=0)) / deviation,
        "has the wrong sign": -ours.grad,
    }
    for cause, wrong in causes.items():
        alike = torch.allclose(theirs.grad, wrong, rtol=1e-6, atol=1e-9)
        assert not alike, f"the gradient with respect to the input {cause}"
    assert_close(theirs.grad, ours.grad, "the gradient with respect to the input", rtol=1e-6, atol=1e-8)


@number("7.5")
@weight(1)
def test_manual_module_normalises_over_the_batch(rng):
    """CustomBatchNormManualModule.forward: y = γ x̂ + β"""
    (gamma, beta), x = affine(rng, 4), batch(rng, 7, 4)
    assert_normalises(layer_with(CustomBatchNormManualModule, gamma, beta)(x.clone()), gamma, x, beta)
