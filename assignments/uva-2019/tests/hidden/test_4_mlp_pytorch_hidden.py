"""Part 4, the MLP in PyTorch: no hidden layer, several, other slopes, images, and where gradients go."""

import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from mlp_pytorch import MLP
from torch_cases import SINGLE, assert_scores, drawn_parameters, is_close, like, linear_layers, scores_of, tensor

from autograder.compare import assert_close

DEEP = [6, 9, 4, 7, 3]


@number("4.1")
@weight(1)
def test_mlp_without_hidden_layers_is_one_linear_layer(rng):
    """MLP: an empty list of hidden layers"""
    model = MLP(6, [], 3, 0.02)
    parameters, x = drawn_parameters(model, [6, 3], rng), tensor(rng, 8, 6)
    found = model(like(x, model)).detach()
    # What may follow the scores is the question of 4.2, so their order is what counts here.
    expected = scores_of(parameters, x, 0.02)
    assert found.shape == (8, 3), f"model(x) has shape {tuple(found.shape)}, expected (8, 3)"
    assert torch.equal(found.argmax(dim=1), expected.argmax(dim=1)), "the largest scores are at other classes than expected"


@number("4.2")
@weight(1.5)
def test_hidden_layers_of_unequal_width(rng):
    """MLP.forward: three hidden layers"""
    model = MLP(6, [9, 4, 7], 3, 0.02)
    parameters, x = drawn_parameters(model, DEEP, rng), tensor(rng, 5, 6)
    assert_scores(model(like(x, model)), parameters, x, 0.02)


@number("4.2")
@weight(1)
def test_mlp_has_the_slope_it_is_told(rng):
    """MLP: neg_slope = 0.3"""
    model = MLP(6, [5], 3, 0.3)
    parameters, x = drawn_parameters(model, [6, 5, 3], rng), tensor(rng, 8, 6)
    found = model(like(x, model))
    for slope in (0.02, 0.01, 0.0):
        told = is_close(found, scores_of(parameters, x, slope))
        assert not told, f"MLP(6, [5], 3, 0.3) has the slope {slope} below zero: neg_slope is not passed on"
    assert_scores(found, parameters, x, 0.3)


@number("4.2")
@weight(0.5)
def test_images_are_flattened(rng):
    """MLP.forward: images of 2 channels, 3 rows and 4 columns"""
    model = MLP(24, [5], 3, 0.02)
    linear_layers(model, [24, 5, 3])
    x = like(tensor(rng, 7, 2, 3, 4), model)
    found = model(x.clone())
    assert float(found.detach().std(dim=0).max()) > 0, "model(x) is the same for all samples"
    assert_close(found, model(x.reshape(7, 24)).detach(), "model(x) of images, compared with that of flat ones,", **SINGLE)


@number("4.2")
@weight(1)
def test_gradients_reach_every_parameter(rng):
    """MLP: gradients of all weights and biases of three hidden layers"""
    model = MLP(6, [9, 4, 7], 3, 0.02)
    drawn_parameters(model, DEEP, rng)
    scores = model(like(tensor(rng, 5, 6), model))
    scores.square().sum().backward()
    for i, layer in enumerate(linear_layers(model, DEEP), start=1):
        for name in ("weight", "bias"):
            gradient = getattr(layer, name).grad
            assert gradient is not None and float(gradient.abs().max()) > 0, f"no gradient reaches the {name} of layer {i}"
