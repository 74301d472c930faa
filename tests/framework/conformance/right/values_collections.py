"""Results of the collections module and other containers."""

import itertools
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque


def word_count(text):
    return Counter(text.lower().split())


def top(text, n):
    return Counter(text).most_common(n)


def index_words(words):
    index = defaultdict(list)
    for i, word in enumerate(words):
        index[word[0]].append(i)
    return index


def last(iterable, n):
    return deque(iterable, maxlen=n)


def rotate(queue, k):
    queue.rotate(k)
    return queue


def lru(keys, size):
    cache = OrderedDict()
    for key in keys:
        cache[key] = True
        cache.move_to_end(key)
        if len(cache) > size:
            cache.popitem(last=False)
    return cache


def anagrams(words):
    groups = defaultdict(set)
    for word in words:
        groups["".join(sorted(word))].add(word)
    return {frozenset(group) for group in groups.values() if len(group) > 1}


def inventory(stock, sold):
    left = Counter(stock)
    left.subtract(sold)
    return left


def evens(n):
    return range(0, n, 2)


def table(keys, values):
    return zip(keys, values)


def squares(xs):
    return map(lambda x: x * x, xs)


def positive(xs):
    return filter(lambda x: x > 0, xs)


def numbered(words):
    return enumerate(words, start=1)


def backwards(xs):
    return reversed(xs)


def keys_of(table):
    return table.keys()


def common(a, b):
    return a.keys() & b.keys()


def all_pairs(xs):
    return itertools.combinations(xs, 2)


def running(xs):
    return itertools.accumulate(xs)


def runs(text):
    return [(letter, len(list(group))) for letter, group in itertools.groupby(text)]


def with_defaults(settings, defaults):
    return ChainMap(settings, defaults)


def matrix():
    return defaultdict(lambda: defaultdict(int), {0: defaultdict(int, {1: 5})})
