"""Part 5, training in PyTorch: eval mode, single steps, what is logged, and accuracy on withheld images."""

from functools import partial

import numpy as np
import pytest
import torch
from gradescope_utils.autograder_utils.decorators import number, partial_credit, weight
from torch.nn.functional import cross_entropy, nll_loss, softmax
from torch_cases import is_close, linear_layers, scores_of
from train_mlp_pytorch import make_optimizer
from training_cases import (
    check_accuracy,
    checked_log,
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

FLAGS = {"dnn_hidden_units": "16", "learning_rate": 0.002, "max_steps": 30, "batch_size": 50, "eval_freq": 30}
FLAGS |= {"neg_slope": 0.02, "optimizer": "Adam"}
SIXTY = few(60)  # a batch of all of them is the same whatever the order

# What goes wrong in a step of training, as arguments of after_steps.
MISTAKES = {
    "in which the gradients of earlier batches are still there": {"zero_grad": False},
    "whose loss is the sum over the batch": {"loss": partial(cross_entropy, reduction="sum")},
    "with a softmax before the cross-entropy": {"loss": lambda scores, y: cross_entropy(softmax(scores, dim=1), y)},
    "whose loss takes scores for log-probabilities": {"loss": nll_loss},
}


@in_sandbox
def train_with(flags, seed=0):
    """Return what train returns with these flags, where PyTorch's global generator was used for something else before."""
    from types import SimpleNamespace

    import train_mlp_pytorch

    torch.manual_seed(seed)
    train_mlp_pytorch.FLAGS = SimpleNamespace(**flags)
    return train_mlp_pytorch.train()


@in_sandbox
def error_of_an_unknown_optimizer():
    """Return the type of what make_optimizer raises for a name that there is not, and its message."""
    try:
        make_optimizer("Newton", [torch.nn.Parameter(torch.ones(2))], 0.1)
    except Exception as error:
        return type(error).__name__, str(error)
    return None


@in_sandbox
def one_step_of_sgd():
    """Return 1 after a step of size 0.25 downhill along a slope of 1."""
    p = torch.nn.Parameter(torch.ones(()))
    optimizer = make_optimizer("SGD", [p], 0.25)
    p.backward()
    optimizer.step()
    return float(p)


@in_sandbox
def evaluated_with_batch_norm(images, labels, training, batch_size):
    """Return loss and accuracy by `evaluate` of a new batch norm, its mode afterwards, and whether a gradient was kept."""
    from data import Stream
    from torch import nn
    from train_mlp_pytorch import evaluate

    seen = []
    model = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(images[0].size)).train(training)
    model.register_forward_hook(lambda module, arguments, output: seen.append(output.requires_grad))
    loss, right = evaluate(model, Stream(images, labels), batch_size)
    return float(loss), float(right), model.training, any(seen)


@in_sandbox
def fitted(folder, steps, rate, batch_size, weight=None, eval_freq=1):
    """Return the log of `fit`, a linear layer's weight and bias afterwards, and the mode and size of each batch it has seen."""
    from cifar10_utils import get_cifar10
    from torch import nn
    from train_mlp_pytorch import fit

    torch.manual_seed(3)
    linear, seen = nn.Linear(64, 10), []
    if weight is not None:
        linear.weight.data = torch.from_numpy(weight).float()
        linear.bias.data = torch.zeros(10)
    model = nn.Sequential(nn.Flatten(), linear).eval()  # fit puts it into training mode
    model.register_forward_hook(lambda module, arguments, output: seen.append((module.training, len(output))))
    log = fit(model, torch.optim.SGD(model.parameters(), lr=rate), get_cifar10(folder), steps, batch_size, eval_freq)
    return log, linear.weight.detach(), linear.bias.detach(), seen


def after_steps(W, x, y, steps, rate, loss=cross_entropy, zero_grad=True):
    """Return (W, b) after steps of gradient descent on all samples, worked out here."""
    W, b = (torch.as_tensor(value, dtype=torch.float64).clone().requires_grad_() for value in (W, np.zeros(10)))
    optimizer = torch.optim.SGD([W, b], lr=rate)
    for _ in range(steps):
        if zero_grad:
            optimizer.zero_grad()
        loss(x @ W.T + b, y).backward()
        optimizer.step()
    return W.detach(), b.detach()


@background(seconds=180)
def long_training(settings):
    """Training the PyTorch MLP"""
    write_files(files_of_the_digits(), "data")  # for a submission that trains while it is imported
    return partial(train_with, {**settings["pytorch"]["flags"], "data_dir": shared_digits()})


@pytest.fixture(scope="module")
def trained():
    """What train returns with the flags in assignment.toml; the test split it sees is the validation split."""
    return long_training.result()


def scores(model, split):
    """Return the scores, (S, C), that a model gives in eval mode to the images of a split, flat."""
    x = torch.from_numpy(inputs(split).reshape(len(split[1]), -1))
    model.eval()
    with torch.no_grad():
        found = model(x)
    assert isinstance(found, torch.Tensor), "model(x) is no tensor"
    assert found.shape == (len(x), 10), f"model(x) has shape {tuple(found.shape)}, expected {(len(x), 10)}"
    return found.numpy()


@number("5.1")
@weight(0.5)
def test_an_unknown_optimizer_is_refused():
    """make_optimizer: ValueError for a name that there is not, which names those that there are"""
    assert_close(one_step_of_sgd(), 0.75, "a parameter after a step of SGD", rtol=1e-5)
    raised = error_of_an_unknown_optimizer()
    assert raised is not None, 'make_optimizer("Newton", ...) raises nothing'
    assert raised[0] == "ValueError", f'make_optimizer("Newton", ...) raises {raised[0]}, expected ValueError'
    assert all(name in raised[1] for name in ("SGD", "Adam", "Adadelta")), "the message does not name the optimizers"


@number("5.3")
@weight(0.5)
def test_evaluate_asks_the_model_in_eval_mode(rng):
    """evaluate: eval mode, no gradients, and the mode of before is put back"""
    # In eval mode a new batch norm leaves its input alone, and all six are of class 0; over the batch they are not.
    images = np.tile(np.array([5.0, 0, 1, 0], dtype=np.float32), (6, 1)) + rng.uniform(0, 1, size=(6, 4)).astype(np.float32)
    for training in (True, False):
        _, right, mode, kept = evaluated_with_batch_norm(images.reshape(6, 1, 2, 2), np.eye(4)[[0, 0, 1, 0, 0, 3]], training, 6)
        assert_close(right, 4 / 6, "the accuracy of a model that finds six images of class 0 in eval mode", rtol=1e-6)
        assert mode is training, f"a model with training = {training} has training = {mode} after evaluate"
        assert not kept, "evaluate works out a graph for gradients that nobody asks for: torch.no_grad()"


@number("5.3")
@weight(0.5)
def test_evaluate_gives_the_mean_loss(rng):
    """evaluate: the loss of seven images, three at a time"""
    images, labels = rng.normal(size=(7, 1, 2, 2)).astype(np.float32), rng.integers(4, size=7)
    loss, *_ = evaluated_with_batch_norm(images, np.eye(4)[labels], False, 3)
    expected = cross_entropy(torch.from_numpy(images).reshape(7, 4).double(), torch.from_numpy(labels)).item()
    assert_close(loss, expected, "the loss of seven images", rtol=1e-3)


@number("5.4")
@weight(0.75)
def test_steps_follow_the_gradient_of_the_mean_loss(rng, sandbox_dir):
    """fit: three steps of gradient descent on the same 60 images"""
    W, folder = 0.01 * rng.normal(size=(10, 64)), sandbox_dir(files_of(SIXTY, SIXTY, SIXTY))
    x, y = torch.from_numpy(inputs(SIXTY, SIXTY).reshape(60, 64)).double(), torch.from_numpy(SIXTY[1])
    _, found_W, found_b, _ = fitted(folder, 3, 0.01, 60, W)
    expected = after_steps(W, x, y, 3, 0.01)
    for mistake, changes in MISTAKES.items():
        wrong = after_steps(W, x, y, 3, 0.01, **changes)
        alike = is_close(found_W, wrong[0]) and is_close(found_b, wrong[1])
        assert not alike, f"the steps are those of a training {mistake}"
    assert_close(found_W, expected[0], "the weight after three steps", rtol=1e-3, atol=1e-5)
    assert_close(found_b, expected[1], "the bias after three steps", rtol=1e-3, atol=1e-5)


@number("5.4")
@weight(0.5)
def test_every_step_is_in_training_mode():
    """fit: the mode of a model that comes in eval mode, in each of four steps, with a look at the accuracy after each"""
    log, *_, seen = fitted(shared_digits(), 4, 0.01, 37)
    modes = [training for training, size in seen if size == 37]
    assert len(modes) == 4, f"of four steps with batches of 37 images {len(modes)} were seen"
    assert all(modes), f"the model was in eval mode in step {modes.index(False) + 1}; fit was given one in eval mode"
    assert checked_log(log)["step"] == [1, 2, 3, 4], 'log["step"] is not [1, 2, 3, 4]'


@number("5.4")
@weight(0.5)
def test_the_log_says_what_the_model_does(sandbox_dir):
    """fit: the last entries of val_accuracy, test_accuracy and test_loss"""
    val, test = digits().val, contrary(few(250))
    log, W, b, _ = fitted(sandbox_dir(files_of(digits().train, val, test)), 60, 0.01, 50, eval_freq=60)
    log = checked_log(log)
    answers = {
        name: inputs(split).reshape(len(split[1]), 64) @ W.numpy().T + b.numpy()
        for name, split in (("val", val), ("test", test))
    }
    for name, split in (("val", val), ("test", test)):
        expected = float((answers[name].argmax(axis=1) == split[1]).mean())
        assert_close(log[f"{name}_accuracy"][-1], expected, f'the last entry of log["{name}_accuracy"]', atol=2e-3)
    assert log["val_accuracy"][-1] > 0.5, "60 steps have not trained the model"
    expected = cross_entropy(torch.from_numpy(answers["test"]), torch.from_numpy(test[1])).item()
    assert_close(log["test_loss"][-1], expected, 'the last entry of log["test_loss"]', rtol=1e-2)


@number("5.4")
@weight(0.25)
def test_fit_looks_after_the_last_step_too():
    """fit: five steps with a look after every two"""
    log = checked_log(fitted(shared_digits(), 5, 0.01, 50, eval_freq=2)[0])
    assert log["step"] == [2, 4, 5], f'log["step"] is {log["step"]}, expected [2, 4, 5]'
    assert len(log["test_loss"]) == 3, f'log["test_loss"] has {len(log["test_loss"])} entries, expected 3'


@number("5.5")
@partial_credit(2)
def test_accuracy_on_withheld_images(trained, settings, set_score=None):
    """train: accuracy on withheld images; points from the floor, all of them from the target"""
    limits, split = settings["pytorch"], digits().test
    outputs = scores(model_of(trained), split)
    assert np.isfinite(outputs).all(), "training has diverged: the returned model answers NaN or infinity"
    right = float((outputs.argmax(axis=1) == split[1]).mean())
    set_score(round(2 * share_of_points(right, limits), 2))
    check_accuracy(right, limits)


@number("5.5")
@weight(0.5)
def test_flags_make_the_network():
    """train: dnn_hidden_units = "20,15" and "", neg_slope = 0.3; optimizer, steps and looks are those of their flags"""
    flags = {**FLAGS, "max_steps": 1, "eval_freq": 1, "neg_slope": 0.3, "data_dir": shared_digits()}
    trained = train_with({**flags, "dnn_hidden_units": "", "max_steps": 4, "eval_freq": 2})
    linear_layers(model_of(trained), [64, 10])
    assert log_of(trained)["step"] == [2, 4], "four steps with a look after every two have other ones in the log"
    runs = [
        train_with({**flags, "dnn_hidden_units": "20,15", "optimizer": name, "learning_rate": rate})
        for name, rate in (("SGD", 1e-12), ("Adam", 0.25))
    ]
    layers = [linear_layers(model_of(trained), [64, 20, 15, 10]) for trained in runs]
    start, stepped = (found[-1].bias.detach().double() for found in layers)
    # The first step of Adam is as long as the learning rate, whatever the gradient.
    assert_close((stepped - start).abs(), torch.full((10,), 0.25), "the first step of Adam, learning rate 0.25,", rtol=1e-3)
    assert log_of(runs[1])["step"] == [1], "the log of one step has another one"
    # Whether an MLP does what it should is the question of part 4: here only the default slope is ruled out.
    parameters = [(layer.weight.detach().double(), layer.bias.detach().double()) for layer in layers[0]]
    x, found = torch.from_numpy(inputs(few(50)).reshape(50, 64)).double(), torch.from_numpy(scores(model_of(runs[0]), few(50)))
    slope_of_default = is_close(found, scores_of(parameters, x, 0.02))
    assert not slope_of_default, "with neg_slope = 0.3 train makes an MLP with the slope 0.02: pass it on"


@number("5.5")
@weight(0.5)
def test_two_runs_with_the_same_flags_are_the_same():
    """train: everything random starts from the seed"""
    flags = {**FLAGS, "data_dir": shared_digits()}
    one, other = (scores(model_of(train_with(flags, seed)), digits().val) for seed in (5, 6))
    assert np.ptp(one) > 0, "the returned model answers the same number for all samples and classes"
    assert_close(other, one, "the scores of a second run", rtol=1e-3, atol=1e-3)
