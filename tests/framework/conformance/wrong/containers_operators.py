import copy
from collections import Counter, deque


def words(text):
    return tuple(text.split())


def tags():
    return ["x", "y"]


def frozen(values):
    return set(values)


def histogram(text):
    return dict(Counter(text))


def by_grade(pairs):
    table = {}
    for name, grade in pairs:
        table[grade] = name
    return table


def all_pairs(values):
    return [(a, b) for i, a in enumerate(values) for b in values[i + 1 :]]


def shared_pair():
    inner = []
    return inner, list(inner)


def same(x):
    return x.copy()


def double_all(table):
    for key, values in table.items():
        table[key] = [2 * value for value in values]


def push_both(lists, x):
    lists = [values + [x] for values in lists]


def add_one_to_all(rows):
    rows[:] = [{"n": row["n"] + 1} for row in rows[:1]]


def drop_first(lists):
    lists[0] = lists[0][1:]


def keep(a, b):
    a = a + ["kept"]
    b.append("kept")
    return len(a)


def swap_rows(matrix, i, j):
    matrix[i], matrix[j] = list(matrix[j]), list(matrix[i])


def fresh_matrix(n, m):
    return [[0] * m] * n


def attach(parent, child):
    parent["child"] = dict(child)


def pop_last(stack):
    return stack[-1]


def head(d):
    return d.pop()


def update_all(table, value):
    table = dict.fromkeys(table, value)


def empty_like(x):
    return []


def self_containing():
    loop = []
    loop.append(list(loop))
    return loop


def big_list(n):
    return list(range(1, n + 1))


def big_table(n):
    return [[i * j for j in range(n)] for i in range(n)]


def tree(depth):
    return [tree(depth - 1)] if depth else []


def ranking(scores):
    return sorted(scores.items(), key=lambda item: -item[1])


def links():
    a, b = {}, {}
    a["next"], b["next"] = b, dict(a)
    return a, b


def steps(values):
    values = list(values)
    result = [list(values)]
    for i in range(len(values)):
        for j in range(len(values) - 1 - i):
            if values[j] > values[j + 1]:
                values[j], values[j + 1] = values[j + 1], values[j]
                result.append(values)
    return result


class Book:
    def __init__(self, title, year):
        self.title, self.year = title, year


class Library:
    def __init__(self, books=None):
        self.books = [] if books is None else list(books)

    def add(self, title, year):
        self.books = self.books + [Book(title, year)]

    def oldest(self):
        return max(self.books, key=lambda book: book.year)

    def titles(self):
        return [book.title for book in self.books]

    def index(self):
        return {book.title: book for book in self.books}


class Board:
    def __init__(self, n):
        self.cells = [[None] * n] * n

    def at(self, i, j):
        return self.cells[i][j]

    def row(self, i):
        return list(self.cells[i])

    def column(self, j):
        return [row[j] for row in self.cells]

    def copy(self):
        return copy.copy(self)


class Buffer:
    def __init__(self):
        self.data = bytearray()

    def text(self):
        return self.data.decode()


class Ring:
    def __init__(self, n):
        self.items = deque()

    def listed(self):
        return list(self.items)


class History:
    def __init__(self):
        self.seen, self.log = set(), []

    def knows(self, x):
        return x in self.seen

    def forget(self, x):
        self.seen = {x}

    def fail(self):
        self.log = ["before"]
        raise ValueError("failed")
