"""Values that cross by copy, and those of a suite that may not cross; where possible in process and sandboxed."""

import math
import sys
import unittest
import unittest.mock

import numpy as np
import pytest
from submitted import LAYER

from autograder.standins.failures import SubmissionFailure, TrustedValueError

pytest_plugins = ["sandboxes"]


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
    assert np.isnan(modules.same(float("nan")))
    assert modules.same(-0.0) == 0
    assert math.copysign(1, modules.same(-0.0)) == -1


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
    assert endless[0] == 1
    assert endless[1][1][0] == 1
    assert endless[1] is endless


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
    assert modules.strings().shape == (2,)
    assert list(modules.strings()) == ["a", "bc"]
    assert modules.strings()[1] == "bc"
    assert list(modules.objects()) == [1, "a", None] and modules.records()["b"][0] == 2.0
    assert np.array_equal(modules.matrix(), [[1, 2], [3, 4]]) and float(modules.long()[0]) == 1.5


def test_numbers_and_bytes_of_ones_own_classes_are_compared_by_what_they_are(submission):
    modules = submission("""
        class Packet(bytes):
            header = 4
            def __eq__(self, other): return True
            __hash__ = bytes.__hash__
        class Phasor(complex):
            def angle(self): return 90
            def __eq__(self, other): return True
            __hash__ = complex.__hash__
        def packet(): return Packet(b"abc")
        def phasor(): return Phasor(1j)
        def length(value): return len(value)
    """)
    assert modules.packet() == b"abc" and modules.packet() != b"ab" and modules.packet()[1:] == b"bc"
    assert modules.phasor() == 1j and modules.phasor() != 1 and abs(modules.phasor()) == 1
    assert (modules.packet().header, modules.phasor().angle()) == (4, 90)
    assert isinstance(modules.packet(), modules.Packet) and isinstance(modules.phasor(), complex)
    assert modules.length(modules.packet()) == 3


def test_members_of_a_suites_enumerations_are_passed_as_their_values(submission):
    import enum

    Level = enum.IntEnum("Level", "LOW HIGH")
    Kind = enum.Enum("Kind", {"A": "a"}, type=str)
    modules = submission(LAYER)
    assert modules.same(Level.HIGH) == 2
    assert modules.same(Kind.A) == "a"
    assert modules.same({"k": Level.LOW}) == {"k": 1}


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (unittest.TestCase(), "a TestCase"),
        (sys.modules[__name__], "a module"),
        (sys._getframe(), "a frame"),
        (test_numpy_scalars_keep_their_type.__code__, "a code"),
        (TrustedValueError, "the type TrustedValueError"),
        (unittest.TestCase().run, "a TestCase"),
        (np.array([None]), "an array of dtype object"),
        ([1, {"a": unittest.TestCase()}], "a TestCase"),
        (1 << 1_100_000, "an integer of 1100001 bits"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_belongs_to_the_suite_is_refused(sandboxed, value, named):
    modules = sandboxed(LAYER)
    with pytest.raises(TrustedValueError, match=f"^{named}.* cannot be passed to the submission"):
        modules.same(value)
    assert modules.same(1) == 1


@pytest.mark.parametrize("node", ["[Tag.BIG_INT, '9' * 3990]", "[Tag.VALUE, 1, bytes([127]) * 140_000]"])
def test_a_number_that_could_not_go_back_is_the_fault_of_who_sends_it(sandboxed, node):
    modules = sandboxed(f"""
        from autograder.sandbox.replies import ReplyEncoder
        from autograder.sandbox.wire import Tag
        ReplyEncoder.WRITERS[int] = lambda encoder, value: {node} if value == 42 else value
        def encode(x): return 2 * x
        def decode(y): return 21
    """)
    with pytest.raises(SubmissionFailure, match="invalid reply"):
        modules.decode(modules.encode(21))
