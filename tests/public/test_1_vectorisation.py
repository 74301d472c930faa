"""Part 1, vectorisation of one layer: the work of Python must not grow with the batch, the features or the units."""

from functools import partial

from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import assert_at_work, numbers, set_parameters
from modules import LinearModule

from autograder.vectorisation import assert_vectorised, read_source


def linear_calls(rng, samples, features, units):
    linear = LinearModule(features, units)
    return [(linear.forward, numbers(rng, samples, features)), (linear.backward, numbers(rng, samples, units))]


@number("1.10")
@weight(0.2)
def test_linear_layer_runs_without_loops(rng):
    """LinearModule: no Python loop over samples, features or units"""
    source = read_source("modules")
    layer = LinearModule(4, 4)
    W, b, x, dout = numbers(rng, 4, 4), numbers(rng, 1, 4), numbers(rng, 7, 4), numbers(rng, 7, 4)
    set_parameters(layer, W, b)
    answers = (layer.forward(x.copy()), x @ W.T + b), (layer.backward(dout.copy()), dout @ W)
    assert_at_work("LinearModule", *answers)
    # A square weight, so that one that is transposed does not raise: it is the question of other tests.
    small = {"samples": 4, "features": 3, "units": 3}
    large = {noun: 10 * size for noun, size in small.items()}
    assert_vectorised(source, ["LinearModule.forward", "LinearModule.backward"], partial(linear_calls, rng), small, large)
