"""Values of the standard library cross by copy, random generators in step, and nothing hostile is made into one."""

import argparse
import array
import ipaddress
import random
import re
import struct
import uuid
from collections import namedtuple
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import PosixPath, PurePosixPath, PureWindowsPath
from types import SimpleNamespace
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toys import toy
from wires import across, reply_decoder, request_encoder

from autograder.sandbox.replies import ReplyEncoder
from autograder.sandbox.requests import RequestDecoder
from autograder.sandbox.values import KINDS
from autograder.sandbox.wire import Tag, WireError
from autograder.sandbox.world import World

Pair = namedtuple("Pair", "x y")


class Score(NamedTuple):
    name: str
    points: float = 0.0


class Measured(NamedTuple):
    x: float

    def doubled(self):
        return 2 * self.x


VALUES = [
    *(Decimal(text) for text in ("1.10", "-Infinity", "NaN", "-0.0", "1E+5", "0E-10", "1E-999999", "9" * 500)),
    *(10**9000, -(10**9000), Fraction(-1, 3), Fraction(10**200, 3)),
    *(date.min, date(2024, 2, 29), date.max, time(1, 2, 3, 4), time(1, tzinfo=timezone.utc, fold=1)),
    *(datetime(2024, 1, 2, 3, 4, 5, 6), datetime(2024, 1, 2, tzinfo=ZoneInfo("Europe/Amsterdam"))),
    datetime(2024, 1, 2, tzinfo=timezone(timedelta(hours=-3), "BRT")),
    *(timedelta.min, timedelta.max, timedelta(microseconds=-1), timezone.utc, timezone(timedelta(minutes=90)), ZoneInfo("UTC")),
    *(PurePosixPath("a/b"), PosixPath("/x"), PureWindowsPath("c:/x"), uuid.UUID(int=7), memoryview(b"abc")),
    *(re.compile("a+(?P<n>b)", re.IGNORECASE | re.ASCII), re.compile(b"x", re.DOTALL), re.compile("(?x) a")),
    *(ipaddress.ip_address("1.2.3.4"), ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_interface("::1/64")),
    *(Pair(1, Fraction(1, 2)), Score("a", 2.5), (Decimal(1), (date(2024, 1, 1),))),
    *(np.datetime64("2024-01-01"), np.timedelta64(3, "h"), np.dtype("U3"), np.array([(1, "x")], [("a", "i4"), ("b", "U3")])[0]),
]
ARRAYS = [
    *(
        np.array(["a", "bcd", "é😀"]),
        np.array([b"x", b"yz"]),
        np.array(["2024-01-01", "NaT"], "M8[ns]"),
        np.array([1], "m8[D]"),
    ),
    *(np.array([(1, "x"), (2, "y")], [("a", "i4"), ("b", "U3")]), np.array([], "U4"), np.array([["a"], ["b"]])),
]


def arrived(value, by="request"):
    """What becomes of a value on its way: of the suite to the submission, or as the submission's reply."""
    if by == "request":
        encoder = request_encoder()
        return across(encoder.encode(value), encoder.arrays, RequestDecoder(World()))
    encoder = ReplyEncoder(World())
    return across(encoder.encode(value), encoder.arrays, reply_decoder())


both_ways = pytest.mark.parametrize("by", ["request", "reply"])


@both_ways
@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__name__}")
def test_a_value_arrives_as_the_same_value_of_the_same_type(value, by):
    found = arrived(value, by)
    assert type(found) is type(value)
    assert found == value or str(found) == str(value) == "NaN"
    if not isinstance(value, int):
        assert repr(found) == repr(value) or type(value) is memoryview


@both_ways
@pytest.mark.parametrize("value", ARRAYS, ids=lambda value: str(value.dtype))
def test_arrays_of_texts_dates_and_records_arrive_as_they_were(value, by):
    found = arrived(value, by)
    assert found.dtype == value.dtype and found.shape == value.shape and found.tobytes() == value.tobytes()


@settings(max_examples=100, deadline=None)
@given(
    st.decimals() | st.fractions() | st.dates() | st.times() | st.timedeltas() | st.uuids() | st.ip_addresses()
    | st.datetimes(timezones=st.none() | st.timezones()) | st.integers(-(2**20_000), 2**20_000),
    st.sampled_from(["request", "reply"]),
)  # fmt: skip
def test_any_value_arrives_as_it_was(value, by):
    found = arrived(value, by)
    assert str(found) == str(value) if isinstance(value, Decimal) else found == value


@both_ways
def test_the_class_of_a_named_tuple_is_the_same_where_both_sides_have_it(by):
    assert type(arrived(Score("a"), by)) is Score


def test_a_named_tuple_of_a_class_that_this_side_lacks_gets_one_like_it():
    node = [Tag.NAMED_TUPLE, "work", "Point", [Tag.TUPLE, "x", "y"], [Tag.TUPLE, 1, 2]]
    found, again = (across(node, [], reply_decoder()) for _ in range(2))
    assert found == (1, 2) and found.y == 2 and found._asdict() == {"x": 1, "y": 2} and repr(found) == "Point(x=1, y=2)"
    assert type(found) is type(again) and type(found).__module__ == "work"


def test_a_named_tuple_with_methods_stays_with_the_submission():
    encoder = ReplyEncoder(World())
    assert encoder.encode(Measured(1.0))[0] == Tag.HANDLE


@pytest.mark.parametrize("value", [type("Own", (Decimal,), {})(1), type("Own", (date,), {})(1, 1, 1), re.compile("x" * 2000)])
def test_what_is_more_than_its_parts_stays_with_the_submission(value):
    assert ReplyEncoder(World()).encode(value)[0] == Tag.HANDLE


GENERATORS = [
    *(random.Random(3), np.random.default_rng(4), np.random.default_rng([1, 2]), np.random.RandomState(5)),
    *(np.random.Generator(kind(6)) for kind in (np.random.MT19937, np.random.Philox, np.random.SFC64, np.random.PCG64DXSM)),
]


@both_ways
@pytest.mark.parametrize("value", GENERATORS, ids=lambda value: str(value).partition(" ")[0])
def test_a_generator_arrives_where_it_was(value, by):
    numbers = {random.Random: "gauss"}.get(type(value), "normal")
    getattr(value, numbers)(0, 1)  # half of a pair of numbers may be kept
    found = arrived(value, by)
    assert type(found) is type(value)
    assert [getattr(found, numbers)(0, 1) for _ in range(3)] == [getattr(value, numbers)(0, 1) for _ in range(3)]
    if isinstance(value, np.random.Generator):
        value.spawn(2)
        assert arrived(value, by).spawn(1)[0].random() == value.spawn(1)[0].random()


@both_ways
@pytest.mark.parametrize(
    "value", [array.array("d", [1, 2.5]), array.array("b"), SimpleNamespace(a=1), argparse.Namespace(b=[2])]
)
def test_typed_arrays_and_namespaces_arrive_as_they_were(value, by):
    found = arrived(value, by)
    assert found == value and type(found) is type(value)


@both_ways
def test_a_masked_array_arrives_as_it_was(by):
    value = np.ma.masked_array([[1.0, 2.0], [3.0, 4.0]], mask=[[True, False], [False, False]], fill_value=7)
    found = arrived(value, by)
    assert type(found) is np.ma.MaskedArray and found.mask.tolist() == value.mask.tolist() and found.fill_value == 7
    assert found.tolist() == value.tolist() and found.data.tolist() == value.data.tolist()


def test_an_array_of_objects_arrives_by_copy_if_nobody_else_has_it():
    value = np.array([["a", None], [Fraction(1, 2), 4]], dtype=object)
    encoder = ReplyEncoder(World())
    assert encoder.encode(value)[0] == Tag.HANDLE
    encoder.temporary = value
    found = across(encoder.encode(value), encoder.arrays, reply_decoder())
    assert found.dtype == object and found.tolist() == value.tolist()


# Hostile messages


def kind(wanted):
    return next(position for position, found in enumerate(KINDS) if found.cls is wanted)


def value_of(wanted, *parts):
    return [Tag.VALUE, kind(wanted), *parts]


WORDS = struct.pack("<625I", *[1] * 624, 624)
HOSTILE = {
    "no kind": [Tag.VALUE],
    "an unknown kind": [Tag.VALUE, 999],
    "a kind by name": [Tag.VALUE, "Decimal", "1"],
    "too few parts": value_of(Decimal),
    "too many parts": value_of(date, 1, 2),
    "a decimal of words": value_of(Decimal, "one"),
    "a decimal with an underscore": value_of(Decimal, "1_0"),
    "a decimal with an exponent beyond all": value_of(Decimal, "1E+99999999999999999999"),
    "a decimal of a float": value_of(Decimal, 1.5),
    "a fraction of nothing": value_of(Fraction, 1, 0),
    "a fraction of large numbers": value_of(Fraction, 1, value_of(int, b"\1" * 20_000)),
    "a fraction of truth": value_of(Fraction, True, 1),
    "a day before all days": value_of(date, 0),
    "a day after all days": value_of(date, 10**9),
    "a time of 25 o'clock": value_of(time, b"\x19\0\0\0\0\0\0\0", None),
    "a time of few bytes": value_of(time, b"\x19", None),
    "a time in a zone of text": value_of(time, b"\1\0\0\0\0\0\0\0", "UTC"),
    "a time in an object": value_of(time, b"\1\0\0\0\0\0\0\0", [Tag.HANDLE, 3, "", "x", None]),
    "a duration beyond all": value_of(timedelta, [Tag.BIG_INT, "9" * 40]),
    "an offset of two days": value_of(timezone, 2 * 86_400_000_000, None),
    "a zone that is a path": value_of(ZoneInfo, "/etc/passwd"),
    "a zone that is above": value_of(ZoneInfo, "../../etc/passwd"),
    "an unknown zone": value_of(ZoneInfo, "Nowhere/City"),
    "a UUID of few bytes": value_of(uuid.UUID, b"1"),
    "a pattern that does not compile": value_of(re.Pattern, "(", 0),
    "a pattern with unknown flags": value_of(re.Pattern, "x", 1 << 20),
    "a pattern that prints": value_of(re.Pattern, "x", int(re.DEBUG)),
    "a long pattern": value_of(re.Pattern, "x" * 1001, 0),
    "many patterns": [Tag.TUPLE, *[value_of(re.Pattern, "[\0-\uffff]" * 200, int(re.IGNORECASE))] * 20],
    "a deep pattern": value_of(re.Pattern, "(" * 499 + ")" * 499, 0),
    "an address of words": value_of(ipaddress.IPv4Address, "one"),
    "a named tuple without parts": [Tag.NAMED_TUPLE],
    "fields that are no names": [Tag.NAMED_TUPLE, "m", "P", [Tag.TUPLE, "x=print(1)"], [Tag.TUPLE, 1]],
    "fields that are words of Python": [Tag.NAMED_TUPLE, "m", "P", [Tag.TUPLE, "class"], [Tag.TUPLE, 1]],
    "fields with underscores": [Tag.NAMED_TUPLE, "m", "P", [Tag.TUPLE, "_cls"], [Tag.TUPLE, 1]],
    "a field that is there twice": [Tag.NAMED_TUPLE, "m", "P", [Tag.TUPLE, "a", "a"], [Tag.TUPLE, 1, 2]],
    "more fields than values": [Tag.NAMED_TUPLE, "m", "P", [Tag.TUPLE, "a", "b"], [Tag.TUPLE, 1]],
    "values that are an object": [Tag.NAMED_TUPLE, "m", "P", [Tag.TUPLE, "a"], [Tag.HANDLE, 3, "tuple", "x", None]],
    "a generator of no kind": [Tag.STATEFUL, 99, 0],
    "a generator with an even number": [Tag.STATEFUL, 0, 2, WORDS, None],
    "a generator of few words": [Tag.STATEFUL, 0, 0, WORDS[:-4], None],
    "a generator beyond its last word": [Tag.STATEFUL, 0, 0, WORDS[:-4] + b"\x71\2\0\0", None],
    "a generator of a text": [Tag.STATEFUL, 0, 0, "words", None],
    "a legacy generator beyond its last word": [Tag.STATEFUL, 1, 0, "MT19937", WORDS[:-4], 625, 0, 0.0],
    "a legacy generator of another kind": [Tag.STATEFUL, 1, 0, "PCG64", WORDS[:-4], 1, 0, 0.0],
    "a bit generator of the suite": [Tag.STATEFUL, 2, 0, "Generator", [Tag.TUPLE, 1], [Tag.TUPLE], 4, 0, "PCG64", 1, 1, 0, 0],
    "a bit generator with a negative state": [
        *(Tag.STATEFUL, 2, 0, "PCG64", [Tag.TUPLE, 1], [Tag.TUPLE], 4, 0, "PCG64", -1, 1, 0, 0),
    ],
    "a bit generator beyond its buffer": [
        *(Tag.STATEFUL, 2, 0, "Philox", [Tag.TUPLE, 1], [Tag.TUPLE], 4, 0, "Philox"),
        *(b"\0" * 32, b"\0" * 16, b"\0" * 32, 5, 0, 0),
    ],
    "a generator with a million children": [
        *(Tag.STATEFUL, 2, 0, "PCG64", [Tag.TUPLE, 1], [Tag.TUPLE], 4, 10**6, "PCG64", 1, 1, 0, 0),
    ],
    "a seed of a large pool": [
        *(Tag.STATEFUL, 2, 0, "PCG64", [Tag.TUPLE, 1], [Tag.TUPLE], 1 << 40, 0, "PCG64", 1, 1, 0, 0),
    ],
    "a typed array of half an item": [Tag.STATEFUL, 3, 0, "d", b"123"],
    "a typed array of an unknown type": [Tag.STATEFUL, 3, 0, "O", b"12345678"],
    "an array of objects": [Tag.ARRAY, "|O", [1], 0, True],
    "an array of void": [Tag.ARRAY, "|V8", [1], 0, True],
    "an array of texts without length": [Tag.ARRAY, "<U0", [1 << 40], 0, True],
    "an array of an unknown unit": [Tag.ARRAY, "<M8[xx]", [1], 0, True],
    "an array of long texts": [Tag.ARRAY, "<U9999999", [1], 0, True],
    "a record of objects": [Tag.ARRAY, ["a", "|O"], [1], 0, True],
    "a record without names": [Tag.ARRAY, ["", 1], [1], 0, True],
    "a record of a name that is there twice": [Tag.ARRAY, ["a", 1, "a", 1], [1], 0, True],
    "a text that is a scalar beyond Unicode": [Tag.SCALAR, "<U1", b"\xff\xff\xff\xff"],
    "a masked array of other bytes": [Tag.STATEFUL, 4, 0, 11, [Tag.TUPLE, 2], b"12345678", b"\0\0", b"12345678"],
    "a masked array of an unknown type": [Tag.STATEFUL, 4, 0, 99, [Tag.TUPLE, 1], b"12345678", b"\0", b"12345678"],
    "a mask that is no mask": [Tag.STATEFUL, 4, 0, 11, [Tag.TUPLE, 1], b"12345678", b"\7", b"12345678"],
    "an array of fewer objects": [Tag.OBJECT_ARRAY, [2], 1],
    "an array of objects without shape": [Tag.OBJECT_ARRAY],
    "an array of objects of negative length": [Tag.OBJECT_ARRAY, [-1, -1], 1],
    "a namespace of numbers": [Tag.CONTAINER, 0, 8, 1, 2],
}


@pytest.mark.parametrize("node", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_value_is_refused(node):
    with pytest.raises(WireError):
        across(node, [], reply_decoder(budget=1 << 16))


def test_characters_beyond_unicode_are_refused_in_arrays():
    node, content = [Tag.ARRAY, "<U1", [1], 0, True], np.array([0xFFFFFFFF], np.uint32)
    with pytest.raises(WireError):
        across(node, [content], reply_decoder())
    with pytest.raises(WireError):
        across([Tag.ARRAY, ["a", 0, "b", 1], [1], 0, True], [np.array([7, 7], np.uint8)], reply_decoder())


def test_a_generator_becomes_nothing_that_it_cannot_be():
    encoder = ReplyEncoder(World())
    node = encoder.encode(mine := random.Random(1))
    decoder = reply_decoder()
    theirs = across(node, [], decoder)
    decoder.adopt_mirrors()
    mirror = decoder.ledger.mirrors[node[2]]
    mine.random()
    update = encoder.world.mirrors[node[2]].encode
    encoder.world.mirrors[node[2]].changed()
    mirror.take(across(update(encoder), [], reply_decoder()))
    assert theirs.random() == mine.random()
    for state in ([Tag.STATE, 0, b"x", None], [Tag.STATE, 0], [Tag.STATE, 3, "d", b"12345678"]):
        with pytest.raises(WireError):
            mirror.take(across(state, [], reply_decoder()))


# As a teacher would write it

SUITE = """
    import array, math, random, re
    from collections import namedtuple
    from datetime import date, datetime, timedelta
    from decimal import Decimal
    from fractions import Fraction
    from pathlib import Path
    from types import SimpleNamespace
    from zoneinfo import ZoneInfo
    import numpy as np
    import pytest
    import modules
    from modules import RATE

    Pair = namedtuple("Pair", "x y")

    def test_decimal():
        assert modules.money("1.00") == Decimal("1.10")
        assert RATE == Decimal("0.21") and RATE * 2 == Decimal("0.42") and isinstance(RATE, Decimal)
        assert sum(modules.prices()) == Decimal("3.30") and modules.prices() == [Decimal("1.10"), Decimal("2.20")]

    def test_wrong_decimal():
        assert modules.money("1.00") == Decimal("1.20")

    def test_fraction():
        assert modules.half(1) == Fraction(1, 2)

    def test_dates():
        assert modules.parse("2024-01-02") == datetime(2024, 1, 2)
        assert modules.tomorrow(date(2024, 2, 28)) == date(2024, 2, 29)
        assert modules.by_day([date(2024, 1, 1)]) == {date(2024, 1, 1): [1]}
        assert modules.localize(datetime(2024, 7, 1, 12), "Europe/Amsterdam").utcoffset() == timedelta(hours=2)

    def test_path():
        assert modules.stem(Path("/a/b.py")) == Path("/a/b.txt")

    def test_pattern():
        assert modules.find(re.compile("b+")) == "bb"
        assert modules.PATTERN.match("abc").group(1) == "b" and modules.match().span() == (0, 2)

    def test_long_integer():
        assert modules.factorial(3000) == math.factorial(3000)

    def test_random_advances():
        rng, twin = random.Random(1), random.Random(1)
        assert [modules.draw(rng), rng.random(), modules.draw(rng)] == [twin.random() for _ in range(3)]

    def test_generator_advances():
        rng, twin = np.random.default_rng(1), np.random.default_rng(1)
        thing = modules.Thing(rng)
        assert [thing.draw(), rng.random(), thing.draw()] == [twin.random() for _ in range(3)]
        assert thing.rng is rng
        assert modules.spawn(rng).random() == twin.spawn(1)[0].random()
        assert rng.spawn(1)[0].random() == twin.spawn(1)[0].random()

    def test_returned_generator():
        rng, twin = modules.make_rng(3), np.random.default_rng(3)
        assert rng.random() == twin.random()
        assert modules.shuffle([1, 2, 3, 4], rng) == [*twin.permutation([1, 2, 3, 4])]

    def test_generator_in_a_callback():
        rng, twin = random.Random(3), random.Random(3)
        assert modules.call(lambda given: given.random() + rng.random(), rng) == twin.random() + twin.random()
        assert rng.random() == twin.random()

    def test_named_tuple():
        point = modules.point()
        assert point == (1, 2) and point.x == 1 and point[1] == 2 and point._asdict() == {"x": 1, "y": 2}
        assert repr(point) == "Point(x=1, y=2)" and isinstance(point, modules.Point) and modules.is_point(point)
        assert modules.norm(point) == 5 and modules.norm(Pair(3, 4)) == 25 and type(modules.same(Pair(1, 2))) is Pair
        assert modules.points()[1].y == 4 and modules.rich() == (3, 4) and modules.rich().norm() == 5

    def test_arrays_of_texts_and_dates():
        names, days = np.array(["a", "bb"]), np.array(["2024-01-01"], dtype="M8[D]")
        assert (modules.upper(names) == np.array(["A", "BB"])).all()
        modules.set_first(names, "c")
        modules.set_first(days, np.datetime64("2025-01-01"))
        assert names[0] == "c" and days[0] == np.datetime64("2025-01-01")

    def test_typed_array_and_namespace():
        numbers, space = array.array("i", [1, 2]), SimpleNamespace(count=1)
        modules.set_first(numbers, 9)
        modules.count(space)
        assert numbers.tolist() == [9, 2] and space.count == 2 and modules.space() == SimpleNamespace(a=1)

    @pytest.mark.parametrize("value", [Decimal("1.5"), random.Random(1), np.ones(2)])
    def test_argument_of_an_exception(value):
        modules.keep(value)
        with pytest.raises(ValueError) as caught:
            modules.fail(value)
        assert not isinstance(value, Decimal) or caught.value.args == (value,)
    def test_values_in_exceptions():
        for value in (Fraction(1, 2), [Decimal(1)], (timedelta(1), "a"), datetime(2024, 1, 1), re.compile("a")):
            with pytest.raises(ValueError) as caught:
                modules.fail(value)
            assert caught.value.args == (value,)
            with pytest.raises(modules.Own) as caught:
                modules.fail_own(value)
            assert caught.value.args == (value, "own") and caught.value.value == value
    def test_wrong_argument_of_an_exception():
        with pytest.raises(ValueError) as caught:
            modules.fail(Fraction(1, 2))
        assert caught.value.args == (Fraction(1, 3),)
    def test_many_patterns():
        patterns = modules.patterns(200)
        assert len(patterns) == 200 and all(pattern.search("a" * 99 + str(i)) for i, pattern in enumerate(patterns[:20]))
        with pytest.raises(ValueError) as caught:
            modules.fail(modules.patterns(200))
        assert len(caught.value.args) == 1
    """
SUBMISSION = """
    import math, random, re
    from collections import namedtuple
    from datetime import datetime, timedelta
    from decimal import Decimal
    from fractions import Fraction
    from types import SimpleNamespace
    from typing import NamedTuple
    from zoneinfo import ZoneInfo
    import numpy as np

    RATE = Decimal("0.21")
    PATTERN = re.compile("a(b)")
    Point = namedtuple("Point", "x y")
    KEPT = []

    class Rich(NamedTuple):
        x: int
        y: int
        def norm(self): return (self.x**2 + self.y**2) ** 0.5

    class Thing:
        def __init__(self, rng): self.rng = rng
        def draw(self): return self.rng.random()

    def money(text): return Decimal(text) + Decimal("0.10")
    def prices(): return [Decimal("1.10"), Decimal("2.20")]
    def half(n): return Fraction(n, 2)
    def parse(text): return datetime.strptime(text, "%Y-%m-%d")
    def tomorrow(day): return day + timedelta(days=1)
    def by_day(days): return {day: [1] for day in days}
    def localize(moment, zone): return moment.replace(tzinfo=ZoneInfo(zone))
    def stem(path): return path.with_suffix(".txt")
    def find(pattern): return pattern.search("abb").group()
    def match(): return PATTERN.match("abc")
    def factorial(n): return math.factorial(n)
    def draw(rng): return rng.random()
    def spawn(rng): return rng.spawn(1)[0]
    def make_rng(seed): return np.random.default_rng(seed)
    def shuffle(values, rng): return list(rng.permutation(values))
    def call(function, argument): return function(argument)
    def point(): return Point(1, 2)
    def points(): return [Point(1, 2), Point(3, 4)]
    def norm(point): return point.x**2 + point.y**2
    def is_point(point): return type(point) is Point
    def rich(): return Rich(3, 4)
    def same(value): return value
    def upper(names): return np.char.upper(names)
    def set_first(values, value): values[0] = value
    def count(space): space.count += 1
    def space(): return SimpleNamespace(a=1)
    def keep(value): KEPT.append(value)
    def fail(value): raise ValueError(value)
    def patterns(n): return [re.compile("a" * 99 + str(i)) for i in range(n)]

    class Own(Exception):
        def __init__(self, value):
            super().__init__(value, "own")
            self.value = value

    def fail_own(value): raise Own(value)
    """


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("values"), SUITE, SUBMISSION)


def test_values_of_the_standard_library_are_used_as_in_one_process(graded):
    failed = {name: graded[name].reason or graded[name].staff for name in graded.names() if graded[name].status != "passed"}
    assert set(failed) == {"test_wrong_decimal", "test_wrong_argument_of_an_exception"}, failed
    assert all(graded[name].status == "failed" for name in failed)
