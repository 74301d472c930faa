import math
import warnings


class Stack:
    def __init__(self, items=()):
        self.items = list(items)

    def push(self, x):
        self.items.append(x)

    def pop(self):
        return self.items.pop()

    def peek(self):
        return self.items[-1]

    def __len__(self):
        return len(self.items)

    def __contains__(self, x):
        return x in self.items

    def __str__(self):
        return "Stack: " + " ".join(map(str, self.items))

    def __repr__(self):
        return f"Stack({self.items})"


def area(r):
    return math.pi * r * r


def set_of_divisors(n):
    return [d for d in range(1, n + 1) if n % d == 0]


def tally(text):
    return {c: text.count(c) for c in text}


def clamp(x, low, high):
    clamped = max(low, min(x, high))
    return clamped, clamped != x


def word_lengths(text):
    return tuple(len(word) for word in text.split())


def sort_words(text):
    return "\n".join(sorted(text.split()))


def initials(name):
    return "".join(f"{part[0].upper()}." for part in name.split())


def roman(n):
    return ["", "I", "II", "III", "IV", "V"][n]


def median(values):
    return sorted(values)[len(values) // 2]


def is_prime(n):
    return n > 1 and all(n % d for d in range(2, n))


def letter_grade(points):
    for least, letter in ((90, "A"), (80, "B"), (70, "C"), (60, "D")):
        if points >= least:
            return letter
    return "F"


def overlap(a, b):
    return any(x in b for x in a)


def gcd(a, b):
    return math.gcd(a, b)


def divide(a, b):
    if b == 0:
        raise ValueError(f"{a} by zero")
    return a / b


def warn_old():
    warnings.warn("old", DeprecationWarning)


def classify(values):
    return {
        "positive": [v for v in values if v > 0],
        "negative": [v for v in values if v < 0],
        "zero": [v for v in values if v == 0],
    }


def normalise(values):
    most = max(values)
    for i in range(len(values)):
        values[i] /= most


class BankError(KeyError):
    code = 404


class Account:
    def __init__(self, owner, rate):
        self.owner, self.rate, self.balance = owner, rate, 0

    def deposit(self, amount):
        self.balance += amount

    def interest(self):
        return self.balance * self.rate

    def __eq__(self, other):
        return (self.owner, self.balance) == (other.owner, other.balance)


class Bank:
    def __init__(self, rates):
        self.rates = rates

    def rate(self, kind):
        if kind not in self.rates:
            raise BankError(kind)
        return self.rates[kind]

    def open(self, owner, kind):
        return Account(owner, self.rate(kind))


class Queue:
    def __init__(self, limit=None):
        self.limit, self.items = limit, []

    def put(self, x):
        if self.limit is not None and len(self.items) >= self.limit:
            raise OverflowError("full")
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
            raise ValueError(f"{student.name} is enrolled")
        self.students.append(student)

    def best(self):
        return max(self.students, key=lambda student: student.grade)

    def passed(self):
        return [student for student in self.students if student.grade >= 6]


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
        self.closed = True


class Shape:
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2

    async def slowly(self):
        return self.area()
