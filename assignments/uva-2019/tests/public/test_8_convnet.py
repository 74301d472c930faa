"""Part 8, the ConvNet: its layers in the order in which they are called, what shapes they get, and what they compute."""

import torch
from convnet_cases import WIDTHS, Drawn, assert_convnet, assert_scores, calls, images, sizes
from convnet_pytorch import ConvNet
from gradescope_utils.autograder_utils.decorators import number, weight


@number("8.1")
@weight(1.5)
def test_convolutions_have_the_channels_that_are_asked_for(rng):
    """ConvNet(3, 10): input and output channels and kernels of the eight convolutions, in order"""
    convolutions, *_ = calls(ConvNet(3, 10), images(rng, 2, 3, 32, 32))
    found = [(shape_in[1], shape_out[1]) for _, _, shape_in, shape_out, _ in convolutions]
    expected = list(zip((3, *WIDTHS[:-1]), WIDTHS, strict=True))
    assert found == expected, f"the convolutions take and give channels {found}, expected {expected}"
    kernels = sorted({kernel for *_, kernel in convolutions})
    assert kernels == [(3, 3)], f"the convolutions have kernels {kernels}, expected (3, 3)"


@number("8.1")
@weight(1)
def test_each_convolution_has_a_batch_norm(rng):
    """ConvNet(3, 10): a batch norm gets what each convolution gives"""
    convolutions, norms, _ = calls(ConvNet(3, 10), images(rng, 2, 3, 16, 16))
    given, got = [call[3] for call in convolutions], [call[2] for call in norms]
    assert len(given) > 0, "model(x) calls no nn.Conv2d"
    assert got == given, f"the batch norms get arrays of shapes {got}, the convolutions give {given}"


@number("8.1")
@weight(1)
def test_maps_become_smaller_as_they_should(rng):
    """ConvNet(3, 10): height and width of what each convolution gets and gives, for images of 32 × 32 pixels"""
    convolutions, _, linear = calls(ConvNet(3, 10), images(rng, 2, 3, 32, 32))
    found, expected = [(call[2][2], call[2][3]) for call in convolutions], sizes(32)[0]
    assert found == [(n, n) for n in expected], f"the convolutions get maps of {found} pixels, expected sides of {expected}"
    given = [(call[3][2], call[3][3]) for call in convolutions]
    assert given == found, f"the convolutions give maps of {given} pixels for maps of {found}: padding 1 and stride 1 keep them"
    taken = [call[2] for call in linear]
    assert taken == [(2, 512)], f"linear layers get arrays of shapes {taken}, expected one that gets (2, 512)"


@number("8.2")
@weight(0.5)
def test_scores_have_a_column_for_each_class(rng):
    """ConvNet(3, 10).forward: the shape of the scores for images of 32 × 32 pixels"""
    scores = ConvNet(3, 10)(images(rng, 5, 3, 32, 32))
    assert isinstance(scores, torch.Tensor), "model(x) is no tensor"
    assert scores.shape == (5, 10), f"model(x) has shape {tuple(scores.shape)}, expected (5, 10)"
    assert float(scores.detach().std(dim=0).max()) > 0, "model(x) is the same for all images"


@number("8.2")
@weight(2)
def test_layers_stand_in_the_order_that_is_asked_for(rng):
    """ConvNet.forward: convolution, batch norm, ReLU; max pooling; the linear layer last. Values in training mode"""
    model = ConvNet(3, 7)
    assert_convnet(model)
    model = model.double()
    x = images(rng, 6, 3, 8, 10).double()
    drawn = Drawn(model, x, rng)
    assert_scores(model(x), drawn, x)
