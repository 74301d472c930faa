import enum
import json
from collections import UserDict, namedtuple
from dataclasses import asdict, dataclass, field
from typing import ClassVar, NamedTuple


@dataclass
class Point:
    x: float
    y: float


@dataclass
class Point3D(Point):
    z: float


@dataclass
class Segment:
    start: Point
    end: Point


@dataclass
class Item:
    name: str
    price: float
    tags: list = field(default_factory=list)


@dataclass(frozen=True)
class Config:
    lr: float
    epochs: int = 10

    def __post_init__(self):
        if self.epochs < 0:
            raise ValueError("epochs must not be negative")


@dataclass(order=True)
class Card:
    rank: int
    suit: str
    deck_size: ClassVar[int] = 52


class Deck:
    def __init__(self, cards):
        self.cards = cards

    @classmethod
    def of_suit(cls, suit):
        return cls([Card(rank, suit) for rank in range(1, 14)])

    def draw(self):
        return self.cards.pop()


def centroid(points):
    return Point(sum(p.x for p in points) / len(points), sum(p.y for p in points) / len(points))


def bounding_box(points):
    xs, ys = [p.x for p in points], [p.y for p in points]
    return Point(min(xs), min(ys)), Point(max(xs), max(ys))


class Colour(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


def next_colour(colour):
    return Colour(colour.value % 3 + 1)


class Priority(enum.IntEnum):
    LOW = 1
    MEDIUM = 2
    HIGH = 3


def highest(priorities):
    return max(priorities)


class Permission(enum.Flag):
    READ = 1
    WRITE = 2
    EXECUTE = 4


class Planet(enum.Enum):
    EARTH = (5.976e24, 6.378e6)
    JUPITER = (1.9e27, 7.149e7)

    def __init__(self, mass, radius):
        self.mass = mass
        self.radius = radius

    def weight(self, kilograms):
        return kilograms * 6.673e-11 * self.mass / self.radius**2


class Suit(str, enum.Enum):
    HEARTS = "hearts"
    CLUBS = "clubs"


Student = namedtuple("Student", ["name", "grade"])
Stats = namedtuple("Stats", "mean minimum maximum")


class Token(NamedTuple):
    kind: str
    value: object = None


def stats(values):
    return Stats(sum(values) / len(values), min(values), max(values))


def mean_grade(rows):
    return sum(row.grade for row in rows) / len(rows)


def area_code(entry):
    return f"{entry['code']:03d}"


class Person:
    name: str
    age: int

    def __init__(self, name, age):
        self.name = name
        self.age = age

    def is_adult(self):
        return self.age >= 18


def to_json(point):
    return json.dumps(asdict(point))


def parse_point(text):
    x, y = text.split(",")
    return Point(int(x), int(y))


class Drawing:
    KINDS = ["circle", "square"]

    class Shape:
        def __init__(self, kind):
            self.kind = kind


class Header:
    def __init__(self, magic, length):
        self.magic = magic
        self.length = length

    def __bytes__(self):
        return self.magic + bytes([self.length])


class Parser:
    handlers = {"int": int, "str": str}

    def parse(self, text):
        kind, _, value = text.partition(":")
        return self.handlers[kind](value)


class Inventory(UserDict):
    def __setitem__(self, key, value):
        super().__setitem__(key.lower(), value)

    def __getitem__(self, key):
        return super().__getitem__(key.lower())
