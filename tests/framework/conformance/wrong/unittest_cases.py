import math
import warnings


class Stack:
    def __init__(self, items=()):
        self._items = list(items)

    @property
    def items(self):
        return list(self._items)

    def push(self, x):
        self._items.append(x)
        return self

    def pop(self):
        return self._items.pop() if self._items else None

    def peek(self):
        return self._items.pop()

    def __len__(self):
        return len(self.items)

    def __contains__(self, x):
        return x in self.items

    def __str__(self):
        return "Stack: " + str(self.items)

    def __repr__(self):
        return "Stack " + ", ".join(self.items)


def area(r):
    return 3 * r * r


def set_of_divisors(n):
    return [d for d in range(1, n) if n % d == 0]


def tally(text):
    return [(c, text.count(c)) for c in text]


def clamp(x, low, high):
    clamped = max(low, min(x, high))
    return [clamped, clamped != x]


def word_lengths(text):
    return tuple(len(word) for word in text.split())


def sort_words(text):
    return "\n".join(sorted(text.split()))


def initials(name):
    return "".join(f"{part[0]}." for part in name.split())


def roman(n):
    return ["", "I", "II", "III", "IIII", "V"][n]


def median(values):
    values.sort()
    return values[len(values) // 2]


def is_prime(n):
    return all(n % d for d in range(2, n))


def letter_grade(points):
    for least, letter in ((90, "A"), (80, "B"), (70, "C"), (60, "D")):
        if points >= least:
            return letter
    return "F"


def overlap(a, b):
    return [x for x in a if x in b]


def gcd(a, b):
    return math.gcd(a, b)


def divide(a, b):
    if b == 0:
        return float("inf")
    return a / b


def warn_old():
    warnings.warn("old", FutureWarning)


def classify(values):
    return {
        "positive": [v for v in values if v > 0],
        "negative": [v for v in values if v < 0],
        "zero": [v for v in values if v == 0],
    }


def normalise(values):
    most = max(values)
    values = [value / most for value in values]


class BankError(Exception):
    code = 403


class Account:
    def __init__(self, owner, rate):
        self.owner, self.rate, self.balance = owner, rate, 0

    def deposit(self, amount):
        self.balance += amount

    def interest(self):
        return self.balance * self.rate


class Bank:
    def __init__(self, rates):
        self.rates = rates

    def rate(self, kind):
        if kind not in self.rates:
            raise BankError(kind)
        return 100 * self.rates[kind]

    def open(self, owner, kind):
        return Account(owner, self.rate(kind))


class Queue:
    def __init__(self, limit=None):
        self.limit, self.items = limit, []

    def put(self, x):

        self.items.append(x)

    def get(self):
        return self.items.pop(0)

    def __len__(self):
        return len(self.items)


class Student:
    def __init__(self, name, grade):
        self.name, self.grade = name, grade


class Course:
    def __init__(self, title):
        self.title, self.students = title, []

    def enrol(self, student):
        if student in self.students:
            return
        self.students.insert(0, student)

    def best(self):
        return max(self.students, key=lambda student: student.grade)

    def passed(self):
        return [student for student in self.students if student.grade >= 5]


class Tokenizer:
    def __init__(self, text):
        self.text, self.closed = text, False

    def tokens(self):
        return self.text.split()

    def __iter__(self):
        return iter(self.tokens())

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass


class Shape:
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2

    async def slowly(self):
        return self.side
