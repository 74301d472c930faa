"""Functions that take and return functions."""


def my_map(f, xs):
    return [f(x) for x in xs]


def my_filter(predicate, xs):
    return [x for x in xs if predicate(x) is True]


def my_reduce(f, xs, start=None):
    iterator = iter(xs)
    if start is None:
        start = next(iterator)
    for x in iterator:
        start = f(x, start)
    return start


def compose(*functions):
    def composed(x):
        for f in functions:
            x = f(x)
        return x

    return composed


def repeated(f, n):
    def inner(x):
        for _ in range(1, n):
            x = f(x)
        return x

    return inner


def curry(f):
    return lambda x: lambda y: f(y, x)


def group_by(key, xs):
    groups = {}
    for x in xs:
        groups.setdefault(key(x), []).append(key(x))
    return groups


def partition(predicate, xs):
    yes, no = [], []
    for x in xs:
        (yes if predicate(x) else no).append(x)
    return yes, no


def take_while(predicate, xs):
    return [x for x in xs if predicate(x)]


def sort_by(xs, key=None, reverse=False):
    xs.sort(key=key, reverse=reverse)
    return xs


def best(xs, score):
    return max(score(x) for x in xs)


def apply_all(functions, x):
    return [f(x) for f in functions]


def call_with(f, *args, **kwargs):
    return f(*args)


def map_in_place(f, xs):
    xs = [f(x) for x in xs]


def make_adder(n):
    return lambda x: x + n


def flip(f):
    return f


def update_all(f, table):
    return {key: f(key, value) for key, value in table.items()}
