"""Task 5.7, training: one run on a small data set, of which every number is known.

expected_training.json holds what a right solution returns. The first parameters are drawn here, not by the submission.
"""

import json
from pathlib import Path

import pytest
from gradescope_utils.autograder_utils.decorators import number, weight
from hw3_lib import Linear, Sigmoid
from hw3_sol import define_network, train_network
from layer_cases import data_of_the_course, row_shapes
from training_cases import FLAGS, SIZES, assert_list, first_parameters, network, small_data

from autograder.compare import assert_close

__all__ = ["data_of_the_course"]  # fixtures


@pytest.fixture(scope="module")
def trained():
    """What train_network returns for a network of 12 inputs, 9 sigmoid units and 4 classes."""
    return train_network(network(first_parameters(SIZES), "Sigmoid"), small_data(), **FLAGS)


@pytest.fixture(scope="module")
def expected():
    return json.loads(Path(__file__).with_name("expected_training.json").read_text(encoding="utf-8"))


@number("5.7")
@weight(1)
def test_define_network_makes_two_linear_layers_around_a_sigmoid():
    """define_network: Linear, Sigmoid, Linear, in the sizes that were asked for"""
    layers = list(define_network(5, size_input=7, size_output=3).layers)
    assert len(layers) == 3, f"the network has {len(layers)} modules, expected three: Linear, Sigmoid, Linear"
    for place, (layer, kind) in enumerate(zip(layers, (Linear, Sigmoid, Linear), strict=True)):
        assert isinstance(layer, kind), f"layers[{place}] is no {'Sigmoid' if place == 1 else 'Linear'}"
    for place, (D, M) in ((0, (7, 5)), (2, (5, 3))):
        # Their values are the question of another test.
        assert_close(layers[place].weights, [[0.0] * M] * D, f"layers[{place}].weights", atol=10)
        assert_close(layers[place].biases, [[0.0] * M], f"layers[{place}].biases", atol=10, shapes=row_shapes(M))


@number("5.7")
@weight(1.5)
def test_training_loss_after_each_epoch(trained, expected):
    """train_network: train_loss"""
    assert_list(trained, "train_loss", expected["train_loss"])


@number("5.7")
@weight(1.5)
def test_test_loss_after_each_epoch(trained, expected):
    """train_network: test_loss"""
    assert_list(trained, "test_loss", expected["test_loss"])


@number("5.7")
@weight(1)
def test_training_accuracy_after_each_epoch(trained, expected):
    """train_network: train_accuracy"""
    assert_list(trained, "train_accuracy", expected["train_accuracy"])


@number("5.7")
@weight(1)
def test_test_accuracy_after_each_epoch(trained, expected):
    """train_network: test_accuracy"""
    assert_list(trained, "test_accuracy", expected["test_accuracy"])


@number("5.7")
@weight(1)
def test_predicted_labels_of_training_samples(trained, expected):
    """train_network: yhat_train"""
    assert_list(trained, "yhat_train", expected["yhat_train"])


@number("5.7")
@weight(1)
def test_predicted_labels_of_test_samples(trained, expected):
    """train_network: yhat_test"""
    assert_list(trained, "yhat_test", expected["yhat_test"])
