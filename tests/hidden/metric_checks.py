"""What the hidden suites of both frameworks ask of metrics, worked out from single answers and by hand."""

import numpy as np
from returned import OF_METRICS, entry

from autograder.compare import assert_close

C = 10  # classes everywhere: whoever has always ten of them is told so by the one test that has other numbers


def last_class(row, column, neither=0):
    """Return counts, (C, C), rows = target, of right answers and what else is in the row and the column of the last class."""
    counts = np.diag([3, 4, 2, 5, 1, 1, 2, 3, 4, 0])
    counts[C - 1, :2], counts[:2, C - 1] = row, column
    counts[0, 1] = neither
    return counts


# Of the class that is absent there is no sample, of the one never predicted no answer.
NEVER_PREDICTED = last_class(row=1, column=0)
ABSENT = last_class(row=0, column=1)
NEITHER = last_class(row=0, column=0, neither=1)


def counts_and_f_beta(rng, betas):
    """Return counts, int64 (C, C), of 400 random answers, and what they come to: f_beta, (C,), for each β."""
    targets, answers = random_answers(rng)
    counts = np.zeros((C, C), dtype=np.int64)
    np.add.at(counts, (targets, answers), 1)
    return counts, {beta: f_beta(targets, answers, beta) for beta in betas}


def random_answers(rng):
    """Return labels and answers, integers (400,), of C classes, the last of which is seldom predicted."""
    targets = rng.integers(0, C, size=400)
    return targets, np.where(rng.random(400) < 0.5, targets, rng.integers(0, C - 1, size=400))


def f_beta(targets, answers, beta):
    """Return the F-score of each class, (C,), from true positives, false positives and misses (van Rijsbergen 1979).

    scikit-learn gives the same; importing it would take each grading the better part of a second.
    """
    classes = np.arange(C)[:, None]
    right = ((targets == classes) & (answers == classes)).sum(axis=1)
    false_positives = ((targets != classes) & (answers == classes)).sum(axis=1)
    missed = ((targets == classes) & (answers != classes)).sum(axis=1)
    return (1 + beta**2) * right / ((1 + beta**2) * right + beta**2 * missed + false_positives)


def assert_undefined_last(metrics, names, what):
    """Check that these metrics have a value for each of C classes, and 0 or NaN for the last one, which is `what`."""
    for name in names:
        values = np.array(entry(metrics, name, OF_METRICS), dtype=float)
        assert values.shape == (C,), f"{name} has shape {values.shape}, expected {(C,)}"
        assert_close(values[:-1], np.ones(C - 1), f"{name} of the other classes", atol=np.inf)
        assert values[:-1].all(), f"{name} of a class with right predictions is 0"
        assert np.isnan(values[-1]) or values[-1] == 0, f"{name} of a class {what} is neither 0 nor NaN"
