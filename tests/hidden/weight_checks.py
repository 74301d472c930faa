"""What the hidden suite of the PyTorch MLP asks of first weights, and what else they may have been drawn from."""

import math

import torch

from autograder.compare import assert_close, assert_finite

LAYERS = {1: "the first linear layer", 2: "layers after a ReLU"}  # by the gain that they are drawn with


def assert_drawn(W, gain, what):
    """Ask for a mean of 0 and a variance of gain / in_features of weights, (N, M), and say what else they are like.

    Args:
        gain: 1 for the first linear layer, 2 for others.
        what: whose weights they are, for messages.
    """
    assert_finite(W, f"the weights of {what}")
    W, (N, M) = W.detach().double(), W.shape
    found, expected = float(W.std()), math.sqrt(gain / M)
    assert_close(W.mean(), 0.0, f"the mean of the weights of {what}", atol=0.025 * expected)
    # The sampling error of the deviation of n numbers is one part in √(2 n): 0.4 % for the least that are drawn here.
    if abs(found - expected) > 0.03 * expected:
        causes = {
            gain / M: "that is the variance; nn.init.normal_ takes its square root",
            math.sqrt((3 - gain) / M): f"that is N(0, {3 - gain} / in_features), which is for {LAYERS[3 - gain]}",
            math.sqrt(gain / N): "that is by out_features; weight is (out_features, in_features)",
            math.sqrt(gain / M / 3): "numbers spread evenly from -s to s have the deviation s / √3",
            math.sqrt(1 / M / 3): "these are the weights that nn.Linear comes with",
            math.sqrt(2 / (M + N)): "that is Xavier's scheme, by in_features + out_features",
        }
        cause = next((f"; {cause}" for spread, cause in causes.items() if abs(found - spread) < 0.03 * spread), "")
        raise AssertionError(
            f"the standard deviation of the weights of {what} is {found:.3g}, {found / expected:.2g} times the expected "
            f"{expected:.3g} = √({gain} / {M}){cause}"
        )


def assert_normal(W, what):
    """Ask for as many weights, (N, M), far from 0 as a normal distribution has: 4.6 % beyond two standard deviations."""
    assert_finite(W, f"the weights of {what}")
    W = W.detach().double()
    beyond = float((W.abs() > 2 * W.std()).double().mean())
    shape = "they are spread evenly (uniform), expected normal" if beyond == 0 else "expected a normal distribution"
    assert 0.03 < beyond < 0.06, (
        f"{beyond:.1%} of the weights of {what} are further from 0 than two standard deviations, expected 4.6%: {shape}"
    )


def likeness(one, other):
    """Return the cosine between two lists of weights, cut to the same length; it is 1 where one is a multiple of the other."""
    one, other = (W.detach().double().flatten() for W in (one, other))
    n = min(len(one), len(other))
    return float(torch.nn.functional.cosine_similarity(one[:n], other[:n], dim=0))
