"""Objects of all sorts that a suite hands over: the verdicts are those of one process, or staff are asked."""

import pytest
from toys import HEADER, toy

SUITE = (
    HEADER
    + """
import functools, io, itertools, queue, time, modules
from unittest.mock import Mock, MagicMock, patch
import operator

def test_loop(): modules.loop(lambda: 1)
def test_bad_argument(): assert modules.call(lambda x: x + 1, "text") == 2
def test_import_error(): assert modules.call(Mock(side_effect=ImportError("no module"))) == 1
def test_name_error(): assert modules.call(Mock(side_effect=NameError("x"))) == 1
def test_systemexit(): assert modules.call(Mock(side_effect=SystemExit(2))) == 1
def test_attribute(): assert modules.call(lambda x: x.value, 3) == 1
def test_attribute_of_library(): assert modules.call(lambda name: getattr(np, name)(3), "no_such") == 1
def test_swallowed(): assert modules.swallow(Mock(side_effect=ImportError("no module"))) == 1
def test_missing_attr():
    class Fake: pass
    assert modules.get(Fake(), "x") == 1
def test_derive():
    class Base: pass
    assert modules.derive(Base) == 1
def test_recursion(): assert modules.call(lambda: modules.deep(10**6)) == 1
def test_mutual():
    def f(n): return modules.back(f, n)
    assert f(3) == 1
def test_fail_in_callback():
    def f(x):
        assert x == 42
    modules.swallow(f, 1)
def test_assert_in_callback():
    def f(x):
        assert x == 42
    modules.call(f, 1)
def test_skip_in_callback():
    def f(x):
        pytest.skip("no")
    modules.call(f, 1)
def test_generator_args(): assert modules.total(x for x in range(4)) == 6
def test_big():
    assert modules.size([[0.5] * 1000 for _ in range(60)]) == 60000
def test_big_back():
    got = modules.grid(60, 1000)
    assert got == [[0] * 1000 for _ in range(60)]
def test_big_callback():
    got = []
    modules.call_grid(got.append, 60, 1000)
    assert len(got[0]) == 60
def test_big_callback_return():
    assert modules.size_of(lambda: [[0] * 1000 for _ in range(60)]) == 60000
def test_grow():
    items = []
    modules.grow(items, 100000)
    assert len(items) == 100000
def test_grow_nested():
    items = [[] for _ in range(100)]
    modules.grow_all(items, 1000)
    assert sum(map(len, items)) == 100000
def test_text():
    assert len(modules.call(lambda: "x" * 10**6)) == 10**6
def test_text_arg():
    assert modules.give(lambda s: len(s), 10**6) == 10**6
def test_many_ints():
    assert modules.apply(lambda x: x * 2, 3000) == [2 * i for i in range(3000)]
def test_sort_key():
    assert sorted([3, 1, 2], key=modules.neg) == [3, 2, 1]
    items = [3, 1, 2]
    modules.grow(items, 0)
    items.sort(key=modules.neg)
    assert items == [3, 2, 1] and modules.same(items) == [3, 2, 1]
def test_sort_over_there():
    items = [3, 1, 2]
    modules.sort(items, lambda x: -x)
    assert items == [3, 2, 1]
def test_defaultdict():
    import collections
    d = collections.defaultdict(lambda: 7)
    assert modules.getitem(d, "x") == 7 and d == {"x": 7}
def test_dict_of_functions():
    ops = {"+": lambda a, b: a + b, "-": operator.sub}
    assert modules.ops(ops, 5, 3) == [8, 2]
def test_property_object():
    class P:
        @property
        def x(self): raise ValueError("no x")
    assert modules.get_or(P(), "x") == "ValueError"
def test_iter_protocol():
    class It:
        def __init__(self): self.n = 0
        def __iter__(self): return self
        def __next__(self):
            self.n += 1
            if self.n > 3: raise StopIteration
            return self.n
    assert modules.total(It()) == 6
def test_getitem_protocol():
    class Seq:
        def __getitem__(self, i):
            if i >= 3: raise IndexError(i)
            return i
    assert modules.total(Seq()) == 3
def test_array_protocol():
    class A:
        def __array__(self, dtype=None, copy=None): return np.arange(3.0)
    assert modules.asarray_sum(A()) == 3
def test_numbers_protocol():
    class N:
        def __float__(self): return 2.5
        def __index__(self): return 2
        def __lt__(self, other): return False
        def __eq__(self, other): return True
    assert modules.numbers(N()) == (2.5, 2, [0, 1, 2][2], False, True)
def test_contextmanager():
    import contextlib
    log = []
    @contextlib.contextmanager
    def cm():
        log.append("in")
        try: yield 5
        finally: log.append("out")
    assert modules.within(cm()) == 5 and log == ["in", "out"]
def test_context_swallow():
    import contextlib
    assert modules.within_error(contextlib.suppress(ValueError)) == 1
def test_thread():
    got = []
    modules.in_threads(got.append, 5)
    assert sorted(got) == [0, 1, 2, 3, 4]
def test_stored_callback():
    modules.store(lambda: 5)
    assert modules.run_stored() == 5
def test_generator_with_callback():
    g = modules.lazily(lambda x: x + 1, [1, 2, 3])
    assert next(g) == 2 and list(g) == [3, 4]
def test_dataclass():
    import dataclasses
    @dataclasses.dataclass
    class Point:
        x: int
        y: int = 2
    assert modules.asdict(Point(1)) == {"x": 1, "y": 2}
def test_enum():
    import enum
    class Color(enum.Enum):
        RED = 1
        BLUE = 2
    assert modules.same(Color.RED) is Color.RED
    assert modules.names(Color) == ["RED", "BLUE"]
def test_isinstance_over_there():
    class A: pass
    class B(A): pass
    assert modules.isin(B(), A) and not modules.isin(A(), B) and modules.isin(A(), object)
def test_type_of():
    class A: pass
    assert modules.type_name(A()) == "A"
def test_deepcopy_over_there():
    class A:
        def __init__(self): self.items = [1]
    a = A()
    b = modules.deepcopied(a)
    b.items.append(2)
    assert a.items == [1] and b.items == [1, 2]
def test_str():
    class A:
        def __str__(self): return "an A"
        def __repr__(self): return "A()"
    assert modules.texts(A()) == ("an A", "A()", "an A")
def test_hash():
    class A: pass
    a, b = A(), A()
    assert modules.in_dict(a, b) == 2
    assert modules.in_set([a, b, a]) == 2
def test_bound_eq():
    class A:
        def m(self): pass
    a = A()
    assert modules.equal(a.m, a.m) and modules.unsubscribe(a) == 0
"""
)
SUBMISSION = """
import copy, dataclasses, threading
import numpy as np
def loop(f):
    while True: f()
def call(f, *a): return f(*a)
def swallow(f, *a):
    try: return f(*a)
    except Exception: return 1
def get(o, n): return getattr(o, n)
def derive(B):
    class D(B): pass
    return 1
def deep(n): return 0 if n == 0 else deep(n - 1)
def back(f, n): return f(n)
def total(x): return sum(x)
def size(x): return sum(map(len, x))
def size_of(f): return size(f())
def grid(n, m): return [[0] * m for _ in range(n)]
def call_grid(f, n, m): f(grid(n, m))
def grow(x, n): x.extend(["x"] * n)
def grow_all(xs, n):
    for x in xs: x.extend(["x"] * n)
def give(f, n): return f("x" * n)
def apply(f, n): return [f(i) for i in range(n)]
def neg(x): return -x
def same(x): return x
def sort(items, key): items.sort(key=key)
def getitem(d, k): return d[k]
def ops(t, a, b): return [f(a, b) for f in t.values()]
def get_or(o, n):
    try: return getattr(o, n)
    except Exception as e: return type(e).__name__
def asarray_sum(a): return float(np.asarray(a).sum())
def numbers(n): return float(n), range(5)[n], [0, 1, 2][n], n < 3, n == 8
def within(cm):
    with cm as x: return x
def within_error(cm):
    with cm: raise ValueError("x")
    return 1
def in_threads(f, n):
    ts = [threading.Thread(target=f, args=(i,)) for i in range(n)]
    [t.start() for t in ts]; [t.join() for t in ts]
stored = []
def store(f): stored.append(f)
def run_stored(): return stored[0]()
def lazily(f, xs):
    for x in xs: yield f(x)
def asdict(p): return {f.name: getattr(p, f.name) for f in dataclasses.fields(p)}
def names(E): return [m.name for m in E]
def isin(a, A): return isinstance(a, A)
def type_name(a): return type(a).__name__
def deepcopied(a): return copy.deepcopy(a)
def texts(a): return str(a), repr(a), f"{a}"
def in_dict(a, b): return len({a: 1, b: 2})
def in_set(items): return len(set(items))
def equal(a, b): return a == b
def unsubscribe(a):
    subs = [a.m]
    subs.remove(a.m)
    return len(subs)
"""
ASK_FOR_STAFF = {  # of what works in one process
    "test_derive", "test_grow", "test_grow_nested",
}  # fmt: skip
ASK_AS_WELL = {"test_mutual", "test_attribute_of_library"}  # of what fails there


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The verdicts in one process, and the outcome of the sandbox."""
    folders = [tmp_path_factory.mktemp(name) for name in ("alone", "sandboxed")]
    folders[1].chmod(0o755)
    limits = "test_seconds = 3"  # for `test_loop`; a busy machine needs a second for `test_many_ints`
    alone = toy(folders[0], SUITE, SUBMISSION, limits=limits, mode="off").verdicts()
    return alone, toy(folders[1], SUITE, SUBMISSION, limits=limits)


def test_verdicts_are_those_of_one_process(graded):
    alone, sandboxed = graded
    asked = ASK_FOR_STAFF | ASK_AS_WELL
    different = {name: (told, sandboxed[name].status) for name, (told, *_) in alone.items() if told != sandboxed[name].status}
    assert {name: found for name, found in different.items() if name not in asked} == {}
    assert all(sandboxed[name].status == "broken" for name in asked)
    assert all(alone[name][0] == "passed" for name in ASK_FOR_STAFF)


def test_staff_are_told_what_to_write_instead(graded):
    assert all("@pytest.mark.inside" in graded[1][name].staff for name in (*ASK_FOR_STAFF, "test_mutual"))


def test_no_student_reads_of_the_insides_of_the_grader(graded):
    for record in graded[1].outcome.records:
        if record.status == "failed":
            assert not any(word in record.reason for word in ("WireError", "invalid reply", "Servant", "os._exit", "Proxy"))
