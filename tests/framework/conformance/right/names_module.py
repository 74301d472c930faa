"""Names that the suite looks for."""

import functools
import math
import types

__all__ = ["greet", "mean", "Shape"]
__version__ = "1.0"
__author__ = "someone"

GREETING = "hello"
PRIMES = [2, 3, 5, 7]
SIZES = (1, 2, 3)
LIMIT = 10
LOG = []
NOTHING = None
ran_as_script = False


def required():
    return 1


def mean(values):
    """Return the mean.

    Of any numbers.
    """
    return sum(values) / len(values)


def total(values):
    """Return the total."""
    return sum(values)


def greet(name: str) -> str:
    """Return a greeting."""
    return f"{GREETING} {name}"


def fact(n):
    """Return the factorial of n."""
    return 1 if n == 0 else n * fact(n - 1)


def power(x, n=2, *, scale=1):
    """Return x to the n."""
    return scale * x**n


def optional():
    return True


def set_limit(value):
    global LIMIT
    LIMIT = value


def get_limit():
    return LIMIT


def note(text):
    LOG.append(text)


def notes():
    return list(LOG)


def counted():
    counted.calls += 1


counted.calls = 0


def count_up(n):
    yield from range(n)


double = lambda x: 2 * x
tools = types.SimpleNamespace(twice=lambda x: 2 * x)


def log(function):
    @functools.wraps(function)
    def wrapper(*args):
        LOG.append(function.__name__)
        return function(*args)

    return wrapper


@log
def logged(x):
    return x + 1


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


class Shape:
    def __init__(self, sides):
        self.sides = sides

    def scaled(self, k):
        return self.sides * k


if __name__ == "__main__":
    ran_as_script = True
    print(math.pi)
