"""The answer key: for any numbers, the right answers."""

import math
from fractions import Fraction


def answer_key(numbers):
    """Return the function `solve(given)` for a Neuron of questions.py.

    It returns the right answer to each question by its id. If `given` holds an answer to an earlier question, it
    continues from that answer. If the answer leads nowhere, it may raise ValueError or ArithmeticError.
    """

    def solve(given):
        w, x, b = numbers.w, numbers.x, numbers.b
        a = given.get("1.1a", Fraction(w[0] * x[0] + w[1] * x[1] + 10 * b, 100))
        z = given.get("1.1b", 1 / (1 + math.exp(-a)))
        return {
            "1.1a": a,
            "1.1b": z,
            "1.1c": -math.log(z),
            "1.2": tuple((z - 1) * entry / 10 for entry in x),
        }

    return solve
