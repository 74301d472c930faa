"""Functions, objects and files handed in, in an assignment without a reference."""

import random


def apply(f, xs):
    return [f(x) for x in xs]


def call_until(f, wanted):
    count = 1
    while f() != wanted:
        count += 1
    return count


def memoize(f):
    known = {}

    def remembered(x):
        if x not in known:
            known[x] = f(x)
        return known[x]

    return remembered


def visit(tree, action):
    if tree:
        value, *children = tree
        action(value)
        for child in children:
            visit(child, action)


class Subject:
    def __init__(self):
        self.observers = []

    def attach(self, observer):
        self.observers.append(observer)

    def notify(self, value):
        for observer in self.observers:
            observer.update(value)


def helper(x):
    return x + 1


def use_helper(x):
    return helper(x) * 10


def roll():
    return random.randint(1, 6)


def hello(name):
    print(f"Hello, {name}!")


def ask():
    return input("Name? ")


def count_lines(path):
    with open(path) as file:
        return len(file.readlines())


def save(path, text):
    with open(path, "w") as file:
        file.write(text)


def rows_of(file):
    return [line.split() for line in file]


def guarded(task):
    try:
        return task()
    except ValueError as error:
        return f"bad: {error}"


def scale(array, factor):
    array *= factor
