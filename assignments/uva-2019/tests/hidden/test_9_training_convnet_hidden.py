"""Part 9, training the ConvNet: accuracy on withheld images, its flags, and images in colour."""

import numpy as np
import pytest
import torch
from gradescope_utils.autograder_utils.decorators import number, partial_credit, weight
from training_cases import (
    check_accuracy,
    data_of_the_flags,
    digits,
    few,
    files_of,
    files_of_the_digits,
    inputs,
    log_of,
    model_of,
    share_of_points,
)

from autograder.compare import assert_close
from autograder.standins import in_sandbox

__all__ = ["data_of_the_flags"]  # a fixture

FLAGS = {"optimizer": "SGD", "learning_rate": 1e-4, "max_steps": 1, "batch_size": 16, "eval_freq": 1, "device": "cpu"}


@in_sandbox
def train_with(flags, seed=0):
    """Return what train returns with these flags, where PyTorch's global generator was used for something else before."""
    import gc
    from types import SimpleNamespace

    import train_convnet_pytorch

    gc.collect()  # a network of a run before may be in cycles
    torch.manual_seed(seed)
    train_convnet_pytorch.FLAGS = SimpleNamespace(**flags)
    return train_convnet_pytorch.train()


@in_sandbox
def matrices_of(model):
    """Return the parameters of two dimensions, which are those of linear layers. What a ConvNet has beside them is large."""
    return [parameter.detach().numpy() for _, parameter in model.named_parameters() if parameter.dim() == 2]


def linear_layer_after(flags):
    """Return the weights of the linear layer, float64, of the model that train returns; of the model itself nothing is kept."""
    found = matrices_of(model_of(train_with(flags)))
    assert len(found) == 1, "the model has not one linear layer"
    return found[0].astype(np.float64)


@pytest.fixture(scope="module")
def trained(settings, sandbox_dir):
    """What train returns with the flags in assignment.toml; the test split it sees is the validation split.

    No background run: a ConvNet in training needs much memory, which the other tests would have to do without.
    """
    sandbox_dir(files_of_the_digits(), "data")  # for a submission that trains while it is imported
    return train_with({**settings["convnet"]["flags"], "data_dir": sandbox_dir(files_of_the_digits())})


def scores(model, split):
    """Return the scores, (S, C), that a model gives in eval mode to the images of a split of the digits."""
    model.eval()
    with torch.no_grad():
        found = model(torch.from_numpy(inputs(split)))
    assert isinstance(found, torch.Tensor), "model(x) is no tensor"
    assert found.shape == (len(split[1]), 10), f"model(x) has shape {tuple(found.shape)}, expected {(len(split[1]), 10)}"
    return found.numpy()


def share_right(model, split):
    return float((scores(model, split).argmax(axis=1) == split[1]).mean())


@number("9.1")
@weight(1)
def test_a_step_is_that_of_the_optimizer(sandbox_dir):
    """train: the first step of Adam is as long as the learning rate; that of SGD is not"""
    flags = {**FLAGS, "data_dir": sandbox_dir(files_of(few(40), few(10), few(10)))}
    start = linear_layer_after({**flags, "learning_rate": 1e-12})
    adam, sgd = (
        np.abs(linear_layer_after({**flags, "optimizer": name, "learning_rate": 1e-2}) - start) for name in ("Adam", "SGD")
    )
    share = float((np.abs(adam - 1e-2) < 1e-3).mean())
    assert share > 0.8, f"with Adam and learning rate 0.01 only {share:.0%} of the weights go 0.01 far in the first step"
    assert float(sgd.max()) > 0 and float(sgd.std()) > 0.01 * float(sgd.max()), "with SGD all weights go equally far"


@number("9.1")
@weight(0.5)
def test_images_in_colour_and_other_numbers_of_classes(rng, sandbox_dir):
    """train: images of 3 × 6 × 5, four classes"""
    split = rng.integers(256, size=(30, 90)), rng.integers(4, size=30)
    folder = sandbox_dir(files_of(split, split, split, image_shape=(3, 6, 5), n_classes=4))
    model = model_of(train_with({**FLAGS, "data_dir": folder}))
    with torch.no_grad():
        found = model(torch.from_numpy(rng.normal(size=(2, 3, 6, 5))).float())
    assert found.shape == (2, 4), f"model(x) has shape {tuple(found.shape)}, expected (2, 4)"
    assert float(found.std(dim=0).max()) > 0, "the model answers the same for all images"


@number("9.1")
@weight(0.5)
def test_two_runs_with_the_same_flags_are_the_same(sandbox_dir):
    """train: everything random starts from the seed"""
    flags = {**FLAGS, "data_dir": sandbox_dir(files_of(few(40), few(10), few(10)))}
    one, other = (scores(model_of(train_with(flags, seed)), few(12)) for seed in (5, 6))
    assert np.ptp(one) > 0, "the returned model answers the same number for all images and classes"
    assert_close(other, one, "the scores of a second run", rtol=1e-2, atol=1e-2)


# These come last: what comes after the first that asks for `trained` runs beside the trained model.


@number("9.1")
@partial_credit(2)
@pytest.mark.seconds(180)
def test_accuracy_on_withheld_images(trained, settings, set_score=None):
    """train: accuracy on withheld images after 50 steps; points from the floor, all of them from the target"""
    limits, split = settings["convnet"], digits().test
    assert np.isfinite(scores(model_of(trained), split)).all(), "training has diverged: the model answers NaN or infinity"
    right = share_right(model_of(trained), split)
    set_score(round(2 * share_of_points(right, limits), 2))
    check_accuracy(right, limits)


@number("9.1")
@weight(1)
@pytest.mark.seconds(180)
def test_the_log_says_what_the_model_does(trained):
    """train: the last accuracy in the log is that of the returned model in eval mode, and the loss has come down"""
    log = log_of(trained)
    expected = share_right(model_of(trained), digits().val)
    assert_close(log["val_accuracy"][-1], expected, 'the last entry of log["val_accuracy"]', atol=0.01)
    assert log["train_loss"][-1] < 1.2, (
        f"the loss of the last batch is {log['train_loss'][-1]:.2f}; a right training has about 0.2. With a softmax before the "
        "cross-entropy no loss can be below 1.46"
    )
