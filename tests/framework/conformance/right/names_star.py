import functools
import math
from collections import Counter
from math import sqrt

RATE = 0.25
LIMIT: int = 7
LOW, HIGH = 1, 100
FIRST = SECOND = object()
if RATE < 1:
    MODE = "fast"
else:
    MODE = "slow"
TABLE = {}
for number in range(5):
    TABLE[number] = number**2
try:
    import no_such_backend as BACKEND
except ImportError:
    BACKEND = "none"
if (SIZE := len("abc")) > 2:
    _hidden = SIZE
try:
    1 / 0
except ZeroDivisionError as error:
    CAUGHT = str(error)
WORDS = ["a"]
WORDS += ["b"]


def add(a, b):
    return a + b


class Parent:
    def name(self):
        return type(self).__name__.lower()


class Child(Parent):
    pass


def loud(function):
    @functools.wraps(function)
    def wrapper(text):
        return function(text).upper() + "!"

    return wrapper


@loud
def shout(text):
    return text


assert math.pi and Counter and sqrt
