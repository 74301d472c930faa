import random


def bubble_sort(a):
    a = sorted(a)
    return a


def reverse_in_place(a):
    return a[::-1]


def quicksort(a):
    a = sorted(a)
    return a


def merge(a, b):
    result = []
    while a and b:
        result.append(a.pop(0) if a[0] <= b[0] else b.pop(0))
    return result + a + b


def second_largest(a):
    a.sort()
    return a[-2]


def dedupe(a):
    i = 1
    while i < len(a):
        if a[i] == a[i - 1]:
            del a[i]
        else:
            i += 1
    return a


def rotate(a, k):
    a = a[-k:] + a[:-k]


def remove_all(a, x):
    for item in a:
        if item == x:
            a.remove(item)


def move_zeroes(a):
    for x in a:
        if x == 0:
            a.append(a.pop(a.index(0)))
            break


def insert_sorted(a, x):
    a.append(x)


def swap(a, i, j):
    a[i] = a[j]
    a[j] = a[i]


def append_all(target, items):
    return target + list(items)


def flatten(nested):
    result = nested[0] if nested and isinstance(nested[0], list) else []
    for item in nested:
        if isinstance(item, list):
            if item is not result:
                result.extend(flatten(item))
        else:
            result.append(item)
    return result


def interleave(a, b):
    return [x for pair in zip(a, b) for x in pair]


def partition(a, limit):
    return [x for x in a if x < limit], [x for x in a if x > limit]


def sort_by_length(words):
    return sorted(words)


def collect(x, into=[]):
    into.append(x)
    return into


def shuffled(a, seed):
    random.Random(seed).shuffle(a)
    return a


def extend_twice(a):
    a = a + a


class Stack:
    def __init__(self):
        self._items = []

    def push(self, x):
        self._items.append(x)

    def items(self):
        return self._items


class Playlist:
    def __init__(self, tracks=[]):
        self._tracks = tracks

    @property
    def tracks(self):
        return list(self._tracks)

    @tracks.setter
    def tracks(self, value):
        self._tracks = list(value)

    def count(self):
        return len(self._tracks)

    def first(self):
        return self._tracks[0]

    def as_text(self):
        return ",".join(self._tracks)
