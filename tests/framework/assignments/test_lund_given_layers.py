"""The layers that Lund's students are given agree with PyTorch's, for sizes all different, and change nothing."""

import sys

import numpy as np
import pytest
import torch
from places import ROOT
from torch.nn import functional

REFERENCE = str(ROOT / "assignments/lund-fman45/reference")
# Images (H, W, C, N), kernels (h, w, C, K), padding: batch, channels, height, width and kernel all different, some with even
# kernels, some as large as the image, one pixel wide.
CASES = [
    ((7, 9, 2, 4), (3, 5, 2, 6), (1, 2)),
    ((9, 6, 3, 2), (4, 1, 3, 5), (0, 3)),
    ((5, 8, 1, 3), (2, 6, 1, 4), (2, 0)),
    ((4, 3, 5, 1), (4, 3, 5, 2), (0, 0)),
    ((2, 1, 3, 4), (5, 2, 3, 1), (2, 1)),
]


@pytest.fixture(scope="module")
def convolution():
    sys.path.insert(0, REFERENCE)
    try:
        import convolution

        return convolution
    finally:
        sys.path.remove(REFERENCE)
        sys.modules.pop("convolution", None)


def drawn(rng, *shape):
    return rng.normal(size=shape)


def batch_first(x):
    return torch.tensor(x).permute(3, 2, 0, 1)  # (N, C, H, W); kernels become (K, C, h, w)


def batch_last(x):
    return x.detach().permute(2, 3, 1, 0).numpy()


@pytest.mark.parametrize(("images", "kernels", "padding"), CASES)
def test_convolution_with_padding_is_that_of_torch(convolution, images, kernels, padding):
    rng = np.random.default_rng(sum(images))
    x, w, b = drawn(rng, *images), drawn(rng, *kernels), drawn(rng, kernels[3], 1)
    theirs = [batch_first(x).requires_grad_(), batch_first(w).requires_grad_(), torch.tensor(b[:, 0], requires_grad=True)]
    expected = functional.conv2d(*theirs, padding=padding)
    found = convolution.conv_with_padding_forward(x, w, b, padding)
    np.testing.assert_allclose(found, batch_last(expected), rtol=1e-10, atol=1e-12)
    dldy = drawn(rng, *found.shape)
    expected.backward(batch_first(dldy))
    gradients = convolution.conv_with_padding_backward(x, dldy, w, b, padding)
    wanted = [batch_last(theirs[0].grad), batch_last(theirs[1].grad), theirs[2].grad.numpy()[:, None]]
    for gradient, right in zip(gradients, wanted, strict=True):
        np.testing.assert_allclose(gradient, right, rtol=1e-10, atol=1e-12)


def test_convolution_without_padding_is_that_with_none(convolution):
    rng = np.random.default_rng(0)
    x, w, b, dldy = drawn(rng, 6, 5, 2, 3), drawn(rng, 3, 2, 2, 4), drawn(rng, 4, 1), drawn(rng, 4, 4, 4, 3)
    assert np.array_equal(convolution.convolution_forward(x, w, b), convolution.conv_with_padding_forward(x, w, b, [0, 0]))
    pairs = zip(
        convolution.convolution_backward(x, dldy, w, b),
        convolution.conv_with_padding_backward(x, dldy, w, b, [0, 0]),
        strict=True,
    )
    assert all(np.array_equal(one, other) for one, other in pairs)


@pytest.mark.parametrize("place", [(0, 0), (0, 4), (3, 0), (3, 4)])
def test_every_corner_of_an_image_counts(convolution, place):
    """A one in a corner shows the kernel, turned over, around that corner of a padded result."""
    x, w = np.zeros((4, 5, 1, 1)), np.arange(1.0, 16).reshape(3, 5, 1, 1)
    x[place] = 1
    y = convolution.conv_with_padding_forward(x, w, np.zeros((1, 1)), [2, 4])[..., 0, 0]
    expected = np.zeros((6, 9))
    expected[place[0] : place[0] + 3, place[1] : place[1] + 5] = w[::-1, ::-1, 0, 0]
    assert np.array_equal(y, expected)


def test_a_bias_may_be_a_row_of_numbers(convolution):
    rng = np.random.default_rng(1)
    x, w, b = drawn(rng, 4, 5, 2, 3), drawn(rng, 2, 3, 2, 6), drawn(rng, 6)
    y = convolution.convolution_forward(x, w, b)
    assert np.array_equal(y, convolution.convolution_forward(x, w, b[:, None]))
    assert convolution.convolution_backward(x, y, w, b)[2].shape == (6,)


def test_maxpooling_is_that_of_torch(convolution):
    rng = np.random.default_rng(2)
    x, dldy = drawn(rng, 6, 4, 3, 5), drawn(rng, 3, 2, 3, 5)
    theirs = batch_first(x).requires_grad_()
    expected = functional.max_pool2d(theirs, 2)
    expected.backward(batch_first(dldy))
    np.testing.assert_array_equal(convolution.maxpooling_forward(x), batch_last(expected))
    np.testing.assert_array_equal(convolution.maxpooling_backward(x, dldy), batch_last(theirs.grad))


def test_of_equal_pixels_the_first_gets_the_gradient(convolution):
    x = np.zeros((2, 4, 1, 1))
    x[:, 2:, 0, 0] = [[1, 3], [3, 3]]
    gradient = convolution.maxpooling_backward(x, np.array([5.0, 7.0]).reshape(1, 2, 1, 1))
    assert gradient[..., 0, 0].tolist() == [[5, 0, 0, 7], [0, 0, 0, 0]]


def test_nothing_is_written_into_the_arrays_that_come_in_and_float32_stays(convolution):
    rng = np.random.default_rng(3)
    shapes = ((4, 6, 2, 3), (3, 2, 2, 5), (5, 1), (4, 7, 5, 3))
    x, w, b, dldy = (drawn(rng, *shape).astype(np.float32) for shape in shapes)
    arrays = [x, w, b, dldy]
    before = [array.copy() for array in arrays]
    results = [convolution.conv_with_padding_forward(x, w, b, [1, 1]), convolution.maxpooling_forward(x)]
    results += convolution.conv_with_padding_backward(x, dldy, w, b, [1, 1])
    results.append(convolution.maxpooling_backward(x, convolution.maxpooling_forward(x)))
    assert all(np.array_equal(one, other) for one, other in zip(arrays, before, strict=True))
    assert {result.dtype for result in results} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: c.convolution_forward(np.ones((4, 4, 2, 1)), np.ones((2, 2, 3, 1)), np.ones(1)), "2 channels, kernels 3"),
        (lambda c: c.convolution_forward(np.ones((4, 4, 2, 1)), np.ones((2, 2, 2, 3)), np.ones(2)), "3 kernels and 2 biases"),
        (lambda c: c.convolution_forward(np.ones((4, 4, 2)), np.ones((2, 2, 2, 3)), np.ones(3)), "images have shape"),
        (lambda c: c.maxpooling_forward(np.ones((4, 5, 1, 1))), "4 × 5 pixels"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(convolution, call, message):
    with pytest.raises(ValueError, match=message):
        call(convolution)
