"""What the suites of part 9 share: derivatives measured on the functions themselves, and names for usual mistakes.

No closed form is used here. A function that is analytic along each of its arguments is asked at x + ih: the imaginary part
of the answer is h times the slope, exact to rounding, for nothing is subtracted (Squire and Trapp 1998).
"""

import numpy as np

from autograder.compare import Mismatch, assert_close

H = 1e-30  # far below the rounding of any x: second-order terms vanish altogether


def derivative(function, x):
    """Return ∂function(x)/∂x, float64, the indices of function(x) first, then those of x.

    Args:
        function: takes a complex array in the shape of x and returns a complex number or array.
        x: float array.
    """
    slopes = np.zeros(np.shape(function(x.astype(complex))) + x.shape)
    for index in np.ndindex(x.shape):
        shifted = x.astype(complex)
        shifted[index] += 1j * H
        slopes[(..., *index)] = np.imag(function(shifted)) / H
    return slopes


def softmax(x):
    """Return probabilities in the shape of x, along its last axis, for real or complex scores x."""
    e = np.exp(x - x.real.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def check_derivative(actual, expected, what, mistakes=None):
    """Raise AssertionError unless `actual` is the expected derivative; say what it is instead, where that is known.

    Args:
        expected: numbers, float.
        what: the name of the result in messages.
        mistakes: what a usual mistake gives -> how it is called, in the words after "what". Answers that are just
            transposed, of the wrong sign or off by a factor of 2 are known anyway.
    """
    __tracebackhide__ = True
    try:
        assert_close(actual, expected, what)
    except Mismatch:
        mistakes = mistakes or {}
        known = {
            "has the wrong sign": -expected,
            "is twice what it should be": 2 * expected,
            "is half of what it should be": expected / 2,
        }
        if np.ndim(expected) == 2:
            known["is transposed"] = expected.T
        for mistake, wrong in {**mistakes, **known}.items():
            if agrees(actual, wrong):
                raise AssertionError(f"{what} {mistake}") from None
        raise


def agrees(actual, wrong):
    try:
        assert_close(actual, wrong)
    except Mismatch:
        return False
    return True


def pair_of(result, what):
    """Return the two entries of what should be a pair; an array of two rows is one."""
    is_pair = isinstance(result, (tuple, list)) or (isinstance(result, np.ndarray) and result.ndim == 2)
    assert is_pair and len(result) == 2, f"{what} must return a pair of arrays"
    return result
