"""Exact and unusual numbers."""

from decimal import Decimal
from fractions import Fraction


def to_cents(text):
    return round(float(text), 2)


def invoice(prices, rate):
    net = float(sum(prices))
    return {"net": net, "tax": net * float(rate), "gross": net * (1 + float(rate))}


def harmonic(n):
    return sum(1 / i for i in range(1, n + 1))


def simplify(numerator, denominator):
    return (numerator, denominator)


def continued(fraction):
    return [fraction.numerator // fraction.denominator]


def egyptian(fraction):
    return [Fraction(1, fraction.denominator)] * fraction.numerator


def solve_quadratic(a, b, c):
    root = (b * b - 4 * a * c) ** 0.5
    return (-b + root) / (2 * a), (-b - root) / (2 * a)


def conjugates(numbers):
    return {z: -z for z in numbers}


def big(n):
    return int(2.0**n) + 1


def average(values):
    return float(sum(values)) / len(values)


def special():
    return {"inf": Decimal("Infinity"), "-inf": Decimal("-Infinity"), "nan": None, "minus zero": 0.0}
