"""What the suites share about layers: numbers to try, layers with known parameters, and helpers that run beside the submission.

Shapes: N samples in a batch, D inputs and M outputs of a layer, C classes.
"""

import numpy as np
import pytest
from hw3_lib import Linear
from training_cases import FOLDER, files_of_the_course

from autograder.compare import assert_close
from autograder.standins import in_sandbox


@pytest.fixture(scope="module", autouse=True)
def data_of_the_course(sandbox_dir):
    """A submission that trains while it is imported finds images where load_data looks for them."""
    sandbox_dir(files_of_the_course(), FOLDER)


def numbers(rng, *shape):
    """Return standard normal numbers, float64, that float32 holds exactly: a submission may compute in either."""
    return rng.normal(size=shape).astype(np.float32).astype(np.float64)


def linear_case(N, D, M, rng):
    """Return a Linear layer, its weights (D, M) and biases (1, M), and a batch x, (N, D), for it."""
    W, b = numbers(rng, D, M), numbers(rng, 1, M)
    return Linear((W.copy(), b.copy())), W, b, numbers(rng, N, D)


def scores_and_labels(rng, N, C):
    """Return scores (N, C), labels (N,), and the probabilities (N, C) that softmax makes of the scores."""
    scores, labels = 2 * numbers(rng, N, C), rng.integers(0, C, size=N)
    return scores, labels, np.stack([np.exp(row) / np.exp(row).sum() for row in scores])


def row_shapes(M):
    """Return the shapes that the gradient of biases may have."""
    return [(1, M), (M,)]


@in_sandbox
def passed_through(layer, x, dloss):
    """Return layer.forward(x) and layer.backward(dloss), and x, dloss and forward's result as they are after these."""
    y = layer.forward(x)
    forward = np.array(y)
    return forward, np.array(layer.backward(dloss)), x, dloss, y


def assert_at_work(what, *answers):
    """Ask that one of these answers is right: a layer that does nothing leaves its inputs alone, too.

    One is enough, so that a mistake in one method costs no points for what is asked of all.

    Args:
        what: whose answers they are, for the message.
        answers: pairs (found, expected).
    """
    for found, expected in answers:
        try:
            assert_close(found, expected, what, rtol=1e-3, atol=1e-4)
            return
        except AssertionError:
            continue
    raise AssertionError(f"{what} gives no right answer, neither forward nor backward; see the tests of its values first")
