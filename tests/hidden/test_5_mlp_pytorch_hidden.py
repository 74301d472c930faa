"""Part 5, the PyTorch MLP: no hidden layer, several of unequal width, images, eval mode, and all gradients.

Whether the layers are in their places is the question of the public suite's tests of one hidden layer; it is forgiven here.
"""

import numpy as np
import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from mlp_pytorch import MLP
from torch import nn
from torch.nn.functional import cross_entropy
from torch_cases import (
    ANY,
    SINGLE,
    arrangement_of,
    arrangements,
    assert_scores,
    drawn_parameters,
    like,
    linear_layers,
    scores_of,
    tensor,
)

from autograder.compare import assert_close, assert_unchanged
from autograder.standins import in_sandbox

DEEP = [6, 9, 4, 7, 3]  # M, three hidden layers, C


@in_sandbox
def input_after(model, x):
    """Return x as it is after model(x)."""
    x = x.clone()
    model(x)
    return x


@number("5.1")
@weight(0.4)
def test_mlp_with_hidden_layers_of_unequal_width_has_them_all():
    """MLP: the linear layers of MLP(6, [9, 4, 7], 3)"""
    linear_layers(MLP(6, [9, 4, 7], 3), DEEP)


@number("5.1")
@weight(0.4)
def test_mlp_without_hidden_layers_is_one_linear_layer(rng):
    """MLP: an empty list of hidden layers, with and without batch norm"""
    for use_batch_norm in (False, True):
        model = MLP(6, [], 3, use_batch_norm)
        parameters, x = drawn_parameters(model, [6, 3], rng), tensor(rng, 8, 6)
        assert_scores(model(like(x, model)), parameters, x, use_batch_norm, forgiven=ANY)


@number("5.1")
@weight(0.2)
def test_mlp_holds_no_loss():
    """MLP: the loss is no part of the network"""
    losses = [name for name, module in MLP(6, [5], 3).named_modules() if isinstance(module, (nn.CrossEntropyLoss, nn.NLLLoss))]
    assert not losses, f"the MLP holds a loss as one of its modules: {', '.join(losses)}"


@number("5.1")
@weight(0.2)
def test_two_mlps_share_nothing():
    """MLP: changing one object leaves another alone"""
    one, other = (linear_layers(MLP(6, [5], 3), [6, 5, 3])[0] for _ in range(2))
    before = other.weight.detach().clone()
    with torch.no_grad():
        one.weight.fill_(7.0)
    assert_close(other.weight, before, "the weight of another MLP")


@number("5.2")
@weight(0.4)
def test_weights_of_the_first_layer_have_variance_1_over_fan_in():
    """MLP: initial weights of the first linear layer"""
    W = linear_layers(MLP(400, [300], 10), [400, 300, 10])[0].weight.detach()
    # The sampling error of the deviation of n numbers is one part in √(2 n): 0.2 % for these, 0.4 % in the next test.
    assert_close(W.std(), np.sqrt(1 / 400), "the standard deviation of the first layer's weights", rtol=0.03)
    assert_close(W.mean(), 0.0, "the mean of the first layer's weights", atol=1e-3)


@number("5.2")
@weight(0.4)
def test_weights_of_later_layers_have_variance_2_over_fan_in():
    """MLP: initial weights of later linear layers, with and without batch norm"""
    widths = [50, 400, 300, 100]
    for use_batch_norm in (False, True):
        for layer in linear_layers(MLP(50, [400, 300], 100, use_batch_norm), widths)[1:]:
            W = layer.weight.detach()
            assert_close(W.std(), np.sqrt(2 / W.shape[1]), "the standard deviation of a later layer's weights", rtol=0.03)
            assert_close(W.mean(), 0.0, "the mean of a later layer's weights", atol=2e-3)


@number("5.3")
@weight(0.6)
def test_scores_of_hidden_layers_of_unequal_width(rng):
    """MLP.forward: three hidden layers"""
    model = MLP(6, [9, 4, 7], 3)
    parameters, x = drawn_parameters(model, DEEP, rng), tensor(rng, 8, 6)
    assert_scores(model(like(x, model)), parameters, x, forgiven=ANY)


@number("5.3")
@weight(0.6)
def test_scores_of_hidden_layers_of_unequal_width_with_batch_norm(rng):
    """MLP.forward: three hidden layers with batch norm"""
    model = MLP(6, [9, 4, 7], 3, use_batch_norm=True)
    parameters, x = drawn_parameters(model, DEEP, rng), tensor(rng, 16, 6)
    assert_scores(model(like(x, model)), parameters, x, use_batch_norm=True, forgiven=ANY)


@number("5.3")
@weight(0.4)
def test_images_are_flattened(rng):
    """MLP.forward: images, (S, channels, height, width)"""
    model = MLP(12, [5], 3)
    parameters, x = drawn_parameters(model, [12, 5, 3], rng), tensor(rng, 8, 3, 2, 2)
    assert_scores(model(like(x, model)), parameters, x.reshape(8, 12), forgiven=ANY)


@number("5.3")
@weight(0.4)
def test_a_sample_in_eval_mode_gets_the_same_scores_in_any_batch(rng):
    """MLP with batch norm: in eval mode the rest of the batch does not matter"""
    model = MLP(6, [5], 3, use_batch_norm=True)
    x = like(tensor(rng, 8, 6), model)
    model(x)
    model.eval()
    assert_close(model(x[:1]), model(x)[:1], "model(x) of one sample, compared with its row in a batch of eight,", **SINGLE)


@number("5.3")
@weight(0.4)
def test_gradients_of_all_parameters(rng):
    """MLP: all gradients of linear layers, three hidden layers, with and without batch norm"""
    y = torch.from_numpy(rng.integers(0, 3, size=16))
    for use_batch_norm in (False, True):
        model = MLP(6, [9, 4, 7], 3, use_batch_norm)
        parameters, x = drawn_parameters(model, DEEP, rng), tensor(rng, 16, 6)
        scores = model(like(x, model))
        cross_entropy(scores, y).backward()

        arrangement = arrangements(use_batch_norm)[arrangement_of(scores, parameters, x, use_batch_norm) or ""]
        leaves = [(W.requires_grad_(), b.requires_grad_()) for W, b in parameters]
        cross_entropy(scores_of(leaves, x, **arrangement), y).backward()
        for i, (layer, (W, b)) in enumerate(zip(linear_layers(model, DEEP), leaves, strict=True), start=1):
            assert_close(layer.weight.grad, W.grad, f"weight.grad of linear layer {i}", **SINGLE)
            assert_close(layer.bias.grad, b.grad, f"bias.grad of linear layer {i}", **SINGLE)


@number("5.3")
@weight(0.2)
def test_mlp_leaves_its_input_alone(rng):
    """MLP.forward: x stays as it was"""
    for use_batch_norm in (False, True):
        model = MLP(6, [5], 3, use_batch_norm)
        x = like(tensor(rng, 8, 1, 2, 3), model)
        assert_unchanged(x, input_after(model, x), "x")


@number("5.4")
@weight(0.2)
def test_a_model_moved_elsewhere_says_so_and_another_dtype_stays(rng):
    """MLP: device and dtype follow the parameters"""
    assert MLP(6, [5], 3).to("meta").device == torch.device("meta"), "device of an MLP moved elsewhere is still the old one"
    model = MLP(6, [5], 3).double()
    scores = model(tensor(rng, 8, 6))
    assert scores.dtype == torch.float64, f"the scores of a float64 model for float64 inputs are {scores.dtype}"
