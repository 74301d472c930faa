import enum
import functools
from dataclasses import dataclass

LIMIT = 5
NAMES = ["a", "b"]


def mean(values, default=None):
    """The mean."""
    return sum(values) / len(values) if values else default


def sort_in_place(values):
    values.sort()


def count_words(text):
    return {word: text.split().count(word) for word in text.split()}


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __rmul__(self, k):
        return Vector(k * self.x, k * self.y)

    def __neg__(self):
        return -1 * self

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"


@functools.total_ordering
class Money:
    def __init__(self, amount):
        self.amount = amount

    def __eq__(self, other):
        return self.amount == other.amount

    def __lt__(self, other):
        return self.amount < other.amount

    def __str__(self):
        return f"{self.amount} EUR"


class Bag:
    def __init__(self, items):
        self.items = list(items)

    def __contains__(self, item):
        return item in self.items

    def __len__(self):
        return len(self.items)

    def __iter__(self):
        return iter(self.items)

    def __getitem__(self, i):
        return self.items[i]

    def __setitem__(self, i, item):
        self.items[i] = item

    def __delitem__(self, i):
        del self.items[i]

    def __call__(self, item):
        return self.items.count(item)


class Old:
    def __getitem__(self, i):
        if i > 2:
            raise IndexError
        return 10 * i


class Gate:
    open = False

    def __enter__(self):
        self.open = True
        return self

    def __exit__(self, *exception):
        self.open = False


@dataclass(frozen=True)
class Point:
    x: int
    y: int


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Temperature:
    def __init__(self, celsius):
        self.celsius = celsius

    @property
    def fahrenheit(self):
        return self.celsius * 9 / 5 + 32

    @classmethod
    def boiling(cls):
        return cls(100)

    @staticmethod
    def valid(celsius):
        return celsius >= -273.15


class Overdrawn(ValueError):
    def __init__(self, missing):
        super().__init__(f"{missing} is missing")
        self.missing = missing


def withdraw(balance, amount):
    if amount > balance:
        raise Overdrawn(amount - balance)
    return balance - amount


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next

    def total(self):
        return self.value + (self.next.total() if self.next else 0)


class Stack:
    def __init__(self):
        self.items = []

    def push(self, x):
        self.items.append(x)

    def pop(self):
        return self.items.pop()


def adder(n):
    def add(x):
        return x + n

    return add


def apply(function, values):
    return [function(value) for value in values]
