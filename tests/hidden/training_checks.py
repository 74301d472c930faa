"""What the hidden suites ask of the NumPy training: along what its steps go."""

import numpy as np
from train_mlp_numpy import train

from autograder.standins import in_sandbox


@in_sandbox
def train_from_the_same_start(**flags):
    """Return what train returns; the layers of one that does not heed its seed start alike in all calls, too."""
    np.random.seed(9)
    return train(**flags)


@in_sandbox
def fill_gradients(model, x, y, fused):
    """Fill the gradients of `model` by its own backward and the submission's CrossEntropyModule.

    Args:
        fused: put softmax and cross-entropy's gradient with respect to scores, (p - t) / S, where that with respect to
            probabilities belongs.
    """
    from modules import CrossEntropyModule

    loss, p = CrossEntropyModule(), model.forward(x)
    loss.forward(p, y)
    model.backward((p - np.eye(p.shape[1])[y]) / len(y) if fused else loss.backward(p, y))


def flat(layers, kind):
    """Return all numbers in `kind`, "params" or "grads", of linear layers as one row."""
    return np.concatenate(
        [np.array(getattr(layer, kind)[name], dtype=float).ravel() for layer in layers for name in ("weight", "bias")]
    )


def along(one, other):
    """Return whether two rows of numbers are parallel, in either direction: how far and where to is for 2.1 to ask."""
    size = np.linalg.norm(one) * np.linalg.norm(other)
    return bool(size > 0 and abs(one @ other) > 0.999 * size)
