"""Functions that look around: environment, recursion, current folder, doctests."""

import os
import sys


def average(numbers):
    """Return the mean.

    >>> average([1, 2, 3])
    2.0
    >>> average([])
    Traceback (most recent call last):
        ...
    ValueError: no numbers
    """
    if not numbers:
        raise ValueError("no numbers")
    return sum(numbers) / len(numbers)


def shout(text):
    """Print in capitals.

    >>> shout("hi")
    HI!
    """
    print(text.upper() + "!")


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def settings(defaults):
    """Return the defaults, each replaced by the variable APP_NAME where that is set."""
    return {name: os.environ.get(f"APP_{name.upper()}", value) for name, value in defaults.items()}


def remember(name, value):
    os.environ[name] = value


def where():
    return os.getcwd()


def main(argv=None):
    argv = sys.argv[1:] if argv is None else argv
    if not argv:
        print("usage: prog NAME", file=sys.stderr)
        sys.exit(2)
    print(f"Hello {argv[0]}")
    return 0


def stop(code=None):
    sys.exit(code)
