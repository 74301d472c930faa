"""What the hidden suites ask of first weights, and what usually lies behind a wrong spread.

Shapes: M input features, N output features.
"""

import numpy as np

from autograder.compare import Mismatch, assert_close

NORMAL_TAIL = 0.0455  # of a normal distribution, the share beyond two standard deviations


def assert_spread(weight, M, N, input_layer):
    """Check that weights, (N, M), have the mean and the standard deviation of N(0, 1 / M) or, in later layers, N(0, 2 / M)."""
    W = np.array(weight, dtype=float)
    numerator, layer = (1, "the input layer") if input_layer else (2, "a later layer")
    what, expected, found = f"the standard deviation of the weights of {layer}", np.sqrt(numerator / M), float(W.std())
    if not np.isclose(found, expected, rtol=0.05):
        direction = "too small" if found < expected else "too large" if found > expected else "no number"
        reason = reason_for(found, numerator, M, N, input_layer)
        text = f"{what} is {found:.4g}, expected {expected:.4g}, the square root of {numerator} / M{reason}"
        raise Mismatch("value", what, text, f"{what} is {direction}, expected the square root of {numerator} / M{reason}")
    assert_close(float(W.mean()), 0.0, f"the mean of the weights of {layer}", atol=1e-3)


def reason_for(deviation, numerator, M, N, input_layer):
    """Return a question about what usually makes this standard deviation, or nothing."""
    other = 3 - numerator
    bound = "is the standard deviation the bound of a uniform distribution?"
    usual = [
        (numerator / M, "did you pass the variance where the standard deviation is asked?"),
        (np.sqrt(numerator / (3 * M)), bound),
        (np.sqrt(numerator / N), "is it divided by N, the units, instead of M, the features?"),
        (np.sqrt(2 / (M + N)), "is M + N where M belongs?"),
        (np.sqrt(other / M), f"that of {'a later' if input_layer else 'the input'} layer: what does input_layer do?"),
    ]
    if deviation < 1e-12:
        return ": all weights are alike"
    return next((f": {question}" for value, question in usual if np.isclose(deviation, value, rtol=0.03)), "")


def assert_normal(weight):
    """Check that many weights have the tails of a normal distribution, whatever its mean and its standard deviation."""
    W = np.array(weight, dtype=float)
    deviation = float(W.std())
    tail = float((np.abs(W - W.mean()) > 2 * deviation).mean()) if deviation > 1e-12 else 0.0
    if not 0.9 * NORMAL_TAIL < tail < 1.1 * NORMAL_TAIL:
        what, expected = "the distribution of the weights is not normal", "a normal one has 4.6 % there"
        found = f"{tail:.1%} of them lie beyond two standard deviations, {expected}"
        cause = ": is it uniform?" if tail < 0.01 else ""
        raise Mismatch("value", "the weights", f"{what}: {found}{cause}", f"{what}: {expected}{cause}")
