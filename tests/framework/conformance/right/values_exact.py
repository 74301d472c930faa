"""Exact and unusual numbers."""

import cmath
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def to_cents(text):
    return Decimal(text).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def invoice(prices, rate):
    net = sum(prices, Decimal(0))
    return {"net": net, "tax": to_cents(net * rate), "gross": to_cents(net * (1 + rate))}


def harmonic(n):
    return sum((Fraction(1, i) for i in range(1, n + 1)), Fraction(0))


def simplify(numerator, denominator):
    return Fraction(numerator, denominator)


def continued(fraction):
    terms = []
    while True:
        whole = fraction.numerator // fraction.denominator
        terms.append(whole)
        fraction -= whole
        if fraction == 0:
            return terms
        fraction = 1 / fraction


def egyptian(fraction):
    parts = []
    while fraction:
        unit = Fraction(1, -(-fraction.denominator // fraction.numerator))
        parts.append(unit)
        fraction -= unit
    return parts


def solve_quadratic(a, b, c):
    root = cmath.sqrt(b * b - 4 * a * c)
    return (-b + root) / (2 * a), (-b - root) / (2 * a)


def conjugates(numbers):
    return {z: z.conjugate() for z in numbers}


def big(n):
    return 2**n


def average(values):
    return sum(values) / len(values)


def special():
    return {"inf": float("inf"), "-inf": float("-inf"), "nan": float("nan"), "minus zero": -0.0}
