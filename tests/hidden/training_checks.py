"""What the hidden suites ask of the NumPy training: which model it returns, and along what its steps go."""

import numpy as np
from train_mlp_numpy import train

from autograder.compare import Mismatch
from autograder.standins import in_sandbox


def assert_best_model(accuracies, ours, tolerance):
    """Check that a returned model is that of the best epoch, and say which one it is otherwise.

    Args:
        accuracies: val_accuracies as train has returned them.
        ours: of the returned model on the validation split, worked out by the suite.
    """
    what, best = "the returned model", int(np.argmax(accuracies))
    if abs(accuracies[best] - ours) <= tolerance:
        return
    where = [epoch for epoch, accuracy in enumerate(accuracies) if abs(accuracy - ours) <= tolerance]
    if max(accuracies) > 1:
        text = "val_accuracies are no fractions between 0 and 1"
    elif len(accuracies) - 1 in where:
        text = (
            f"{what} is as good on the validation split as that of the last epoch, but epoch {best + 1} was better: keep a "
            "copy (deepcopy) of the best model, or it goes on changing; choose by validation accuracy, not by another split's"
        )
    elif where:
        text = (
            f"{what} is as good on the validation split as that of epoch {where[0] + 1}, but epoch {best + 1} was better: "
            "is it chosen by something else than the validation accuracy?"
        )
    else:
        text = (
            f"the accuracy of {what} on the validation split is none of val_accuracies: are these of another split, of "
            "batches averaged, or was the model trained on after it was chosen?"
        )
    raise Mismatch("value", what, text)


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
