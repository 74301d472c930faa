"""What the hidden suites of both halves ask of the model that train returns: it is that of the best epoch."""

import numpy as np

from autograder.compare import Mismatch


def learnt_and_unlearnt(digits):
    """Return two pairs (x, y): 300 training samples, five of each class labelled wrong, and these 50 with their right labels.

    A network first finds what most labels say, and later learns the wrong ones by heart: on the 50 samples the best epoch is
    neither the first nor the last.
    """
    x, right = digits.train.x[:300], digits.train.y[:300]
    wrong = np.concatenate([np.flatnonzero(right == label)[:5] for label in range(10)])
    labels = right.copy()
    labels[wrong] = (right[wrong] + 1) % 10
    return (x, labels), (x[wrong], right[wrong])


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
