"""What the hidden suites ask of every layer: that it leaves its inputs alone and runs without loops in Python."""

from functools import partial

import numpy as np
from layer_cases import numbers
from modules import CrossEntropyModule, ELUModule, LinearModule, ReLUModule, SigmoidModule, SoftMaxModule

from autograder.compare import assert_unchanged
from autograder.errors import AutograderError
from autograder.standins import in_sandbox
from autograder.vectorisation import assert_vectorised


@in_sandbox
def inputs_after(layer, x, dout):
    """Return x and dout as they are after layer.forward(x) and layer.backward(dout)."""
    x, dout = x.copy(), dout.copy()
    layer.forward(x)
    layer.backward(dout)
    return x, dout


def assert_leaves_its_inputs_alone(layer, x, dout):
    x_after, dout_after = inputs_after(layer, x, dout)
    assert_unchanged(x, x_after, "x")
    assert_unchanged(dout, dout_after, "dout")


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
        assert_vectorised(source, functions, partial(calls, rng), small, large)
    except AutograderError:
        raise
    except AssertionError as error:
        return str(error)
    except (Exception, SystemExit) as error:
        return f"it could not be run: {type(error).__name__}: {error}"
    return None
