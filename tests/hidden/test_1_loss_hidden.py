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
@weight(0.2)
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
    y = np.array([0, 3, 9, 1])
    dx = CrossEntropyModule().backward(np.full((4, 10), 0.1), y)
    assert_close(dx, np.zeros((4, 10)), "backward(x, y)", atol=np.inf)  # its values are the question of other tests
    for row, label in zip(dx, y, strict=True):
        assert row[label] != row[label - 1], "backward(x, y) is the same for the right class and for another"


@number("1.8")
@weight(0.2)
def test_cross_entropy_of_tiny_probabilities_is_large_and_finite():
    """CrossEntropyModule: the right class got a probability next to zero, or zero itself"""
    y = np.array([0, 0])
    for probability in (1e-300, 0.0):
        x = np.tile([probability] + [1 / 9] * 9, (2, 1))
        layer, where = CrossEntropyModule(), f"where the right class got {probability:g}"
        loss = float(layer.forward(x, y))
        assert_finite(loss, f"forward(x, y) {where}")
        assert loss > 18.4, f"forward(x, y) is too small {where}: -log(1e-8) is 18.4 already"
        assert_finite(layer.backward(x, y), f"backward(x, y) {where}")


@number("1.8")
@weight(0.2)
def test_cross_entropy_looks_at_the_right_class_alone():
    """CrossEntropyModule: probabilities of zero for other classes"""
    x, y = np.zeros((3, 10)), np.array([4, 0, 9])
    x[np.arange(3), y], x[np.arange(3), y - 1] = (0.25, 0.5, 0.75), (0.75, 0.5, 0.25)
    expected = np.zeros((3, 10))
    expected[np.arange(3), y] = -1 / (3 * np.array([0.25, 0.5, 0.75]))
    layer, where = CrossEntropyModule(), "where other classes got 0, so that 0 · log 0 and 0 / 0 would be NaN,"
    loss, dx = layer.forward(x, y), layer.backward(x, y)
    assert_finite(loss, f"forward(x, y) {where}")
    assert_finite(dx, f"backward(x, y) {where}")
    assert_at_work("CrossEntropyModule", (loss, -np.log([0.25, 0.5, 0.75]).mean()), (dx, expected))


@number("1.8")
@weight(0.2)
def test_cross_entropy_leaves_its_inputs_alone(rng):
    """CrossEntropyModule: x and y stay as they were"""
    x, y = rng.dirichlet(np.ones(10), size=4), np.array([0, 3, 9, 1])
    x[1, 5] = 1e-310  # for those who keep probabilities away from zero, be it by the smallest number that has all its digits
    x_after, y_after, answers = pair_after_cross_entropy(CrossEntropyModule(), x, y)
    assert_unchanged(x, x_after, "x")
    assert_unchanged(y, y_after, "y")
    assert_at_work("CrossEntropyModule", *zip(answers, of_cross_entropy(x, y), strict=True))
