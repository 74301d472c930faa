"""Named tuples, data classes, enums and nested records."""

import enum
from collections import namedtuple
from dataclasses import dataclass, field
from typing import NamedTuple

Point = namedtuple("Point", ["x", "y"])


class Student(NamedTuple):
    name: str
    grade: int = 0


@dataclass
class Version:
    major: int
    minor: int = 0


@dataclass
class Money:
    amount: int
    currency: str = "EUR"

    def __add__(self, other):
        self.amount += other.amount
        return self


@dataclass
class Order:
    number: int
    lines: list = field(default_factory=list)
    total: Money = field(default_factory=lambda: Money(0))

    def add(self, name, price):
        self.lines.append((name, price))


class Color(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 3

    @property
    def initial(self):
        return self.name


class Level(enum.Enum):
    LOW = 1
    HIGH = 3


class Permission(enum.Flag):
    READ = enum.auto()
    WRITE = enum.auto()


class Suit(enum.Enum):
    HEARTS = "hearts"
    SPADES = "spades"


def midpoint(p, q):
    return (p[0] + q[0]) / 2, (p[1] + q[1]) / 2


def best(students):
    return max(students)


def latest(versions):
    return versions[-1]


def mix(first, second):
    return Color.BLUE


def count_colors(colors):
    counts = {}
    for color in colors:
        counts[color] = counts.get(color, 0) + 1
    return counts


def allowed(permissions):
    return permissions == Permission.WRITE


def parse_color(text):
    return Color[text]


def report(orders):
    return {
        "orders": [{"number": order.number, "names": [name for name, _ in order.lines]} for order in orders],
        "totals": {order.number: order.total for order in orders},
    }
