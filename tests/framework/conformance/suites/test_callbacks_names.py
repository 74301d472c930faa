import math
import operator

import numpy as np
import pytest
from callbacks_names import (
    activate,
    apply,
    apply_columns,
    convert,
    elementwise,
    fold,
    is_linear,
    layer_with,
    pipeline,
    summary,
)


@pytest.mark.parametrize(
    "f, args, expected",
    [
        (len, ("abc",), 3),
        (max, (3, 7, 5), 7),
        (math.gcd, (12, 18), 6),
        (operator.floordiv, (7, 2), 3),
        (str.upper, ("abc",), "ABC"),
        (sorted, ([3, 1, 2],), [1, 2, 3]),
        (dict, ([("a", 1)],), {"a": 1}),
        (round, (2.567, 1), 2.6),
    ],
)
def test_apply_functions_by_name(f, args, expected):
    assert apply(f, *args) == expected


def test_columns_with_numpy_mean():
    np.testing.assert_allclose(apply_columns(np.mean, np.array([[1.0, 2.0], [3.0, 6.0]])), [2.0, 4.0])


def test_columns_with_linalg_norm():
    np.testing.assert_allclose(apply_columns(np.linalg.norm, np.array([[3.0, 0.0], [4.0, 1.0]])), [5.0, 1.0])


def test_activation_tanh():
    W, x, b = np.array([[1.0, -1.0]]), np.array([0.5, 0.25]), np.array([0.1])
    np.testing.assert_allclose(activate(W, x, b, np.tanh), np.tanh([0.35]))


def test_activation_relu_of_the_suite():
    def relu(z):
        return np.maximum(z, 0)

    np.testing.assert_array_equal(activate(np.eye(2), np.array([1.0, -2.0]), np.array([-2.0, 3.0]), relu), [0.0, 1.0])


def test_fold_with_operators():
    assert fold(operator.mul, [2, 3, 4]) == 24
    assert fold(operator.sub, [10, 2, 3]) == 5


def test_fold_with_a_ufunc():
    assert fold(np.maximum, [3, 9, 4]) == 9


def test_text_pipeline():
    assert pipeline(" Ab,cD ", str.strip, str.lower, lambda s: s.split(","), tuple) == ("ab", "cd")


def test_elementwise_math_function():
    np.testing.assert_allclose(elementwise(math.sqrt, [1, 4, 9]), [1, 2, 3])


def test_linear_function_is_linear():
    assert is_linear(np.cumsum)


@pytest.mark.parametrize("f", [np.exp, np.square, np.abs])
def test_not_linear(f):
    assert not is_linear(f)


def test_layer_with_ones():
    layer = layer_with(np.ones, (2, 3))
    assert layer["W"].shape == (2, 3)
    assert layer["W"].sum() == 6


def test_layer_with_a_generator_method():
    rng = np.random.default_rng(7)
    layer = layer_with(rng.standard_normal, (2, 3))
    np.testing.assert_array_equal(layer["W"], np.random.default_rng(7).standard_normal((2, 3)))


def test_convert_with_types():
    assert convert([["1", "2.5", "x"]], [int, float, str]) == [[1, 2.5, "x"]]


def test_convert_with_own_parser():
    def yes(cell):
        return cell == "yes"

    assert convert([["a", "yes"], ["b", "no"]], [str.title, yes]) == [["A", True], ["B", False]]


def test_summary_with_functions_by_keyword():
    assert summary([1, 2, 6], low=min, high=max, count=len, mean=lambda xs: sum(xs) / len(xs)) == {
        "low": 1,
        "high": 6,
        "count": 3,
        "mean": 3.0,
    }
