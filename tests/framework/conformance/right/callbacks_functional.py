"""Functions that take and return functions."""

_missing = object()


def my_map(f, xs):
    return [f(x) for x in xs]


def my_filter(predicate, xs):
    return [x for x in xs if predicate(x)]


def my_reduce(f, xs, start=_missing):
    iterator = iter(xs)
    if start is _missing:
        try:
            start = next(iterator)
        except StopIteration:
            raise TypeError("reduce of an empty sequence with no start") from None
    for x in iterator:
        start = f(start, x)
    return start


def compose(*functions):
    def composed(x):
        for f in reversed(functions):
            x = f(x)
        return x

    return composed


def repeated(f, n):
    def inner(x):
        for _ in range(n):
            x = f(x)
        return x

    return inner


def curry(f):
    return lambda x: lambda y: f(x, y)


def group_by(key, xs):
    groups = {}
    for x in xs:
        groups.setdefault(key(x), []).append(x)
    return groups


def partition(predicate, xs):
    yes, no = [], []
    for x in xs:
        (yes if predicate(x) else no).append(x)
    return yes, no


def take_while(predicate, xs):
    result = []
    for x in xs:
        if not predicate(x):
            break
        result.append(x)
    return result


def sort_by(xs, key=None, reverse=False):
    return sorted(xs, key=key, reverse=reverse)


def best(xs, score):
    return max(xs, key=score)


def apply_all(functions, x):
    return [f(x) for f in functions]


def call_with(f, *args, **kwargs):
    return f(*args, **kwargs)


def map_in_place(f, xs):
    for i, x in enumerate(xs):
        xs[i] = f(x)


def make_adder(n):
    return lambda x: x + n


def flip(f):
    return lambda a, b: f(b, a)


def update_all(f, table):
    for key in table:
        table[key] = f(key, table[key])
