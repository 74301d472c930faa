"""Random programs give the same whether suite and submission share a process or not.

A program hands values back and forth, changes them on either side, keeps them over there, and goes through callbacks and
exceptions. Afterwards all values are compared, with who shares what: two places that hold one list must hold one list.
"""

import contextlib
import textwrap
import types

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest_plugins = ["sandboxes"]

SHARED = '''
import collections
import numpy as np

class Thing:
    "An object of whoever has made it."
    def __init__(self, name):
        self.name = name
        self.part = None

def made(plan):
    """A new value of a plan: a constant, or a kind with parts."""
    kind, parts = plan if type(plan) is tuple else (None, plan)
    if kind is None:
        return parts
    if kind == "array":
        return np.array(parts, float)
    if kind == "bytearray":
        return bytearray(parts)
    parts = [made(part) for part in parts]
    if kind == "dict":
        return {index: part for index, part in enumerate(parts)}
    if kind == "ordered":
        return collections.OrderedDict((str(index), part) for index, part in enumerate(parts))
    if kind == "default":
        return collections.defaultdict(list, enumerate(parts))
    if kind == "bounded":
        return collections.deque(parts, maxlen=4)
    if kind == "set":
        return {part for part in parts if type(part) in (int, str)}
    return {"list": list, "tuple": tuple, "deque": collections.deque}[kind](parts)

def changed(value, how, item):
    """Change a value in place, as far as it can be."""
    kind = type(value)
    if kind is list:
        [lambda: value.append(item), lambda: value.insert(0, item), lambda: value.reverse(), lambda: value.clear(),
         lambda: value.pop(), lambda: value.__setitem__(slice(0, 1), [item, item]), lambda: value.__setitem__(-1, item),
         lambda: value.extend(value)][how % 8]()
    elif kind in (dict, collections.OrderedDict, collections.defaultdict):
        [lambda: value.__setitem__("new", item), lambda: value.pop("new"), lambda: value.popitem(), lambda: value.clear(),
         lambda: value.update({1: item}), lambda: value.setdefault("d", item), lambda: value[7], lambda: None][how % 8]()
    elif kind is set:
        [lambda: value.add(how), lambda: value.discard(1), lambda: value.clear(), lambda: value.add(item)][how % 4]()
    elif kind is collections.deque:
        [lambda: value.append(item), lambda: value.appendleft(item), lambda: value.rotate(1), value.popleft][how % 4]()
    elif kind is bytearray:
        [lambda: value.append(how), lambda: value.clear(), lambda: value.extend(b"xy")][how % 3]()
    elif kind is np.ndarray:
        if value.size:
            value.reshape(-1)[how % value.size] += 1
    elif hasattr(value, "part"):
        value.part = item
    return value

def shape_of(values):
    """What values hold, and where one and the same is held; as text."""
    seen = {}
    def look(value):
        kind = type(value)
        if value is None or kind in (bool, int, float, str, bytes) or isinstance(value, np.generic):
            return repr(value)
        if kind is tuple:
            return "(" + ",".join(map(look, value)) + ")"
        if id(value) in seen:
            return f"#{seen[id(value)]}"
        seen[id(value)] = len(seen)
        if kind is np.ndarray:
            return f"array{value.tolist()}"
        if kind is bytearray:
            return repr(value)
        if kind is set:
            return "{" + ",".join(sorted(map(look, value))) + "}"
        if isinstance(value, dict):
            return kind.__name__ + "{" + ",".join(look(key) + ":" + look(part) for key, part in value.items()) + "}"
        if kind in (list, collections.deque):
            return kind.__name__ + "[" + ",".join(map(look, value)) + "]" + str(getattr(value, "maxlen", ""))
        return f"<{value.name} {look(value.part)}>"
    return ";".join(map(look, values)), values  # which keeps what `seen` has seen
'''
SUBMISSION = (
    SHARED
    + """
kept = []

def keep(value): kept.append(value)
def kept_at(index): return kept[index % len(kept)] if kept else None
def new(plan):
    kept.append(made(plan))
    return kept[-1]
def new_thing(part):
    thing = Thing(f"theirs {len(kept)}")
    thing.part = part
    kept.append(thing)
    return thing
def call(f, *arguments): return f(*arguments)
def call_kept(f, index): return f(kept_at(index))
def call_twice(f, value): return [f(value), f(value)]
def throw(value): raise LookupError(value, "text")
def caught(f):
    try: return f()
    except Exception as error: return type(error).__name__
def pair(a, b): return {"a": a, "b": (b, [a])}
def part(value): return next(iter(value), None)
def parts(value): yield from value
def is_same(a, b): return a is b
def state(): return shape_of(kept)[0]
"""
)

CONSTANTS = st.sampled_from([None, True, 0, 1, -5, 2.5, "s", "", b"b", (), ("array", (1, 2, 3)), ("bytearray", b"ab")])
PLANS = st.recursive(
    CONSTANTS,
    lambda inner: st.tuples(
        st.sampled_from(["list", "list", "dict", "tuple", "set", "deque", "bounded", "ordered", "default"]),
        st.lists(inner, max_size=3).map(tuple),
    ),
    max_leaves=6,
)
STEPS = (
    *("made", "thing", "joined", "changed here", "changed there", "keep", "kept", "kept changed", "callback", "kept callback"),
    *("callback twice", "nested callback", "new there", "thing there", "thrown there", "thrown here", "pair", "part", "parts"),
    *("same", "caught"),
)
PROGRAMS = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 30), st.integers(0, 30), st.integers(0, 7), PLANS), min_size=2, max_size=12
)

here = types.ModuleType("here")
exec(SHARED, vars(here))


def step(modules, pool, name, a, b, how, plan):
    """Carry out one step; what it gives goes into the pool."""
    first, second = (pool[index % len(pool)] for index in (a, b))
    change = here.changed
    if name == "made":
        return here.made(plan)
    if name == "thing":
        return here.Thing(f"ours {len(pool)}")
    if name == "joined":
        return [first, second]
    if name == "changed here":
        return change(first, how, second)
    if name == "changed there":
        return modules.changed(first, how, second)
    if name == "keep":
        return modules.keep(first)
    if name == "kept":
        return modules.kept_at(a)
    if name == "kept changed":
        return change(modules.kept_at(a), how, second)
    if name == "callback":
        return modules.call(lambda value: change(value, how, second), first)
    if name == "kept callback":
        return modules.call_kept(lambda value: (pool.append(value), change(value, how, second))[1], a)
    if name == "callback twice":
        return modules.call_twice(lambda value: change(value, how, second), first)
    if name == "nested callback":
        return modules.call(
            lambda value: modules.call(lambda inner: modules.changed(change(inner, how, value), 0, 1), value), first
        )
    if name == "new there":
        return modules.new(plan)
    if name == "thing there":
        return modules.new_thing(first)
    if name == "thrown there":
        modules.throw("plain")
    if name == "thrown here":
        return modules.call(lambda: {}["missing"])
    if name == "caught":
        return modules.caught(lambda: modules.throw("plain") if how % 2 else [].pop())
    if name == "pair":
        return modules.pair(first, second)
    if name == "part":
        return modules.part(first)
    if name == "parts":
        return list(modules.parts(first))
    return modules.is_same(first, second) if type(first) in (list, dict, set) else None


def trace(modules, program):
    pool = [here.made(("list", (1, ("list", ())))), here.made(("dict", (2,)))]
    told = []
    for number, part in enumerate(program):
        try:
            pool.append(step(modules, pool, *part))
        except Exception as error:
            told.append((number, type(error).__name__))
            pool.append(None)
    return here.shape_of(pool)[0], told, modules.state()


@pytest.fixture
def both(sandboxed):
    alone = types.ModuleType("alone")
    return alone, sandboxed(SUBMISSION), sandboxed


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(program=PROGRAMS)
def test_random_programs_give_the_same_as_in_one_process(both, program):
    alone, modules, sandboxed = both
    exec(textwrap.dedent(SUBMISSION), vars(alone))
    expected = trace(alone, program)
    with sandboxed.test("a program"), contextlib.ExitStack():
        assert trace(modules, program) == expected
