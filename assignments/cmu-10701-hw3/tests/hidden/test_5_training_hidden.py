"""Task 5.7, training: first parameters, a deeper network, and how the steps are taken.

Some tests compare train_network with the same steps taken one by one, by the layers, loss and optimizer of the submission:
whether these are right is the question of 5.1 to 5.5.
"""

import numpy as np
import pytest
from expected_training import trained_reference
from gradescope_utils.autograder_utils.decorators import number, weight
from hw3_lib import CrossEntropyLoss, GradientDescentOptimizer
from hw3_sol import define_network, train_network
from layer_cases import data_of_the_course, row_shapes
from training_cases import EXACT, assert_list, first_parameters, network, parameters_of, part_of, small_data

from autograder.compare import Mismatch, assert_close, assert_finite, assert_unchanged
from autograder.standins import in_sandbox

__all__ = ["data_of_the_course"]  # fixtures

DEEP = (10, 8, 6, 5)
DEEP_FLAGS = {"num_epoch": 14, "learning_rate": 0.1, "batch_size": 9}


@in_sandbox
def forwards_while_importing():
    """Return how often a Linear layer goes forward while hw3_sol is imported."""
    import importlib
    import sys

    import hw3_lib

    calls, forward = [], hw3_lib.Linear.forward

    def counted(self, x):
        calls.append(1)
        return forward(self, x)

    before = sys.modules.pop("hw3_sol", None)
    hw3_lib.Linear.forward = counted
    try:
        importlib.import_module("hw3_sol")
    finally:
        hw3_lib.Linear.forward = forward
        if before is not None:
            sys.modules["hw3_sol"] = before
    return len(calls)


def take_steps(model, dataset, num_epoch, learning_rate, batch_size):
    """Take the steps of train_network one by one."""
    optimizer, criterion = GradientDescentOptimizer(model, learning_rate), CrossEntropyLoss()
    for _ in range(num_epoch):
        for start in range(0, len(dataset["train_y"]), batch_size):
            x, y = (dataset[name][start : start + batch_size].copy() for name in ("train_x", "train_y"))
            criterion.forward(model.forward(x), y)
            model.backward(criterion)
            optimizer.step()


def small_network():
    return network(first_parameters((12, 5, 4)), "Sigmoid")


def assert_moved(parameters, model):
    """Check that training has changed a network: what else is asked of train_network says little otherwise."""
    after = parameters_of(model)
    assert_finite(after, "the parameters after train_network")
    assert np.abs(after - parameters).max() > 1e-6, "train_network leaves the parameters of the model as they are"


def assert_steps(dataset, flags, what):
    """Check that train_network takes the steps that take_steps takes."""
    model, other = small_network(), small_network()
    before = parameters_of(model)
    train_network(model, dataset, **flags)
    assert_moved(before, model)
    take_steps(other, dataset, **flags)
    found, expected = parameters_of(model), parameters_of(other)
    if not np.allclose(found, expected, rtol=1e-7, atol=1e-9):
        raise Mismatch("value", "train_network", what)


# First parameters


@number("5.7")
@weight(1.5)
def test_define_network_draws_parameters_in_their_order():
    """define_network: the parameters that the default seed gives"""
    layers = list(define_network(5, size_input=7, size_output=3).layers)
    for place, (W, b) in zip((0, 2), first_parameters((7, 5, 3)), strict=True):
        assert_close(layers[place].weights, W, f"layers[{place}].weights", **EXACT)
        assert_close(layers[place].biases, b, f"layers[{place}].biases", shapes=row_shapes(b.shape[1]), **EXACT)


@number("5.7")
@weight(0.5)
def test_the_seed_decides_the_first_parameters():
    """define_network: the same seed gives the same network, another seed another one"""
    first, again, other = (parameters_of(define_network(5, size_input=7, size_output=3, seed=seed)) for seed in (3, 3, 4))
    assert_close(again, first, "parameters of a second network with the same seed")
    assert not np.array_equal(other, first), "another seed gave the same parameters"


# A deeper network, number by number


@pytest.fixture(scope="module")
def deep_data():
    return small_data(D=10, C=5, train=8, test=6, seed=5)


@pytest.fixture(scope="module")
def deep(deep_data):
    """What train_network returns for two hidden layers with ReLU."""
    return train_network(network(first_parameters(DEEP), "ReLU"), deep_data, **DEEP_FLAGS)


@pytest.fixture(scope="module")
def expected(deep_data):
    return trained_reference(first_parameters(DEEP), "ReLU", deep_data, **DEEP_FLAGS)


@number("5.7")
@weight(1)
def test_training_loss_of_a_deeper_network(deep, expected):
    """train_network: train_loss of two hidden layers with ReLU"""
    assert_list(deep, "train_loss", expected["train_loss"])


@number("5.7")
@weight(1)
def test_test_loss_of_a_deeper_network(deep, expected):
    """train_network: test_loss of two hidden layers with ReLU"""
    assert_list(deep, "test_loss", expected["test_loss"])


@number("5.7")
@weight(1)
def test_training_accuracy_of_a_deeper_network(deep, expected):
    """train_network: train_accuracy of two hidden layers with ReLU"""
    assert_list(deep, "train_accuracy", expected["train_accuracy"])


@number("5.7")
@weight(1)
def test_test_accuracy_of_a_deeper_network(deep, expected):
    """train_network: test_accuracy of two hidden layers with ReLU"""
    assert_list(deep, "test_accuracy", expected["test_accuracy"])


@number("5.7")
@weight(0.5)
def test_predicted_training_labels_of_a_deeper_network(deep, expected):
    """train_network: yhat_train of two hidden layers with ReLU"""
    assert_list(deep, "yhat_train", expected["yhat_train"])


@number("5.7")
@weight(0.5)
def test_predicted_test_labels_of_a_deeper_network(deep, expected):
    """train_network: yhat_test of two hidden layers with ReLU"""
    assert_list(deep, "yhat_test", expected["yhat_test"])


# Steps


@number("5.7")
@weight(1)
def test_samples_are_taken_in_their_order():
    """train_network: batches are slices of the samples in their order"""
    flags = {"num_epoch": 2, "learning_rate": 0.5, "batch_size": 11}  # divides 44
    what = (
        "train_network does not lead to the parameters to which your own layers, loss and optimizer lead, one step a batch and "
        "batches in the order of the samples: is something shuffled, or is a step missing or one too many?"
    )
    assert_steps(small_data(), flags, what)


@number("5.7")
@weight(1)
def test_a_smaller_last_batch_takes_a_step():
    """train_network: samples that the batch size does not divide, and fewer samples than a batch"""
    data = small_data()
    # All samples are the same one, so that their order does not matter here.
    alike = {**data, "train_x": np.tile(data["train_x"][:1], (10, 1)), "train_y": np.tile(data["train_y"][:1], 10)}
    for batch_size in (4, 3, 25):  # the last batches have 2, 1 and 10 samples
        what = (
            f"with 10 samples and batches of {batch_size}, train_network does not take the steps that it should: the last "
            "batch holds what is left, and takes a step, too"
        )
        assert_steps(alike, {"num_epoch": 2, "learning_rate": 0.5, "batch_size": batch_size}, what)


@number("5.7")
@weight(1)
def test_losses_are_those_of_the_model_at_the_end_of_an_epoch():
    """train_network: losses are means over all samples, of the model as it is after the epoch"""
    model, data = small_network(), small_data()
    before = parameters_of(model)
    result = train_network(model, data, num_epoch=2, learning_rate=0.8, batch_size=8)
    assert_moved(before, model)
    for name in ("train", "test"):
        own = float(CrossEntropyLoss().forward(model.forward(data[f"{name}_x"].copy()), data[f"{name}_y"].copy()))
        losses = part_of(result, f"{name}_loss")
        assert len(losses) == 2, f'"{name}_loss" has {len(losses)} entries after 2 epochs'
        what = f"the last {name}_loss, compared with what your own loss gives for the trained model on all samples,"
        assert_close(losses[-1], own, what, rtol=1e-7)


@number("5.7")
@weight(0.5)
def test_training_leaves_the_data_alone():
    """train_network: the data set stays as it was"""
    model, data = small_network(), small_data()
    before, parameters = {name: array.copy() for name, array in data.items()}, parameters_of(model)
    train_network(model, data, num_epoch=1, learning_rate=0.5, batch_size=8)
    assert_moved(parameters, model)
    assert set(data) == set(before), "train_network changes the keys of the data set"
    for name, array in before.items():
        assert_unchanged(array, data[name], f'dataset["{name}"]')


@number("5.7")
@weight(0.5)
def test_training_goes_on_from_the_model_as_it_is():
    """train_network: two runs of one epoch lead where one run of two epochs leads"""
    flags, data = {"learning_rate": 0.5, "batch_size": 8}, small_data()
    model, other = small_network(), small_network()
    before = parameters_of(model)
    train_network(model, data, num_epoch=2, **flags)
    assert_moved(before, model)
    for _ in range(2):
        train_network(other, data, num_epoch=1, **flags)
    assert_close(parameters_of(other), parameters_of(model), "the parameters after two runs, compared with one of both epochs,")


@number("5.7")
@weight(1)
def test_importing_trains_nothing():
    """hw3_sol: importing the file trains no network"""
    model = small_network()
    before = parameters_of(model)
    train_network(model, small_data(), num_epoch=1, learning_rate=0.5, batch_size=8)
    assert_moved(before, model)
    calls = forwards_while_importing()
    assert calls == 0, (
        "importing hw3_sol runs a network: put what trains under `if __name__ == '__main__':`, or every test waits for it"
    )
