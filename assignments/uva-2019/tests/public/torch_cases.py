"""What the suites share about PyTorch: numbers to try, modules found, and networks worked out here to compare with.

Shapes: S samples in a batch, M inputs, N units, C classes. Widths are [M, hidden units ..., C].
"""

from itertools import pairwise

import torch
from torch import nn
from torch.nn.functional import leaky_relu, linear, log_softmax, relu, softmax

from autograder.compare import assert_close

SINGLE = {"rtol": 1e-3, "atol": 1e-4}  # what float32 may differ by after a few layers


def tensor(rng, *shape):
    """Return standard normal numbers, float64, that float32 holds exactly: a submission may compute in either."""
    return torch.from_numpy(rng.normal(size=shape)).float().double()


def modules_of(model):
    """Return the modules of a model with their names, [(name, module)], the model itself first."""
    assert hasattr(model, "named_modules"), "this is no nn.Module; expected a class derived from nn.Module"
    assert hasattr(model, "_modules"), "this is not set up as an nn.Module: __init__ does not call super().__init__()"
    return list(model.named_modules())


def modules_of_type(model, kind):
    return [module for _, module in modules_of(model) if isinstance(module, kind)]


def like(x, model):
    """Return x in the dtype of the model's parameters."""
    modules_of(model)
    return x.to(next(iter(model.parameters())))


def linear_layers(model, widths):
    """Return the nn.Linear objects of `model`, first to last; no two of them may have the same shape."""
    found = modules_of_type(model, nn.Linear)
    assert found, "named_modules() of the MLP finds no nn.Linear; layers in a plain list are not found, and not trained"
    shapes = [tuple(layer.weight.shape) for layer in found]
    wanted = [(units, features) for features, units in pairwise(widths)]
    assert sorted(shapes) == sorted(wanted), (
        f"named_modules() of the MLP finds nn.Linear objects with weights of shapes {shapes}, expected {wanted}"
    )
    return [found[shapes.index(shape)] for shape in wanted]


def drawn_parameters(model, widths, rng):
    """Give the linear layers of `model` new parameters and return these, a list of (W, b), (N, M) and (N,), float64."""
    parameters = []
    with torch.no_grad():
        for layer, (M, N) in zip(linear_layers(model, widths), pairwise(widths), strict=True):
            W, b = 0.5 * tensor(rng, N, M), tensor(rng, N)
            b[0] = 2 + b[0].abs()  # one unit is above zero for most samples
            layer.weight.copy_(W)
            assert layer.bias is not None, "the linear layers have no bias"
            layer.bias.copy_(b)
            parameters.append((W, b))
    return parameters


def same(z):
    return z


# What may follow the linear layers, by what is wrong about it; "" is right.
HIDDEN = {
    "": leaky_relu,
    "no activation follows the hidden linear layers": lambda z, slope: z,
    "a ReLU takes the place of the leaky ReLU": lambda z, slope: relu(z),
    "the slope of the leaky ReLU is 0.01, PyTorch's default": lambda z, slope: leaky_relu(z, 0.01),
    "the leaky ReLU has the wrong sign below zero": lambda z, slope: leaky_relu(z, -slope),
}
LAST = {
    "": lambda z, slope: z,
    "a softmax follows the last linear layer": lambda z, slope: softmax(z, dim=1),
    "a log-softmax follows the last linear layer": lambda z, slope: log_softmax(z, dim=1),
    "a leaky ReLU follows the last linear layer": leaky_relu,
}


def scores_of(parameters, x, slope, hidden=HIDDEN[""], last=LAST[""]):
    """Return what an MLP answers to x, (S, M), float64."""
    for W, b in parameters[:-1]:
        x = hidden(linear(x, W, b), slope)
    return last(linear(x, *parameters[-1]), slope)


def assert_scores(scores, parameters, x, slope):
    """Ask for the scores of an MLP, and say which other one they come from."""
    expected = scores_of(parameters, x, slope)
    if not is_close(scores, expected):
        for one, hidden in HIDDEN.items():
            for two, last in LAST.items():
                if is_close(scores, scores_of(parameters, x, slope, hidden, last)):
                    wrong = ", and ".join(name for name in (one, two) if name)
                    raise AssertionError(f"the scores are those of a network in which {wrong}")
    assert_close(scores, expected, "model(x)", **SINGLE)


def is_close(found, expected):
    """Whether `found` is a tensor of the same shape and numbers."""
    return (
        isinstance(found, torch.Tensor)
        and found.shape == expected.shape
        and torch.allclose(found.detach().cpu().double(), expected, **SINGLE)
    )


def one_hot(labels, C):
    return torch.eye(C)[torch.as_tensor(labels)]
