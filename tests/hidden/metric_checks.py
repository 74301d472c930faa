"""What the hidden suites of both frameworks ask of metrics, worked out by scikit-learn and by hand."""

import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from autograder.compare import assert_finite

# Rows are targets. Of the class that is absent there is no sample, of the one never predicted no answer.
NEVER_PREDICTED = np.array([[3, 0, 0], [0, 4, 0], [1, 1, 0]])
ABSENT = np.array([[3, 1, 1], [0, 4, 0], [0, 0, 0]])
NEITHER = np.array([[3, 1, 0], [1, 4, 0], [0, 0, 0]])


def counts_and_f_beta(rng, betas):
    """Return counts, int64 (5, 5), of 200 random answers, and what scikit-learn makes of them: f_beta, (5,), for each β."""
    targets = rng.integers(0, 5, size=200)
    answers = np.where(rng.random(200) < 0.5, targets, rng.integers(0, 4, size=200))  # the last class is seldom predicted
    counts = confusion_matrix(targets, answers, labels=range(5))
    return counts, {beta: precision_recall_fscore_support(targets, answers, beta=beta)[2] for beta in betas}


def assert_undefined_last(metrics, names, what):
    """Check that these metrics have a value for each of three classes, and 0 or NaN for the last one: `what`."""
    for name in names:
        values = np.array(metrics[name], dtype=float)
        assert values.shape == (3,), f"{name} has shape {values.shape}, expected (3,)"
        assert_finite(values[:2], f"{name} of the other classes")
        assert np.isnan(values[2]) or values[2] == 0, f"{name} of a class {what} is neither 0 nor NaN"
