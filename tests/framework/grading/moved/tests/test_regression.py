import unittest

import numpy as np
from cases import line, noisy_plane
from gradescope_utils.autograder_utils.decorators import (
    hide_errors,
    leaderboard,
    number,
    partial_credit,
    tags,
    visibility,
    weight,
)
from regression import Regressor, gradient, predict


class TestPredict(unittest.TestCase):
    def setUp(self):
        self.X, self.w, self.b = line()

    @weight(2)
    @number("1.1")
    def test_values(self):
        """predict: three samples"""
        np.testing.assert_allclose(predict(self.X, self.w, self.b), [1.5, 3.5, 5.5])

    @weight(1)
    @number("1.2")
    @hide_errors("Try it with a single sample")
    def test_one_sample(self):
        """predict: one sample"""
        prediction = predict(self.X[:1], self.w, self.b)
        self.assertEqual(prediction.shape, (1,))
        self.assertAlmostEqual(prediction[0], 1.5)

    @weight(1)
    @number("1.3")
    @tags("errors")
    def test_shapes(self):
        """predict: shapes that do not fit"""
        with self.assertRaises(ValueError):
            predict(self.X, np.ones(5), self.b)


class TestGradient(unittest.TestCase):
    @weight(3)
    @number("2.1")
    @visibility("after_published")
    def test_against_differences(self):
        """gradient: central differences"""
        X, y = noisy_plane()
        w, b, h = np.array([0.5, -1.0]), 0.25, 1e-6
        dw, db = gradient(X, y, w, b)
        for i in range(2):
            step = h * np.eye(2)[i]
            change = np.mean((X @ (w + step) + b - y) ** 2) - np.mean((X @ (w - step) + b - y) ** 2)
            self.assertTrue(np.allclose(dw[i], change / (2 * h), atol=1e-5), f"the derivative with respect to w[{i}]")
        change = np.mean((X @ w + b + h - y) ** 2) - np.mean((X @ w + b - h - y) ** 2)
        self.assertTrue(np.allclose(db, change / (2 * h), atol=1e-5), "the derivative with respect to b")

    @weight(1)
    @number("2.2")
    def test_arguments_are_left_alone(self):
        """gradient: its arguments stay as they are"""
        X, y = noisy_plane()
        before = X.copy()
        gradient(X, y, np.ones(2), 0.0)
        np.testing.assert_array_equal(X, before)


class TestFit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.X, cls.y = noisy_plane()

    @partial_credit(4)
    @number("3.1")
    def test_parameters(self, set_score=None):
        """fit: finds w and b"""
        model = Regressor().fit(self.X, self.y)
        found = [*model.w, model.b]
        goals, points = [2.0, -1.0, 0.5], [1, 1, 2]
        set_score(sum(points[i] for i in range(3) if abs(found[i] - goals[i]) < 0.1))

    @weight(1)
    @number("3.2")
    @visibility("hidden")
    def test_steps_are_kept(self):
        """Regressor: steps and rate are attributes"""
        model = Regressor(rate=0.5, steps=3)
        self.assertEqual((model.rate, model.steps), (0.5, 3))

    @leaderboard("R²")
    def test_score(self, set_leaderboard_value=None):
        """fit: share of the variance that is explained"""
        model = Regressor().fit(self.X, self.y)
        set_leaderboard_value(round(float(model.score(self.X, self.y)), 3))
