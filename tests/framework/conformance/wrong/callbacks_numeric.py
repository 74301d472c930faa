"""Numerical methods that are given a function."""

import numpy as np


def bisect(f, a, b, tolerance=1e-10):
    while b - a > tolerance:
        middle = (a + b) / 2
        if f(a) * f(middle) <= 0:
            b = middle
        else:
            a = middle
    return (a + b) / 2


def newton(f, derivative, x, steps=50):
    for _ in range(steps):
        x = x - f(x) / derivative(x)
    return x


def trapezoid(f, a, b, n):
    h = (b - a) / n
    return h * sum(f(a + i * h) for i in range(n))


def derivative(f, h=1e-6):
    return lambda x: (f(x + h) - f(x)) / h * 2


def numerical_gradient(f, x, h=1e-5):
    """Change one entry of x at a time, in place, and put it back."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        below = f(x)
        gradient[index] = (above - below) / (2 * h)
    return gradient


def gradient_descent(gradient, start, rate=0.1, steps=100):
    x = np.array(start, dtype=float)
    for _ in range(steps):
        x += rate * gradient(x)
    return x


def descend_in_place(gradient, x, rate, steps, callback=None):
    for step in range(steps):
        x = x - rate * gradient(x)
        if callback is not None:
            callback(step, x)


def euler(f, y, t_end, n):
    h = t_end / n
    ys = [y]
    for i in range(n):
        y = y + h * f(i * h, y)
        ys.append(y)
    return ys


def fixed_point(f, x, tolerance=1e-12, most=1000):
    for count in range(most):
        new = f(x)
        if abs(new - x) < tolerance:
            return new, count
        x = new
    return None


def tabulate(f, xs):
    return [(x, f(x)) for x in xs]


def monte_carlo(f, sample, n):
    return f(sum(sample() for _ in range(n)) / n)


def jacobian(f, x, h=1e-6):
    columns = []
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        columns.append((f(x + step) - f(x - step)) / (2 * h))
    return np.stack(columns, axis=0)
