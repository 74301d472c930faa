"""What the hidden suites ask of every layer: that it leaves its inputs alone and runs without loops in Python."""

from functools import partial

import numpy as np
from layer_cases import assert_at_work, leaky, numbers, one_hot, softmax
from modules import CrossEntropyModule, LeakyReLUModule, SoftMaxModule

from autograder.compare import assert_unchanged
from autograder.errors import AutograderError
from autograder.standins import in_sandbox
from autograder.vectorisation import assert_vectorised

SLOPE = 0.3


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


def of_leaky_relu(x, dout, slope=SLOPE):
    return leaky(x, slope), np.where(x > 0, dout, slope * dout)


def of_softmax(x, dout):
    y = softmax(x)
    return y, y * (dout - (y * dout).sum(axis=1, keepdims=True))


def of_cross_entropy(x, y):
    right = (x * y).sum(axis=1)
    return -np.log(right).mean(), -y / right[:, None] / len(x)


# The calls of each layer whose executed lines are counted, for any sizes (see autograder.vectorisation).


def activation_calls(make_layer, rng, samples, classes):
    layer = make_layer()
    return [(layer.forward, numbers(rng, samples, classes)), (layer.backward, numbers(rng, samples, classes))]


def cross_entropy_calls(rng, samples, classes):
    layer = CrossEntropyModule()
    x, y = rng.dirichlet(np.ones(classes), size=samples), one_hot(rng.integers(0, 10, size=samples), classes)
    return [(layer.forward, x, y), (layer.backward, x, y)]


def made_leaky_relu():
    return LeakyReLUModule(SLOPE)


# Name of a layer -> its share of the points, how it is made, what it answers, its calls, their sizes.
LAYERS = {
    "LeakyReLUModule": (0.3, made_leaky_relu, of_leaky_relu, partial(activation_calls, made_leaky_relu), 3),
    "SoftMaxModule": (0.3, SoftMaxModule, of_softmax, partial(activation_calls, SoftMaxModule), 3),
    "CrossEntropyModule": (0.4, CrossEntropyModule, of_cross_entropy, cross_entropy_calls, 10),
}


def answers_of(name, make_layer, formula, rng):
    """Return pairs (found, expected) of a layer forward and backward."""
    layer = make_layer()
    if name == "CrossEntropyModule":
        x, y = rng.dirichlet(np.full(10, 5.0), size=6), one_hot(rng.integers(0, 10, size=6), 10)
        return list(zip((layer.forward(x.copy(), y), layer.backward(x.copy(), y)), formula(x, y), strict=True))
    x, dout = numbers(rng, 6, 4), numbers(rng, 6, 4)
    return list(zip((layer.forward(x.copy()), layer.backward(dout.copy())), formula(x, dout), strict=True))


def loop_in_layer(name, source, rng):
    """Return what makes Python's work grow with the sizes in a layer, or why it could not be found out; or None.

    Args:
        source: of modules.py, read before the test has used the submission.
    """
    _, make_layer, formula, calls, classes = LAYERS[name]
    small, functions = {"samples": 4, "classes": classes}, [f"{name}.forward", f"{name}.backward"]
    large = {noun: 10 * size for noun, size in small.items()}
    try:
        assert_at_work(name, *answers_of(name, make_layer, formula, rng))
        assert_vectorised(source, functions, partial(calls, rng), small, large)
    except AutograderError:
        raise
    except AssertionError as error:
        return str(error)
    except (Exception, SystemExit) as error:
        return f"it could not be run: {type(error).__name__}: {error}"
    return None
