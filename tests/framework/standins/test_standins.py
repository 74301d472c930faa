"""What a suite can do with the submission's objects; wherever possible the same test in process and sandboxed."""

import copy
import inspect
import math
import types
import unittest

import numpy as np
import pytest
from submitted import LAYER

from autograder.standins.emptiness import empty_is_different

pytest_plugins = ["sandboxes"]


def test_calls_take_positional_and_keyword_arguments(submission):
    modules = submission(LAYER)
    layer = modules.Linear(2, b=1)
    x = np.ones((3, 2))
    assert np.array_equal(layer.forward(x, scale=2.0), np.full((3, 1), 2.0))
    net = modules.Net(*[4, 3, 2], rate=0.1)
    assert len(net.layers) == 2 and net.options == {"rate": 0.1}


def test_a_keyword_may_have_any_name(submission):
    keywords = {name: position for position, name in enumerate(("function", "world", "self", "arguments", "name"))}
    assert submission("def f(**keywords): return keywords").f(**keywords) == keywords


def test_attributes_can_be_read_set_and_deleted(submission):
    layer = submission(LAYER).Linear(2)
    assert layer.out == 3
    assert layer.kind == "affine"
    assert layer.sizes == [2, 3]
    layer.extra = (1, "a", None)
    assert layer.extra == (1, "a", None) and hasattr(layer, "extra")
    del layer.extra
    assert not hasattr(layer, "extra")
    assert getattr(layer, "extra", 7) == 7
    with pytest.raises(AttributeError, match="'Linear' object has no attribute 'extra'"):
        _ = layer.extra


def test_items_slices_length_and_membership_of_dicts_and_lists(submission):
    modules = submission(LAYER)
    layer, net = modules.Linear(2), modules.Net(4, 3, 2, 1)
    layer.params["more"] = 5
    assert len(layer.params) == 3
    assert "more" in layer.params
    assert "less" not in layer.params
    del layer.params["more"]
    assert list(layer.params) == ["weight", "bias"] and set(layer.params.keys()) == {"weight", "bias"}
    assert layer.params.keys() == {"weight", "bias"}
    assert [value.shape for value in layer.params.values()] == [(3, 2), (1, 3)]
    assert {name: value.size for name, value in layer.params.items()} == {"weight": 6, "bias": 3}
    assert [inner.out for inner in net.layers[1:]] == [2, 1] and net.layers[-1].out == 1
    assert net.layers[0] in net.layers
    assert layer not in net.layers
    assert 3 not in net.layers
    with pytest.raises(KeyError, match="none"):
        layer.params["none"]
    with pytest.raises(IndexError):
        net.layers[3]


def test_objects_keep_their_identity(submission):
    modules = submission(LAYER)
    layer = modules.Linear(2)
    assert layer.params is layer.params and layer.params["weight"] is layer.params["weight"]
    assert modules.same(layer) is layer
    x = np.ones(3)
    assert modules.same(x) is x
    layer.x = x
    assert layer.x is x
    assert len({layer, modules.same(layer)}) == 1


def test_lists_dicts_tuples_and_generators_are_iterated(submission):
    modules = submission("""
        import itertools
        class Thing:
            def __init__(self, n): self.n = n
            def __iter__(self): return iter(range(self.n))
        class OldStyle:
            def __getitem__(self, i):
                if i == 3: raise IndexError
                return i * i
        def count(): yield from itertools.count()
        def pair(): return Thing(1), Thing(2)
        def generate(n):
            for i in range(n): yield Thing(i)
        LONG = [Thing(i) for i in range(2500)]
    """)
    assert list(modules.Thing(3)) == [0, 1, 2] and list(modules.OldStyle()) == [0, 1, 4]
    numbers = modules.count()
    assert [next(numbers) for _ in range(3)] == [0, 1, 2]
    for number in numbers:
        if number > 5:
            break
    assert number == 6
    a, b = modules.pair()
    assert (a.n, b.n) == (1, 2)
    first, *rest = modules.generate(4)
    assert first.n == 0 and [thing.n for thing in rest] == [1, 2, 3]
    assert [thing.n for thing in modules.LONG][2490:] == list(range(2490, 2500))
    assert isinstance(modules.generate(1), types.GeneratorType)
    assert sorted(modules.Thing(3), reverse=True) == [2, 1, 0]
    assert sum(modules.Thing(4)) == 6
    assert min(modules.Thing(4)) == 0
    assert [i for i, _ in enumerate(modules.generate(3))] == [0, 1, 2]
    assert list(zip(modules.Thing(2), modules.generate(2), strict=True))[1][1].n == 1
    assert next(reversed(modules.LONG)).n == 2499
    with pytest.raises(TypeError, match="not iterable"):
        iter(modules.pair)
    with pytest.raises(StopIteration):
        next(modules.generate(0))


def test_truth_text_and_formats_are_the_objects_own(submission):
    modules = submission("""
        class Empty:
            def __len__(self): return 0
            def __str__(self): return "nothing"
            def __format__(self, spec): return f"<{spec}>"
        class Plain: pass
        EPS = 0.00125
        def nothing(): return {}
    """)
    empty = modules.Empty()
    assert not empty
    assert modules.Plain()
    assert not modules.nothing()
    assert str(empty) == "nothing"
    assert f"{empty!s:>8}" == " nothing"
    assert f"{empty:x}" == "<x>"
    assert f"{modules.EPS:.1e} {modules.EPS}" == "1.3e-03 0.00125"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("EPS", 1e-8), ("EPS * 2", 2e-8), ("2 * EPS", 2e-8), ("-EPS", -1e-8), ("abs(-EPS)", 1e-8), ("round(EPS, 3)", 0),
        ("EPS < 1", True), ("1 > EPS", True), ("-EPS < 0", True), ("abs(-EPS) == EPS", True),
        ("float(EPS)", 1e-8), ("math.sqrt(EPS)", 1e-4), ("math.isclose(EPS, 1e-8)", True), ("isinstance(EPS, float)", True),
        ("np.float64(EPS)", 1e-8), ("np.allclose(np.exp(EPS), 1)", True), ("np.maximum(EPS, 1)", 1),
        ("np.ones(3).sum() + EPS > 3", True),
        ("SEED", 42), ("SEED % 5", 2), ("divmod(SEED, 5)", (8, 2)), ("SEED // 4", 10), ("2**SEED", 2**42), ("SEED & 2", 2),
        ("int(SEED)", 42), ("complex(SEED)", 42 + 0j), ("isinstance(SEED, int)", True),
        ("list(range(SEED))[-1]", 41), ("[0] * SEED", [0] * 42),
        ("'abc'[: SEED - 40]", "ab"), ("list(range(50))[:SEED][-1]", 41),
        ("np.zeros(SEED).shape", (42,)), ("np.zeros((SEED, 2)).shape", (42, 2)), ("(np.ones(2) * SEED).tolist()", [42.0, 42.0]),
        ("NAME", "linear"), ("NAME.upper()", "LINEAR"), ("NAME + '!'", "linear!"), ("NAME in ['linear']", True),
        ("isinstance(NAME, str)", True),
        ("SIZES", [4, 3]), ("SIZES + [2]", [4, 3, 2]), ("sum(SIZES)", 7), ("4 in SIZES", True), ("tuple(SIZES)", (4, 3)),
        ("np.asarray(SIZES).tolist()", [4, 3]), ("isinstance(SIZES, list)", True),
    ],
)  # fmt: skip
def test_constants_imported_by_name_calculate_and_compare(submission, expression, value):
    submission(LAYER)
    from modules import EPS, NAME, SEED, SIZES

    assert eval(expression, {"EPS": EPS, "NAME": NAME, "SEED": SEED, "SIZES": SIZES, "math": math, "np": np}) == value


def test_functions_are_values(submission):
    modules = submission(LAYER)
    f, x = modules.softmax, np.zeros((2, 4))
    assert np.allclose(f(x), 0.25) and np.allclose([g(x)[0, 0] for g in (f, modules.same)], [0.25, 0])
    bound = modules.Linear(2, 2).forward
    assert bound(np.ones((1, 2))).tolist() == [[1.0, 5.0]]
    assert modules.Linear.forward(modules.Linear(2, 2), np.ones((1, 2))).tolist() == [[1.0, 5.0]]
    assert callable(f) and list(inspect.signature(modules.Linear(2).forward).parameters) == ["x", "scale"]


def test_a_star_import_gives_the_modules_public_names(submission):
    submission(LAYER + "\n    _hidden = 1\n")
    space = {}
    exec("from modules import *", space)
    assert {"Linear", "Net", "softmax", "EPS"} <= set(space) and "_hidden" not in space
    assert space["softmax"](np.zeros(2)).tolist() == [0.5, 0.5]


def test_instances_classes_and_builtins_are_told_apart(submission):
    modules = submission(LAYER)
    layer, net = modules.Linear(2), modules.Net(2, 2)
    assert isinstance(layer, modules.Linear)
    assert isinstance(layer, modules.Base)
    assert not isinstance(net, modules.Linear)
    assert isinstance(layer, (modules.Net, modules.Linear)) and not isinstance(3, modules.Linear)
    assert not isinstance(np.ones(2), modules.Linear) and not isinstance(object(), modules.Linear)
    assert issubclass(modules.Linear, modules.Base) and not issubclass(modules.Net, modules.Base)
    assert isinstance(layer.params, dict)
    assert isinstance(net.layers, list)
    assert not isinstance(layer.params, list)
    assert isinstance(modules.softmax, types.FunctionType) and isinstance(modules.Linear, type)
    assert isinstance(layer.params["weight"], np.ndarray) and type(layer.params["weight"]) is np.ndarray
    assert layer.__class__.__name__ == "Linear"
    case = unittest.TestCase()
    case.assertIsInstance(layer, modules.Linear)
    case.assertIn("weight", layer.params)
    case.assertEqual(layer.sizes, [2, 3])


CONTAINERS = """
        import collections, enum
        from collections import OrderedDict, namedtuple
        class Color(enum.Enum): RED = 1
        class Level(enum.IntEnum): HIGH = 3
        Pair = namedtuple("Pair", "a b")
        class Thing: pass
        def plain(): return {"a": 1, "b": [1, 2], "c": {"d": (1, 2)}}
        def ordered(): return OrderedDict(a=1)
        def counted(): return collections.Counter("aab")
        def default(): return collections.defaultdict(list, a=[1])
        def pair(): return Pair(1, 2.5)
        def level(): return Level.HIGH
        def color(): return Color.RED
        def a_set(): return {1, 2, 3}
        def frozen(): return frozenset("ab")
        def mixed(): return [1, Thing()]
        def odd(): return {(1, 2): 3, None: 4, 1.5: 5, b"x": 6}
    """


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("plain()", {"a": 1, "b": [1, 2], "c": {"d": (1, 2)}}), ("plain() != {'a': 1}", True), ("{**plain()}['a']", 1),
        ("sorted(plain())", ["a", "b", "c"]),
        ("ordered()", {"a": 1}), ("counted()", {"a": 2, "b": 1}), ("default()", {"a": [1]}),
        ("a_set()", {1, 2, 3}), ("a_set() > {1}", True), ("a_set() | {4}", {1, 2, 3, 4}), ("len(a_set())", 3),
        ("2 in a_set()", True), ("max(a_set())", 3), ("frozen()", {"a", "b"}),
        ("pair()", (1, 2.5)), ("isinstance(pair(), tuple)", True), ("pair().b", 2.5), ("pair()[0]", 1),
        ("level()", 3), ("level() + 1", 4), ("np.zeros(level()).shape", (3,)), ("color().name", "RED"), ("color().value", 1),
        ("mixed() != [1, 2]", True), ("mixed()[0]", 1), ("len(mixed())", 2),
        ("odd()", {(1, 2): 3, None: 4, 1.5: 5, b"x": 6}), ("odd()[1, 2]", 3), ("odd()[None]", 4), ("dict(odd())[1.5]", 5),
    ],
)  # fmt: skip
def test_containers_of_objects_compare_with_local_ones(submission, expression, value):
    modules = submission(CONTAINERS)
    names = ("plain", "ordered", "counted", "default", "a_set", "frozen", "pair", "level", "color", "mixed", "odd")
    assert eval(expression, {"np": np, **{name: getattr(modules, name) for name in names}}) == value


def test_a_container_may_be_compared_again_and_again(submission):
    modules = submission(CONTAINERS)
    for _ in range(2):
        assert modules.plain() == {"a": 1, "b": [1, 2], "c": {"d": (1, 2)}}


def test_approximations_work_both_ways(submission):
    modules = submission("""
        import numpy as np
        EPS = 0.1 + 0.2
        def losses(): return [0.1 + 0.2, 1.0]
        def scores(): return {"f1": 0.1 + 0.2}
        def array(): return np.array([0.1 + 0.2, 1.0])
    """)
    assert modules.losses() == pytest.approx([0.3, 1.0]) and pytest.approx([0.3, 1.0]) == modules.losses()
    assert modules.scores() == pytest.approx({"f1": 0.3}) and pytest.approx({"f1": 0.3}) == modules.scores()
    assert modules.array() == pytest.approx(np.array([0.3, 1.0])) and pytest.approx(0.3) == modules.EPS
    assert pytest.approx(0.3) == modules.EPS and pytest.approx(0.4) != modules.EPS
    np.testing.assert_allclose(modules.losses(), [0.3, 1.0])
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(modules.array(), [0.3, 1.1])
    assert np.allclose(modules.losses(), [0.3, 1]) and np.asarray(modules.losses()).dtype == float


def test_lists_of_objects_become_arrays_where_they_hold_numbers(submission):
    modules = submission("""
        import numpy as np
        class Thing: pass
        def rows(): return [np.ones(2), np.zeros(2)]
        def nested(): return [[1, 2], (3, 4)]
        def long(): return [float(i) for i in range(50_000)]
        def wide(): return [[0.5] * 1000 for _ in range(100)]
        def things(): return [Thing()]
    """)
    assert np.asarray(modules.rows()).tolist() == [[1, 1], [0, 0]] and np.stack(list(modules.rows())).shape == (2, 2)
    assert np.array(modules.nested()).sum() == 10 and np.concatenate(modules.rows()).shape == (4,)
    long = modules.long()
    assert len(long) == 50_000
    assert np.asarray(long).sum() == sum(range(50_000))
    assert long == [float(i) for i in range(50_000)]
    assert max(long) == 49_999
    assert 17.0 in long
    assert -1.0 not in long
    assert long[:3] == [0, 1, 2]
    assert np.asarray(modules.wide()).shape == (100, 1000) and [len(row) for row in modules.wide()] == [1000] * 100


def test_an_object_is_no_array(sandboxed):
    modules = sandboxed("class Thing: pass\nimport numpy as np\ndef masked(): return np.ma.masked_all(3)")
    with pytest.raises(TypeError, match="Thing object where an array is expected"):
        np.asarray(modules.Thing())
    with pytest.raises(TypeError, match="Thing object where a number or an array is expected"):
        _ = modules.Thing() + 1
    with empty_is_different():
        with pytest.raises(AssertionError, match="masked entries"):
            np.testing.assert_allclose(modules.masked(), np.zeros(3))
        assert not np.allclose(modules.masked(), np.zeros(3))


def test_handles_are_copied_over_there(submission):
    modules = submission(LAYER)
    net = modules.Net(4, 3)
    shallow, deep = copy.copy(net), copy.deepcopy(net)
    deep.layers[0].params["weight"][...] = 7
    assert net.layers[0].params["weight"][0, 0] == 0 and deep.layers[0].params["weight"][0, 0] == 7
    assert shallow is not net
    assert shallow.layers is net.layers
    assert deep.layers is not net.layers
    before = copy.deepcopy(net.layers[0].params["weight"])
    net.layers[0].params["weight"] += 1
    assert np.array_equal(net.layers[0].params["weight"], before + 1)


def test_context_managers_enter_exit_and_may_swallow_exceptions(submission):
    modules = submission("""
        class Mode:
            swallow = False
            def __enter__(self): self.log = ["in"]; return self
            def __exit__(self, kind, error, trace):
                self.log.append(kind.__name__ if kind else "out")
                return self.swallow
        def fail(): raise ZeroDivisionError("x")
    """)
    with modules.Mode() as mode:
        assert mode.log == ["in"]
    assert mode.log == ["in", "out"]
    with pytest.raises(ValueError, match="mine"), mode:
        raise ValueError("mine")
    assert mode.log == ["in", "ValueError"]
    mode.swallow = True
    with mode:
        modules.fail()
    assert mode.log == ["in", "ZeroDivisionError"]
    with mode:
        b"\xff".decode()
    assert mode.log[0] == "in" and len(mode.log) == 2


def test_the_message_of_a_suites_own_exception_stays_on_this_side(sandboxed):
    modules = sandboxed("""
        class Mode:
            def __enter__(self): return self
            def __exit__(self, kind, error, trace): self.seen = (kind.__name__, str(error))
    """)
    mode = modules.Mode()
    with pytest.raises(AssertionError), mode:
        raise AssertionError("expected 42")
    assert mode.seen == ("AssertionError", "")


def test_operators_between_two_objects_of_the_submission_are_carried_out(submission):
    modules = submission("""
        class Vector:
            def __init__(self, x): self.x = x
            def __add__(self, other): return Vector(self.x + other.x)
            def __matmul__(self, other): return self.x * other.x
            def __and__(self, other): return self.x & other.x
            def __or__(self, other): return self.x | other.x
            def __divmod__(self, other): return divmod(self.x, other.x)
            def __ior__(self, other): self.x |= other.x; return self
            def __eq__(self, other): return self.x == other.x
            def __lt__(self, other): return self.x < other.x
            def __neg__(self): return Vector(-self.x)
            def __iadd__(self, other): self.x += other.x; return self
            __hash__ = None
    """)
    a, b = modules.Vector(1), modules.Vector(2)
    assert (a + b).x == 3
    assert a @ b == 2
    assert a != b
    assert a + a == b
    assert (-a).x == -1
    assert a < b
    assert [v.x for v in sorted([b, a])] == [1, 2] and min([b, a]).x == 1
    assert a & b == 0
    assert a | b == 3
    assert divmod(b, a) == (2, 0)
    same = a
    a += b
    assert a.x == 3 and same is a
    a |= modules.Vector(4)
    assert a.x == 7 and same is a


def test_a_value_of_the_suite_meets_an_operator_only_where_the_reference_defines_it(sandboxed):
    source = """
        class Always:
            seen = []
            def __eq__(self, other): self.seen.append(other); return True
            def __add__(self, other): return other
            def __contains__(self, item): self.seen.append(item); return True
            def __iter__(self): return iter([1])
    """
    liar = sandboxed(source).Always()
    assert liar != 42
    assert 42 not in [liar]
    assert (liar == [1]) is False
    assert 42 not in liar
    assert 1 in liar
    with pytest.raises(TypeError, match="Always object where a number"):
        _ = liar + 1
    assert liar.seen == []
    honest = sandboxed(source, operators={("Always", "__eq__"), ("Always", "__contains__")}).Always()
    assert honest == 42
    assert 7 in honest
    assert honest.seen == [42, 7]


def test_an_assertion_message_runs_no_code_of_the_submission(sandboxed):
    thing = sandboxed("class Thing:\n    calls = []\n    def __repr__(self): self.calls.append(1); return 'mine'").Thing()
    assert repr(thing) == "<submission's Thing object>"
    assert f"{thing!r}" == repr(thing)
    assert f"{[thing]}" == f"[{thing!r}]"
    assert thing.calls == []
