"""What the suites share about the NumPy half: numbers to try, parameters set by hand, helpers that run in the sandbox.

Shapes: S samples in a batch, M input features, N output features, C classes. Widths are [M, hidden units ..., C].
"""

from itertools import pairwise

import numpy as np

from autograder.compare import assert_close
from autograder.standins import in_sandbox

LOGIT_BIAS = 20.0  # added to all scores: a softmax does not mind, and an activation leaves scores alone that are positive


def numbers(rng, *shape):
    """Return standard normal numbers, float64, that float32 holds exactly: a submission may compute in either."""
    return rng.normal(size=shape).astype(np.float32).astype(np.float64)


def softmax(scores):
    """Return probabilities, (S, C), for scores, (S, C)."""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def leaky(x, slope):
    return np.where(x > 0, x, slope * x)


def one_hot(labels, C):
    return np.eye(C)[labels]


@in_sandbox
def keeps_weights_transposed():
    """Whether a LinearModule has its weight as (M, N), not as (N, M)."""
    from modules import LinearModule

    return getattr(LinearModule(3, 2).params.get("weight"), "shape", None) == (3, 2)


def as_kept(weight):
    """Return a weight or its gradient, (N, M), as the submission keeps these: only one test of 1.1 asks for (N, M)."""
    return weight.T.copy() if keeps_weights_transposed() else weight


def row_shapes(N):
    """Return the shapes that a bias of N units may have."""
    return [(1, N), (N,)]


def any_shapes(N):
    """Return the shapes in which a bias of N units, or its gradient, is met: a column costs a single test."""
    return [*row_shapes(N), (N, 1)]


def set_parameters(layer, weight, bias):
    """Set the parameters of a linear layer, (N, M) and (1, N), in the arrays that it has where those can hold them."""
    for name, value in (("weight", as_kept(weight)), ("bias", bias)):
        current = layer.params[name]
        fits = isinstance(current, np.ndarray) and current.dtype.kind == "f" and current.size == value.size
        if fits and (name == "bias" or current.shape == value.shape):
            current[...] = value.reshape(current.shape)
        else:
            layer.params[name] = value


def tolerance(layer):
    """Return what assert_close must allow for: what a linear layer with float32 parameters returns has their rounding."""
    return {"rtol": 1e-4, "atol": 1e-5} if layer.params["weight"].dtype == np.float32 else {}


def assert_at_work(what, *answers):
    """Ask that one of these answers is right: a layer that does nothing leaves its inputs alone, too, and has no loops.

    One is enough, so that a mistake in one method costs no points for what is asked of all.

    Args:
        what: whose answers they are, for the message.
        answers: pairs (found, expected).
    """
    for found, expected in answers:
        try:
            assert_close(found, expected, what, rtol=1e-3, atol=1e-4)
            return
        except AssertionError:
            continue
    raise AssertionError(f"{what} gives no right answer, neither forward nor backward; see the tests of its values first")


def assert_drawn(*layers):
    """Ask that the weights of linear layers are not all zero: such layers are there, and nothing was done to make them."""
    for layer in layers:
        assert np.any(np.array(layer.params["weight"]) != 0), 'params["weight"] of a new linear layer is all zeros: draw it'


@in_sandbox
def linear_modules_in(model):
    """Return all LinearModule objects that `model` holds, in whatever attributes, lists and dicts it keeps them."""
    import types

    from modules import LinearModule

    found, seen, todo = [], set(), [model]
    while todo:
        item = todo.pop(0)
        if id(item) in seen or isinstance(item, (type, types.ModuleType, types.FunctionType, np.ndarray)):
            continue
        seen.add(id(item))
        if isinstance(item, LinearModule):
            found.append(item)
        elif isinstance(item, dict):
            todo.extend(item.values())
        elif isinstance(item, (list, tuple, set)):
            todo.extend(item)
        elif hasattr(item, "__dict__"):
            todo.extend(vars(item).values())
    return found


def linear_layers(model, widths):
    """Return the linear layers of `model`, first to last, where layer i takes widths[i] features to widths[i + 1] units.

    No two layers may have the same shape: they are told apart by it.
    """
    found = list(linear_modules_in(model))
    shapes = [tuple(layer.params["weight"].shape) for layer in found]
    order = 1 if keeps_weights_transposed() else -1
    wanted = [pair[::order] for pair in pairwise(widths)]
    assert sorted(shapes) == sorted(wanted), (
        f"the LinearModule objects found in the MLP have weights of shapes {shapes}, expected {wanted}"
    )
    return [found[shapes.index(shape)] for shape in wanted]


def drawn_parameters(layers, widths, rng):
    """Give linear layers new parameters, which leave hidden units on for some samples only; return these, a list of (W, b)."""
    parameters = [(0.5 * numbers(rng, N, M), numbers(rng, 1, N)) for M, N in pairwise(widths)]
    W, b = parameters[-1]
    parameters[-1] = W, b + LOGIT_BIAS
    for layer, (W, b) in zip(layers, parameters, strict=True):
        set_parameters(layer, W, b)
    return parameters


def probabilities_of(parameters, x, slope):
    """Return what an MLP with these parameters gives for x, (S, M)."""
    for W, b in parameters[:-1]:
        x = leaky(x @ W.T + b, slope)
    W, b = parameters[-1]
    return softmax(x @ W.T + b)
