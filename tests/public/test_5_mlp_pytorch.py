"""Part 5, the PyTorch MLP: one hidden layer, forward and backward.

The linear layers of an MLP are found wherever it keeps them and get parameters drawn here; what it must answer is worked out
from these.
"""

import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from mlp_pytorch import MLP
from torch.nn.functional import cross_entropy
from torch_cases import (
    ABOUT_LAYERS,
    SINGLE,
    arrangement_of,
    arrangements,
    assert_batch_norm_is_used,
    assert_module,
    assert_not_zero,
    assert_scores,
    drawn_parameters,
    like,
    linear_layers,
    scores_of,
    tensor,
)

from autograder.compare import assert_close


@number("5.1")
@weight(0.4)
def test_mlp_with_one_hidden_layer_has_two_linear_layers():
    """MLP: the linear layers of MLP(6, [5], 3)"""
    assert_not_zero(*linear_layers(MLP(6, [5], 3), [6, 5, 3]))


@number("5.2")
@weight(0.2)
def test_biases_start_at_zero():
    """MLP: each linear layer has a bias, and it starts at zero"""
    for use_batch_norm in (False, True):
        for i, layer in enumerate(linear_layers(MLP(6, [5], 3, use_batch_norm), [6, 5, 3]), start=1):
            what = f"linear layer {i} of MLP(6, [5], 3, use_batch_norm={use_batch_norm})"
            assert_not_zero(layer)
            assert layer.bias is not None, f"{what} has no bias; nn.Linear has one unless bias=False"
            assert_close(layer.bias, torch.zeros(layer.bias.shape), f"the first bias of {what}")


@number("5.3")
@weight(0.8)
def test_scores_of_one_hidden_layer(rng):
    """MLP.forward: linear, ReLU, linear"""
    model = MLP(6, [5], 3)
    parameters, x = drawn_parameters(model, [6, 5, 3], rng), tensor(rng, 8, 6)
    assert_scores(model(like(x, model)), parameters, x)


@number("5.3")
@weight(0.8)
def test_scores_of_one_hidden_layer_with_batch_norm(rng):
    """MLP.forward: linear, batch norm, ReLU, linear"""
    model = MLP(6, [5], 3, use_batch_norm=True)
    parameters, x = drawn_parameters(model, [6, 5, 3], rng), tensor(rng, 8, 6)
    scores = model(like(x, model))
    assert_batch_norm_is_used(model, scores, parameters, x)
    assert_scores(scores, parameters, x, use_batch_norm=True, forgiven=ABOUT_LAYERS)


@number("5.3")
@weight(0.4)
def test_gradients_of_one_hidden_layer(rng):
    """MLP: loss.backward() reaches both linear layers"""
    model = MLP(6, [5], 3)
    parameters, x = drawn_parameters(model, [6, 5, 3], rng), tensor(rng, 8, 6)
    y = torch.tensor([0, 1, 2, 2, 1, 0, 0, 1])
    scores = model(like(x, model))
    cross_entropy(scores, y).backward()

    # Whether the layers are in their places is the question of the test before.
    arrangement = arrangements(False)[arrangement_of(scores, parameters, x) or ()]
    weights = [W.requires_grad_() for W, _ in parameters]
    cross_entropy(scores_of(parameters, x, **arrangement), y).backward()
    for i, layer in enumerate(linear_layers(model, [6, 5, 3])):
        assert_close(layer.weight.grad, weights[i].grad, f"weight.grad of linear layer {i + 1}", **SINGLE)


@number("5.4")
@weight(0.4)
def test_device_is_that_of_the_parameters():
    """MLP.device: a new model is on the CPU"""
    model = MLP(6, [5], 3)
    assert_module(model)
    assert model.device == torch.device("cpu"), "device of a new MLP is not torch.device('cpu')"
