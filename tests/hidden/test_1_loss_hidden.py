"""Part 1, the loss: any labels, any number of classes, tiny probabilities."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from layer_cases import assert_at_work
from layer_checks import of_cross_entropy
from modules import CrossEntropyModule

from autograder.compare import assert_close, assert_finite, assert_unchanged
from autograder.standins import in_sandbox


@in_sandbox
def pair_after_cross_entropy(layer, x, y):
    """Return x and y as they are after layer.forward(x, y) and layer.backward(x, y), and what these have answered."""
    x, y = x.copy(), y.copy()
    answers = [np.array(layer.forward(x, y)), np.array(layer.backward(x, y))]
    return x, y, answers


@number("1.8")
@weight(0.4)
def test_cross_entropy_takes_any_number_of_classes_and_any_integer_labels():
    """CrossEntropyModule: three classes, labels of type int32"""
    x, y = np.array([[0.25, 0.125, 0.625]]), np.array([1], dtype=np.int32)
    layer = CrossEntropyModule()
    assert_close(layer.forward(x, y), np.log(8.0), "forward(x, y) for three classes", rtol=1e-3)
    assert_close(layer.backward(x, y), [[0.0, -8.0, 0.0]], "backward(x, y) for three classes", rtol=1e-5)


@number("1.8")
@weight(0.2)
def test_cross_entropy_backward_needs_no_forward_before_it(rng):
    """CrossEntropyModule.backward: without a forward on the same object"""
    layer = CrossEntropyModule()
    dx = layer.backward(np.full((4, 10), 0.1), np.array([0, 3, 9, 1]))
    assert_finite(dx, "backward(x, y)")
    assert_close(dx.shape, (4, 10), "the shape of backward(x, y)")


@number("1.8")
@weight(0.2)
def test_cross_entropy_of_tiny_probabilities_is_large_and_finite():
    """CrossEntropyModule.forward: probabilities next to zero"""
    x = np.tile([1e-300] + [1 / 9] * 9, (2, 1))
    loss = float(CrossEntropyModule().forward(x, np.array([0, 0])))
    assert_finite(loss, "forward(x, y) for a probability of 1e-300")
    assert loss > 18.4, "forward(x, y) is too small where the right class got 1e-300: -log(1e-8) is 18.4 already"


@number("1.8")
@weight(0.2)
def test_cross_entropy_leaves_its_inputs_alone(rng):
    """CrossEntropyModule: x and y stay as they were"""
    x, y = rng.dirichlet(np.ones(10), size=4), np.array([0, 3, 9, 1])
    x[1, 5] = 1e-30  # for those who keep probabilities away from zero
    x_after, y_after, answers = pair_after_cross_entropy(CrossEntropyModule(), x, y)
    assert_unchanged(x, x_after, "x")
    assert_unchanged(y, y_after, "y")
    assert_at_work("CrossEntropyModule", *zip(answers, of_cross_entropy(x, y), strict=True))
