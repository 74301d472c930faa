"""What the hidden suites of both frameworks ask of metrics, worked out from single answers and by hand."""

import numpy as np

from autograder.compare import assert_finite

# Rows are targets. Of the class that is absent there is no sample, of the one never predicted no answer.
NEVER_PREDICTED = np.array([[3, 0, 0], [0, 4, 0], [1, 1, 0]])
ABSENT = np.array([[3, 1, 1], [0, 4, 0], [0, 0, 0]])
NEITHER = np.array([[3, 1, 0], [1, 4, 0], [0, 0, 0]])


def counts_and_f_beta(rng, betas):
    """Return counts, int64 (5, 5), of 200 random answers, and what they come to: f_beta, (5,), for each β."""
    targets, answers = random_answers(rng)
    counts = np.zeros((5, 5), dtype=np.int64)
    np.add.at(counts, (targets, answers), 1)
    return counts, {beta: f_beta(targets, answers, beta) for beta in betas}


def random_answers(rng):
    """Return labels and answers, integers (200,), of five classes, the last of which is seldom predicted."""
    targets = rng.integers(0, 5, size=200)
    return targets, np.where(rng.random(200) < 0.5, targets, rng.integers(0, 4, size=200))


def f_beta(targets, answers, beta):
    """Return the F-score of each of five classes, (5,), from true positives, false positives and misses (van Rijsbergen 1979).

    scikit-learn gives the same; importing it would take each grading the better part of a second.
    """
    classes = np.arange(5)[:, None]
    right = ((targets == classes) & (answers == classes)).sum(axis=1)
    false_positives = ((targets != classes) & (answers == classes)).sum(axis=1)
    missed = ((targets == classes) & (answers != classes)).sum(axis=1)
    return (1 + beta**2) * right / ((1 + beta**2) * right + beta**2 * missed + false_positives)


def assert_undefined_last(metrics, names, what):
    """Check that these metrics have a value for each of three classes, and 0 or NaN for the last one: `what`."""
    for name in names:
        values = np.array(metrics[name], dtype=float)
        assert values.shape == (3,), f"{name} has shape {values.shape}, expected (3,)"
        assert_finite(values[:2], f"{name} of the other classes")
        assert np.isnan(values[2]) or values[2] == 0, f"{name} of a class {what} is neither 0 nor NaN"
