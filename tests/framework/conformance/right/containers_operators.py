import copy
from collections import Counter, deque


def words(text):
    return text.split()


def tags():
    return {"x", "y"}


def frozen(values):
    return frozenset(values)


def histogram(text):
    return Counter(text)


def by_grade(pairs):
    table = {}
    for name, grade in pairs:
        table.setdefault(grade, []).append(name)
    return table


def all_pairs(values):
    return [[a, b] for i, a in enumerate(values) for b in values[i + 1 :]]


def shared_pair():
    inner = []
    return inner, inner


def same(x):
    return x


def double_all(table):
    for values in table.values():
        for i, value in enumerate(values):
            values[i] = 2 * value


def push_both(lists, x):
    for values in lists:
        values.append(x)


def add_one_to_all(rows):
    for row in rows:
        row["n"] += 1


def drop_first(lists):
    del lists[0][0]


def keep(a, b):
    a.append("kept")
    b.append("kept")
    return len(a)


def swap_rows(matrix, i, j):
    matrix[i], matrix[j] = matrix[j], matrix[i]


def fresh_matrix(n, m):
    return [[0] * m for _ in range(n)]


def attach(parent, child):
    parent["child"] = child


def pop_last(stack):
    return stack.pop()


def head(d):
    return d.popleft()


def update_all(table, value):
    for key in table:
        table[key] = value


def empty_like(x):
    return type(x)()


def self_containing():
    loop = []
    loop.append(loop)
    return loop


def big_list(n):
    return list(range(n))


def big_table(n):
    return [[i * j for j in range(n)] for i in range(n)]


def tree(depth):
    return [tree(depth - 1)] if depth else []


def ranking(scores):
    return sorted(scores.items(), key=lambda item: -item[1])


def links():
    a, b = {}, {}
    a["next"], b["next"] = b, a
    return a, b


def steps(values):
    values = list(values)
    result = [list(values)]
    for i in range(len(values)):
        for j in range(len(values) - 1 - i):
            if values[j] > values[j + 1]:
                values[j], values[j + 1] = values[j + 1], values[j]
                result.append(list(values))
    return result


class Book:
    def __init__(self, title, year):
        self.title, self.year = title, year


class Library:
    def __init__(self, books=None):
        self.books = [] if books is None else books

    def add(self, title, year):
        self.books.append(Book(title, year))

    def oldest(self):
        return min(self.books, key=lambda book: book.year)

    def titles(self):
        return [book.title for book in self.books]

    def index(self):
        return {book.title: book for book in self.books}


class Board:
    def __init__(self, n):
        self.cells = [[None] * n for _ in range(n)]

    def at(self, i, j):
        return self.cells[i][j]

    def row(self, i):
        return self.cells[i]

    def column(self, j):
        return [row[j] for row in self.cells]

    def copy(self):
        return copy.deepcopy(self)


class Buffer:
    def __init__(self):
        self.data = bytearray()

    def text(self):
        return self.data.decode()


class Ring:
    def __init__(self, n):
        self.items = deque(maxlen=n)

    def listed(self):
        return list(self.items)


class History:
    def __init__(self):
        self.seen, self.log = set(), []

    def knows(self, x):
        return x in self.seen

    def forget(self, x):
        self.seen.discard(x)

    def fail(self):
        self.log.append("before")
        raise ValueError("failed")
