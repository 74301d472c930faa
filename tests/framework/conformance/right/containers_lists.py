import random


def bubble_sort(a):
    for i in range(len(a)):
        for j in range(len(a) - 1 - i):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = a[j + 1], a[j]


def reverse_in_place(a):
    i, j = 0, len(a) - 1
    while i < j:
        a[i], a[j] = a[j], a[i]
        i, j = i + 1, j - 1


def quicksort(a, lo=0, hi=None):
    hi = len(a) - 1 if hi is None else hi
    if lo >= hi:
        return
    pivot = a[(lo + hi) // 2]
    i, j = lo, hi
    while i <= j:
        while a[i] < pivot:
            i += 1
        while a[j] > pivot:
            j -= 1
        if i <= j:
            a[i], a[j] = a[j], a[i]
            i, j = i + 1, j - 1
    quicksort(a, lo, j)
    quicksort(a, i, hi)


def merge(a, b):
    result, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if a[i] <= b[j]:
            result.append(a[i])
            i += 1
        else:
            result.append(b[j])
            j += 1
    return result + a[i:] + b[j:]


def second_largest(a):
    return sorted(a)[-2]


def dedupe(a):
    return list(dict.fromkeys(a))


def rotate(a, k):
    k %= len(a)
    a[:] = a[-k:] + a[:-k]


def remove_all(a, x):
    while x in a:
        a.remove(x)


def move_zeroes(a):
    zeroes = a.count(0)
    a[:] = [x for x in a if x != 0] + [0] * zeroes


def insert_sorted(a, x):
    i = 0
    while i < len(a) and a[i] < x:
        i += 1
    a.insert(i, x)


def swap(a, i, j):
    a[i], a[j] = a[j], a[i]


def append_all(target, items):
    for item in items:
        target.append(item)
    return target


def flatten(nested):
    result = []
    for item in nested:
        if isinstance(item, list):
            result.extend(flatten(item))
        else:
            result.append(item)
    return result


def interleave(a, b):
    result = []
    for i in range(max(len(a), len(b))):
        if i < len(a):
            result.append(a[i])
        if i < len(b):
            result.append(b[i])
    return result


def partition(a, limit):
    return [x for x in a if x < limit], [x for x in a if x >= limit]


def sort_by_length(words):
    return sorted(words, key=len)


def collect(x, into=None):
    into = [] if into is None else into
    into.append(x)
    return into


def shuffled(a, seed):
    copy = list(a)
    random.Random(seed).shuffle(copy)
    return copy


def extend_twice(a):
    a.extend(a)


class Stack:
    def __init__(self):
        self._items = []

    def push(self, x):
        self._items.append(x)

    def items(self):
        return list(self._items)


class Playlist:
    def __init__(self, tracks=None):
        self.tracks = [] if tracks is None else tracks

    def count(self):
        return len(self.tracks)

    def first(self):
        return self.tracks[0]

    def as_text(self):
        return ",".join(self.tracks)
