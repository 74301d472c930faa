"""Part 3, training in NumPy: cases that can be counted by hand, a short run, and the program itself."""

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import one_hot
from train_mlp_numpy import accuracy
from training_cases import cross_entropy, data_of_the_flags, digits, inputs, log_of, model_of, shared_digits

from autograder.compare import assert_close, assert_finite
from autograder.standins import in_sandbox

__all__ = ["data_of_the_flags"]  # a fixture

FLAGS = {"dnn_hidden_units": "24", "learning_rate": 0.03, "max_steps": 400, "batch_size": 50, "eval_freq": 100}
FLAGS |= {"neg_slope": 0.02}


@in_sandbox
def train_with(flags):
    """Return what train returns with these flags."""
    from types import SimpleNamespace

    import train_mlp_numpy

    train_mlp_numpy.FLAGS = SimpleNamespace(**flags)
    return train_mlp_numpy.train()


@pytest.fixture(scope="module")
def trained():
    """What train returns for a small network; the test split it sees is the validation split."""
    return train_with({**FLAGS, "data_dir": shared_digits()})


@number("3.1")
@weight(1)
def test_accuracy_is_the_share_of_right_predictions():
    """accuracy: three of five samples are right"""
    predictions = np.full((5, 4), 0.2) + 0.2 * one_hot([3, 1, 0, 2, 2], 4)
    targets = one_hot([3, 0, 0, 1, 2], 4)
    assert_close(accuracy(predictions, targets), 3 / 5, "accuracy(predictions, targets)")


@number("3.2")
@weight(1)
def test_train_returns_a_model_and_a_log(trained):
    """train: what it returns"""
    log = log_of(trained)
    for name, numbers in log.items():
        assert_finite(numbers, f'log["{name}"]')
        assert len(numbers) > 0, f'log["{name}"] is empty'
    probabilities = np.array(model_of(trained).forward(inputs(digits().val).reshape(-1, 64)))
    assert probabilities.shape == (300, 10), f"model.forward(x) has shape {probabilities.shape}, expected (300, 10)"
    assert np.ptp(probabilities) > 0, "the returned model answers the same number for all samples and classes"


@number("3.2")
@weight(0.5)
def test_train_looks_at_the_accuracy_every_few_steps(trained):
    """train: 400 steps with a look after every 100"""
    log = log_of(trained)
    assert log["step"] == [100, 200, 300, 400], f'log["step"] is {log["step"]}, expected [100, 200, 300, 400]'
    for name, numbers in log.items():
        assert len(numbers) == 4, f'log["{name}"] has {len(numbers)} entries, expected 4, one for each look'


@number("3.2")
@weight(1)
def test_training_lowers_the_loss(trained):
    """train: the loss of the returned model on the training split"""
    pixels_y = digits().train
    probabilities = np.array(model_of(trained).forward(inputs(pixels_y).reshape(-1, 64)))
    loss = cross_entropy(probabilities, pixels_y[1])
    known = "guessing has 2.303, a trained model less than 0.8"
    assert loss < 1.5, f"the mean loss on the training split is {loss:.3f}, expected less than 1.5; {known}"


@number("3.3")
@weight(0.5)
def test_the_program_trains_with_its_flags(run_script):
    """python train_mlp_numpy.py --max_steps 3 --dnn_hidden_units 8,6"""
    arguments = ["--max_steps", "3", "--eval_freq", "2", "--dnn_hidden_units", "8,6", "--batch_size", "20"]
    done = run_script("train_mlp_numpy.py", args=arguments)
    assert done.returncode == 0, f"the program ended with status {done.returncode}: {done.stderr[-500:]}"
    assert "accuracy" in done.stdout, "the program prints no accuracy; main does that, below if __name__ == '__main__'"
