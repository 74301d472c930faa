"""Named tuples, data classes, enums and nested records."""

import enum
from collections import namedtuple
from dataclasses import dataclass, field, replace
from typing import NamedTuple

Point = namedtuple("Point", ["x", "y"])


class Student(NamedTuple):
    name: str
    grade: int = 0


@dataclass(order=True)
class Version:
    major: int
    minor: int = 0


@dataclass(frozen=True)
class Money:
    amount: int
    currency: str = "EUR"

    def __add__(self, other):
        if self.currency != other.currency:
            raise ValueError("different currencies")
        return replace(self, amount=self.amount + other.amount)


@dataclass
class Order:
    number: int
    lines: list = field(default_factory=list)
    total: Money = field(default=Money(0))

    def add(self, name, price):
        self.lines.append((name, price))
        self.total = self.total + Money(price)


class Color(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 3

    @property
    def initial(self):
        return self.name[0]


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 3


class Permission(enum.Flag):
    READ = enum.auto()
    WRITE = enum.auto()


class Suit(str, enum.Enum):
    HEARTS = "hearts"
    SPADES = "spades"


def midpoint(p, q):
    return Point((p.x + q.x) / 2, (p.y + q.y) / 2)


def best(students):
    return max(students, key=lambda student: student.grade)


def latest(versions):
    return max(versions)


def mix(first, second):
    return next(color for color in Color if color not in (first, second))


def count_colors(colors):
    counts = dict.fromkeys(Color, 0)
    for color in colors:
        counts[color] += 1
    return counts


def allowed(permissions):
    return Permission.WRITE in permissions


def parse_color(text):
    try:
        return Color[text.upper()]
    except KeyError:
        raise ValueError(f"{text} is no color") from None


def report(orders):
    return {
        "orders": [{"number": order.number, "names": tuple(name for name, _ in order.lines)} for order in orders],
        "totals": {order.number: order.total for order in orders},
    }
