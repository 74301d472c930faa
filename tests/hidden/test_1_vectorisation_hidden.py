"""Part 1, vectorisation: the work of Python must not grow with the batch, the features or the classes."""

from gradescope_utils.autograder_utils.decorators import number, partial_credit
from layer_checks import LAYERS, loop_in_layer

from autograder.vectorisation import read_source


@number("1.10")
@partial_credit(1.4)
def test_layers_run_without_loops(rng, set_score=None):
    """All layers: no Python loop over samples, features or classes; each layer has its share of the points"""
    source = read_source("modules")
    points, loops = 0.0, {}
    for name, (share, _, _) in LAYERS.items():
        loop = loop_in_layer(name, source, rng)
        if loop is None:
            points += share
            set_score(round(points, 2))
        else:
            loops[name] = loop
    assert not loops, "\n".join(loop if loop.startswith(name) else f"{name}: {loop}" for name, loop in loops.items())
