"""Part 5, training in PyTorch: three optimizers, cases that can be counted by hand, and a short run."""

import numpy as np
import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from torch_cases import one_hot
from train_mlp_pytorch import accuracy
from training_cases import checked_log, data_of_the_flags, shared_digits

from autograder.compare import assert_close, assert_finite
from autograder.standins import in_sandbox

__all__ = ["data_of_the_flags"]  # a fixture

START = [1.0, -2.0, 3.0]


@in_sandbox
def after_steps(name, rate, start):
    """Return what a parameter p is after three steps of make_optimizer(name, [p], rate) on the loss Σ p²."""
    from train_mlp_pytorch import make_optimizer

    p = torch.nn.Parameter(torch.tensor(start))
    optimizer = make_optimizer(name, [p], rate)
    for _ in range(3):
        optimizer.zero_grad()
        p.square().sum().backward()
        optimizer.step()
    return p.detach().numpy()


def expected_after_steps(optimizer_class, rate):
    p = torch.nn.Parameter(torch.tensor(START))
    optimizer = optimizer_class([p], lr=rate)
    for _ in range(3):
        optimizer.zero_grad()
        p.square().sum().backward()
        optimizer.step()
    return p.detach().numpy()


@in_sandbox
def evaluated(scores, labels, batch_size):
    """Return what `evaluate` gives for a model that answers these scores, (S, C), a few images at a time."""
    from data import Stream
    from torch import nn
    from train_mlp_pytorch import evaluate

    class Repeater(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(()))

        def forward(self, x):
            return self.scale * x.flatten(start_dim=1)

    images = scores.astype(np.float32).reshape(len(scores), 1, 1, -1)
    return tuple(float(number) for number in evaluate(Repeater(), Stream(images, labels), batch_size))


@in_sandbox
def fitted(folder):
    """Return the log of `fit` for a small network, and the share of the validation images that this is right on afterwards."""
    from cifar10_utils import get_cifar10
    from torch import nn
    from train_mlp_pytorch import fit

    torch.manual_seed(3)
    model, data = nn.Sequential(nn.Flatten(), nn.Linear(64, 20), nn.ReLU(), nn.Linear(20, 10)), get_cifar10(folder)
    log = fit(model, torch.optim.SGD(model.parameters(), lr=0.01), data, 90, 50, 30)
    graphs = [name for name, values in log.items() if any(getattr(value, "grad_fn", None) is not None for value in values)]
    assert not graphs, f"log[{graphs[0]!r}] keeps the graph of each step: take the number with .item()"
    with torch.no_grad():
        scores = model(torch.from_numpy(data.validation.images)).numpy()
    return log, float((scores.argmax(axis=1) == data.validation.labels.argmax(axis=1)).mean())


@number("5.1")
@weight(1)
def test_three_optimizers_take_their_steps():
    """make_optimizer: SGD, Adam and Adadelta with two learning rates"""
    for name, optimizer_class in (("SGD", torch.optim.SGD), ("Adam", torch.optim.Adam), ("Adadelta", torch.optim.Adadelta)):
        for rate in (0.1, 0.02):
            expected, found = expected_after_steps(optimizer_class, rate), after_steps(name, rate, START)
            assert_close(found, expected, f"a parameter after three steps of {name} with learning rate {rate}", rtol=1e-4)


@number("5.2")
@weight(1)
def test_accuracy_is_the_share_of_right_predictions():
    """accuracy: three of five samples are right"""
    predictions = torch.full((5, 4), 0.2) + 0.2 * one_hot([3, 1, 0, 2, 2], 4)
    assert_close(float(accuracy(predictions, one_hot([3, 0, 0, 1, 2], 4))), 3 / 5, "accuracy(predictions, targets)", rtol=1e-5)


@number("5.3")
@weight(0.5)
def test_evaluate_counts_every_image_once():
    """evaluate: accuracy of seven images, three at a time, of which the last is wrong"""
    labels = np.eye(4)[[0, 1, 2, 3, 0, 1, 2]]
    scores = 3 * np.eye(4)[[0, 1, 2, 3, 0, 1, 0]]
    _, found = evaluated(scores, labels, 3)
    assert_close(found, 6 / 7, "the accuracy of six right answers and a wrong one in the last batch", rtol=1e-5)


@number("5.4")
@weight(0.5)
def test_fit_looks_at_the_accuracy_every_few_steps():
    """fit: 90 steps with a look after every 30"""
    log = checked_log(fitted(shared_digits())[0])
    assert log["step"] == [30, 60, 90], f'log["step"] is {log["step"]}, expected [30, 60, 90]'
    for name, numbers in log.items():
        assert_finite(numbers, f'log["{name}"]')
        assert len(numbers) == 3, f'log["{name}"] has {len(numbers)} entries, expected 3, one for each look'


@number("5.4")
@weight(0.5)
def test_fit_trains_the_model():
    """fit: the model after 90 steps"""
    _, right = fitted(shared_digits())
    assert right > 0.6, f"after 90 steps the model is right on {right:.0%} of the validation images; guessing is on 10%"
