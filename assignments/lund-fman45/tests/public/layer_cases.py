"""What the suites share about layers: numbers to try, and what is asked of every layer.

Shapes: N elements in a batch, M features, K outputs, C classes; the batch is the last axis.
"""

import numpy as np
from layers import fully_connected_backward

from autograder.compare import assert_close
from autograder.standins import in_sandbox


def numbers(rng, *shape):
    """Return standard normal numbers, float64, that float32 holds exactly: a submission may compute in either."""
    return rng.normal(size=shape).astype(np.float32).astype(np.float64)


def away_from_zero(rng, *shape):
    """Return numbers none of which is near 0, where a ReLU has no derivative."""
    x = numbers(rng, *shape)
    return x + np.copysign(0.125, x)


def columns(X):
    """Return the elements of a batch as columns, first axis fastest, (M, N)."""
    return np.stack([X[..., n].flatten(order="F") for n in range(X.shape[-1])], axis=1)


def gradients(X, dldZ, W, b):
    """Return what fully_connected_backward returns, which are three arrays.

    Raises:
        AssertionError: it returns something else.
    """
    returned = fully_connected_backward(X, dldZ, W, b)
    assert isinstance(returned, (tuple, list)), "fully_connected_backward does not return three arrays: dL/dX, dL/dW, dL/db"
    assert len(returned) == 3, f"fully_connected_backward returns {len(returned)} arrays, expected 3: dL/dX, dL/dW, dL/db"
    return returned


def loss_of_scores(x, labels):
    """Return the softmax loss of scores, (C, N), which are small enough for exp."""
    return sum(np.log(np.exp(x[:, n] - x[labels[n], n]).sum()) for n in range(x.shape[1])) / x.shape[1]


def gradient_of_scores(x, labels):
    """Return the gradient of that loss, (C, N)."""
    slopes = []
    for n in range(x.shape[1]):
        share = np.exp(x[:, n]) / np.exp(x[:, n]).sum()
        slopes.append((share - np.eye(x.shape[0])[labels[n]]) / x.shape[1])
    return np.stack(slopes, axis=1)


def assert_at_work(what, *answers):
    """Ask that one of these answers is right: a layer that does nothing leaves its inputs alone, too, and has no loops.

    One is enough, so that a mistake in one function costs no points for what is asked of all.

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


@in_sandbox
def inputs_after(forward, backward, inputs, upstream):
    """Call both functions of a layer; return what its inputs and the upstream gradient are then, and the two answers.

    Args:
        inputs: list of what forward takes.
        upstream: dL/dZ, which backward takes after the first of them; None for a loss.
    """
    import numpy as np

    def plain(answer):
        return [np.array(part) for part in answer] if isinstance(answer, (tuple, list)) else np.array(answer)

    inputs = [np.array(each) for each in inputs]
    after = [*inputs] if upstream is None else [*inputs, np.array(upstream)]
    z = plain(forward(*inputs))
    back = plain(backward(*inputs) if upstream is None else backward(inputs[0], after[-1], *inputs[1:]))
    return after, z, back
