"""5.6, accuracies: do those that are reported agree with a run of the student's own network here?

Each network is trained by the submission's layers and train_network, from first parameters that are drawn here. Its accuracies
are worked out here, from the scores that the trained network gives.
"""

import pytest
from accuracy_runs import NEEDS, grade_accuracy, training_of
from gradescope_utils.autograder_utils.decorators import number, partial_credit

from autograder.background import background


@background(seconds=120, needs=NEEDS)
def training_a(settings):
    """Training the network of 5.6 (a)"""
    return training_of("a", settings)


class TestSigmoid:
    @pytest.fixture(scope="class")
    def model(self):
        return training_a.result()

    @number("5.6a")
    @partial_credit(1)
    def test_training_accuracy(self, model, handed_in, settings, set_score=None):
        """training accuracy: Sigmoid, learning rate 0.01, batches of 50"""
        grade_accuracy(handed_in("answers.toml"), "a", "train", model, settings, 1, set_score)

    @number("5.6a")
    @partial_credit(1)
    def test_test_accuracy(self, model, handed_in, settings, set_score=None):
        """test accuracy: Sigmoid, learning rate 0.01, batches of 50"""
        grade_accuracy(handed_in("answers.toml"), "a", "test", model, settings, 1, set_score)


@background(seconds=120, needs=NEEDS)
def training_b(settings):
    """Training the network of 5.6 (b)"""
    return training_of("b", settings)


class TestSmallLearningRate:
    @pytest.fixture(scope="class")
    def model(self):
        return training_b.result()

    @number("5.6b")
    @partial_credit(0.5)
    def test_training_accuracy(self, model, handed_in, settings, set_score=None):
        """training accuracy: Sigmoid, learning rate 0.001, batches of 50"""
        grade_accuracy(handed_in("answers.toml"), "b", "train", model, settings, 0.5, set_score)

    @number("5.6b")
    @partial_credit(0.5)
    def test_test_accuracy(self, model, handed_in, settings, set_score=None):
        """test accuracy: Sigmoid, learning rate 0.001, batches of 50"""
        grade_accuracy(handed_in("answers.toml"), "b", "test", model, settings, 0.5, set_score)


@background(seconds=120, needs=NEEDS)
def training_c(settings):
    """Training the network of 5.6 (c)"""
    return training_of("c", settings)


class TestReLU:
    @pytest.fixture(scope="class")
    def model(self):
        return training_c.result()

    @number("5.6c")
    @partial_credit(0.5)
    def test_training_accuracy(self, model, handed_in, settings, set_score=None):
        """training accuracy: ReLU, learning rate 0.01, batches of 50"""
        grade_accuracy(handed_in("answers.toml"), "c", "train", model, settings, 0.5, set_score)

    @number("5.6c")
    @partial_credit(0.5)
    def test_test_accuracy(self, model, handed_in, settings, set_score=None):
        """test accuracy: ReLU, learning rate 0.01, batches of 50"""
        grade_accuracy(handed_in("answers.toml"), "c", "test", model, settings, 0.5, set_score)


@background(seconds=120, needs=NEEDS)
def training_d(settings):
    """Training the network of 5.6 (d)"""
    return training_of("d", settings)


class TestLargeBatches:
    @pytest.fixture(scope="class")
    def model(self):
        return training_d.result()

    @number("5.6d")
    @partial_credit(0.5)
    def test_training_accuracy(self, model, handed_in, settings, set_score=None):
        """training accuracy: ReLU, learning rate 0.01, batches of 200"""
        grade_accuracy(handed_in("answers.toml"), "d", "train", model, settings, 0.5, set_score)

    @number("5.6d")
    @partial_credit(0.5)
    def test_test_accuracy(self, model, handed_in, settings, set_score=None):
        """test accuracy: ReLU, learning rate 0.01, batches of 200"""
        grade_accuracy(handed_in("answers.toml"), "d", "test", model, settings, 0.5, set_score)


@background(seconds=120, needs=NEEDS)
def training_e(settings):
    """Training the network of 5.6 (e)"""
    return training_of("e", settings)


class TestTwoHiddenLayers:
    @pytest.fixture(scope="class")
    def model(self):
        return training_e.result()

    @number("5.6e")
    @partial_credit(0.5)
    def test_training_accuracy(self, model, handed_in, settings, set_score=None):
        """training accuracy: 384 and 256 units with ReLU, learning rate 0.01, batches of 50"""
        grade_accuracy(handed_in("answers.toml"), "e", "train", model, settings, 0.5, set_score)

    @number("5.6e")
    @partial_credit(0.5)
    def test_test_accuracy(self, model, handed_in, settings, set_score=None):
        """test accuracy: 384 and 256 units with ReLU, learning rate 0.01, batches of 50"""
        grade_accuracy(handed_in("answers.toml"), "e", "test", model, settings, 0.5, set_score)
