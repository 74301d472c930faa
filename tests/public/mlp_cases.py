"""What the suites share about MLPs: parameters to try. Widths are [M, hidden units ..., C]."""

from itertools import pairwise

import numpy as np
from layer_cases import assert_at_work, linear_layers, numbers, set_parameters

LOGIT_BIAS = 20.0  # added to all scores: the softmax does not mind, and no activation would touch scores that are positive


def softmax(scores):
    """Return probabilities, (S, C), for scores, (S, C)."""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def signed_parameters(widths, rng):
    """Return a list of (W, b) that let hidden units be active for some samples and not for others."""
    parameters = [(0.5 * numbers(rng, N, M), numbers(rng, 1, N)) for M, N in pairwise(widths)]
    W, b = parameters[-1]
    return [*parameters[:-1], (W, b + LOGIT_BIAS)]


def positive_parameters(widths, rng):
    """Return a list of (W, b) that make every hidden unit positive for samples that are positive."""
    parameters = [(np.abs(numbers(rng, N, M)) / 4, np.abs(numbers(rng, 1, N))) for M, N in pairwise(widths)]
    W, b = parameters[-1]
    return [*parameters[:-1], (W, b + LOGIT_BIAS)]


def set_all(layers, parameters):
    """Set the parameters of linear layers from a list of (W, b)."""
    for layer, (W, b) in zip(layers, parameters, strict=True):
        set_parameters(layer, W, b)


def assert_mlp_at_work(model, widths, x, rng):
    """Ask for the probabilities of x, (S, M), where no mistake in an activation or in a bias matters.

    All is positive, and biases are zero.
    """
    parameters = [(W, np.zeros_like(b)) for W, b in positive_parameters(widths, rng)]
    set_all(linear_layers(model, widths), parameters)
    scores = x
    for W, _ in parameters:
        scores = scores @ W.T
    assert_at_work("MLP", (model.forward(x.copy()), softmax(scores)))
