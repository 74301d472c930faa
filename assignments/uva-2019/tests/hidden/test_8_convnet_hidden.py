"""Part 8, the ConvNet: images of several sizes, both modes, where gradients go, and whether it can learn at all."""

import math

import numpy as np
import torch
from convnet_cases import assert_convnet, calls, images, sizes
from convnet_pytorch import ConvNet
from gradescope_utils.autograder_utils.decorators import number, weight
from torch import nn

from autograder.compare import assert_close
from autograder.standins import in_sandbox

SINGLE = {"rtol": 1e-3, "atol": 1e-3}


@in_sandbox
def overfitted(n_channels, x, y, steps, rate):
    """Return the loss before each step of Adam on one batch, and at the end the share of the batch that is right."""
    from torch.nn.functional import cross_entropy

    torch.manual_seed(11)
    model, x, y = ConvNet(n_channels, 10), torch.from_numpy(x), torch.from_numpy(y)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    losses = []
    model.train()
    for _ in range(steps):
        loss = cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    with torch.no_grad():
        right = (model(x).argmax(dim=1) == y).float().mean().item()
    return losses, right


@in_sandbox
def first_losses(n_channels, n_classes, x, y, seeds):
    """Return the cross-entropy of new networks, each made from another seed, on one batch."""
    from torch.nn.functional import cross_entropy

    losses = []
    for seed in seeds:
        torch.manual_seed(seed)
        with torch.no_grad():
            losses.append(cross_entropy(ConvNet(n_channels, n_classes)(torch.from_numpy(x)), torch.from_numpy(y)).item())
    return losses


@in_sandbox
def gradients_of_a_loss(model, x, y):
    """Return (name, dimensions, whether it asks for a gradient, the largest entry of that or None) of each parameter.

    The gradients themselves, nine million numbers, stay where the model is.
    """
    from torch.nn.functional import cross_entropy

    cross_entropy(model(x), torch.from_numpy(y)).backward()
    found = []
    for name, parameter in model.named_parameters():
        largest = None if parameter.grad is None else parameter.grad.abs().max().item()  # NaN if one is NaN
        found.append((name, parameter.dim(), parameter.requires_grad, largest))
    return found


def assert_at_work(model, x):
    with torch.no_grad():
        scores = model(x)
    assert isinstance(scores, torch.Tensor) and scores.shape[:1] == x.shape[:1], (
        "model(x) is no tensor with a row for each image"
    )
    assert float(scores.std(dim=0).max()) > 0, "model(x) is the same for all images"


@number("8.1")
@weight(1.5)
def test_images_of_several_sizes_go_through(rng):
    """ConvNet: images of 27 × 20, 8 × 8, 32 × 17 and 1 × 1 pixels, and the maps in between"""
    for channels, (height, width) in ((3, (27, 20)), (1, (8, 8)), (3, (32, 17)), (2, (1, 1))):
        model, x = ConvNet(channels, 5), images(rng, 3, channels, height, width)
        assert_convnet(model)
        assert_at_work(model, x)
        convolutions, *_ = calls(model, x)
        (heights, last_height), (widths, last_width) = sizes(height), sizes(width)
        found = [(call[2][2], call[2][3]) for call in convolutions]
        expected, what = list(zip(heights, widths, strict=True)), f"of images of {height} × {width} pixels"
        assert found == expected, f"{what} the convolutions get maps of {found} pixels, expected {expected}"
        assert last_height == last_width == 1
        assert model(x).shape == (3, 5), f"{what} model(x) has shape {tuple(model(x).shape)}, expected (3, 5)"


@number("8.2")
@weight(1)
def test_in_eval_mode_an_image_is_judged_by_itself(rng):
    """ConvNet: in eval mode the scores of an image do not depend on the others in its batch"""
    model, x = ConvNet(3, 4), 2 * images(rng, 6, 3, 9, 12) + 1
    assert_convnet(model)
    for _ in range(3):
        assert_at_work(model, x)  # in training mode, so that there are running averages
    with torch.no_grad():
        before = model(x)
        model.eval()
        together = model(x)
        alone = torch.cat([model(x[i : i + 1]) for i in range(6)])
    assert_close(alone, together, "the scores of single images in eval mode", **SINGLE)
    alike = torch.allclose(before, together, rtol=1e-2)
    assert not alike, "the scores of both modes are the same: does eval mode use running averages?"


@number("8.2")
@weight(0.5)
def test_running_averages_move_in_training_mode_alone(rng):
    """ConvNet: the running averages of batch norm in both modes"""
    model, x = ConvNet(3, 4), 2 * images(rng, 6, 3, 8, 8) + 1
    assert_convnet(model)
    norms = [module for _, module in model.named_modules() if isinstance(module, nn.BatchNorm2d)]
    assert norms, "named_modules() finds no nn.BatchNorm2d"
    assert all(norm.running_mean is not None for norm in norms), "a batch norm keeps no running averages"
    start = [norm.running_mean.clone() for norm in norms]
    model(x)
    moved = [norm.running_mean.clone() for norm in norms]
    still = [i for i, (one, other) in enumerate(zip(start, moved, strict=True), start=1) if torch.equal(one, other)]
    assert not still, f"the running averages of batch norm {still[0]} do not move in training mode"
    model.eval()
    model(x)
    for i, (norm, mean) in enumerate(zip(norms, moved, strict=True), start=1):
        assert torch.equal(norm.running_mean, mean), f"the running averages of batch norm {i} move in eval mode"


@number("8.2")
@weight(1)
def test_gradients_reach_the_first_layer(rng):
    """ConvNet: gradients of all parameters, from the linear layer to the first convolution"""
    model, x = ConvNet(3, 4), images(rng, 6, 3, 16, 16)
    assert_convnet(model)
    found = gradients_of_a_loss(model, x, rng.integers(4, size=6))
    assert len(found) > 0, "the model has no parameters"
    for name, dimensions, asks, largest in found:
        assert asks, f"{name} asks for no gradient"
        assert largest is not None, f"no gradient reaches {name}"
        assert math.isfinite(largest), f"the gradient of {name} is not finite"
        # A bias before a batch norm has a gradient of 0, up to rounding.
        if dimensions > 1:
            assert largest > 0, f"the gradient of {name} is zero everywhere"


@number("8.2")
@weight(1)
def test_a_new_network_knows_nothing(rng):
    """ConvNet: the first loss is about the logarithm of the number of classes, ten and thirty"""
    for n_classes in (10, 30):
        x, y = rng.normal(size=(32, 3, 8, 8)).astype(np.float32), rng.integers(n_classes, size=32)
        losses = [float(loss) for loss in first_losses(3, n_classes, x, y, (1, 2))]
        for loss in losses:
            expected = math.log(n_classes)
            what = f"the first loss for {n_classes} classes is {loss:.2f}"
            assert abs(loss - expected) < 0.6, f"{what}, expected about {expected:.2f}, ln {n_classes}"
        assert losses[0] != losses[1], "two networks from different seeds have the same loss: are all weights the same?"


@number("8.2")
@weight(1)
def test_one_batch_is_learnt_by_heart(rng):
    """ConvNet: 64 images with labels drawn at random, 8 steps of Adam with learning rate 0.0003"""
    x, y = rng.normal(size=(64, 3, 8, 8)).astype(np.float32), rng.integers(10, size=64)
    losses, right = overfitted(3, x, y, 8, 3e-4)
    losses = [float(loss) for loss in losses]
    assert losses[-1] < 0.8 * losses[0], f"the loss of the batch goes from {losses[0]:.2f} to {losses[-1]:.2f} in 8 steps"
    assert losses[-1] < 1.0, f"after 8 steps the loss of the batch is {losses[-1]:.2f}; a right network has less than 0.3"
    assert right > 0.9, f"after 8 steps {right:.0%} of the batch are right, expected all"
