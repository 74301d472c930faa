"""What students commonly do with what a suite hands them: a right submission passes here as it does in one process."""

import pytest
from toys import HEADER, toy

SUITE = (
    HEADER
    + """
import collections, functools, io, itertools, math, modules, operator, random
from unittest.mock import Mock, MagicMock, patch, call, ANY

def test_replace():
    import dataclasses
    @dataclasses.dataclass(frozen=True)
    class State:
        x: int
        y: int = 2
    assert modules.replaced(State(1)).x == 9
def test_asdict():
    import dataclasses
    @dataclasses.dataclass
    class P:
        x: int
        z: list
    assert modules.asdict2(P(1, [2])) == {"x": 1, "z": [2]}
def test_type_call():
    class Node:
        def __init__(self, v): self.v = v
    n = modules.clone(Node(1), 5)
    assert n.v == 5 and type(n) is Node
def test_class_made():
    class Node:
        def __init__(self, v, nxt=None): self.v, self.nxt = v, nxt
    n = modules.build(Node, 3)
    assert n.v == 0 and n.nxt.nxt.v == 2
def test_linked():
    class Node:
        def __init__(self, v, nxt=None): self.v, self.nxt = v, nxt
    a = Node(1, Node(2, Node(3)))
    b = modules.reverse(a)
    assert [b.v, b.nxt.v, b.nxt.nxt.v] == [3, 2, 1] and b.nxt.nxt is a
def test_vars():
    class A:
        def __init__(self): self.x = 1
    assert modules.variables(A()) == {"x": 1}
def test_getattr_default():
    class A: pass
    assert modules.default(A()) == 7
def test_callable_instance():
    class F:
        def __call__(self, x): return x * 2
    assert modules.apply2(F(), 4) == 8 and modules.is_callable(F()) and not modules.is_callable(object())
def test_lambda_name():
    def my_fn(a, b=2): "doc"
    assert modules.describe(my_fn) == ("my_fn", "doc", ["a", "b"])
def test_wraps():
    def my_fn(a): return a + 1
    g = modules.decorate(my_fn)
    assert g(1) == 4 and g.__name__ == "my_fn"
def test_timer_clock():
    t = itertools.count()
    assert modules.clocked(lambda: next(t)) == 1
def test_class_decorator():
    @modules.register
    def f(x): return x
    assert f(3) == 3 and modules.registered() == ["f"]
def test_retry():
    m = Mock(side_effect=[ValueError("a"), ValueError("b"), 5])
    assert modules.retry(m, 3) == 5 and m.call_count == 3
def test_mock_calls():
    m = MagicMock()
    modules.use_mock(m)
    assert m.method_calls == [call.start(1), call.stop(x=2)]
    m.__enter__.assert_called_once()
    assert m.items.__getitem__.call_args == call(3)
def test_mock_spec():
    class Api:
        def get(self, url): ...
    m = Mock(spec=Api)
    m.get.return_value = {"a": [1]}
    assert modules.fetch(m) == [1]
def test_patch_function():
    with patch("modules.helper", return_value=5): assert modules.uses_helper() == 6
    assert modules.uses_helper() == 2
def test_patch_library():
    with patch("random.random", lambda: 0.25): assert modules.rand() == 0.25
    with patch("math.sqrt", side_effect=ZeroDivisionError):
        with pytest.raises(ZeroDivisionError): modules.root(4)
    assert modules.root(4) == 2
def test_patch_object():
    with patch.object(modules.Thing, "value", lambda self: 9): assert modules.Thing().double() == 18
    assert modules.Thing().double() == 2
def test_monkeypatch(monkeypatch):
    monkeypatch.setattr(modules, "LIMIT", 3)
    assert modules.limited(10) == 3
def test_monkeypatch_undone():
    assert modules.limited(10) == 5
def test_numpy_callback():
    assert modules.integrate(np.sin, 0, math.pi) == pytest.approx(2, abs=1e-2)
    assert modules.integrate(lambda x: x ** 2, 0, 3) == pytest.approx(9, abs=1e-2)
def test_vectorized():
    np.testing.assert_allclose(modules.integrate_vec(lambda xs: xs ** 2, 0, 3), 9, atol=1e-2)
def test_array_out():
    out = np.zeros(3)
    modules.fill_out(out); assert out.tolist() == [1, 1, 1]
def test_array_in_callback():
    seen = []
    modules.with_array(lambda a: seen.append(a))
    seen[0][0] = 5
    assert modules.kept_array()[0] == 5
def test_dict_keys_objects():
    class K: pass
    k = K()
    d = {k: 1}
    modules.bump(d, k)
    assert d[k] == 2
def test_graph():
    class N:
        def __init__(self, name): self.name, self.nbrs = name, []
        def __repr__(self): return self.name
    a, b, c = map(N, "abc")
    a.nbrs += [b]; b.nbrs += [c]; c.nbrs += [a]
    assert [n.name for n in modules.bfs(a)] == ["a", "b", "c"]
def test_comparable():
    @functools.total_ordering
    class V:
        def __init__(self, v): self.v = v
        def __lt__(self, o): return self.v < o.v
        def __eq__(self, o): return self.v == o.v
        def __hash__(self): return hash(self.v)
    vs = [V(3), V(1), V(2)]
    assert [v.v for v in modules.msort(vs)] == [1, 2, 3]
    assert modules.maximum(vs) is vs[0]
def test_heap():
    class T:
        def __init__(self, p): self.p = p
        def __lt__(self, o): return self.p < o.p
    assert modules.heap([T(3), T(1), T(2)]) == [1, 2, 3]
def test_vector_ops():
    class V:
        def __init__(self, x): self.x = x
        def __add__(self, o): return V(self.x + (o.x if isinstance(o, V) else o))
        def __radd__(self, o): return self + o
        def __mul__(self, k): return V(self.x * k)
    assert modules.sumall([V(1), V(2)]).x == 3
    assert modules.scale(V(2), 4).x == 8
def test_inherit_collection():
    class L(list): pass
    l = L([1, 2]); l.tag = "t"
    modules.append_to(l)
    assert list(l) == [1, 2, 3]
def test_dict_subclass():
    class D(dict):
        def __missing__(self, k): return k * 2
    assert modules.getitem(D(a=1), 4) == 8
def test_str_subclass():
    class S(str): pass
    assert modules.upper(S("a")) == "A"
def test_exception_instance():
    class E(Exception):
        def __init__(self, code): super().__init__(f"code {code}"); self.code = code
    def f(): raise E(5)
    assert modules.code_of(f, E) == 5
    with pytest.raises(E) as info: modules.run(f)
    assert info.value.code == 5
def test_exception_handed():
    e = ValueError("x")
    with pytest.raises(ValueError) as info: modules.raise_it(e)
    assert info.value is e
def test_raise_class():
    class E(Exception): pass
    with pytest.raises(E): modules.raise_class(E)
def test_finally():
    log = []
    with pytest.raises(ZeroDivisionError): modules.cleanup(lambda: 1 / 0, log)
    assert log == ["done"]
def test_generator_send():
    g = modules.averager(); next(g)
    assert g.send(10) == 10 and g.send(20) == 15
def test_coroutine_suite():
    def gen():
        x = yield 1
        yield x * 2
    assert modules.drive(gen()) == (1, 10)
def test_generator_close():
    closed = []
    def gen():
        try:
            yield 1; yield 2
        finally: closed.append(1)
    g = gen()
    assert modules.take_one(g) == 1
    g.close(); assert closed == [1]
def test_lru():
    n = []
    @functools.lru_cache
    def f(x): n.append(x); return x
    assert modules.twice(f, 3) == [3, 3] and n == [3]
def test_singledispatch():
    assert modules.compose(str, len)(12345) == 5
    assert modules.compose(int, lambda x: x + 1)("4") == 5
def test_curry(): assert modules.curry(lambda a, b: a + b)(1)(2) == 3
def test_kwargs():
    assert modules.kw(lambda **k: sorted(k), self=1, value=2, operation=3) == ["operation", "self", "value"]
def test_map_filter(): assert list(modules.mapped(lambda x: x * 2, range(3))) == [0, 2, 4]
def test_zip_iter():
    it = iter([1, 2, 3])
    assert modules.take_one(it) == 1 and next(it) == 2
def test_reader():
    import csv
    f = io.StringIO("a,b\\n1,2\\n")
    assert modules.rows(csv.reader(f)) == [["a", "b"], ["1", "2"]]
    out = io.StringIO(); w = csv.writer(out)
    modules.write_row(w, [1, 2]); assert out.getvalue() == "1,2\\r\\n"
def test_logger():
    import logging
    log = logging.getLogger("x")
    modules.log_it(log.warning)
def test_observers():
    events = []
    s = modules.Subject(); s.attach(events.append); s.attach(lambda e: events.append(e * 2))
    s.notify(4); assert events == [4, 8]
    class Ob:
        def update(self, e): events.append(e)
    o = Ob(); s.attach(o.update); s.detach(o.update); s.notify(1); assert events == [4, 8, 1, 2]
def test_property_set():
    class T:
        def __init__(self): self._c = 0
        @property
        def c(self): return self._c
        @c.setter
        def c(self, v):
            if v < 0: raise ValueError("neg")
            self._c = v
    t = T(); modules.set_c(t, 5); assert t.c == 5
    with pytest.raises(ValueError): modules.set_c(t, -1)
def test_slots():
    class S:
        __slots__ = ("a",)
    s = S(); modules.set_a(s); assert s.a == 1
def test_nested_list_of_callbacks():
    assert modules.pipeline([lambda x: x + 1, str, len])(9) == 2
def test_rng():
    rng = np.random.default_rng(3); r2 = np.random.default_rng(3)
    assert modules.draw(rng) == r2.random() and rng.random() == r2.random()
def test_py_rng():
    r, r2 = random.Random(1), random.Random(1)
    assert modules.draw(r) == r2.random() and r.random() == r2.random()
def test_deque():
    d = collections.deque([1, 2], maxlen=2); modules.append_to(d); assert list(d) == [2, 3]
def test_counter():
    c = collections.Counter("aab"); modules.count(c); assert c == {"a": 3, "b": 1}
def test_frozenset_of_objects():
    class K: pass
    k = K(); assert modules.has(frozenset([k]), k)
def test_none_callback():
    with pytest.raises(TypeError): modules.run(None)
def test_str_format():
    class F:
        def __format__(self, spec): return f"<{spec}>"
    assert modules.fmt(F()) == "<>x>" or True
def test_bool():
    class B:
        def __bool__(self): return False
    assert modules.truth(B()) is False
def test_len0():
    class B:
        def __len__(self): return 0
    assert modules.truth(B()) is False
def test_eq_over_there():
    class B:
        def __init__(self, v): self.v = v
        def __eq__(self, o): return self.v == o.v
    a, b = B(1), B(1)
    assert modules.equal(a, b) and modules.index_of([B(2), a], b) == 1
def test_staticclass():
    class M:
        K = 5
        @staticmethod
        def s(x): return x + 1
        @classmethod
        def c(cls, x): return cls.K + x
    assert modules.class_uses(M) == (2, 6, 5)
def test_super_obj():
    class A:
        def hi(self): return "A"
    class B(A):
        def hi(self): return super().hi() + "B"
    assert modules.hi(B()) == "AB"
"""
)
SUBMISSION = """
import collections, copy, dataclasses, functools, heapq, inspect, itertools, math, random
import numpy as np
LIMIT = 5
def replaced(s): return dataclasses.replace(s, x=9)
def asdict2(p): return dataclasses.asdict(p)
def clone(n, v): return type(n)(v)
def build(N, k):
    head = None
    for i in reversed(range(k)): head = N(i, head)
    return head
def reverse(n):
    prev = None
    while n: n.nxt, prev, n = prev, n, n.nxt
    return prev
def variables(a): return dict(vars(a))
def default(a): return getattr(a, "x", 7)
def apply2(f, x): return f(x)
def is_callable(f): return callable(f)
def describe(f): return f.__name__, f.__doc__, list(inspect.signature(f).parameters)
def decorate(f):
    @functools.wraps(f)
    def g(*a): return f(*a) * 2
    return g
def clocked(clock):
    a = clock(); return clock() - a
_reg = []
def register(f): _reg.append(f); return f
def registered(): return [f.__name__ for f in _reg]
def retry(f, n):
    for i in range(n):
        try: return f()
        except ValueError: pass
def use_mock(m):
    m.start(1); m.stop(x=2)
    with m: pass
    m.items[3]
def fetch(api): return api.get("u")["a"]
def helper(): return 1
def uses_helper(): return helper() + 1
def rand(): return random.random()
def root(x): return math.sqrt(x)
class Thing:
    def value(self): return 1
    def double(self): return 2 * self.value()
def limited(n): return min(n, LIMIT)
def integrate(f, a, b, n=1000):
    h = (b - a) / n
    return h * sum(f(a + (i + 0.5) * h) for i in range(n))
def integrate_vec(f, a, b):
    xs = np.linspace(a, b, 1001); ys = f(xs)
    return float(((ys[1:] + ys[:-1]) / 2 * np.diff(xs)).sum())
def fill_out(o): o[:] = 1
_kept = []
def with_array(f): _kept.append(np.zeros(3)); f(_kept[0])
def kept_array(): return _kept[0]
def bump(d, k): d[k] += 1
def bfs(a):
    seen, q = [a], [a]
    while q:
        for m in q.pop(0).nbrs:
            if m not in seen: seen.append(m); q.append(m)
    return seen
def msort(vs): return sorted(vs)
def maximum(vs): return max(vs)
def heap(ts):
    h = []
    for t in ts: heapq.heappush(h, t)
    return [heapq.heappop(h).p for _ in range(len(h))]
def sumall(vs): return sum(vs)
def scale(v, k): return v * k
def append_to(l): l.append(3)
def getitem(d, k): return d[k]
def upper(s): return s.upper()
def code_of(f, E):
    try: f()
    except E as e: return e.code
def run(f): return f()
def raise_it(e): raise e
def raise_class(E): raise E("x")
def cleanup(f, log):
    try: f()
    finally: log.append("done")
def averager():
    t = n = 0; avg = None
    while True: t += yield avg; n += 1; avg = t / n
def drive(g): return next(g), g.send(5)
def take_one(it): return next(it)
def twice(f, x): return [f(x), f(x)]
def compose(f, g): return lambda x: g(f(x))
def curry(f): return lambda a: lambda b: f(a, b)
def kw(f, **k): return f(**k)
def mapped(f, xs): return map(f, xs)
def rows(r): return [row for row in r]
def write_row(w, row): w.writerow(row)
def log_it(f): f("x %d", 3)
class Subject:
    def __init__(self): self.obs = []
    def attach(self, o): self.obs.append(o)
    def detach(self, o): self.obs.remove(o)
    def notify(self, e):
        for o in self.obs: o(e)
def set_c(t, v): t.c = v
def set_a(s): s.a = 1
def pipeline(fs):
    def run(x):
        for f in fs: x = f(x)
        return x
    return run
def draw(r): return r.random()
def count(c): c["a"] += 1
def has(s, k): return k in s
def fmt(f): return f"{f:>x}"
def truth(b): return bool(b)
def equal(a, b): return a == b
def index_of(l, x): return l.index(x)
def class_uses(M): return M.s(1), M.c(1), M.K
def hi(b): return b.hi()
"""


@pytest.mark.parametrize("mode", ["off", "auto"])
def test_a_right_submission_passes_all(tmp_path, mode):
    tmp_path.chmod(0o755)
    graded = toy(tmp_path, SUITE, SUBMISSION, mode=mode)
    assert len(graded.names()) > 60
    assert {name: graded[name].staff for name in graded.names() if graded[name].status != "passed"} == {}
