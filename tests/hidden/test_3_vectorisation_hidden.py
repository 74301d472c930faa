"""Part 3, vectorisation: an MLP goes through its layers, and through nothing else."""

from functools import partial

from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import numbers
from mlp_cases import assert_mlp_at_work
from mlp_numpy import MLP

from autograder.vectorisation import assert_vectorised, read_source


def mlp_calls(rng, samples, features, units, classes):
    model = MLP(features, [units, units], classes)
    return [(model.forward, numbers(rng, samples, features)), (model.backward, numbers(rng, samples, classes))]


@number("3.5")
@weight(0.4)
def test_mlp_runs_without_loops_but_over_its_layers(rng):
    """MLP: no Python loop over samples or units"""
    source = read_source("mlp_numpy")
    assert_mlp_at_work(MLP(6, [5], 3), [6, 5, 3], abs(numbers(rng, 4, 6)), rng)
    # All weights are square, so that a transposed one does not raise: it is the question of other tests.
    small = {"samples": 4, "features": 6, "units": 6, "classes": 6}
    large = {noun: 10 * size for noun, size in small.items()}
    functions = ["MLP.forward", "MLP.backward"]
    # Loops in layers are the question of 1.10.
    assert_vectorised(source, functions, partial(mlp_calls, rng), small, large, own_file_only=True)
