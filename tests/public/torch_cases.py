"""What the suites share about PyTorch: numbers to try, layers found, and networks worked out here to compare with.

Shapes: S samples in a batch, N units. Widths are [M, hidden units ..., C]. Parameters are a list of (W, b), (N, M) and (N,),
one pair for each linear layer. All that is worked out here is float64.
"""

from itertools import pairwise

import torch
from torch import nn
from torch.nn.functional import elu, linear, log_softmax, relu, sigmoid, softmax

from autograder.compare import assert_close

EPS = 1e-5  # of every batch norm
SINGLE = {"rtol": 1e-3, "atol": 1e-4}  # what float32 may differ by after a few layers and a batch norm


def tensor(rng, *shape):
    """Return standard normal numbers, float64, that float32 holds exactly: a submission may compute in either."""
    return torch.from_numpy(rng.normal(size=shape)).float().double()


def like(x, model):
    """Return x in the dtype and on the device of the model's parameters."""
    assert_module(model)
    return x.to(next(iter(model.parameters())))


def assert_module(model):
    """Ask for an nn.Module whose constructor has called that of nn.Module."""
    assert hasattr(model, "named_modules"), "MLP is no nn.Module; expected class MLP(nn.Module)"
    assert hasattr(model, "_modules"), "MLP is not set up as an nn.Module: MLP.__init__ does not call super().__init__()"


def modules_of(model):
    """Return the modules of an MLP with their names, [(name, module)], the MLP itself first."""
    assert_module(model)
    return list(model.named_modules())


def all_linear_layers(model):
    """Return the nn.Linear objects of an MLP, at least one, in the order of its attributes."""
    found = [module for _, module in modules_of(model) if isinstance(module, nn.Linear)]
    assert found, "named_modules() of the MLP finds no nn.Linear; layers in a plain list are not found, and not trained"
    return found


def linear_layers(model, widths):
    """Return the nn.Linear objects of `model`, first to last; no two of them may have the same shape."""
    found = all_linear_layers(model)
    shapes = [tuple(layer.weight.shape) for layer in found]
    wanted = [(units, features) for features, units in pairwise(widths)]
    turned = sorted(shape[::-1] for shape in shapes) == sorted(wanted)
    assert sorted(shapes) == sorted(wanted), (
        f"named_modules() of the MLP finds nn.Linear objects with weights of shapes {shapes}, expected {wanted}"
        + (": it is nn.Linear(in_features, out_features)" if turned else "")
    )
    return [found[shapes.index(shape)] for shape in wanted]


def assert_not_zero(*layers):
    """Ask that the weights of new linear layers are not all zero: whoever has drawn none has made no layers yet."""
    for layer in layers:
        assert float(layer.weight.detach().abs().max()) > 0, "the weights of a new linear layer are all zeros: draw them"


def assert_not_all_the_same(scores, S, C):
    """Ask for scores, (S, C), that are not the same for all samples: a model that does nothing changes nothing, too."""
    assert isinstance(scores, torch.Tensor), "model(x) is no tensor"
    assert scores.shape == (S, C), f"model(x) has shape {tuple(scores.shape)}, expected {(S, C)}"
    assert float(scores.detach().double().std(dim=0).max()) > 0, "model(x) is the same for all samples"


def drawn_parameters(model, widths, rng):
    """Give the linear layers of `model` new parameters and return these, with None for a bias that there is not.

    Whether a layer has a bias is the question of 5.2.
    """
    parameters = []
    with torch.no_grad():
        for layer, (M, N) in zip(linear_layers(model, widths), pairwise(widths), strict=True):
            W, b = 0.5 * tensor(rng, N, M), tensor(rng, N)
            layer.weight.copy_(W)
            if layer.bias is None:
                b = None
            else:
                layer.bias.copy_(b)
            parameters.append((W, b))
    return parameters


def norm_parameters(model):
    """Return the parameters of an MLP that belong to no linear layer, which are those of batch norm."""
    linear = {name for name, module in modules_of(model) if isinstance(module, nn.Linear)}
    return [parameter for name, parameter in model.named_parameters() if name.rpartition(".")[0] not in linear]


def same(z):
    return z


def normalise(z):
    """Batch norm as it starts, with γ = 1 and β = 0, in training mode."""
    return (z - z.mean(dim=0)) / torch.sqrt(z.var(dim=0, correction=0) + EPS)


def scores_of(parameters, x, hidden=relu, first=same, last=same):
    """Return what a network answers to x, (S, M).

    Args:
        first: what x goes through before the first linear layer.
        hidden: what follows each linear layer but the last.
        last: what follows the last one.
    """
    x = first(x)
    for W, b in parameters[:-1]:
        x = hidden(linear(x, W, b))
    return last(linear(x, *parameters[-1]))


NO_BATCH_NORM = "there is no batch norm, with use_batch_norm = True"


def right_arrangement(use_batch_norm):
    """Return how the linear layers are to be put together, as arguments of scores_of."""
    return {"hidden": (lambda z: relu(normalise(z))) if use_batch_norm else relu}


def layer_mistakes(use_batch_norm):
    """Return wrong arrangements that have nothing to do with batch norm, by what is wrong."""
    right, before = right_arrangement(use_batch_norm), normalise if use_batch_norm else same
    return {
        "a softmax follows the last linear layer": {**right, "last": lambda z: softmax(z, dim=1)},
        "a log-softmax follows the last linear layer": {**right, "last": lambda z: log_softmax(z, dim=1)},
        "a ReLU follows the last linear layer": {**right, "last": relu},
        "no ReLU follows the hidden linear layers": {"hidden": before},
        "an ELU takes the place of the ReLU": {"hidden": lambda z: elu(before(z))},
        "a sigmoid takes the place of the ReLU": {"hidden": lambda z: sigmoid(before(z))},
    }


def batch_norm_mistakes(use_batch_norm):
    """Return arrangements with batch norm in the wrong place, by what is wrong."""
    right = right_arrangement(use_batch_norm)
    return {
        "a batch norm follows the last linear layer": {**right, "last": normalise},
        "x goes through a batch norm before the first linear layer": {**right, "first": normalise},
        "batch norm follows the ReLU and not the linear layer": {"hidden": lambda z: normalise(relu(z))},
        NO_BATCH_NORM: {"hidden": relu},
        "there is a batch norm, with use_batch_norm = False": {"hidden": lambda z: relu(normalise(z))},
    }


def arrangements(use_batch_norm):
    """Return the right arrangement, called "", and the wrong ones."""
    mistakes = layer_mistakes(use_batch_norm) | batch_norm_mistakes(use_batch_norm)
    return {"": right_arrangement(use_batch_norm), **mistakes}


def arrangement_of(scores, parameters, x, use_batch_norm=False):
    """Return the name of the arrangement that answers x with these scores, None where no one does."""
    for name, arrangement in arrangements(use_batch_norm).items():
        expected = scores_of(parameters, x, **arrangement)
        if is_close(scores, expected) and float(expected.std()) > 0:  # a ReLU may leave zeros, which anybody can answer
            return name
    return None


ANY = (*layer_mistakes(False), *batch_norm_mistakes(False))


def assert_scores(scores, parameters, x, use_batch_norm=False, forgiven=()):
    """Ask for the scores of the right arrangement, and say which other one they come from.

    Args:
        forgiven: names of wrong arrangements that are the question of another test, so that a layer in the wrong place
            costs one test and not all of them; ANY has all names.
    """
    name = arrangement_of(scores, parameters, x, use_batch_norm)
    assert not name or name in forgiven, f"the scores are those of a network in which {name}"
    if name is None:
        assert_close(scores, scores_of(parameters, x, **right_arrangement(use_batch_norm)), "model(x)", **SINGLE)


def assert_batch_norm_is_used(model, scores, parameters, x):
    """Say why scores of a model with use_batch_norm = True, in training mode, are those of a network without batch norm."""
    if arrangement_of(scores, parameters, x, use_batch_norm=True) != NO_BATCH_NORM:
        return
    asleep = [name or "the MLP itself" for name, module in modules_of(model) if not module.training]
    assert not asleep, (
        f"model(x) of a model in training mode gives the scores of eval mode, and leaves {', '.join(asleep)} in eval mode: "
        "does forward() call eval()?"
    )
    assert not norm_parameters(model), (
        "the scores are those of a network without batch norm, although the MLP has one: does forward() leave it out, "
        "or call eval()?"
    )


def is_close(found, expected):
    """Whether `found` is a tensor of the same shape and numbers."""
    return (
        isinstance(found, torch.Tensor)
        and found.shape == expected.shape
        and torch.allclose(found.detach().cpu().double(), expected, **SINGLE)
    )


def answers(model, x):
    """Return the scores, (S, C), that `model` gives in eval mode to the rows of x, an array (S, M)."""
    was_training = model.training
    model.eval()
    with torch.no_grad():
        scores = model(like(torch.from_numpy(x), model))
    model.train(was_training)
    assert isinstance(scores, torch.Tensor), "model(x) is no tensor"
    assert scores.shape == (len(x), 10), f"model(x) has shape {tuple(scores.shape)}, expected {(len(x), 10)}"
    return scores.cpu()


def share_right(model, x, y):
    """Return the share of samples for which the largest score is at the label, worked out here."""
    return float((answers(model, x).numpy().argmax(axis=1) == y).mean())
