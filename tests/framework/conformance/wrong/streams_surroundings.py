"""Functions that look around: environment, recursion, current folder, doctests."""

import os
import sys


def average(numbers):
    """Return the mean.

    >>> average([1, 2, 3])
    2.0
    >>> average([])
    0
    """
    return sum(numbers) // len(numbers)


def shout(text):
    return text.upper() + "!"


def depth(n):
    count = 0
    while n:
        n -= 1
        count += 1
    return count


def settings(defaults):
    return dict(defaults)


def remember(name, value):
    return {name: value}


def where():
    return os.path.dirname(__file__)


def main(argv=None):
    argv = argv or sys.argv
    print(f"Hello {argv[0]}")
    return 0


def stop(code=None):
    raise RuntimeError("stop")
