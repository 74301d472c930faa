"""Part 5, the PyTorch MLP: no hidden layer, several of unequal width, images, eval mode, and all gradients.

Whether the layers are in their places is the question of the public suite's tests of one hidden layer; it is forgiven here.
"""

import contextlib
from itertools import combinations

import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from mlp_pytorch import MLP
from torch import nn
from torch.nn.functional import cross_entropy, relu
from torch_cases import (
    ANY,
    EPS,
    NO_BATCH_NORM,
    SINGLE,
    all_linear_layers,
    arrangement_of,
    arrangements,
    assert_module,
    assert_not_all_the_same,
    assert_not_zero,
    assert_scores,
    drawn_parameters,
    is_close,
    like,
    linear_layers,
    modules_of,
    norm_parameters,
    normalise,
    scores_of,
    tensor,
)
from weight_checks import assert_drawn, assert_normal, likeness

from autograder.compare import assert_close, assert_unchanged
from autograder.standins import in_sandbox

DEEP = [6, 9, 4, 7, 3]  # M, three hidden layers, C


def normalise_by_averages(z, momentum, correction=1):
    """Return what batch norm makes of z in eval mode, where z was its only batch in training mode."""
    mean = momentum * z.mean(dim=0)
    variance = 1 - momentum + momentum * z.var(dim=0, correction=correction)
    return (z - mean) / torch.sqrt(variance + EPS)


@in_sandbox
def list_after(n_hidden):
    """Return n_hidden as it is after MLP(6, n_hidden, 3), without and with batch norm."""
    from mlp_pytorch import MLP

    n_hidden = list(n_hidden)
    for use_batch_norm in (False, True):
        MLP(6, n_hidden, 3, use_batch_norm)
    return n_hidden


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
    assert_not_zero(*linear_layers(MLP(6, [9, 4, 7], 3), DEEP))


@number("5.1")
@weight(0.2)
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
    model = MLP(6, [5], 3)
    # Whether they are found is the question of another test.
    assert_not_zero(*(module for _, module in modules_of(model) if isinstance(module, nn.Linear)))
    losses = [name for name, module in modules_of(model) if isinstance(module, (nn.CrossEntropyLoss, nn.NLLLoss))]
    assert not losses, f"the MLP holds a loss as one of its modules: {', '.join(losses)}"


@number("5.1")
@weight(0.2)
def test_mlp_leaves_n_hidden_alone():
    """MLP: the list of hidden layers stays as it was"""
    assert_not_zero(*all_linear_layers(MLP(6, [9, 4], 3)))
    after = list(list_after([9, 4]))
    assert after == [9, 4], f"n_hidden was [9, 4] and is {after} after MLP(6, n_hidden, 3): append to a list of your own"


@number("5.1")
@weight(0.2)
def test_two_mlps_share_nothing():
    """MLP: changing one object leaves another alone"""
    one, other = (linear_layers(MLP(6, [5], 3), [6, 5, 3])[0] for _ in range(2))
    assert_not_zero(one, other)
    before = other.weight.detach().clone()
    with torch.no_grad():
        one.weight.fill_(7.0)
    assert_close(other.weight, before, "the weight of another MLP")


@number("5.2")
@weight(0.2)
def test_weights_of_the_first_layer_have_variance_1_over_fan_in():
    """MLP: initial weights of the first linear layer"""
    assert_drawn(linear_layers(MLP(400, [300], 10), [400, 300, 10])[0].weight, 1, "the first layer of MLP(400, [300], 10)")


@number("5.2")
@weight(0.2)
def test_weights_of_later_layers_have_variance_2_over_fan_in():
    """MLP: initial weights of later linear layers, with and without batch norm"""
    for use_batch_norm in (False, True):
        layers = linear_layers(MLP(50, [400, 300], 100, use_batch_norm), [50, 400, 300, 100])
        for i, layer in enumerate(layers[1:], start=2):
            assert_drawn(layer.weight, 2, f"linear layer {i} of MLP(50, [400, 300], 100, use_batch_norm={use_batch_norm})")


@number("5.2")
@weight(0.2)
def test_weights_of_the_only_layer_have_variance_1_over_fan_in():
    """MLP: initial weights where n_hidden = [], so that the first linear layer is the last one, too"""
    assert_drawn(linear_layers(MLP(400, [], 300), [400, 300])[0].weight, 1, "the only layer of MLP(400, [], 300)")


@number("5.2")
@weight(0.2)
def test_weights_are_normally_distributed():
    """MLP: initial weights are drawn from a normal distribution"""
    for i, layer in enumerate(all_linear_layers(MLP(200, [300, 100], 150)), start=1):
        assert_normal(layer.weight, f"linear layer {i}")


@number("5.2")
@weight(0.2)
def test_all_weights_are_drawn_anew():
    """MLP: no two layers and no two models start from the same numbers"""
    one, other = (all_linear_layers(MLP(50, [40, 30], 20)) for _ in range(2))
    assert_not_zero(*one, *other)
    for i, (layer, another) in enumerate(zip(one, other, strict=True), start=1):
        same = f"linear layer {i} of two MLPs starts from the same weights: is a seed set in MLP? train(seed=...) sets it"
        # Whether two MLPs share a layer is the question of another test.
        assert layer is another or likeness(layer.weight, another.weight) < 0.5, same
    for (i, layer), (j, another) in combinations(enumerate(one, start=1), 2):
        same = f"linear layers {i} and {j} of an MLP start from the same numbers: is a seed set for each of them?"
        assert likeness(layer.weight, another.weight) < 0.5, same


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
@weight(0.2)
def test_images_are_flattened(rng):
    """MLP.forward: images, (S, channels, height, width)"""
    model = MLP(12, [5], 3)
    parameters, x = drawn_parameters(model, [12, 5, 3], rng), tensor(rng, 8, 3, 2, 2)
    assert_scores(model(like(x, model)), parameters, x.reshape(8, 12), forgiven=ANY)


@number("5.3")
@weight(0.2)
def test_batch_norm_has_a_scale_and_a_shift_to_learn(rng):
    """MLP with batch norm: γ and β are parameters, and take part"""
    model = MLP(6, [5], 3, use_batch_norm=True)
    parameters, x = drawn_parameters(model, [6, 5, 3], rng), tensor(rng, 8, 6)
    scores = model(like(x, model))
    assert_scores(scores, parameters, x, use_batch_norm=True, forgiven=ANY)
    arrangement = arrangement_of(scores, parameters, x, use_batch_norm=True)
    if arrangement and NO_BATCH_NORM in arrangement:
        return  # the question of another test
    found = norm_parameters(model)
    assert len(found) >= 2, (
        f"beside those of linear layers, the MLP has {len(found)} parameters, expected the γ and β of batch norm; "
        "nn.BatchNorm1d has them unless affine=False"
    )
    if not arrangement:
        new = {"γ": (tensor(rng, 5), 1.0), "β": (tensor(rng, 5), 0.0)}
        for name, (value, first) in new.items():
            places = [parameter for parameter in found if is_close(parameter, torch.full((5,), first).double())]
            assert len(places) == 1, f"{len(places)} parameters of batch norm are five times {first:g}, expected one, {name}"
            with torch.no_grad():
                places[0].copy_(value)
        (gamma, _), (beta, _) = new.values()
        expected = scores_of(parameters, x, hidden=lambda z: relu(gamma * normalise(z) + beta))
        assert_close(model(like(x, model)), expected, "model(x) with other γ and β of batch norm", **SINGLE)


@number("5.3")
@weight(0.2)
def test_running_averages_follow_with_momentum_a_tenth(rng):
    """MLP with batch norm: eval mode after one batch, with the default momentum"""
    model = MLP(6, [5], 3, use_batch_norm=True)
    parameters, x = drawn_parameters(model, [6, 5, 3], rng), tensor(rng, 8, 6)
    scores = model(like(x, model))
    assert_scores(scores, parameters, x, use_batch_norm=True, forgiven=ANY)
    if arrangement_of(scores, parameters, x, use_batch_norm=True):
        return  # where batch norm stands is the question of another test
    scores_before = scores.detach().double()
    model.eval()
    scores = model(like(x, model))

    def expected(momentum, correction=1):
        return scores_of(parameters, x, hidden=lambda z: relu(normalise_by_averages(z, momentum, correction)))

    # That eval mode uses averages at all, and which variance goes into them, are the questions of other tests.
    if not any(is_close(scores, values) for values in (expected(0.1), expected(0.1, correction=0), scores_before)):
        for momentum in (0.9, 0.99, 0.01, 0.5, 0.0, 1.0):
            assert not is_close(scores, expected(momentum)), (
                f"in eval mode the newest batch has the share {momentum:g} in the running averages of batch norm, "
                "expected 0.1: momentum is not the default"
            )
        assert_close(scores, expected(0.1), "model(x) in eval mode, after one batch in training mode,", **SINGLE)


@number("5.3")
@weight(0.2)
def test_a_sample_in_eval_mode_gets_the_same_scores_in_any_batch(rng):
    """MLP with batch norm: in eval mode the rest of the batch does not matter"""
    model = MLP(6, [5], 3, use_batch_norm=True)
    x = like(tensor(rng, 8, 6), model)
    assert_not_all_the_same(model(x), x)
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

        arrangement = arrangements(use_batch_norm)[arrangement_of(scores, parameters, x, use_batch_norm) or ()]
        leaves = [tuple(None if value is None else value.requires_grad_() for value in pair) for pair in parameters]
        cross_entropy(scores_of(leaves, x, **arrangement), y).backward()
        for i, (layer, (W, b)) in enumerate(zip(linear_layers(model, DEEP), leaves, strict=True), start=1):
            assert_close(layer.weight.grad, W.grad, f"weight.grad of linear layer {i}", **SINGLE)
            if b is not None:
                assert_close(layer.bias.grad, b.grad, f"bias.grad of linear layer {i}", **SINGLE)


@number("5.3")
@weight(0.2)
def test_mlp_leaves_its_input_alone(rng):
    """MLP.forward: x stays as it was"""
    for use_batch_norm in (False, True):
        model = MLP(6, [5], 3, use_batch_norm)
        x = like(tensor(rng, 8, 6), model)
        assert_not_all_the_same(model(x.clone()), x)
        assert_unchanged(x, input_after(model, x), "x")
        images = x.reshape(8, 1, 2, 3)
        with contextlib.suppress(RuntimeError):  # of a model that does not flatten: test_images_are_flattened says so
            assert_unchanged(images, input_after(model, images), "images")


@number("5.4")
@weight(0.2)
def test_a_model_moved_elsewhere_says_so_and_another_dtype_stays(rng):
    """MLP: device and dtype follow the parameters"""
    assert_module(MLP(6, [5], 3))
    assert MLP(6, [5], 3).to("meta").device == torch.device("meta"), "device of an MLP moved elsewhere is still the old one"
    model = MLP(6, [5], 3).double()
    scores = model(tensor(rng, 8, 6))
    assert scores.dtype == torch.float64, f"the scores of a float64 model for float64 inputs are {scores.dtype}"
