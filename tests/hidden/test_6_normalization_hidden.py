"""Part 6, batch norm three ways: against torch.nn.BatchNorm1d over several batches, and gradients against differences."""

import pytest
import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from normalization import BatchNorm, BatchNormFunction, BatchNormManual
from torch import nn
from torch_cases import tensor

from autograder.compare import assert_close, assert_same
from autograder.standins import in_sandbox

TIGHT = {"rtol": 1e-7, "atol": 1e-9}


@in_sandbox
def comes_from_the_function(module, x):
    """Whether the graph behind module(x) holds a node of BatchNormFunction."""
    todo = [module(x).grad_fn]
    while todo:
        node = todo.pop()
        if node is not None and node.name() == "BatchNormFunctionBackward":
            return True
        todo.extend(following for following, _ in (node.next_functions if node is not None else ()))
    return False


def assert_layer_at_work(make_layer, rng):
    """Ask for an answer in training mode: a layer that does nothing updates and refuses nothing, too."""
    layer, x = make_layer(4).double(), 3 * tensor(rng, 8, 4) + 2
    with torch.no_grad():
        layer.gamma.fill_(1.0)
        layer.beta.fill_(1.0)
    assert_at_work(layer(x), x)


def assert_at_work(y, x):
    """Ask for a y that is neither x nor the same for all samples. Whether it is right is the question of other tests."""
    assert isinstance(y, torch.Tensor), "the output is no tensor"
    assert y.shape == x.shape, f"the output has shape {tuple(y.shape)}, expected {tuple(x.shape)}"
    assert float(y.detach().std(dim=0).max()) > 0, "the output is the same for all samples"
    assert not torch.equal(y, x), "the output is the input"


def pair(make_layer, rng, C=4, **options):
    """Return the submission's layer and torch's own, both float64 with the same γ and β."""
    layer, own = make_layer(C, **options).double(), nn.BatchNorm1d(C, **options).double()
    gamma, beta = tensor(rng, C), tensor(rng, C)
    with torch.no_grad():
        for scale, shift in ((layer.gamma, layer.beta), (own.weight, own.bias)):
            scale.copy_(gamma)
            shift.copy_(beta)
    return layer, own


def inputs(rng, S=6, C=3):
    """Return x, (S, C), γ and β, (C,), that ask for gradients."""
    x = 3 * tensor(rng, S, C) + 2
    return x.requires_grad_(), (1 + 0.5 * tensor(rng, C)).requires_grad_(), tensor(rng, C).requires_grad_()


@number("6.1")
@weight(0.4)
def test_batch_norm_has_two_parameters_and_two_buffers(rng):
    """BatchNorm: what is learnt, and what is saved with it"""
    assert_layer_at_work(BatchNorm, rng)
    layer = BatchNorm(4)
    assert_same(sorted(name for name, _ in layer.named_parameters()), ["beta", "gamma"], "the names of the parameters")
    saved = set(layer.state_dict())
    missing = {"running_mean", "running_var"} - saved
    assert not missing, f"state_dict() lacks {', '.join(sorted(missing))}: what is kept with a model is a buffer"


@number("6.2")
@weight(0.4)
def test_autograd_reaches_input_gamma_and_beta(rng):
    """BatchNorm: gradients against those of torch.nn.BatchNorm1d"""
    layer, own = pair(BatchNorm, rng)
    x, dout = 3 * tensor(rng, 7, 4) + 2, tensor(rng, 7, 4)
    theirs, ours = x.clone().requires_grad_(), x.clone().requires_grad_()
    layer(theirs).backward(dout)
    own(ours).backward(dout)
    assert_close(theirs.grad, ours.grad, "the gradient with respect to x", **TIGHT)
    assert_close(layer.gamma.grad, own.weight.grad, "gamma.grad", **TIGHT)
    assert_close(layer.beta.grad, own.bias.grad, "beta.grad", **TIGHT)


@number("6.2")
@weight(0.2)
def test_eps_keeps_constant_features_finite(rng):
    """BatchNorm: a feature that does not vary, and another eps"""
    for options in ({}, {"eps": 0.5}):
        layer, own = pair(BatchNorm, rng, **options)
        x = tensor(rng, 7, 4)
        x[:, 1] = 2.5
        assert_close(layer(x), own(x), "y", **TIGHT)


@number("6.2")
@weight(0.2)
def test_inputs_that_make_no_sense_are_refused(rng):
    """BatchNorm: a wrong number of features, images, and one sample in training mode"""
    assert_layer_at_work(BatchNorm, rng)
    for shape in ((7, 3), (7, 4, 2), (1, 4)):
        with pytest.raises(ValueError):
            BatchNorm(4).double()(tensor(rng, *shape))


@number("6.2")
@weight(0.2)
def test_eval_mode_takes_one_sample_and_keeps_the_running_statistics(rng):
    """BatchNorm: in eval mode one sample is enough, and nothing is updated"""
    assert_layer_at_work(BatchNorm, rng)
    layer = BatchNorm(4).double()
    layer(2 * tensor(rng, 7, 4) + 1)
    layer.eval()
    mean, variance = layer.running_mean.clone(), layer.running_var.clone()
    layer(tensor(rng, 1, 4))
    layer(5 * tensor(rng, 7, 4) - 3)
    assert_close(layer.running_mean, mean, "running_mean after two batches in eval mode")
    assert_close(layer.running_var, variance, "running_var after two batches in eval mode")


@number("6.3")
@weight(0.4)
def test_running_statistics_over_several_batches(rng):
    """BatchNorm: running averages with another momentum, against torch.nn.BatchNorm1d"""
    layer, own = pair(BatchNorm, rng, momentum=0.3)
    for S in (3, 8, 5, 2):
        x = (S * tensor(rng, S, 4) + S).requires_grad_()
        layer(x)
        own(x)
    for name in ("running_mean", "running_var"):
        assert not getattr(layer, name).requires_grad, (
            f"{name} has a graph of all batches so far, whose memory is never given back: update it under torch.no_grad()"
        )
    assert_close(layer.running_mean, own.running_mean, "running_mean after four batches", **TIGHT)
    assert_close(layer.running_var, own.running_var, "running_var after four batches", **TIGHT)


@number("6.4")
@weight(0.2)
def test_function_takes_another_eps_and_strided_inputs(rng):
    """BatchNormFunction: another eps, and an x that is not contiguous"""
    x, gamma, beta = tensor(rng, 4, 7).T, 1 + 0.5 * tensor(rng, 4), tensor(rng, 4)
    expected = nn.functional.batch_norm(x, None, None, gamma, beta, training=True, eps=0.5)
    assert_close(BatchNormFunction.apply(x, gamma, beta, 0.5), expected, "apply(x, gamma, beta, 0.5)", **TIGHT)


@number("6.5")
@weight(0.4)
def test_function_backward_agrees_with_differences(rng):
    """BatchNormFunction: torch.autograd.gradcheck with respect to x"""
    x, gamma, beta = inputs(rng)
    gamma, beta = gamma.detach(), beta.detach()
    assert_at_work(BatchNormFunction.apply(x.detach(), gamma, beta, 1e-2), x.detach())
    agrees = torch.autograd.gradcheck(lambda x: BatchNormFunction.apply(x, gamma, beta, 1e-2), (x,), raise_exception=False)
    assert agrees, "the gradient with respect to x is not the slope of the output, for eps = 0.01"


@number("6.5")
@weight(0.4)
def test_function_backward_to_gamma_and_beta(rng):
    """BatchNormFunction: ∂L/∂γ and ∂L/∂β"""
    x, gamma, beta = inputs(rng)
    dout = tensor(rng, 3, 6).T  # not contiguous
    BatchNormFunction.apply(x, gamma, beta, 1e-5).backward(dout)
    normalised = nn.functional.batch_norm(x.detach(), None, None, training=True, eps=1e-5)
    assert_close(gamma.grad, (dout * normalised).sum(dim=0), "the gradient with respect to gamma", **TIGHT)
    assert_close(beta.grad, dout.sum(dim=0), "the gradient with respect to beta", **TIGHT)


@number("6.5")
@weight(0.2)
def test_function_backward_gives_what_is_asked_for(rng):
    """BatchNormFunction: gradients where only one of the inputs asks for them"""
    for asking in range(3):
        tensors = [value.detach() for value in inputs(rng)]
        tensors[asking].requires_grad_()
        dout = tensor(rng, 6, 3)
        BatchNormFunction.apply(*tensors, 1e-5).backward(dout)

        own = [value.detach() for value in tensors]
        own[asking].requires_grad_()
        nn.functional.batch_norm(own[0], None, None, own[1], own[2], training=True, eps=1e-5).backward(dout)
        name = ("x", "gamma", "beta")[asking]
        assert_close(tensors[asking].grad, own[asking].grad, f"the gradient where only {name} asks for one", **TIGHT)


@number("6.6")
@weight(0.4)
def test_manual_module_keeps_running_statistics(rng):
    """BatchNormManual: running averages and eval mode are those of BatchNorm"""
    assert_layer_at_work(BatchNormManual, rng)
    # Of the same submission: what is right there is the question of 6.2 and 6.3.
    layer, other = BatchNormManual(4, momentum=0.3).double(), BatchNorm(4, momentum=0.3).double()
    for S in (3, 8, 5):
        x = S * tensor(rng, S, 4) + S
        layer(x)
        other(x)
    assert_close(layer.running_mean, other.running_mean.clone(), "running_mean after three batches", **TIGHT)
    assert_close(layer.running_var, other.running_var.clone(), "running_var after three batches", **TIGHT)
    layer.eval()
    other.eval()
    x = tensor(rng, 7, 4)
    assert_close(layer(x), other(x), "y in eval mode", **TIGHT)


@number("6.6")
@weight(0.2)
def test_manual_module_uses_the_function(rng):
    """BatchNormManual: its gradients are those of BatchNormFunction.backward"""
    found = comes_from_the_function(BatchNormManual(4).double(), tensor(rng, 7, 4))
    assert found, "in training mode autograd works out the gradients by itself: BatchNormFunction is not used"
