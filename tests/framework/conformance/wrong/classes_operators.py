import copy
import functools
import math
from collections import Counter


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        if isinstance(other, str):
            return Vector(self.x, self.y)
        self.x += other.x
        self.y += other.y
        return Vector(self.x, self.y)

    def __sub__(self, other):
        return self + -other

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __abs__(self):
        return math.hypot(self.x, self.y)

    def __bool__(self):
        return bool(self.x and self.y)

    def __eq__(self, other):
        return tuple(self) == tuple(other if isinstance(other, (Vector, tuple)) else (other, other))

    def __hash__(self):
        return id(self)

    def __iter__(self):
        yield self.x
        yield self.y

    def __getitem__(self, i):
        return self.x if i == 0 else self.y

    def __repr__(self):
        return f"Vector(x={self.x}, y={self.y})"

    def __str__(self):
        return f"<{self.x}, {self.y}>"


@functools.total_ordering
class Version:
    def __init__(self, text):
        self.parts = tuple(text.split("."))

    def __eq__(self, other):
        return isinstance(other, Version) and self.parts == other.parts

    def __lt__(self, other):
        return self.parts < getattr(other, "parts", ("9",))

    def __hash__(self):
        return hash(self.parts)

    def __str__(self):
        return ".".join(map(str, self.parts))


class Word:
    class Text(str):
        def is_palindrome(self):
            return self == self[::-1]

    def __init__(self, text):
        self.text = text


class Fraction:
    def __init__(self, a, b):

        d = 1
        self.a, self.b = a // d, b // d

    @staticmethod
    def of(x):
        return x if isinstance(x, Fraction) else Fraction(x, 1)

    def __add__(self, other):
        other = Fraction.of(other)
        return Fraction(self.a * other.b + other.a * self.b, self.b * other.b)

    def __rsub__(self, other):
        other = Fraction.of(other)
        return Fraction(other.a * self.b - self.a * other.b, self.b * other.b)

    def __truediv__(self, other):
        return Fraction(self.a * other.b, self.b * other.a)

    def __pow__(self, n):
        return Fraction(self.a**n, self.b**n)

    def __eq__(self, other):
        other = Fraction.of(other)
        return (self.a, self.b) == (other.a, other.b)

    def __float__(self):
        return self.a / self.b

    def __int__(self):
        return round(self.a / self.b)

    def __round__(self, n=0):
        return round(self.a / self.b, n)

    def __floor__(self):
        return self.a // self.b


class Money:
    def __init__(self, amount):
        self.amount = amount

    def __format__(self, spec):
        return f"{self.amount} EUR"

    def __eq__(self, other):
        return self.amount == other.amount

    def __floordiv__(self, n):
        return Money(self.amount // n)

    def __mod__(self, n):
        return Money(self.amount % n)

    def __divmod__(self, n):
        return self % n, self // n

    def __lshift__(self, n):
        return Money(self.amount + n)

    def __and__(self, other):
        return Money(self.amount & other.amount)


class Bag:
    def __init__(self, items=()):
        self.counts = Counter(items)
        self.tags = ()

    def __len__(self):
        return len(self.counts)

    def __contains__(self, item):
        return self.counts[item] > 0

    def __iter__(self):
        return iter(set(self.counts))

    def __getitem__(self, item):
        return self.counts[item]

    def __setitem__(self, item, n):
        self.counts[item] = n

    def __delitem__(self, item):
        del self.counts[item]

    def __eq__(self, other):
        return list(self) == list(other)

    def __hash__(self):
        return 1

    def __or__(self, other):
        return Bag([*self, *other])


class Grid:
    def __init__(self, rows, columns):
        self.cells = [[0] * columns] * rows
        self.shape = (rows, columns)

    def __getitem__(self, key):
        if isinstance(key, tuple):
            i, j = key
            return self.cells[i][j]
        return self.cells[key]

    def __setitem__(self, key, value):
        i, j = key
        self.cells[i][j] = value


class Interval:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __contains__(self, x):
        return x in range(self.a, self.b + 1)


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return CountdownIterator(self.n)

    def __reversed__(self):
        return iter(range(self.n))


class CountdownIterator:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration
        return self.n


class Timer:
    def __init__(self):
        self.running = False
        self.log = []

    def __enter__(self):
        self.running = True
        self.log.append("enter")
        return self

    def __exit__(self, kind, value, traceback):
        self.running = False
        self.log.append("exit")
        return True


class Polynomial:
    def __init__(self, coefficients):
        self.coefficients = list(coefficients)
        while len(self.coefficients) > 1 and self.coefficients[-1] == 0:
            self.coefficients.pop()

    def __call__(self, x):
        return sum(c * x**i for i, c in enumerate(reversed(self.coefficients)))

    def __eq__(self, other):
        return self.coefficients == other.coefficients

    def __mul__(self, other):
        result = [0] * (len(self.coefficients) + len(other.coefficients) - 1)
        for i, a in enumerate(self.coefficients):
            for j, b in enumerate(other.coefficients):
                result[i + j] += a * b
        return Polynomial(result)

    def __sub__(self, other):
        n = max(len(self.coefficients), len(other.coefficients))
        a = self.coefficients + [0] * (n - len(self.coefficients))
        b = other.coefficients + [0] * (n - len(other.coefficients))
        return Polynomial([x - y for x, y in zip(a, b)])

    def derivative(self):
        for i in range(len(self.coefficients)):
            self.coefficients[i] *= i
        self.coefficients.pop(0)
        return self

    def __str__(self):
        names = {0: "", 1: "x"}
        terms = [f"{c}{names.get(i, f'x^{i}')}" for i, c in enumerate(self.coefficients) if c]
        return " + ".join(terms)


class Settings:
    def __init__(self, **values):
        self.__dict__["values"] = values

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self.values.get(name, 0)

    def __setattr__(self, name, value):
        self.values[name] = value

    def __len__(self):
        return len(self.values)


class Lazy:
    def __init__(self):
        self.calls = 0

    @property
    def value(self):
        self.calls += 1
        return 42


class Clock:
    def __init__(self, hour):
        self.hour = hour

    def __iadd__(self, hours):
        self.hour += hours
        return self

    def __eq__(self, other):
        return self.hour == other.hour

    def __index__(self):
        return self.hour
