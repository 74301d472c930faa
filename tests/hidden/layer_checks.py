"""What the hidden suites ask of every layer: that it leaves its inputs alone and runs without loops in Python."""

from functools import partial

import numpy as np
from layer_cases import assert_at_work, numbers, set_parameters
from modules import CrossEntropyModule, ELUModule, LinearModule, ReLUModule, SigmoidModule, SoftMaxModule

from autograder.compare import assert_unchanged
from autograder.errors import AutograderError
from autograder.standins import in_sandbox
from autograder.vectorisation import assert_vectorised


@in_sandbox
def inputs_after(layer, x, dout):
    """Return x and dout as they are after layer.forward(x) and layer.backward(dout), and what these have answered."""
    x, dout = x.copy(), dout.copy()
    answers = [np.array(layer.forward(x)), np.array(layer.backward(dout))]
    return x, dout, answers


def assert_leaves_its_inputs_alone(layer, x, dout, expected):
    """Ask that neither x nor dout is written into; `expected` is what forward and backward answer where they do their work."""
    x_after, dout_after, answers = inputs_after(layer, x, dout)
    assert_unchanged(x, x_after, "x")
    assert_unchanged(dout, dout_after, "dout")
    assert_at_work("the layer", *zip(answers, expected, strict=True))


# What layers are given, and what they answer, forward and backward.


def two_arrays(rng):
    return numbers(rng, 6, 4), numbers(rng, 6, 4)


def of_linear(layer, x, dout, rng):
    """Set the parameters of a linear layer and return what it answers."""
    W, b = numbers(rng, dout.shape[1], x.shape[1]), numbers(rng, 1, dout.shape[1])
    set_parameters(layer, W, b)
    return x @ W.T + b, dout @ W


def of_relu(x, dout):
    return np.maximum(x, 0), np.where(x > 0, dout, 0)


def of_elu(x, dout):
    return np.where(x > 0, x, np.exp(x) - 1), np.where(x > 0, dout, np.exp(x) * dout)


def of_sigmoid(x, dout):
    y = 1 / (1 + np.exp(-x))
    return y, y * (1 - y) * dout


def of_softmax(x, dout):
    y = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    return y, y * (dout - (y * dout).sum(axis=1, keepdims=True))


def of_cross_entropy(x, y):
    rows = np.arange(len(x))
    dx = np.zeros(x.shape)
    dx[rows, y] = -1 / (len(x) * x[rows, y])
    return -np.log(x[rows, y]).mean(), dx


def assert_layer_at_work(name, rng):
    """Ask that a layer gives a right answer, forward or backward."""
    if name == "CrossEntropyModule":
        layer, x, dout = CrossEntropyModule(), rng.dirichlet(np.full(10, 5.0), size=6), rng.integers(0, 10, size=6)
        expected = of_cross_entropy(x, dout)
        answers = layer.forward(x.copy(), dout), layer.backward(x.copy(), dout)
    else:
        x, dout = two_arrays(rng)
        if name == "LinearModule":
            layer = LinearModule(4, 4)
            expected = of_linear(layer, x, dout, rng)
        else:
            make_layer, answers_of = ACTIVATIONS[name]
            layer, expected = make_layer(), answers_of(x, dout)
        answers = layer.forward(x.copy()), layer.backward(dout.copy())
    assert_at_work(name, *zip(answers, expected, strict=True))


ACTIVATIONS = {
    "ReLUModule": (ReLUModule, of_relu),
    "ELUModule": (ELUModule, of_elu),
    "SigmoidModule": (SigmoidModule, of_sigmoid),
    "SoftMaxModule": (SoftMaxModule, of_softmax),
}


# The calls of each layer whose executed lines are counted, for any sizes (see autograder.vectorisation).


def linear_calls(rng, samples, features, units):
    layer = LinearModule(features, units)
    return [(layer.forward, numbers(rng, samples, features)), (layer.backward, numbers(rng, samples, units))]


def activation_calls(make_layer, rng, samples, features):
    layer = make_layer()
    return [(layer.forward, numbers(rng, samples, features)), (layer.backward, numbers(rng, samples, features))]


def softmax_calls(rng, samples, classes):
    return activation_calls(SoftMaxModule, rng, samples, classes)


def cross_entropy_calls(rng, samples, classes):
    layer = CrossEntropyModule()
    x, y = rng.dirichlet(np.ones(classes), size=samples), rng.integers(0, 10, size=samples)
    return [(layer.forward, x, y), (layer.backward, x, y)]


# Name of a layer -> its share of the points, its calls, their sizes.
LAYERS = {
    "LinearModule": (0.4, linear_calls, {"samples": 4, "features": 3, "units": 3}),
    "ReLUModule": (0.2, partial(activation_calls, ReLUModule), {"samples": 4, "features": 3}),
    "ELUModule": (0.2, partial(activation_calls, ELUModule), {"samples": 4, "features": 3}),
    "SigmoidModule": (0.2, partial(activation_calls, SigmoidModule), {"samples": 4, "features": 3}),
    "SoftMaxModule": (0.2, softmax_calls, {"samples": 4, "classes": 3}),
    "CrossEntropyModule": (0.2, cross_entropy_calls, {"samples": 4, "classes": 10}),
}


def loop_in_layer(name, source, rng):
    """Return what makes Python's work grow with the sizes in a layer, or why it could not be found out; or None.

    Args:
        source: of modules.py, read before the test has used the submission.
    """
    _, calls, small = LAYERS[name]
    large = {noun: 10 * size for noun, size in small.items()}
    functions = [f"{name}.forward", f"{name}.backward"]
    try:
        assert_layer_at_work(name, rng)
        assert_vectorised(source, functions, partial(calls, rng), small, large)
    except AutograderError:
        raise
    except AssertionError as error:
        return str(error)
    except (Exception, SystemExit) as error:
        return f"it could not be run: {type(error).__name__}: {error}"
    return None
