import functools
import math
import types

__all__ = ["greet", "average", "Shape"]
__version__ = "0.9"
__author__ = "someone"

GREETING = "hello"
PRIMES = [2, 3, 5, 7]
SIZES = [1, 2, 3]
LIMIT = 10
LOG = []

ran_as_script = False


def mean(values):
    # Return the mean.
    return sum(values) / len(values)


def total(values):

    return sum(values)


def greet(name):
    return f"{GREETING} {name}"


def fact(n):
    """Return the factorial of n."""
    result = 1
    for i in range(1, n + 1):
        result *= i
    return result


def power(base, n=3, scale=1):
    """Return x to the n."""
    return scale * x**n


def optional():
    return True


def set_limit(value):
    LIMIT = value


def get_limit():
    return 10


def note(text):
    global LOG
    LOG = LOG + [text]


def notes():
    return sorted(LOG, reverse=True)


def counted():
    pass


counted.calls = 0


def count_up(n):
    return list(range(n))


def double(x):
    return 2 * x


tools = types.SimpleNamespace(twice=lambda x: 2 * x)


def log(function):
    def wrapper(*args):
        LOG.append(function.__name__)
        return function(*args)

    return wrapper


@log
def logged(x):
    return x + 1


@functools.lru_cache(maxsize=2)
def fib(n):
    fib.cache_clear()
    return n if n < 2 else fib(n - 1) + fib(n - 2)


class Shape:
    def __init__(self, sides):
        self.n = sorted([sides])[0]

    def scaled(self, k):
        return self.n * k


if __name__ == "__main__":
    ran_as_script = True
    print(math.pi)
