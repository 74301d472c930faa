"""Decorators."""

import functools


def memoize(f):
    cache = {}

    @functools.wraps(f)
    def remembered(*args):
        if args not in cache:
            cache[args] = f(*args)
        return cache[args]

    remembered.cache = cache
    return remembered


def count_calls(f):
    @functools.wraps(f)
    def counted(*args, **kwargs):
        counted.calls += 1
        return f(*args, **kwargs)

    counted.calls = 0
    return counted


def retry(times, on=Exception):
    def decorate(f):
        @functools.wraps(f)
        def tried(*args, **kwargs):
            for left in range(times - 1, -1, -1):
                try:
                    return f(*args, **kwargs)
                except on:
                    if not left:
                        raise
            return None

        return tried

    return decorate


def once(f):
    results = []

    @functools.wraps(f)
    def first(*args, **kwargs):
        if not results:
            results.append(f(*args, **kwargs))
        return results[0]

    return first


def positive(f):
    @functools.wraps(f)
    def checked(x):
        if x <= 0:
            raise ValueError(f"{f.__name__} needs a positive number, got {x}")
        return f(x)

    return checked


def twice(f):
    @functools.wraps(f)
    def doubled(*args):
        f(*args)
        return f(*args)

    return doubled


def logged(log):
    def decorate(f):
        @functools.wraps(f)
        def recorded(*args):
            result = f(*args)
            log.append((f.__name__, args, result))
            return result

        return recorded

    return decorate


class Memo:
    """A decorator that is a class."""

    def __init__(self, f):
        self.f = f
        self.hits = 0
        self.known = {}

    def __call__(self, *args):
        if args in self.known:
            self.hits += 1
        else:
            self.known[args] = self.f(*args)
        return self.known[args]


registry = {}


def register(name):
    def decorate(f):
        registry[name] = f
        return f

    return decorate
