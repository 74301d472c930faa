"""Each way in which a suite may use a submission; SECRET-00000000000000000000000000000000"""

import math
import unittest

import numpy as np
import pytest
import submitted
from gradescope_utils.autograder_utils.decorators import number, weight

from autograder.compare import assert_close

SECRET = "SECRET-00000000000000000000000000000000"
RNG = np.random.default_rng(int(SECRET.removeprefix("SECRET-"), 16))
CLASSES = 4


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def cross_entropy(scores, labels):
    return -np.log(softmax(scores)[np.arange(len(labels)), labels]).mean()


def scores_and_labels(rows=6):
    return RNG.normal(size=(rows, CLASSES)), RNG.integers(CLASSES, size=rows)


def distant_means():
    """A mean for each class, none near another."""
    return 5 * RNG.permutation(CLASSES)[:, None] + RNG.normal(size=(CLASSES, 3))


def clusters(means, rows=40):
    """Points around the means, and the numbers of these."""
    labels = np.concatenate([np.arange(CLASSES), RNG.integers(CLASSES, size=rows)])
    return means[labels] + 0.1 * RNG.normal(size=(len(labels), 3)), labels


@number("1")
@weight(1)
def test_a_number():
    """cross_entropy, by assert_close"""
    scores, labels = scores_and_labels()
    expected = cross_entropy(scores, labels)
    assert_close(submitted.cross_entropy(scores, labels), expected, "cross_entropy")


@number("2")
@weight(1)
def test_an_array():
    """softmax, by assert_close"""
    scores, _ = scores_and_labels()
    expected = softmax(scores)
    assert_close(submitted.softmax(scores), expected, "softmax")


CASE = unittest.TestCase()
NUMBERS = {
    "approx": lambda got, want: got == pytest.approx(want),
    "approx, reversed": lambda got, want: pytest.approx(want) == got,
    "approx of the answer": lambda got, want: want == pytest.approx(got),
    "math.isclose": lambda got, want: math.isclose(got, want),
    "np.isclose": lambda got, want: np.isclose(got, want),
    "np.allclose": lambda got, want: np.allclose(got, want),
    "difference": lambda got, want: abs(got - want) < 1e-9,
    "interval": lambda got, want: want - 1e-9 < got < want + 1e-9,
    "assert_allclose": lambda got, want: np.testing.assert_allclose(got, want) is None,
    "assert_almost_equal": lambda got, want: np.testing.assert_almost_equal(got, want) is None,
    "assert_equal": lambda got, want: np.testing.assert_equal(np.round(got, 9), np.round(want, 9)) is None,
    "unittest": lambda got, want: CASE.assertAlmostEqual(got, want) is None,
}
ARRAYS = {
    "assert_allclose": lambda got, want: np.testing.assert_allclose(got, want) is None,
    "assert_array_almost_equal": lambda got, want: np.testing.assert_array_almost_equal(got, want) is None,
    "assert_array_less": lambda got, want: np.testing.assert_array_less(np.abs(got - want), 1e-9) is None,
    "np.allclose": lambda got, want: np.allclose(got, want),
    "shape and np.allclose": lambda got, want: got.shape == want.shape and np.allclose(got, want),
    "equal": lambda got, want: (np.round(got, 9) == np.round(want, 9)).all(),
    "difference": lambda got, want: np.abs(got - want).max() < 1e-9,
    "sum": lambda got, want: np.sum((got - want) ** 2) < 1e-9,
    "norm": lambda got, want: np.linalg.norm(got - want) < 1e-9,
    "approx": lambda got, want: got == pytest.approx(want),
    "loop": lambda got, want: all(abs(got[0, column] - want[0, column]) < 1e-9 for column in range(CLASSES)),
}


@number("3")
@weight(len(NUMBERS))
@pytest.mark.parametrize("comparison", NUMBERS)
def test_a_number_as_others_compare_it(comparison):
    scores, labels = scores_and_labels()
    expected = cross_entropy(scores, labels)
    assert NUMBERS[comparison](submitted.cross_entropy(scores, labels), expected)


@number("3")
@weight(len(ARRAYS))
@pytest.mark.parametrize("comparison", ARRAYS)
def test_an_array_as_others_compare_it(comparison):
    scores, _ = scores_and_labels(rows=1 if "allclose" in comparison else 6)  # to one row what is empty is broadcast
    expected = softmax(scores)
    assert ARRAYS[comparison](submitted.softmax(scores), expected)


@number("3")
@weight(1)
def test_a_map_as_others_compare_it():
    rows = RNG.normal(size=(3, 1, CLASSES))
    wanted = [softmax(scores) for scores in rows]
    for got, want in zip(map(submitted.softmax, rows), wanted, strict=False):
        np.testing.assert_allclose(got, want)
    assert len(wanted) == 3


class TestCounts(unittest.TestCase):
    @number("4")
    @weight(1)
    def test_counts(self):
        """counts, by unittest"""
        labels = RNG.integers(CLASSES, size=20)
        expected = np.bincount(labels, minlength=CLASSES).tolist()
        got = submitted.counts(labels, CLASSES)
        self.assertEqual(got, expected)
        self.assertEqual(len(got), CLASSES)
        self.assertIn(got[0], (expected[0],))
        self.assertAlmostEqual(sum(got), 20)


@number("5")
@weight(1)
def test_arrays_that_are_written_into():
    """Linear: forward after the suite has written into params"""
    W, b, x = RNG.normal(size=(2, 3)), RNG.normal(size=(1, 2)), RNG.normal(size=(4, 3))
    expected = x @ W.T + b
    layer = submitted.Linear(3, 2)
    layer.params["weight"][...] = W
    layer.params["bias"][0, 0] += b[0, 0]
    layer.params["bias"][0, 1] = b[0, 1]
    np.testing.assert_allclose(layer.forward(x), expected)
    layer.params["weight"][1] *= -1
    np.testing.assert_allclose(layer.forward(x)[:, 1], 2 * b[0, 1] - expected[:, 1])


@number("6")
@weight(1)
def test_accuracy_on_labels_that_are_withheld():
    """Classifier: accuracy"""
    means = distant_means()
    model = submitted.Classifier()
    model.fit(*clusters(means))
    x, labels = clusters(means)
    predictions = model.predict(x)
    assert len(predictions) == len(labels)
    assert np.mean(predictions == labels) > 0.9


@number("7")
@weight(1)
def test_an_exception():
    """cross_entropy: ValueError where labels are missing, and the right number where they are not"""
    scores, labels = scores_and_labels()
    expected = cross_entropy(scores, labels)
    with pytest.raises(ValueError, match="rows"):
        submitted.cross_entropy(scores, labels[:-1])
    assert submitted.cross_entropy(scores, labels) == pytest.approx(expected)


@pytest.fixture(scope="module")
def fitted():
    means = distant_means()
    model = submitted.Classifier()
    model.fit(*clusters(means))
    return model, means


@number("8.1")
@weight(1)
def test_predictions_of_a_fitted_model(fitted):
    model, means = fitted
    x, labels = clusters(means)
    assert (np.asarray(model.predict(x)) == labels).mean() > 0.9


@number("8.2")
@weight(1)
def test_means_of_a_fitted_model(fitted):
    model, means = fitted
    assert np.shape(model.means) == means.shape
    assert np.abs(np.asarray(model.means) - means).max() < 0.5
