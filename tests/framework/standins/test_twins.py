"""Models, optimizers, loaders and estimators of the suite that the submission works with, kept in step on both sides."""

import argparse

import numpy as np
import pytest
import torch
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from submitted import FORGER
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.errors import AutograderError
from autograder.standins.failures import SubmissionFailure

pytest_plugins = ["sandboxes", "torch_sandboxes"]


@pytest.fixture(scope="session")
def sandbox(torch_sandbox):
    return torch_sandbox


class Scaled(nn.Module):
    """A model of the suite."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 1)
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        return 2 * self.linear(x)


def test_a_model_of_the_suite_is_trained(submission):
    modules = submission("""
        def train(model, optimizer, loss, x, y):
            for _ in range(20):
                optimizer.zero_grad()
                found = loss(model(x), y)
                found.backward()
                optimizer.step()
            return found.item()
        def same(x): return x
    """)
    torch.manual_seed(0)
    model, x = Scaled(), torch.randn(20, 3)
    y = x.sum(dim=1, keepdim=True)
    before = [p.detach().clone() for p in model.parameters()]
    first = nn.functional.mse_loss(model(x), y).item()
    last = modules.train(model, torch.optim.SGD(model.parameters(), lr=0.05), nn.MSELoss(), x, y)
    assert last < first / 2 and nn.functional.mse_loss(model(x), y).item() <= last
    assert not any(torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True))
    assert model.calls == 22
    assert modules.same(model) is model and modules.same(model.linear) is model.linear
    assert modules.same(model.linear.weight) is model.linear.weight


def test_what_is_done_to_an_object_is_seen_on_both_sides(submission):
    modules = submission("""
        kept = []
        def freeze(model):
            kept.append(model)
            model.eval()
            model.note = "frozen"
            for parameter in model.parameters(): parameter.requires_grad_(False)
        def look():
            return kept[0].training, kept[0].note, [p.requires_grad for p in kept[0].parameters()]
        def grow(model): model.append(model[0])
    """)
    model = nn.Sequential(nn.Linear(2, 2))
    modules.freeze(model)
    assert not model.training and model.note == "frozen" and not model[0].weight.requires_grad
    model.train()
    model.note = "thawed"
    model[0].weight.requires_grad_(True)
    assert modules.look() == (True, "thawed", [True, False])
    modules.grow(model)
    assert len(model) == 2 and model[1] is model[0]


def test_loaders_and_data_sets_are_iterated(submission):
    modules = submission("""
        def sizes(loader): return [len(x) for x, _ in loader], len(loader.dataset), loader.batch_size
    """)
    data = TensorDataset(torch.arange(10.0), torch.arange(10))
    assert modules.sizes(DataLoader(data, batch_size=4)) == ([4, 4, 2], 10, 4)


def test_an_estimator_that_was_fitted_over_there_predicts_here(submission):
    modules = submission("""
        def fit(model, x, y): return model.fit(x, y)
        def words(parser):
            parser.add_argument("--rate", type=float, default=0.5)
            return parser.parse_args(["--rate", "2"]).rate
    """)
    x = np.arange(8.0).reshape(4, 2)
    model = make_pipeline(StandardScaler(), LinearRegression())
    assert modules.fit(model, x, x.sum(axis=1)) is model
    np.testing.assert_allclose(model.predict(x), x.sum(axis=1))
    parser = argparse.ArgumentParser()
    assert modules.words(parser) == 2


@pytest.mark.parametrize(
    "thing, name, value",
    [
        (DataLoader(TensorDataset(torch.arange(3))), "num_workers", 10**6),
        (DataLoader(TensorDataset(torch.arange(3))), "_DataLoader__multiprocessing_context", "spawn"),
        (make_pipeline(StandardScaler()), "memory", "/tmp/submission"),
        (LinearRegression(), "n_jobs", 10**6),
        (CountVectorizer(), "input", "filename"),
        (argparse.ArgumentParser(), "fromfile_prefix_chars", "-"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_an_object_here_is_not_made_to_open_files_or_start_processes(sandboxed, thing, name, value):
    modules = sandboxed("def change(thing, name, value): vars(thing)[name] = value")
    before = dict(vars(thing))
    with pytest.raises(AutograderError, match="inside"):
        modules.change(thing, name, value)
    assert vars(thing) == before


def test_an_object_that_the_submission_has_itself_is_not_used_here(sandboxed):
    modules = sandboxed(FORGER + "    def ask(thing): return outcome('getattr', thing, 'batch_size')\n")
    with pytest.raises(SubmissionFailure, match="invalid reply"):
        modules.ask(DataLoader(TensorDataset(torch.arange(3))))


@pytest.mark.parametrize("change", ["vars(model)[1] = 2", "vars(model)[()] = ()", "vars(model)[b'x'] = 2"])
def test_attributes_have_names(sandboxed, change):
    modules = sandboxed(f"""
        def ruin(model):
            {change}
    """)
    with pytest.raises(SubmissionFailure, match="invalid reply"):
        modules.ruin(nn.Linear(1, 1))


@pytest.mark.parametrize(
    "change",
    [
        "model._parameters = 5",
        "vars(model)['_parameters'] = [1, 2]",
        "model._parameters['weight'] = 'text'",
        "model._forward_hooks[0] = 7",
        "vars(model).clear()",
        "model._modules['self'] = model",
        "vars(model)['training'] = [model]",
        "vars(model)['__class__'] = int",
        "model.weight.data = __import__('torch').ones(1000)",
        "model.in_features = -5",
    ],
)
def test_a_ruined_model_fails_in_python(sandboxed, change):
    modules = sandboxed(f"""
        def ruin(model):
            {change}
    """)
    model = nn.Linear(2, 2)
    try:
        modules.ruin(model)
        for _ in range(2):
            repr(type(model))
            model(torch.ones(1, 2))
            list(model.parameters())
    except (Exception, SubmissionFailure) as error:
        assert not isinstance(error, (MemoryError, SystemError))
