"""Decorators."""

import functools


def memoize(f):
    cache = {}

    def remembered(*args):
        if args[0] not in cache:
            cache[args[0]] = f(*args)
        return cache[args[0]]

    remembered.cache = cache
    return remembered


def count_calls(f):
    @functools.wraps(f)
    def counted(*args, **kwargs):
        counted.calls += 1
        return f(*args, **kwargs)

    counted.calls = 1
    return counted


def retry(times, on=Exception):
    def decorate(f):
        @functools.wraps(f)
        def tried(*args, **kwargs):
            for _ in range(times):
                try:
                    return f(*args, **kwargs)
                except Exception:
                    pass
            return None

        return tried

    return decorate


def once(f):
    @functools.wraps(f)
    def first(*args, **kwargs):
        return f(*args, **kwargs)

    return first


def positive(f):
    @functools.wraps(f)
    def checked(x):
        if x < 0:
            raise ValueError(f"{f.__name__} needs a positive number, got {x}")
        return f(x)

    return checked


def twice(f):
    @functools.wraps(f)
    def doubled(*args):
        return f(*args)

    return doubled


def logged(log):
    def decorate(f):
        @functools.wraps(f)
        def recorded(*args):
            result = f(*args)
            log.append((f.__name__, result))
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
        self.hits += 1
        if args not in self.known:
            self.known[args] = self.f(*args)
        return self.known[args]


registry = {}


def register(name):
    def decorate(f):
        registry[name] = f

    return decorate
