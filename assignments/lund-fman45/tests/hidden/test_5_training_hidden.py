"""Part 5, training: several iterations and layers, and rules that meet."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from training_cases import network_of, options, trained_by

from autograder.compare import Mismatch, assert_close


@number("5.1")
@weight(2)
def test_all_rules_together_over_three_iterations(rng):
    """training: momentum and weight decay together, two layers, three iterations with new gradients"""
    start = [{name: rng.normal(size=shape) for name, shape in sizes} for sizes in SHAPES]
    gradients = [[{name: rng.normal(size=shape) for name, shape in sizes} for sizes in SHAPES] for _ in range(3)]
    net = network_of(*[(layer["weights"], layer["biases"]) for layer in start])
    found, _ = trained_by(net, gradients, options(learning_rate=0.5, momentum=0.75, weight_decay=0.25))
    for layer, sizes in enumerate(SHAPES):
        for name, _ in sizes:
            slopes = [iteration[layer][name] for iteration in gradients]
            either = [stepped(start[layer][name], slopes, inside) for inside in (False, True)]
            what = f"the {name} of layer {1 + 2 * layer} after three iterations, μ = 0.75, λ = 0.25"
            one_of(found[layer][name], either, what)


SHAPES = [(("weights", (3, 4)), ("biases", (3, 1))), (("weights", (2, 5)), ("biases", (2, 1)))]


def stepped(parameter, gradients, inside):
    """Return a parameter after steps with η = 0.5, μ = 0.75 and λ = 0.25; `inside` puts the weight decay into the average."""
    average = np.zeros_like(parameter)
    for gradient in gradients:
        pull = 0.25 * parameter
        average = 0.75 * average + 0.25 * (gradient + pull if inside else gradient)
        parameter = parameter - 0.5 * (average if inside else average + pull)
    return parameter


def one_of(found, either, what):
    """Ask that a value is one of several right ones; the message is about the first."""
    for expected in either[1:]:
        try:
            assert_close(found, expected, what)
            return
        except Mismatch:
            continue
    assert_close(found, either[0], what)


@number("5.1")
@weight(1)
def test_every_parameter_has_an_average_of_its_own():
    """training: momentum of one parameter does not move another"""
    net = network_of(([[1.0, 2.0]], [[1.0]]), ([[1.0, 2.0]], [[1.0]]))
    still = {"weights": [[0.0, 0.0]], "biases": [[0.0]]}
    gradients = [[{"weights": [[4.0, -4.0]], "biases": [[0.0]]}, still], [still, still]]
    first, second = trained_by(net, gradients, options(momentum=0.5))[0]
    moved = not np.array_equal(first["weights"], [[1.0, 2.0]])
    assert moved, "the weights that have a gradient are where they started"
    for what, values, start in (
        ("the biases of the same layer", first["biases"], [[1.0]]),
        ("the weights of another layer", second["weights"], [[1.0, 2.0]]),
        ("the biases of another layer", second["biases"], [[1.0]]),
    ):
        assert_close(values, start, f"{what}, whose gradient is zero,")


@number("5.1")
@weight(1)
def test_momentum_starts_at_zero_in_every_training():
    """training: nothing is left of an earlier call"""
    gradients = [[{"weights": [[8.0, -8.0]], "biases": [[4.0]]}]]
    first, second = (trained_by(network_of(([[1.0, 1.0]], [[0.0]])), gradients, options(momentum=0.5))[0][0] for _ in range(2))
    downhill = first["weights"].shape == (1, 2) and first["weights"][0, 0] < 1 < first["weights"][0, 1]
    assert downhill, "the weights did not go against a gradient of (8, -8)"
    for name, values in first.items():
        assert_close(second[name], values, f"the {name} after a second training, compared with those after the first,")
