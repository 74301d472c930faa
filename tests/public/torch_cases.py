"""What the suites share about PyTorch: numbers to try, layers found, and networks worked out here to compare with.

Shapes: S samples in a batch, N units. Widths are [M, hidden units ..., C]. Parameters are a list of (W, b), (N, M) and (N,),
one pair for each linear layer. All that is worked out here is float64.
"""

from functools import partial
from itertools import pairwise, product

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
    parameters = list(model.parameters())
    assert parameters, "parameters() of the MLP is empty; layers in a plain list are not found, and not trained"
    return x.to(parameters[0])


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


def assert_not_all_the_same(scores, x):
    """Ask for scores that are neither x nor the same for all samples: a model that does nothing changes nothing, too."""
    assert isinstance(scores, torch.Tensor), "model(x) is no tensor"
    assert len(scores) == len(x), f"model(x) has scores of {len(scores)} samples, expected {len(x)}"
    assert scores.shape != x.shape or not torch.equal(scores, x), "model(x) is x itself"
    assert float(scores.detach().double().std(dim=0).max()) > 0, "model(x) is the same for all samples"


def drawn_parameters(model, widths, rng):
    """Give the linear layers of `model` new parameters and return these, with None for a bias that there is not.

    Whether a layer has a bias is the question of 5.2.
    """
    parameters = []
    with torch.no_grad():
        for layer, (M, N) in zip(linear_layers(model, widths), pairwise(widths), strict=True):
            W, b = 0.5 * tensor(rng, N, M), tensor(rng, N)
            b[0] = 2 + b[0].abs()  # one unit is active for most samples: no ReLU, wherever it stands, leaves zeros alone
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

# What may be in the places of a network, by what is wrong about it; "" is right.
FIRST = {"": same, "x goes through a batch norm before the first linear layer": normalise}
ACTIVATION = {
    "": relu,
    "no ReLU follows the hidden linear layers": same,
    "an ELU takes the place of the ReLU": elu,
    "a sigmoid takes the place of the ReLU": sigmoid,
}
LAST = {
    "": same,
    "a softmax follows the last linear layer": lambda z: softmax(z, dim=1),
    "a log-softmax follows the last linear layer": lambda z: log_softmax(z, dim=1),
    "a ReLU follows the last linear layer": relu,
    "a batch norm follows the last linear layer": normalise,
}
# The same of batch norm: what z and an activation f come to. The right place depends on use_batch_norm.
NORM = {
    False: {
        "": lambda f, z: f(z),
        "there is a batch norm, with use_batch_norm = False": lambda f, z: f(normalise(z)),
    },
    True: {
        "": lambda f, z: f(normalise(z)),
        "batch norm follows the ReLU and not the linear layer": lambda f, z: normalise(f(z)),
        NO_BATCH_NORM: lambda f, z: f(z),
    },
}
ABOUT_LAYERS = {name for name in [*ACTIVATION, *LAST] if "batch norm" not in name}
ANY = {name for names in (FIRST, ACTIVATION, LAST, NORM[False], NORM[True]) for name in names}


def arrangements(use_batch_norm):
    """Return ways to put linear layers together, as arguments of scores_of, by the mistakes in each; the right one first.

    The key is a tuple of what is wrong, so () for the right one. Those with fewer mistakes come first.
    """
    found = {}
    for (one, first), (two, f), (three, norm), (four, last) in product(
        FIRST.items(), ACTIVATION.items(), NORM[use_batch_norm].items(), LAST.items()
    ):
        mistakes = tuple(name for name in (one, two, three, four) if name)
        found[mistakes] = {"first": first, "hidden": partial(norm, f), "last": last}
    return dict(sorted(found.items(), key=lambda item: len(item[0])))


def arrangement_of(scores, parameters, x, use_batch_norm=False):
    """Return the mistakes, as in arrangements, of the one that answers x with these scores; None where no one does."""
    for mistakes, arrangement in arrangements(use_batch_norm).items():
        expected = scores_of(parameters, x, **arrangement)
        if is_close(scores, expected) and float(expected.std()) > 0:  # a ReLU may leave zeros, which anybody can answer
            return mistakes
    return None


def assert_scores(scores, parameters, x, use_batch_norm=False, forgiven=frozenset()):
    """Ask for the scores of the right arrangement, and say which other one they come from.

    Args:
        forgiven: mistakes that are the question of another test, so that a layer in the wrong place costs one test and not
            all of them: ABOUT_LAYERS, or ANY.
    """
    mistakes = arrangement_of(scores, parameters, x, use_batch_norm)
    if mistakes is None:
        assert_close(scores, scores_of(parameters, x, **arrangements(use_batch_norm)[()]), "model(x)", **SINGLE)
    elif not forgiven.issuperset(mistakes):
        raise AssertionError(f"the scores are those of a network in which {', and '.join(mistakes)}")


def assert_batch_norm_is_used(model, scores, parameters, x):
    """Say why scores of a model with use_batch_norm = True, in training mode, are those of a network without batch norm."""
    if NO_BATCH_NORM not in (arrangement_of(scores, parameters, x, use_batch_norm=True) or ()):
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
