"""Part 7, batch norm three ways: against torch's own, and gradients against differences."""

import torch
from batchnorm_cases import affine, assert_gamma_and_beta, assert_refuses_other_shapes, batch, layer_with
from custom_batchnorm import CustomBatchNormAutograd, CustomBatchNormManualFunction, CustomBatchNormManualModule
from gradescope_utils.autograder_utils.decorators import number, weight
from torch import nn
from torch_cases import modules_of, tensor

from autograder.compare import assert_close, assert_unchanged
from autograder.standins import in_sandbox

TIGHT = {"rtol": 1e-6, "atol": 1e-8}


@in_sandbox
def comes_from_the_function(module, x):
    """Whether the graph behind module(x) holds a node of CustomBatchNormManualFunction."""
    todo = [module(x).grad_fn]
    while todo:
        node = todo.pop()
        if node is not None and node.name() == "CustomBatchNormManualFunctionBackward":
            return True
        todo.extend(following for following, _ in (node.next_functions if node is not None else ()))
    return False


@in_sandbox
def input_after(layer, x):
    """Return x as it is after layer(x) and its backward, and the output."""
    x = x.clone()
    y = layer(x)
    y.sum().backward()
    return x, y.detach()


def own_batch_norm(x, gamma, beta, eps=1e-5):
    return nn.functional.batch_norm(x, None, None, gamma, beta, training=True, eps=eps)


def inputs(rng, S=6, C=3):
    """Return x, (S, C), γ and β, (C,), that ask for gradients."""
    x = 3 * tensor(rng, S, C) + 2
    return x.requires_grad_(), (1 + 0.5 * tensor(rng, C)).requires_grad_(), tensor(rng, C).requires_grad_()


@number("7.2")
@weight(1)
def test_autograd_reaches_input_gamma_and_beta(rng):
    """CustomBatchNormAutograd: gradients against those of torch.nn.BatchNorm1d"""
    (gamma, beta), x, dout = affine(rng, 4), batch(rng, 7, 4), tensor(rng, 7, 4)
    layer, own = layer_with(CustomBatchNormAutograd, gamma, beta), nn.BatchNorm1d(4).double()
    with torch.no_grad():
        own.weight.copy_(gamma)
        own.bias.copy_(beta)
    theirs, ours = x.clone().requires_grad_(), x.clone().requires_grad_()
    layer(theirs).backward(dout)
    own(ours).backward(dout)
    assert_close(theirs.grad, ours.grad, "the gradient with respect to the input", **TIGHT)
    assert_close(layer.gamma.grad, own.weight.grad, "gamma.grad", **TIGHT)
    assert_close(layer.beta.grad, own.bias.grad, "beta.grad", **TIGHT)


@number("7.2")
@weight(0.5)
def test_eps_keeps_constant_neurons_finite(rng):
    """CustomBatchNormAutograd: a neuron that does not vary, and another eps"""
    for eps in (1e-5, 0.5):
        (gamma, beta), x = affine(rng, 4), tensor(rng, 7, 4)
        x[:, 1] = 2.5
        layer = layer_with(CustomBatchNormAutograd, gamma, beta, eps=eps)
        assert_close(layer(x), own_batch_norm(x, gamma, beta, eps), f"y for eps = {eps:g}", **TIGHT)


@number("7.2")
@weight(0.25)
def test_single_precision_stays_single(rng):
    """CustomBatchNormAutograd: a batch of float32 in any mode"""
    layer, x = CustomBatchNormAutograd(4), batch(rng, 7, 4).float()
    modules_of(layer)
    y = layer(x)
    assert y.dtype == torch.float32, f"y is {y.dtype} for an input of float32"
    assert_close(y, own_batch_norm(x.double(), None, None), "y", rtol=1e-3, atol=1e-3)
    assert_close(layer.eval()(x), own_batch_norm(x.double(), None, None), "y in eval mode", rtol=1e-3, atol=1e-3)


@number("7.3")
@weight(0.5)
def test_function_takes_another_eps_and_strided_inputs(rng):
    """CustomBatchNormManualFunction: another eps, and an input that is not contiguous"""
    x, gamma, beta = tensor(rng, 4, 7).T, 1 + 0.5 * tensor(rng, 4), tensor(rng, 4)
    found = CustomBatchNormManualFunction.apply(x, gamma, beta, 0.5)
    assert_close(found, own_batch_norm(x, gamma, beta, 0.5), "apply(input, gamma, beta, 0.5)", **TIGHT)


@number("7.3")
@weight(0.25)
def test_the_input_stays_as_it_was(rng):
    """CustomBatchNormManualModule: the input after forward and backward"""
    (gamma, beta), x = affine(rng, 4), batch(rng, 7, 4)
    after, y = input_after(layer_with(CustomBatchNormManualModule, gamma, beta), x)
    assert_unchanged(x.numpy(), after.numpy(), "the input")
    assert y.shape == x.shape and not torch.equal(y, x), "the output is the input"
    assert float(y.std(dim=0).max()) > 0, "the output is the same for all samples"


@number("7.4")
@weight(1)
def test_function_backward_agrees_with_differences(rng):
    """CustomBatchNormManualFunction: torch.autograd.gradcheck with respect to the input, eps = 0.01"""
    x, gamma, beta = inputs(rng)
    gamma, beta = gamma.detach(), beta.detach()
    y = CustomBatchNormManualFunction.apply(x.detach(), gamma, beta, 1e-2)
    assert y.shape == x.shape and not torch.equal(y, x.detach()), "the output is the input"
    assert float(y.std(dim=0).max()) > 0, "the output is the same for all samples"
    agrees = torch.autograd.gradcheck(
        lambda x: CustomBatchNormManualFunction.apply(x, gamma, beta, 1e-2), (x,), raise_exception=False
    )
    assert agrees, "the gradient with respect to the input is not the slope of the output, for eps = 0.01"


@number("7.4")
@weight(1)
def test_function_backward_to_gamma_and_beta(rng):
    """CustomBatchNormManualFunction: ∂L/∂γ and ∂L/∂β"""
    x, gamma, beta = inputs(rng)
    dout = tensor(rng, 3, 6).T  # not contiguous
    CustomBatchNormManualFunction.apply(x, gamma, beta, 1e-5).backward(dout)
    x_hat = own_batch_norm(x.detach(), None, None)
    assert_close(gamma.grad, (dout * x_hat).sum(dim=0), "the gradient with respect to gamma", **TIGHT)
    assert_close(beta.grad, dout.sum(dim=0), "the gradient with respect to beta", **TIGHT)


@number("7.4")
@weight(0.5)
def test_function_backward_gives_what_is_asked_for(rng):
    """CustomBatchNormManualFunction: gradients where only one of the inputs asks for them"""
    for asking in range(3):
        tensors = [value.detach() for value in inputs(rng)]
        tensors[asking].requires_grad_()
        dout = tensor(rng, 6, 3)
        CustomBatchNormManualFunction.apply(*tensors, 1e-5).backward(dout)
        own = [value.detach() for value in tensors]
        own[asking].requires_grad_()
        own_batch_norm(*own).backward(dout)
        name = ("the input", "gamma", "beta")[asking]
        assert_close(tensors[asking].grad, own[asking].grad, f"the gradient where only {name} asks for one", **TIGHT)


@number("7.5")
@weight(0.5)
def test_manual_module_uses_the_function(rng):
    """CustomBatchNormManualModule: its gradients are those of CustomBatchNormManualFunction.backward"""
    (gamma, beta), x = affine(rng, 4), batch(rng, 7, 4)
    found = comes_from_the_function(layer_with(CustomBatchNormManualModule, gamma, beta), x)
    assert found, "autograd works out the gradients by itself: CustomBatchNormManualFunction is not used"


@number("7.5")
@weight(0.5)
def test_manual_module_has_parameters_and_passes_eps_on(rng):
    """CustomBatchNormManualModule: gamma and beta as above; eps = 0.5"""
    layer = CustomBatchNormManualModule(4, eps=0.5)
    assert_gamma_and_beta(layer)
    x = batch(rng, 7, 4)
    assert_close(layer.double()(x), own_batch_norm(x, None, None, 0.5), "y of a new object with eps = 0.5", **TIGHT)


@number("7.5")
@weight(0.5)
def test_manual_module_refuses_other_shapes(rng):
    """CustomBatchNormManualModule.forward: ValueError for another number of neurons, and for three dimensions"""
    (gamma, beta), x = affine(rng, 4), batch(rng, 7, 4)
    assert_refuses_other_shapes(layer_with(CustomBatchNormManualModule, gamma, beta), x, rng)
