"""What a suite can do with the submission's objects; wherever possible the same test in process and sandboxed."""

import copy
import inspect
import math
import re
import sys
import types
import unittest
import unittest.mock

import numpy as np
import pytest

from autograder.errors import AutograderError
from autograder.standins.failures import ProcessGone, SubmissionFailure, TrustedValueError

pytest_plugins = ["sandboxes"]

LAYER = """
    import numpy as np

    EPS = 1e-8
    SEED = 42
    SIZES = [4, 3]
    NAME = "linear"

    class Base:
        pass

    class Linear(Base):
        kind = "affine"

        def __init__(self, a, b=3):
            self.params = {"weight": np.arange(float(a * b)).reshape(b, a), "bias": np.zeros((1, b))}
            self.grads = {}
            self.sizes = [a, b]

        def forward(self, x, scale=1.0):
            self.x = x
            return scale * (x @ self.params["weight"].T + self.params["bias"])

        @property
        def out(self):
            return self.sizes[1]

    class Net:
        def __init__(self, *sizes, **options):
            self.layers = [Linear(a, b) for a, b in zip(sizes, sizes[1:])]
            self.options = options

    def softmax(x, axis=-1):
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)

    def same(x):
        return x
"""


# Calls, attributes, items


def test_calls_take_positional_and_keyword_arguments(submission):
    modules = submission(LAYER)
    layer = modules.Linear(2, b=1)
    x = np.ones((3, 2))
    assert np.array_equal(layer.forward(x, scale=2.0), np.full((3, 1), 2.0))
    net = modules.Net(*[4, 3, 2], rate=0.1)
    assert len(net.layers) == 2 and net.options == {"rate": 0.1}


def test_attributes_can_be_read_set_and_deleted(submission):
    layer = submission(LAYER).Linear(2)
    assert layer.out == 3 and layer.kind == "affine" and layer.sizes == [2, 3]
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
    assert len(layer.params) == 3 and "more" in layer.params and "less" not in layer.params
    del layer.params["more"]
    assert list(layer.params) == ["weight", "bias"] and set(layer.params.keys()) == {"weight", "bias"}
    assert layer.params.keys() == {"weight", "bias"}
    assert [value.shape for value in layer.params.values()] == [(3, 2), (1, 3)]
    assert {name: value.size for name, value in layer.params.items()} == {"weight": 6, "bias": 3}
    assert [inner.out for inner in net.layers[1:]] == [2, 1] and net.layers[-1].out == 1
    assert net.layers[0] in net.layers and layer not in net.layers and 3 not in net.layers
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
    assert sorted(modules.Thing(3), reverse=True) == [2, 1, 0] and sum(modules.Thing(4)) == 6 and min(modules.Thing(4)) == 0
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
    assert not empty and modules.Plain() and not modules.nothing()
    assert str(empty) == "nothing" and f"{empty!s:>8}" == " nothing" and f"{empty:x}" == "<x>"
    assert f"{modules.EPS:.1e} {modules.EPS}" == "1.3e-03 0.00125"


def test_constants_imported_by_name_calculate_and_compare(submission):
    submission(LAYER)
    from modules import EPS, NAME, SEED, SIZES

    assert EPS * 2 == 2e-8 and 2 * EPS == 2e-8 and EPS < 1 and EPS < 1 and -EPS < 0 and abs(-EPS) == EPS
    assert isinstance(EPS, float) and isinstance(SEED, int) and isinstance(NAME, str) and isinstance(SIZES, list)
    assert math.sqrt(EPS) == 1e-4 and math.isclose(EPS, 1e-8) and float(EPS) == 1e-8 and np.float64(EPS) == 1e-8
    assert SEED % 5 == 2 and divmod(SEED, 5) == (8, 2) and SEED // 4 == 10 and 2**SEED == 2**42 and SEED & 2 == 2
    assert (
        list(range(SEED))[-1] == 41
        and [0] * SEED == [0] * 42
        and "abc"[: SEED - 40] == "ab"
        and list(range(50))[:SEED][-1] == 41
    )
    assert np.zeros(SEED).shape == (42,) and np.zeros((SEED, 2)).shape == (42, 2) and np.ones(3).sum() + EPS > 3
    assert np.array_equal(np.ones(2) * SEED, [42.0, 42.0]) and np.allclose(np.exp(EPS), 1) and np.maximum(EPS, 1) == 1
    assert NAME == "linear" and NAME.upper() == "LINEAR" and NAME + "!" == "linear!" and NAME in ["linear"]
    assert SIZES == [4, 3] and SIZES + [2] == [4, 3, 2] and sum(SIZES) == 7 and 4 in SIZES and tuple(SIZES) == (4, 3)
    assert round(EPS, 3) == 0 and int(SEED) == 42 and complex(SEED) == 42 + 0j
    assert np.asarray(SIZES).tolist() == [4, 3]


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
    assert isinstance(layer, modules.Linear) and isinstance(layer, modules.Base) and not isinstance(net, modules.Linear)
    assert isinstance(layer, (modules.Net, modules.Linear)) and not isinstance(3, modules.Linear)
    assert not isinstance(np.ones(2), modules.Linear) and not isinstance(object(), modules.Linear)
    assert issubclass(modules.Linear, modules.Base) and not issubclass(modules.Net, modules.Base)
    assert isinstance(layer.params, dict) and isinstance(net.layers, list) and not isinstance(layer.params, list)
    assert isinstance(modules.softmax, types.FunctionType) and isinstance(modules.Linear, type)
    assert isinstance(layer.params["weight"], np.ndarray) and type(layer.params["weight"]) is np.ndarray
    assert layer.__class__.__name__ == "Linear"
    case = unittest.TestCase()
    case.assertIsInstance(layer, modules.Linear)
    case.assertIn("weight", layer.params)
    case.assertEqual(layer.sizes, [2, 3])


def test_containers_of_objects_compare_with_local_ones(submission):
    modules = submission("""
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
    """)
    assert modules.plain() == {"a": 1, "b": [1, 2], "c": {"d": (1, 2)}} and modules.plain() != {"a": 1}
    assert modules.plain() == {"a": 1, "b": [1, 2], "c": {"d": (1, 2)}}
    assert modules.ordered() == {"a": 1} and modules.counted() == {"a": 2, "b": 1} and modules.default() == {"a": [1]}
    assert modules.a_set() == {1, 2, 3} and modules.a_set() > {1} and modules.a_set() | {4} == {1, 2, 3, 4}
    assert modules.frozen() == {"a", "b"} and len(modules.a_set()) == 3 and 2 in modules.a_set()
    assert (
        modules.pair() == (1, 2.5) and isinstance(modules.pair(), tuple) and modules.pair().b == 2.5 and modules.pair()[0] == 1
    )
    assert modules.level() == 3 and modules.level() + 1 == 4 and np.zeros(modules.level()).shape == (3,)
    assert modules.color().name == "RED" and modules.color().value == 1
    assert modules.mixed() != [1, 2] and modules.mixed()[0] == 1 and len(modules.mixed()) == 2
    assert modules.odd() == {(1, 2): 3, None: 4, 1.5: 5, b"x": 6} and modules.odd()[1, 2] == 3 and modules.odd()[None] == 4
    assert dict(modules.odd())[1.5] == 5 and {**modules.plain()}["a"] == 1
    assert sorted(modules.plain()) == ["a", "b", "c"] and max(modules.a_set()) == 3


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
    assert len(long) == 50_000 and np.asarray(long).sum() == sum(range(50_000)) and long == [float(i) for i in range(50_000)]
    assert max(long) == 49_999 and 17.0 in long and -1.0 not in long and long[:3] == [0, 1, 2]
    assert np.asarray(modules.wide()).shape == (100, 1000) and [len(row) for row in modules.wide()] == [1000] * 100


def test_an_object_is_no_array(sandboxed):
    modules = sandboxed("class Thing: pass\nimport numpy as np\ndef masked(): return np.ma.masked_all(3)")
    with pytest.raises(TypeError, match="Thing object where an array is expected"):
        np.asarray(modules.Thing())
    with pytest.raises(TypeError, match="Thing object where a number or an array is expected"):
        _ = modules.Thing() + 1
    with pytest.raises(TypeError, match="MaskedArray object where an array is expected"):
        np.testing.assert_allclose(modules.masked(), np.zeros(3))


def test_handles_are_copied_over_there(submission):
    modules = submission(LAYER)
    net = modules.Net(4, 3)
    shallow, deep = copy.copy(net), copy.deepcopy(net)
    deep.layers[0].params["weight"][...] = 7
    assert net.layers[0].params["weight"][0, 0] == 0 and deep.layers[0].params["weight"][0, 0] == 7
    assert shallow is not net and shallow.layers is net.layers and deep.layers is not net.layers
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
            def __eq__(self, other): return self.x == other.x
            def __lt__(self, other): return self.x < other.x
            def __neg__(self): return Vector(-self.x)
            def __iadd__(self, other): self.x += other.x; return self
            __hash__ = None
    """)
    a, b = modules.Vector(1), modules.Vector(2)
    assert (a + b).x == 3 and a @ b == 2 and a != b and a + a == b and (-a).x == -1 and a < b
    assert [v.x for v in sorted([b, a])] == [1, 2] and min([b, a]).x == 1
    same = a
    a += b
    assert a.x == 3 and same is a


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
    assert liar != 42 and 42 not in [liar] and (liar == [1]) is False and 42 not in liar and 1 in liar
    with pytest.raises(TypeError, match="Always object where a number"):
        _ = liar + 1
    assert liar.seen == []
    honest = sandboxed(source, operators={("Always", "__eq__"), ("Always", "__contains__")}).Always()
    assert honest == 42 and 7 in honest and honest.seen == [42, 7]


def test_an_assertion_message_runs_no_code_of_the_submission(sandboxed):
    thing = sandboxed("class Thing:\n    calls = []\n    def __repr__(self): self.calls.append(1); return 'mine'").Thing()
    assert repr(thing) == "<submission's Thing object>" and f"{thing!r}" == repr(thing) and f"{[thing]}" == f"[{thing!r}]"
    assert thing.calls == []


# Values


@pytest.mark.parametrize(
    "dtype", ["bool", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16", "q", ">f8", ">i4"]
)
def test_arrays_of_every_type_and_layout_arrive_as_they_are(submission, dtype):
    modules = submission("def look(x): return x.dtype.name, x.shape, x.tolist(), x.copy()")
    whole = np.arange(12).reshape(3, 4).astype(dtype)
    for array in (whole, whole.T, whole[::2, 1:], whole[0, 0, None].reshape(()), whole[:0], np.asfortranarray(whole)):
        name, shape, values, copied = modules.look(array)
        assert (name, shape, values) == (array.dtype.name, array.shape, array.tolist())
        assert np.array_equal(copied, array) and copied.dtype.name == array.dtype.name


def test_numpy_scalars_keep_their_type(submission):
    modules = submission(LAYER)
    for value in (
        np.float32(1.5),
        np.float64(2.5),
        np.int8(-3),
        np.uint64(2**64 - 1),
        np.bool_(True),
        np.complex64(1j),
        np.float16(0.1),
    ):
        assert type(modules.same(value)) is type(value) and modules.same(value) == value
    assert modules.same(np.float32) is np.float32 and modules.same(np.dtype("float32")) == np.dtype("float32")
    assert np.isnan(modules.same(float("nan"))) and modules.same(-0.0) == 0 and math.copysign(1, modules.same(-0.0)) == -1


@pytest.mark.parametrize(
    "value",
    [
        0, -1, 2**63, 2**64, -(2**63), -(2**63) - 1, 3**2000, True, None, 1.5, float("inf"), 1 + 2j, "",
        "ä∂🙂", "a\ud800b", "\x00",
        b"", b"\x00\xff", (), [], (1, (2, [3, (4,)])), [[1, 2], [3]], slice(1, None, -2), range(3, 30, 4), ..., NotImplemented,
        {"a": [1, (2,)]}, {1, 2}, frozenset({3}), {(1, 2): {"b": None}}, [{"a": {1}}], int, ValueError,
    ],
    ids=lambda value: ascii(value)[:40],
)  # fmt: skip
def test_plain_values_go_there_and_back(submission, value):
    modules = submission(LAYER)
    back = modules.same(value)
    assert back == value
    assert isinstance(back, type(value))


def test_a_list_nested_deeply_is_iterated_there_and_back(submission):
    modules = submission("""
        def deep(n):
            value = [1]
            for _ in range(n): value = [value]
            return value
        def depth(value):
            n = 0
            while isinstance(value[0], list): value, n = value[0], n + 1
            return n
        def endless():
            value = [1]
            value.append(value)
            return value
    """)
    value = modules.deep(100)
    for _ in range(100):
        value = value[0]
    assert value == [1]
    local = [1]
    for _ in range(60):
        local = [local]
    assert modules.depth(local) == 60 and modules.depth(modules.deep(30)) == 30
    endless = modules.endless()
    assert endless[0] == 1 and endless[1][1][0] == 1 and endless[1] is endless


def test_strings_and_lists_of_any_size_cross(submission):
    modules = submission("""
        def text(n): return "ä" * n
        def texts(n): return ["x" * n for _ in range(200)]
        def odd(): return ["\\ud800", "\\udfff"]
    """)
    assert modules.text(100_000) == "ä" * 100_000 and modules.odd() == ["\ud800", "\udfff"]
    assert len(modules.text(1_000_000)) == 1_000_000
    assert [len(text) for text in modules.texts(20_000)] == [20_000] * 200


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_arrays_that_are_no_plain_numbers_stay_over_there(submission):
    modules = submission("""
        import numpy as np
        def strings(): return np.array(["a", "bc"])
        def objects(): return np.array([1, "a", None], dtype=object)
        def records(): return np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
        def matrix(): return np.matrix([[1, 2], [3, 4]])
        def long(): return np.array([1.5], dtype=np.longdouble)
    """)
    assert modules.strings().shape == (2,) and list(modules.strings()) == ["a", "bc"] and modules.strings()[1] == "bc"
    assert list(modules.objects()) == [1, "a", None] and modules.records()["b"][0] == 2.0
    assert np.array_equal(modules.matrix(), [[1, 2], [3, 4]]) and float(modules.long()[0]) == 1.5


def test_members_of_a_suites_enumerations_are_passed_as_their_values(submission):
    import enum

    Level = enum.IntEnum("Level", "LOW HIGH")
    Kind = enum.Enum("Kind", {"A": "a"}, type=str)
    modules = submission(LAYER)
    assert modules.same(Level.HIGH) == 2 and modules.same(Kind.A) == "a" and modules.same({"k": Level.LOW}) == {"k": 1}


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (lambda x: x, "the function .*lambda"),
        (len, "the builtin_function_or_method len"),
        (unittest.TestCase(), "a TestCase"),
        (unittest.TestCase, "the type TestCase"),
        (math, "a module"),
        ((i for i in range(3)), "the generator .*genexpr"),
        (np.array([None]), "an array of dtype object"),
        (np.array(["a"]), "an array of dtype <U1"),
        (np.ma.masked_all(2), "a MaskedArray"),
        (unittest.mock.Mock(), "a Mock"),
        ([1, {"a": object()}], "a object"),
        (10**5000, "an integer of 16610 bits"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_belongs_to_the_suite_is_refused(sandboxed, value, named):
    modules = sandboxed(LAYER)
    with pytest.raises(TrustedValueError, match=f"^{named}.* cannot be passed to the submission"):
        modules.same(value)
    assert modules.same(1) == 1


# Arrays that write through


def test_a_central_difference_loop_perturbs_the_submissions_parameters(submission):
    layer = submission(LAYER).Linear(3, 2)
    rng = np.random.default_rng(0)
    x, dout, h = rng.normal(size=(5, 3)), rng.normal(size=(5, 2)), 1e-5
    numeric = np.zeros((2, 3))
    for i in range(2):
        for j in range(3):
            layer.params["weight"][i, j] += h
            plus = (layer.forward(x) * dout).sum()
            layer.params["weight"][i, j] -= 2 * h
            minus = (layer.forward(x) * dout).sum()
            layer.params["weight"][i, j] += h
            numeric[i, j] = (plus - minus) / (2 * h)
    assert np.allclose(numeric, dout.T @ x)


@pytest.mark.parametrize(
    "write",
    [
        "W[...] = 7", "W += 1", "W *= -2", "np.add(W, 1, out=W)", "W.T[0] = 5", "W[1:, ::2] = 3", "W.flat[3] = 9", "W.sort()",
        "W[::-1].sort(axis=0)", "rng.shuffle(W)", "W.fill(2)", "W[W > 3] = 0", "np.copyto(W, -1)", "W.ravel()[:2] = 8",
        "W[0], W[1] = W[1].copy(), W[0].copy()", "np.put(W, 0, 4)", "W.itemset(3) if hasattr(W, 'itemset') else W.put(1, 3)",
        "W[0, 0] = -0.0", "W[0, 0] = np.nan", "W.view(np.int64)[0, 0] = 1", "layer.params['weight'] = W * 2",
        "layer.params['weight'] -= 0.5 * W", "np.matmul(W, W, out=W)", "W.partition(1)", "W.resize((3, 3), refcheck=False)",
    ],
)  # fmt: skip
def test_every_way_to_write_into_an_array_reaches_the_submission(submission, write):
    modules = submission("""
        import numpy as np
        class Layer:
            def __init__(self): self.params = {"weight": np.array([[5.0, 1, 4], [2, 8, 0], [3, 7, 6]])}
            def digest(self): return self.params["weight"].tobytes()
    """)
    layer, rng = modules.Layer(), np.random.default_rng(1)
    W = layer.params["weight"]
    exec(write, {"W": W, "np": np, "rng": rng, "layer": layer})
    assert layer.digest() == layer.params["weight"].tobytes()
    expected = np.array([[5.0, 1, 4], [2, 8, 0], [3, 7, 6]])
    space = types.SimpleNamespace(params={"weight": expected})
    exec(write, {"W": expected, "np": np, "rng": np.random.default_rng(1), "layer": space})
    assert layer.digest() == space.params["weight"].tobytes()


KEEPER = """
    import numpy as np
    class Box:
        def keep(self, x): self.x = x
        def double(self): self.x *= 2
        def total(self): return float(self.x.sum())
        def view(self): return self.x[1:]
        def both(self): return self.x, self.x.T
        def replace(self): self.x = np.full(3, 9.0)
        def protect(self): self.x.flags.writeable = False
        def reshape(self): self.x.shape = (1, -1)
    def add_one(x): x += 1
    def fill_second(a, b): b[...] = 5; return float(a.sum())
    def same(a, b): return a is b
    def protected():
        x = np.arange(3.0)
        x.flags.writeable = False
        return x
    class Big:
        def __init__(self, n, dtype): self.x = np.arange(n, dtype=dtype)[::-1].copy()
        def at(self, i): return self.x[i].item()
        def set(self, i, value): self.x[i] = value
"""


def test_an_array_that_the_submission_keeps_stays_in_step(submission):
    box, x = submission(KEEPER).Box(), np.arange(3.0)
    box.keep(x)
    x[0] = 100
    assert box.total() == 103 and box.x is x
    box.double()
    assert x.tolist() == [200, 2, 4]
    box.x[1] = 0
    assert x[1] == 0 and box.total() == 204
    box.replace()
    assert x.tolist() == [200, 0, 4] and box.x.tolist() == [9, 9, 9]


def test_an_argument_changed_during_the_call_is_changed_here(submission):
    modules = submission(KEEPER)
    x = np.zeros((2, 3))
    modules.add_one(x)
    assert (x == 1).all()
    modules.add_one(x.T)
    modules.add_one(x[:, 1])
    assert x.tolist() == [[2, 3, 2]] * 2
    read_only = np.zeros(2)
    read_only.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        modules.add_one(read_only)
    assert not read_only.any()


def test_one_array_passed_twice_is_one_array_over_there(submission):
    modules = submission(KEEPER)
    x = np.ones(3)
    assert modules.same(x, x) and not modules.same(x, x.copy())
    assert modules.fill_second(x, x) == 15 and x.tolist() == [5, 5, 5]


def test_two_views_of_one_array_bring_their_own_changes(submission):
    box = submission(KEEPER).Box()
    box.keep(np.zeros((2, 2)))
    x, transposed = box.both()
    x[0, 1] = 1
    transposed[1, 1] = 2
    assert box.total() == 3
    assert box.x.tolist() == [[0, 1], [0, 2]]
    box.view()[0, 0] = 4
    assert box.total() == 7


def test_two_objects_that_share_an_array_share_what_is_written(submission):
    modules = submission(KEEPER)
    a, b = modules.Box(), modules.Box()
    a.keep(np.ones(3))
    b.keep(a.x)
    a.x[0] = 5
    assert b.total() == 7 and a.x is b.x
    b.double()
    assert a.x[0] == 10


def test_what_is_written_just_before_the_last_reference_goes_arrives(submission):
    box = submission(KEEPER).Box()
    box.keep(np.ones(3))
    box.x[0] = 50
    assert box.total() == 52
    x = np.zeros(2)
    box.keep(x)
    x[1] = 3
    del x
    assert box.total() == 3


def test_protected_arrays_stay_protected(submission):
    modules = submission(KEEPER)
    with pytest.raises(ValueError, match="read-only"):
        modules.protected()[0] = 1
    box, x = modules.Box(), np.ones(2)
    box.keep(x)
    box.reshape()
    box.protect()
    assert box.total() == 2


@pytest.mark.parametrize("dtype", ["f8", "f4", "u1"])
def test_large_arrays_are_kept_in_step_too(submission, dtype):
    n = 6_000_001 if dtype == "u1" else 1_200_001
    big = submission(KEEPER).Big(n, dtype)
    x = big.x
    x[n - 2] = 77
    assert big.at(n - 2) == 77
    big.set(5, 99)
    assert x[5] == 99
    x.sort()
    assert big.at(0) == x[0] and big.at(n - 1) == x[n - 1] and big.at(n // 2) == x[n // 2]


# Exceptions


def test_builtin_exceptions_cross_with_type_arguments_and_message(submission):
    modules = submission("""
        import numpy as np
        def shape(): raise ValueError("x has shape (2, 3), expected (3, 2)")
        def key(): raise KeyError("nope")
        def bare(): raise NotImplementedError
        def decode(): b"\\xff".decode("utf-8")
        def file(): open("/nowhere/at/all")
        def singular(): np.linalg.inv(np.zeros((2, 2)))
        def axis(): np.zeros(2).sum(axis=3)
        def recurse(): return recurse()
        def missing(): import no_such_thing
        def several(): raise ValueError("a", 1, (2.5, None))
        def leave(): raise SystemExit(3)
        def zero(): 1 / 0
        def check(): assert False, "mine"
        def chained():
            try: zero()
            except ZeroDivisionError as e: raise RuntimeError("outer") from e
    """)
    with pytest.raises(ValueError, match=r"^x has shape \(2, 3\), expected \(3, 2\)$"):
        modules.shape()
    with pytest.raises(KeyError) as caught:
        modules.key()
    assert str(caught.value) == "'nope'" and caught.value.args == ("nope",) and caught.type is KeyError
    with pytest.raises(NotImplementedError):
        modules.bare()
    with pytest.raises(UnicodeDecodeError, match="can't decode byte 0xff") as decoded:
        modules.decode()
    assert decoded.value.start == 0
    with pytest.raises(FileNotFoundError, match="nowhere") as missing:
        modules.file()
    assert missing.value.errno == 2
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        modules.singular()
    with pytest.raises(np.exceptions.AxisError, match="axis 3"):
        modules.axis()
    with pytest.raises(RecursionError):
        modules.recurse()
    with pytest.raises(ModuleNotFoundError, match="no_such_thing"):
        modules.missing()
    with pytest.raises(ValueError) as several:
        modules.several()
    assert several.value.args == ("a", 1, (2.5, None))
    with pytest.raises(SystemExit) as left:
        modules.leave()
    assert left.value.code == 3
    with pytest.raises(AssertionError, match="mine"):
        modules.check()
    with pytest.raises(RuntimeError, match="outer"):
        modules.chained()
    with pytest.raises(TypeError, match="takes 0 positional"):
        modules.zero(1)


def test_an_object_that_ends_the_program_when_its_names_are_listed_has_none(sandboxed):
    """traceback.format_exception lists them to suggest one (from Python 3.12 on)."""
    modules = sandboxed("""
        import os
        class Fatal:
            def __dir__(self): os._exit(0)
    """)
    assert dir(modules.Fatal()) == []
    with pytest.raises(ProcessGone):
        modules.Fatal()


def test_stop_iteration_does_not_end_a_map_of_the_suite(sandboxed):
    modules = sandboxed("""
        def stop(x): raise StopIteration(7)
        def later(): raise StopAsyncIteration
    """)
    with pytest.raises(RuntimeError, match="7") as caught:
        list(map(modules.stop, [1, 2, 3]))
    assert caught.value.student_type == "StopIteration" and "in stop" in caught.value.student_traceback
    with pytest.raises(RuntimeError):
        modules.later()


def test_exceptions_of_the_submissions_own_classes_are_caught_by_class_and_by_base(submission):
    modules = submission("""
        class ShapeError(ValueError):
            def __init__(self, got, expected):
                super().__init__(got, expected)
                self.got = got
            def __str__(self): return f"got {self.args[0]}"
        class Other(Exception): pass
        def fail(): raise ShapeError((1, 2), (2, 1))
    """)
    with pytest.raises(ValueError, match=r"^got \(1, 2\)$") as caught:
        modules.fail()
    assert type(caught.value).__name__ == "ShapeError" and caught.value.args == ((1, 2), (2, 1))
    with pytest.raises(modules.ShapeError, match="got"):
        modules.fail()
    with unittest.TestCase().assertRaises(modules.ShapeError):
        modules.fail()
    assert isinstance(caught.value, modules.ShapeError) and not isinstance(caught.value, modules.Other)
    assert not isinstance(ValueError("local"), modules.ShapeError) and issubclass(modules.ShapeError, ValueError)


HOSTILE_EXCEPTIONS = """
    import sys
    class NoText(ValueError):
        def __str__(self): raise RuntimeError("no text")
        __repr__ = __str__
    class Exits(ValueError):
        def __str__(self): sys.exit(1)
    class Interrupts(ValueError):
        def __str__(self): raise KeyboardInterrupt
    class NotText(ValueError):
        def __str__(self): return 5
    class Liar(str):
        def __len__(self): return -1
        def __getitem__(self, i): return object()
    class Lies(ValueError):
        def __str__(self): return Liar("a lie")
    class NoArguments(ValueError):
        @property
        def args(self): raise RuntimeError
    class Huge(ValueError):
        def __str__(self): return "\\x1b[31m" + "ä\\u202e" * 10_000_000
    class Meta(type):
        def __hash__(cls): raise RuntimeError
        __name__ = property(lambda cls: 1 / 0)
    class Surrogate(ValueError):
        def __str__(self): return "\\ud800\\x00"
    Surrogate.__name__ = "S\\x1b\\u202e"
    class Loop(ValueError): pass
    def fail(kind):
        raise globals()[kind]("a", "b")
    def loop():
        error = Loop("loop"); other = KeyError(1)
        error.__cause__ = other; other.__cause__ = error
        raise error
    def in_args(): raise ValueError("a", object(), [1] * 100_000, "x" * 1_000_000)
    def deep():
        error = None
        for i in range(5000):
            new = ValueError(str(i)); new.__context__ = error; error = new
        raise error
"""


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("NoText", "cannot be shown: RuntimeError"), ("Exits", "cannot be shown: SystemExit"),
        ("Interrupts", "cannot be shown: KeyboardInterrupt"), ("NotText", "cannot be shown: TypeError"), ("Lies", "a lie"),
        ("NoArguments", "a"), ("Huge", r"^\\u001b\[31mä\\u202eä"), ("Surrogate", r"^\\ud800\\u0000$"),
    ],
)  # fmt: skip
def test_exceptions_that_raise_lie_or_are_huge_when_looked_at_are_reported(sandboxed, name, message):
    modules = sandboxed(HOSTILE_EXCEPTIONS)
    with pytest.raises(ValueError, match=message) as caught:
        modules.fail(name)
    assert len(str(caught.value)) < 300_000 and len(caught.value.student_traceback) < 300_000
    assert caught.value.student_type.isprintable()
    repr(caught.value)
    assert modules.Loop.__name__ == "Loop"


def test_chains_and_arguments_of_exceptions_may_be_endless(sandboxed):
    modules = sandboxed(HOSTILE_EXCEPTIONS)
    with pytest.raises(ValueError, match="loop"):
        modules.loop()
    with pytest.raises(ValueError, match="a"):
        modules.in_args()
    with pytest.raises(ValueError, match="4999") as caught:
        modules.deep()
    assert len(caught.value.student_traceback) < 50_000


@pytest.mark.skipif(sys.version_info < (3, 11), reason="they came with Python 3.11")
def test_exception_groups_cross(sandboxed):
    modules = sandboxed("""
        def fail(): raise ExceptionGroup("several", [ValueError(1), TypeError(2)])
        def base(): raise BaseExceptionGroup("worse", [KeyboardInterrupt()])
    """)
    with pytest.raises(ExceptionGroup, match="several"):  # noqa: F821
        modules.fail()
    with pytest.raises(SubmissionFailure, match="worse"):
        modules.base()


def test_a_keyboard_interrupt_of_the_submission_does_not_interrupt_the_grader(sandboxed):
    modules = sandboxed("def fail(): raise KeyboardInterrupt('me')\ndef fine(): return 1")
    with pytest.raises(SubmissionFailure, match="your code raised KeyboardInterrupt: me"):
        modules.fail()
    assert modules.fine() == 1


def test_a_traceback_names_the_submissions_files_and_lines_and_no_frame_of_ours(sandboxed):
    modules = sandboxed(
        "import other\n\n\ndef outer():\n    return other.inner()\n", other="def inner():\n    raise ValueError('deep')\n"
    )
    with pytest.raises(ValueError, match="deep") as caught:
        modules.outer()
    marks = re.compile(r"^ *[~^]+\n", re.MULTILINE)  # under the part of the line; every Python draws others
    assert marks.sub("", caught.value.student_traceback) == (
        "Traceback (most recent call last):\n"
        '  File "modules.py", line 5, in outer\n    return other.inner()\n'
        "  File \"other.py\", line 2, in inner\n    raise ValueError('deep')\n"
        "ValueError: deep\n"
    )


def test_a_submission_that_reads_its_flags_while_it_is_imported_finds_none(sandboxed):
    assert sandboxed("import sys\nflags = sys.argv[1:]\n").flags == []


# Endings


def test_a_process_that_ends_fails_the_test_and_says_how(sandboxed):
    modules = sandboxed("import os\ndef leave(): print('bye'); os._exit(5)")
    with pytest.raises(SubmissionFailure, match=r"it ended \(5\): bye"):
        try:
            modules.leave()
        except Exception:  # a suite's own net does not catch it
            pytest.fail("swallowed")
    with pytest.raises(SubmissionFailure, match="it ended"):
        modules.leave()


def test_an_interrupted_request_ends_the_conversation(sandboxed):
    import signal

    modules = sandboxed("import time\ndef slow(): time.sleep(0.3); return 'late'\ndef quick(): return 1")
    modules.quick()

    def ring(*_):
        raise TimeoutError("the suite's own alarm")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(TimeoutError):
            modules.slow()
    finally:
        signal.signal(signal.SIGALRM, before)
    with pytest.raises(SubmissionFailure, match="interrupted while your code was at work"):
        modules.quick()


def test_objects_of_another_tests_process_are_refused(sandboxed):
    modules = sandboxed("class Thing:\n    def f(self, other=None): return 1")
    with sandboxed.test("first"):
        old = modules.Thing()
        assert old.f() == 1
    with sandboxed.test("second"):
        with pytest.raises(AutograderError, match="hold it in a fixture whose scope covers both uses"):
            old.f()
        with pytest.raises(AutograderError, match="process that has ended"):
            modules.Thing().f(old)


def test_a_call_takes_less_than_a_millisecond_even_on_a_busy_machine(sandboxed):
    import time

    noop = sandboxed("def noop(): return None").noop
    noop()
    began = time.perf_counter()
    for _ in range(500):
        noop()
    assert 500 / (time.perf_counter() - began) > 1000
