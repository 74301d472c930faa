"""Part 3, training in NumPy: single steps against the layers' own gradients, what is logged, and accuracy on withheld images.

The submission trains on files that do not hold the labels of the real test images; what it says of itself is compared with what
its model does.
"""

from functools import partial

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, partial_credit, weight
from layer_cases import drawn_parameters, linear_layers, linear_modules_in, one_hot
from mlp_numpy import MLP
from train_mlp_numpy import accuracy
from training_cases import (
    assert_loss,
    check_accuracy,
    contrary,
    data_of_the_flags,
    digits,
    few,
    files_of,
    files_of_the_digits,
    inputs,
    log_of,
    model_of,
    share_of_points,
    shared_digits,
)

from autograder.background import background, write_files
from autograder.compare import assert_close
from autograder.standins import in_sandbox

__all__ = ["data_of_the_flags"]  # a fixture

FLAGS = {"dnn_hidden_units": "16", "learning_rate": 0.03, "max_steps": 200, "batch_size": 50, "eval_freq": 200}
FLAGS |= {"neg_slope": 0.02}
SIXTY = few(60)  # a batch of all of them is the same whatever the order
RATE = 0.5
ONE_STEP = {**FLAGS, "max_steps": 1, "batch_size": 60, "eval_freq": 1}


@in_sandbox
def train_with(flags):
    """Return what train returns with these flags; layers of one that sets no seed start alike in all calls, too."""
    from types import SimpleNamespace

    import train_mlp_numpy

    np.random.seed(9)
    train_mlp_numpy.FLAGS = SimpleNamespace(**flags)
    return train_mlp_numpy.train()


@in_sandbox
def train_after_other_numbers(flags):
    """The same, where the global generator was used for something else before."""
    from types import SimpleNamespace

    import train_mlp_numpy

    np.random.seed(10)
    train_mlp_numpy.FLAGS = SimpleNamespace(**flags)
    return train_mlp_numpy.train()


@in_sandbox
def fill_gradients(model, x, y):
    """Fill the gradients of `model` by its own backward and the submission's CrossEntropyModule."""
    from modules import CrossEntropyModule

    loss, p = CrossEntropyModule(), model.forward(x)
    loss.forward(p, y)
    model.backward(loss.backward(p, y))


@background(seconds=180)
def long_training(settings):
    """Training the NumPy MLP"""
    write_files(files_of_the_digits(), "data")  # for a submission that trains while it is imported
    return partial(train_with, {**settings["numpy"]["flags"], "data_dir": shared_digits()})


@pytest.fixture(scope="module")
def trained():
    """What train returns with the flags in assignment.toml; the test split it sees is the validation split."""
    return long_training.result()


@pytest.fixture(scope="module")
def one_step(sandbox_dir):
    """Arrays (see arrays) before and after a step on all of 60 images, and their gradients by the model's own backward."""
    folder = sandbox_dir(files_of(SIXTY, SIXTY, SIXTY))
    rates = 1e-300, RATE
    start, stepped = (model_of(train_with({**ONE_STEP, "learning_rate": rate, "data_dir": folder})) for rate in rates)
    fill_gradients(start, inputs(SIXTY, SIXTY).reshape(60, 64), one_hot(SIXTY[1], 10))
    return arrays(start, "params"), arrays(stepped, "params"), arrays(start, "grads")


def arrays(model, kind):
    """Return what the dicts "params" or "grads" of all linear layers hold, by name, such as "weight of linear layer 1"."""
    layers = list(linear_modules_in(model))
    assert layers, "no LinearModule objects were found in the returned MLP"
    names = ("weight", "bias")
    return {
        f"{name} of linear layer {i}": np.array(getattr(layer, kind)[name], dtype=float).ravel()
        for i, layer in enumerate(layers, start=1)
        for name in names
    }


def probabilities(model, split, train=None):
    """Return what a model answers to the images of a split."""
    return np.array(model.forward(inputs(split, train).reshape(len(split[1]), -1)))


def share_right(model, split, train=None):
    return float((probabilities(model, split, train).argmax(axis=1) == split[1]).mean())


@number("3.1")
@weight(0.5)
def test_accuracy_takes_any_number_of_classes_and_samples(rng):
    """accuracy: one sample, two classes; scores below zero; all wrong"""
    assert_close(accuracy(np.array([[-3.0, -2.0]]), one_hot([1], 2)), 1.0, "accuracy of one sample that is right")
    predictions, labels = rng.normal(size=(40, 7)), rng.integers(7, size=40)
    expected = np.mean([row.argmax() == label for row, label in zip(predictions, labels, strict=True)])
    assert_close(accuracy(predictions, one_hot(labels, 7)), expected, "accuracy of 40 samples in seven classes")
    wrong = (predictions.argmax(axis=1) + 1) % 7
    assert_close(accuracy(predictions, one_hot(wrong, 7)), 0.0, "accuracy where all samples are wrong")


@number("3.2")
@partial_credit(3)
def test_accuracy_on_withheld_images(trained, settings, set_score=None):
    """train: accuracy on withheld images; points from the floor, all of them from the target"""
    limits, split = settings["numpy"], digits().test
    outputs = probabilities(model_of(trained), split)
    assert outputs.shape == (300, 10), f"model.forward(x) has shape {outputs.shape}, expected (300, 10)"
    assert np.isfinite(outputs).all(), "training has diverged: the returned model answers NaN or infinity"
    right = float((outputs.argmax(axis=1) == split[1]).mean())
    set_score(round(3 * share_of_points(right, limits), 2))
    check_accuracy(right, limits)


@number("3.2")
@weight(1)
def test_a_step_goes_along_the_gradient_of_the_loss(one_step):
    """train: a step on a batch of all images changes every parameter along its gradient"""
    start, stepped, gradients = one_step
    for name, gradient in gradients.items():
        step = stepped[name] - start[name]
        assert np.linalg.norm(step) > 0, f"after a step with learning rate 0.5 the {name} is where it started"
        # Whether the layers' gradients are right is the question of part 1; how far it goes, that of another test.
        along = abs(step @ gradient) > 0.999 * np.linalg.norm(step) * np.linalg.norm(gradient)
        assert along, f"the step of the {name} does not go along the gradient that your CrossEntropyModule and MLP give"


@number("3.2")
@weight(1)
def test_a_step_is_as_long_as_learning_rate_and_gradient_say(one_step):
    """train: the length of a step"""
    start, stepped, gradients = one_step
    for name, gradient in gradients.items():
        length, expected = np.linalg.norm(stepped[name] - start[name]), RATE * np.linalg.norm(gradient)
        assert length > 0, f"after a step with learning rate 0.5 the {name} is where it started"
        if abs(length - expected) > 0.01 * expected:
            causes = {1 / 60: ": is it divided by the batch size again?", 60.0: ": is it times the batch size?"}
            causes |= {RATE: ": does the learning rate count twice?", 1 / RATE: ": does the learning rate not count?"}
            cause = next((text for factor, text in causes.items() if np.isclose(length, factor * expected, rtol=0.01)), "")
            raise AssertionError(
                f"the step of the {name} is {length / expected:.3g} times as long as learning rate times gradient{cause}"
            )


@number("3.2")
@weight(0.5)
def test_two_runs_with_the_same_flags_are_the_same():
    """train: everything random starts from the seed"""
    flags = {**FLAGS, "max_steps": 30, "eval_freq": 30, "data_dir": shared_digits()}
    one, other = (probabilities(model_of(run(flags)), digits().val) for run in (train_with, train_after_other_numbers))
    assert np.ptp(one) > 0, "the returned model answers the same number for all samples and classes"
    assert_close(other, one, "the probabilities of a second run", rtol=1e-6)


@number("3.2")
@weight(1)
def test_flags_make_the_network(rng):
    """train: dnn_hidden_units = "20,15" and "", neg_slope = 0.3"""
    flags = {**FLAGS, "max_steps": 1, "eval_freq": 1, "data_dir": shared_digits()}
    linear_layers(model_of(train_with({**flags, "dnn_hidden_units": ""})), [64, 10])
    model = model_of(train_with({**flags, "dnn_hidden_units": "20,15", "neg_slope": 0.3}))
    # Whether an MLP does what it should is the question of part 2: here it is compared with another one of the submission.
    same, other = (MLP(64, [20, 15], 10, slope) for slope in (0.3, 0.02))
    for each in (model, same, other):
        drawn_parameters(linear_layers(each, [64, 20, 15, 10]), [64, 20, 15, 10], np.random.default_rng(8))
    x = rng.normal(size=(5, 64))
    found, expected = np.array(model.forward(x)), np.array(same.forward(x))
    slope_of_other = np.allclose(found, np.array(other.forward(x)), atol=1e-6) and not np.allclose(found, expected)
    assert not slope_of_other, "with neg_slope = 0.3 train makes an MLP with the slope 0.02: pass it on"
    assert_close(found, expected, "the probabilities, compared with those of MLP(64, [20, 15], 10, 0.3),", rtol=1e-4)


@number("3.2")
@weight(1)
def test_training_looks_at_the_training_split_alone(sandbox_dir):
    """train: images of the validation and the test split are not trained on"""
    # Few images with right labels, and many in the other two splits with wrong ones: only there could the latter be learnt.
    wrong = contrary(digits().val)
    folder = sandbox_dir(files_of(few(200), wrong, wrong))
    model = model_of(train_with({**FLAGS, "learning_rate": 0.05, "max_steps": 400, "eval_freq": 400, "data_dir": folder}))
    right, learnt = (share_right(model, split, few(200)) for split in (few(200), wrong))
    assert right > 0.5, f"the model is right on {right:.0%} of 200 images that it was trained on in 400 steps"
    assert learnt < 0.4, "the model knows labels that only the validation and the test split have: do not train on these"


@number("3.2")
@weight(1)
def test_the_log_says_what_the_model_does(sandbox_dir):
    """train: the last entries of val_accuracy, test_accuracy and test_loss"""
    val, test, train_split = digits().val, contrary(few(250)), few(250)
    folder = sandbox_dir(files_of(train_split, val, test))
    trained = train_with({**FLAGS, "max_steps": 300, "eval_freq": 300, "data_dir": folder})
    log, model = log_of(trained), model_of(trained)
    assert share_right(model, train_split, train_split) > 0.3, "300 steps have not trained the model"
    for name, split in (("val", val), ("test", test)):
        what = f'the last entry of log["{name}_accuracy"]'
        assert_close(log[f"{name}_accuracy"][-1], share_right(model, split, train_split), what, atol=1e-6)
    assert_loss(log["test_loss"][-1], probabilities(model, test, train_split), test[1], 'the last entry of log["test_loss"]')


@number("3.2")
@weight(0.5)
def test_the_log_has_the_batch_before_its_step(sandbox_dir):
    """train: train_loss and train_accuracy of two steps on the same 60 images"""
    folder = sandbox_dir(files_of(SIXTY, SIXTY, SIXTY))
    runs = [train_with({**ONE_STEP, "learning_rate": 30.0, "max_steps": n, "data_dir": folder}) for n in (1, 2)]
    between = probabilities(model_of(runs[0]), SIXTY, SIXTY)  # what the second step starts from
    log = log_of(runs[1])
    assert len(log["train_loss"]) == 2, f'log["train_loss"] has {len(log["train_loss"])} entries after two looks'
    assert_close(log["train_loss"][0], np.log(10), "train_loss of the first step, of a model that knows nothing", atol=0.05)
    assert_loss(log["train_loss"][1], between, SIXTY[1], "train_loss of the second step")
    expected = float((between.argmax(axis=1) == SIXTY[1]).mean())
    assert_close(log["train_accuracy"][1], expected, "train_accuracy of the second step", atol=1e-6)


@number("3.2")
@weight(0.5)
def test_train_looks_after_the_last_step_too():
    """train: five steps with a look after every two"""
    log = log_of(train_with({**FLAGS, "max_steps": 5, "eval_freq": 2, "data_dir": shared_digits()}))
    assert log["step"] == [2, 4, 5], f'log["step"] is {log["step"]}, expected [2, 4, 5]'
    lengths = {name: len(numbers) for name, numbers in log.items()}
    assert set(lengths.values()) == {3}, f"the lists in the log have {lengths} entries, expected 3 each"
    assert 0 < log["test_loss"][-1] < 10, f"the last test_loss is {log['test_loss'][-1]:.3g}"
