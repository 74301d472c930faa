import copy
import functools
import math
from collections import Counter


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return Vector(self.x + other.x, self.y + other.y)

    def __iadd__(self, other):
        self.x += other.x
        self.y += other.y
        return self

    def __sub__(self, other):
        return self + -other

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __abs__(self):
        return math.hypot(self.x, self.y)

    def __bool__(self):
        return bool(self.x or self.y)

    def __eq__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return (self.x, self.y) == (other.x, other.y)

    def __hash__(self):
        return hash((self.x, self.y))

    def __iter__(self):
        yield self.x
        yield self.y

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"

    def __str__(self):
        return f"<{self.x}, {self.y}>"


@functools.total_ordering
class Version:
    def __init__(self, text):
        self.parts = tuple(int(part) for part in text.split("."))

    def __eq__(self, other):
        return isinstance(other, Version) and self.parts == other.parts

    def __lt__(self, other):
        if not isinstance(other, Version):
            return NotImplemented
        return self.parts < other.parts

    def __hash__(self):
        return hash(self.parts)

    def __str__(self):
        return ".".join(map(str, self.parts))


class Word:
    class Text(str):
        def is_palindrome(self):
            return self.lower() == self.lower()[::-1]

    def __init__(self, text):
        self.text = text


class Fraction:
    def __init__(self, a, b):
        if b == 0:
            raise ZeroDivisionError("a fraction over 0")
        d = math.gcd(a, b)
        self.a, self.b = a // d, b // d

    @staticmethod
    def of(x):
        return x if isinstance(x, Fraction) else Fraction(x, 1)

    def __add__(self, other):
        other = Fraction.of(other)
        return Fraction(self.a * other.b + other.a * self.b, self.b * other.b)

    __radd__ = __add__

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
        return self.a // self.b

    def __round__(self, n=0):
        return round(self.a / self.b, n)

    def __floor__(self):
        return self.a // self.b


class Money:
    def __init__(self, amount):
        self.amount = amount

    def __format__(self, spec):
        return format(self.amount, spec) + " EUR"

    def __eq__(self, other):
        return self.amount == other.amount

    def __floordiv__(self, n):
        return Money(self.amount // n)

    def __mod__(self, n):
        return Money(self.amount % n)

    def __divmod__(self, n):
        return self // n, self % n

    def __lshift__(self, n):
        return Money(self.amount << n)

    def __and__(self, other):
        return Money(self.amount & other.amount)


class Bag:
    __hash__ = None

    def __init__(self, items=()):
        self.counts = Counter(items)
        self.tags = []

    def __len__(self):
        return sum(self.counts.values())

    def __contains__(self, item):
        return self.counts[item] > 0

    def __iter__(self):
        return self.counts.elements()

    def __getitem__(self, item):
        return self.counts[item]

    def __setitem__(self, item, n):
        self.counts[item] = n

    def __delitem__(self, item):
        del self.counts[item]

    def __eq__(self, other):
        return self.counts == other.counts

    def __or__(self, other):
        return Bag([*self, *other])


class Grid:
    def __init__(self, rows, columns):
        self.cells = [[0] * columns for _ in range(rows)]
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
        return self.a <= x < self.b


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return CountdownIterator(self.n)

    def __reversed__(self):
        return iter(range(1, self.n + 1))


class CountdownIterator:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n + 1


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
        self.log.append(f"exit {kind.__name__}" if kind else "exit")
        return False


class Polynomial:
    def __init__(self, coefficients):
        self.coefficients = list(coefficients)
        while len(self.coefficients) > 1 and self.coefficients[-1] == 0:
            self.coefficients.pop()

    def __call__(self, x):
        return sum(c * x**i for i, c in enumerate(self.coefficients))

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
        return Polynomial([i * c for i, c in enumerate(self.coefficients)][1:])

    def __str__(self):
        names = {0: "", 1: "x"}
        terms = [f"{c}{names.get(i, f'x^{i}')}" for i, c in enumerate(self.coefficients) if c]
        return " + ".join(reversed(terms))


class Settings:
    def __init__(self, **values):
        self.__dict__["values"] = values

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self.values.get(name)

    def __setattr__(self, name, value):
        self.values[name] = value

    def __len__(self):
        return len(self.values)


class Lazy:
    def __init__(self):
        self.calls = 0

    @functools.cached_property
    def value(self):
        self.calls += 1
        return 42


class Clock:
    def __init__(self, hour):
        self.hour = hour % 24

    def __iadd__(self, hours):
        self.hour = (self.hour + hours) % 24
        return self

    def __eq__(self, other):
        return self.hour == other.hour

    def __index__(self):
        return self.hour
