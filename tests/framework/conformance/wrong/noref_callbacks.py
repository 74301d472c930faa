"""Functions, objects and files handed in, in an assignment without a reference."""

import random


def apply(f, xs):
    return [f(x) for x in reversed(xs)]


def call_until(f, wanted):
    count = 0
    while f() != wanted:
        count += 1
    return count


def memoize(f):
    return f


def visit(tree, action):
    if tree:
        value, *children = tree
        for child in children:
            visit(child, action)
        action(value)


class Subject:
    def __init__(self):
        self.observers = []

    def attach(self, observer):
        self.observers = [observer]

    def notify(self, value):
        for observer in self.observers:
            observer.update(value)


def helper(x):
    return x + 1


def use_helper(x):
    return (x + 1) * 10


def roll():
    return random.choice([1, 2, 3, 4, 5, 6])


def hello(name):
    return f"Hello, {name}!"


def ask():
    return input()


def count_lines(path):
    return len(path)


def save(path, text):
    with open(path, "a") as file:
        file.write(text + "\n")


def rows_of(file):
    return file.read().split()


def guarded(task):
    return task()


def scale(array, factor):
    return array * factor
