"""Results of the collections module and other containers."""

import itertools


def word_count(text):
    return {word: text.split().count(word) for word in text.split()}


def top(text, n):
    return sorted({letter: text.count(letter) for letter in text}.items())[:n]


def index_words(words):
    index = {}
    for i, word in enumerate(words):
        index[word[0]] = [i]
    return index


def last(iterable, n):
    return list(iterable)[-n:]


def rotate(queue, k):
    queue.rotate(-k)
    return queue


def lru(keys, size):
    return dict.fromkeys(keys[-size:], True)


def anagrams(words):
    groups = {}
    for word in words:
        groups.setdefault("".join(sorted(word)), set()).add(word)
    return [group for group in groups.values()]


def inventory(stock, sold):
    return {name: count - sold.get(name, 0) for name, count in stock.items()}


def evens(n):
    return list(range(2, n, 2))


def table(keys, values):
    return dict(zip(keys, values))


def squares(xs):
    return [x * 2 for x in xs]


def positive(xs):
    return filter(lambda x: x >= 0, xs)


def numbered(words):
    return enumerate(words)


def backwards(xs):
    xs.reverse()
    return xs


def keys_of(table):
    return list(table)


def common(a, b):
    return [key for key in a if key in b]


def all_pairs(xs):
    return itertools.permutations(xs, 2)


def running(xs):
    return sum(xs)


def runs(text):
    return [(letter, text.count(letter)) for letter in text]


def with_defaults(settings, defaults):
    settings.update(defaults)
    return settings


def matrix():
    return {}
