"""Part 9, training the ConvNet: a few steps."""

from gradescope_utils.autograder_utils.decorators import number, weight
from training_cases import data_of_the_flags, few, files_of, log_of, model_of

from autograder.compare import assert_finite
from autograder.standins import in_sandbox

__all__ = ["data_of_the_flags"]  # a fixture

FLAGS = {"optimizer": "SGD", "learning_rate": 1e-4, "max_steps": 4, "batch_size": 16, "eval_freq": 2, "device": "cpu"}


@in_sandbox
def train_with(flags):
    """Return what train returns with these flags."""
    from types import SimpleNamespace

    import train_convnet_pytorch

    train_convnet_pytorch.FLAGS = SimpleNamespace(**flags)
    return train_convnet_pytorch.train()


@in_sandbox
def names_of_parameters(model):
    return [name for name, _ in model.named_parameters()]


@number("9.1")
@weight(1)
def test_train_returns_a_model_and_a_log(sandbox_dir):
    """train: what it returns after four steps, with a look after every two"""
    trained = train_with({**FLAGS, "data_dir": sandbox_dir(files_of(few(64), few(20), few(20)))})
    log = log_of(trained)
    assert log["step"] == [2, 4], f'log["step"] is {log["step"]}, expected [2, 4]'
    for name, numbers in log.items():
        assert_finite(numbers, f'log["{name}"]')
        assert len(numbers) == 2, f'log["{name}"] has {len(numbers)} entries, expected 2, one for each look'
    assert len(names_of_parameters(model_of(trained))) > 0, "the model has no parameters"
