import math

import numpy as np
import pytest
from callbacks_numeric import (
    bisect,
    derivative,
    descend_in_place,
    euler,
    fixed_point,
    gradient_descent,
    jacobian,
    monte_carlo,
    newton,
    numerical_gradient,
    tabulate,
    trapezoid,
)


def test_bisect_finds_root_of_lambda():
    assert bisect(lambda x: x * x - 2, 0, 2) == pytest.approx(math.sqrt(2), abs=1e-8)


def test_bisect_with_library_function():
    assert bisect(math.cos, 0, 3) == pytest.approx(math.pi / 2, abs=1e-8)


def test_bisect_needs_a_change_of_sign():
    with pytest.raises(ValueError, match="sign"):
        bisect(lambda x: x * x + 1, -1, 1)


def test_newton():
    def f(x):
        return x**3 - 8

    def df(x):
        return 3 * x**2

    assert newton(f, df, 3.0) == pytest.approx(2.0)


def test_newton_calls_both_functions_once_a_step():
    calls = {"f": 0, "df": 0}

    def f(x):
        calls["f"] += 1
        return x - 1

    def df(x):
        calls["df"] += 1
        return 1.0

    newton(f, df, 5.0, steps=4)
    assert calls == {"f": 4, "df": 4}


@pytest.mark.parametrize("f, expected", [(math.sin, 2.0), (math.exp, math.exp(math.pi) - 1), (lambda x: 1.0, math.pi)])
def test_trapezoid(f, expected):
    assert trapezoid(f, 0, math.pi, 1000) == pytest.approx(expected, rel=1e-4)


def test_derivative_returns_a_function():
    slope = derivative(lambda x: x**2)
    assert slope(3.0) == pytest.approx(6.0, rel=1e-4)


def test_numerical_gradient_of_a_quadratic():
    A = np.array([[2.0, 0.5], [0.5, 1.0]])
    x = np.array([1.0, -2.0])
    expected = 2 * A @ x
    np.testing.assert_allclose(numerical_gradient(lambda v: v @ A @ v, x), expected, rtol=1e-5)


def test_numerical_gradient_sees_entries_changed_between_calls():
    seen = []

    def f(w):
        seen.append(w.copy())
        return w.sum()

    numerical_gradient(f, np.zeros(2), h=0.5)
    assert len(seen) == 4
    np.testing.assert_allclose(seen[0], [0.5, 0.0])
    np.testing.assert_allclose(seen[3], [0.0, -0.5])


def test_numerical_gradient_puts_x_back():
    x = np.ones((2, 3))
    numerical_gradient(lambda v: (v**2).sum(), x)
    np.testing.assert_array_equal(x, np.ones((2, 3)))


def test_numerical_gradient_of_a_function_that_closes_over_the_array():
    W = np.array([[1.0, 2.0], [3.0, 4.0]])
    x = np.array([1.0, 1.0])
    gradient = numerical_gradient(lambda _: (W @ x).sum(), W)
    np.testing.assert_allclose(gradient, np.ones((2, 2)), rtol=1e-6)


def test_gradient_descent_finds_the_minimum():
    target = np.array([3.0, -1.0])
    np.testing.assert_allclose(gradient_descent(lambda x: 2 * (x - target), [0.0, 0.0]), target, atol=1e-6)


def test_descend_changes_the_array_that_is_handed_in():
    x = np.array([4.0, 4.0])
    descend_in_place(lambda v: v, x, rate=0.5, steps=2)
    np.testing.assert_allclose(x, [1.0, 1.0])


def test_descend_reports_each_step():
    losses = []
    descend_in_place(lambda v: 2 * v, np.array([1.0]), 0.1, 5, callback=lambda step, v: losses.append((step, float(v[0] ** 2))))
    assert [step for step, _ in losses] == [0, 1, 2, 3, 4]
    assert all(a > b for (_, a), (_, b) in zip(losses, losses[1:]))


def test_euler_for_decay():
    ys = euler(lambda t, y: -y, 1.0, 1.0, 1000)
    assert len(ys) == 1001
    assert ys[-1] == pytest.approx(math.exp(-1), rel=1e-3)


def test_euler_with_a_vector():
    ys = euler(lambda t, y: np.array([y[1], -y[0]]), np.array([0.0, 1.0]), math.pi / 2, 2000)
    np.testing.assert_allclose(ys[-1], [1.0, 0.0], atol=2e-3)


def test_fixed_point_of_cosine():
    x, count = fixed_point(math.cos, 1.0)
    assert x == pytest.approx(0.7390851332)
    assert 10 < count < 100


def test_fixed_point_counts_from_one():
    assert fixed_point(lambda x: 7.0, 7.0) == (7.0, 1)


def test_fixed_point_gives_up():
    with pytest.raises(RuntimeError, match="20"):
        fixed_point(lambda x: -x, 1.0, most=20)


def test_tabulate():
    assert tabulate(lambda x: x * x, range(4)) == [(0, 0), (1, 1), (2, 4), (3, 9)]


def test_monte_carlo_with_an_iterator_as_source():
    numbers = iter([1.0, 2.0, 3.0, 4.0])
    assert monte_carlo(lambda x: x * x, lambda: next(numbers), 4) == 7.5


def test_jacobian():
    def f(v):
        return np.array([v[0] * v[1], v[0] + v[1], v[1] ** 2])

    np.testing.assert_allclose(jacobian(f, np.array([2.0, 3.0])), [[3, 2], [1, 1], [0, 6]], atol=1e-5)
