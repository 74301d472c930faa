"""What crosses the door: values survive it, and a hostile peer can send nothing that harms this side."""

import math
import socket
import struct
import time
import tracemalloc

import msgpack
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from submitted import LIAR
from wires import across, reply_decoder, request_encoder

from autograder.sandbox.connection import HEADER, MAX_STRUCTURE_BYTES, Connection, pack
from autograder.sandbox.decoder import MAX_NODES, Decoder
from autograder.sandbox.replies import ReplyEncoder
from autograder.sandbox.requests import RequestDecoder
from autograder.sandbox.wire import DTYPES, Tag, WireError, range_length
from autograder.sandbox.world import World
from autograder.standins.failures import SubmissionFailure
from autograder.standins.replies import checked_reply

pytest_plugins = ["sandboxes"]

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(10**300), 10**300), st.floats(), st.complex_numbers(), st.binary(),
    st.text(st.characters(codec=None, exclude_categories=())), st.just(...), st.just(NotImplemented),
    st.builds(slice, st.none() | st.integers(), st.none() | st.integers()),
    st.builds(range, st.integers(-9999, 9999), st.integers(-9999, 9999)),
    st.sampled_from(DTYPES).flatmap(lambda dtype: hnp.from_dtype(dtype)),
)  # fmt: skip
ARRAYS = st.sampled_from(DTYPES).flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0, max_side=4)))
VALUES = st.recursive(
    SCALARS | ARRAYS, lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple), max_leaves=12
)
KEYS = st.integers() | st.text() | st.tuples(st.integers(), st.text())


def same(a, b):
    """Whether two values agree in type and to the bit."""
    if isinstance(a, (np.ndarray, np.generic)):
        return type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if type(a) in (list, tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if type(a) is dict:
        return type(b) is dict and list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if type(a) is float:
        return type(b) is float and struct.pack("d", a) == struct.pack("d", b)
    if type(a) is complex:
        return type(b) is complex and same(a.real, b.real) and same(a.imag, b.imag)
    return type(a) is type(b) and a == b


@settings(max_examples=150, deadline=None)
@given(VALUES | st.dictionaries(KEYS, VALUES, max_size=3) | st.sets(KEYS) | st.frozensets(KEYS))
@example([-0.0, math.nan, -(2**63) - 1, 2**64, "\ud800"])
@example(range(-(10**30), 10**30, 7))
def test_values_of_the_suite_arrive_in_the_sandbox_as_they_were(value):
    encoder = request_encoder()
    assert same(across(encoder.encode(value), encoder.arrays, RequestDecoder(World())), value)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_values_of_the_submission_arrive_at_the_suite_as_they_were(value):
    encoder = ReplyEncoder(World())
    assert same(across(encoder.encode(value), encoder.arrays, reply_decoder()), value)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4) | st.sets(KEYS) | st.frozensets(KEYS))
def test_the_content_of_containers_arrives_at_the_suite_as_it_was(value):
    encoder = ReplyEncoder(World())
    assert same(across(encoder.content(value), encoder.arrays, reply_decoder()), value)


# Hostile messages


def received(frame, budget=1 << 20):
    """Let the trusted side receive a frame and check the reply in it; None if it is refused."""
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            Connection(ours)  # with large buffers, so that a whole frame fits
            Connection(theirs)
            ours.sendall(frame)
        decoder = reply_decoder(budget=budget)
        try:
            reply = Connection(theirs).receive(decoder)
            decoder.adopt_mirrors()
            checked_reply(reply, 7, {}, {})
        except (WireError, EOFError):
            return None
        return reply


def framed(packed, arrays=b""):
    return HEADER.pack(len(packed), len(arrays)) + packed + arrays


def honest_frame():
    value = [1, "two", (3.0, np.arange(6.0).reshape(2, 3)), 10**40, np.float32(1), slice(1, None), {"k": [b"v"]}]
    encoder = ReplyEncoder(World())
    arrays = (encoder.content(value), encoder.arrays)
    packed = pack([Tag.LIST, "ok", arrays[0], None, [Tag.LIST], [Tag.LIST], 7])
    return framed(packed, b"".join(array.tobytes() for array in arrays[1]))


def test_an_honest_frame_is_taken():
    assert received(honest_frame())[0] == "ok"


@settings(max_examples=800, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused_or_are_plain_values(data):
    received(data)
    received(framed(data))
    received(framed(b"\x96\x00\xa2ok" + data))


@pytest.mark.slow
@settings(max_examples=1500, deadline=None)
@given(st.data())
def test_damaged_frames_are_refused_or_are_plain_values(data):
    frame = bytearray(honest_frame())
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    received(bytes(frame[: data.draw(st.integers(0, len(frame)))]) if data.draw(st.booleans()) else bytes(frame))


NODES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 70) | st.sampled_from([2**53, 2**63, -1, 2**64 - 1]) | st.floats()
    | st.text(max_size=3)
    | st.sampled_from(["type", "dict", "ok", "error", "import", "ValueError", "1" * 5000, "-", "٣"]) | st.binary(max_size=9),
    lambda inner: st.builds(lambda tag, rest: [tag, *rest], st.integers(0, Tag.DERIVED), st.lists(inner, max_size=5)),
    max_leaves=15,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.lists(NODES, max_size=7), st.sampled_from(["ok", "error", "import", 0]))
def test_structures_of_any_tags_are_refused_or_are_plain_values(parts, status):
    received(framed(pack([Tag.LIST, status, *parts])))
    received(framed(pack([Tag.LIST, status, *parts, None, [Tag.LIST], [Tag.LIST], 7])))


def nested(node, depth):
    for _ in range(depth):
        node = [Tag.LIST, node]
    return node


STRUCTURES = {
    "maps": b"\xdd" + struct.pack(">I", MAX_STRUCTURE_BYTES - 5) + b"\x80" * (MAX_STRUCTURE_BYTES - 5),
    "lists": b"\xdd" + struct.pack(">I", MAX_STRUCTURE_BYTES - 5) + b"\x90" * (MAX_STRUCTURE_BYTES - 5),
    "short lists of lists": b"\xdc\x27\x10" + (b"\xdc\x00\x60" + b"\x90" * 96) * 10_000,
    "nils": b"\xdd" + struct.pack(">I", MAX_STRUCTURE_BYTES - 5) + b"\xc0" * (MAX_STRUCTURE_BYTES - 5),
    "a header that promises 2**32 items": b"\xdd\xff\xff\xff\xff",
    "a string that is promised only": b"\xdb\xff\xff\xff\xff",
    "nesting of 600": b"\x91" * 600 + b"\xc0",
    "nesting of 100 000": b"\x91" * 100_000 + b"\xc0",
    "bad UTF-8": b"\xa2\xff\xff",
    "an unknown extension": b"\xd4\x05\x00",
    "an empty extension": b"\xc7\x00\x05",
    "a bad timestamp": b"\xc7\x05\xff\x00\x00\x00\x00\x00",
    "an empty map": b"\x80",
    "two values": b"\x01\x02",
    "nothing": b"",
    "more nodes than allowed": msgpack.packb([Tag.LIST] + [0] * (MAX_NODES - 1)),
    "many small lists": msgpack.packb([Tag.LIST] + [[Tag.LIST, 0, 0]] * 40_000),
    "lists within lists": msgpack.packb(nested(1, 100)),
    "a dict of unhashable keys": msgpack.packb([Tag.DICT, [Tag.LIST, [Tag.LIST]], [Tag.LIST, 1]]),
    "a dict of more keys than values": msgpack.packb([Tag.DICT, [Tag.LIST, 1], [Tag.LIST]]),
    "a dict whose keys are an object": msgpack.packb([Tag.DICT, [Tag.HANDLE, 3, "list", "list", None], [Tag.LIST]]),
    "a set of many numbers with one hash": msgpack.packb(
        [Tag.SET, *([Tag.BIG_INT, str(n * (2**61 - 1))] for n in range(9, 20_000))]
    ),
    "a dict of many numbers with one hash": msgpack.packb(
        [Tag.DICT, [Tag.LIST, *([Tag.BIG_INT, str(n * (2**61 - 1))] for n in range(9, 999))], [Tag.LIST, *range(9, 999)]]
    ),
    "a range without end": msgpack.packb([Tag.RANGE, 0, 1 << 62, 1]),
    "a range that goes down without end": msgpack.packb([Tag.RANGE, 0, [Tag.BIG_INT, "-" + "9" * 40], -7]),
    "a set of lists": msgpack.packb([Tag.SET, [Tag.LIST]]),
    "a name": msgpack.packb([Tag.NAME, "os", "system"]),
    "an expression": msgpack.packb([Tag.DEFERRED, 1, "call", [Tag.LIST], [Tag.LIST]]),
    "a number of 5000 digits": msgpack.packb([Tag.BIG_INT, "1" * 5000]),
    "a number of 3990 digits, which an encoder writes in another way": msgpack.packb([Tag.BIG_INT, "9" * 3990]),
    "a number of more bytes than can go back": msgpack.packb([Tag.VALUE, 1, b"\x7f" * 140_000]),
    "a number with an underscore": msgpack.packb([Tag.BIG_INT, "1_0"]),
    "a type by name": msgpack.packb([Tag.TYPE, "eval"]),
    "a type that is not in the table": msgpack.packb([Tag.TYPE, 10_000]),
    "a data type by name": msgpack.packb([Tag.DTYPE, "O"]),
    "an object with an even number": msgpack.packb([Tag.HANDLE, 2, "", "x", None]),
    "an object with a negative number": msgpack.packb([Tag.HANDLE, -1, "", "x", None]),
    "an object with a text for a number": msgpack.packb([Tag.HANDLE, "3", "", "x", None]),
    "an object of an unknown kind": msgpack.packb([Tag.HANDLE, 3, "texts", "x", None]),
    "an object with a long name": msgpack.packb([Tag.HANDLE, 3, "", "x" * 10_000, None]),
    "an array of a type by name": msgpack.packb([Tag.ARRAY, "V2000000000", [1], 0, True]),
    "an array of many terabytes": msgpack.packb([Tag.ARRAY, 11, [1 << 40], 0, True]),
    "an array of too many axes": msgpack.packb([Tag.ARRAY, 1, [1] * 33, 0, True]),
    "an array of an impossible shape": msgpack.packb([Tag.ARRAY, 11, [0, 1 << 47, 1 << 47], 0, True]),
    "an array of negative length": msgpack.packb([Tag.ARRAY, 11, [-1, -8], 0, True]),
    "an array that is kept under two numbers": msgpack.packb([Tag.TUPLE] + [[Tag.ARRAY, 1, [0], 3, True]] * 2),
    "an array that nobody knows": msgpack.packb([Tag.MIRROR, 99]),
    "items of a type by name": msgpack.packb([Tag.ITEMS, "float64", bytes(4), bytes(8)]),
    "items of no type": msgpack.packb([Tag.ITEMS, 99, bytes(4), bytes(8)]),
    "items without places": msgpack.packb([Tag.ITEMS, 11, b"", b""]),
    "items at half a place": msgpack.packb([Tag.ITEMS, 11, bytes(6), bytes(8)]),
    "fewer items than places": msgpack.packb([Tag.ITEMS, 11, bytes(8), bytes(8)]),
    "more items than places": msgpack.packb([Tag.ITEMS, 11, bytes(4), bytes(16)]),
    "items at places in a list": msgpack.packb([Tag.ITEMS, 11, [Tag.LIST, 0], bytes(8)]),
    "an item that is neither true nor false": msgpack.packb([Tag.ITEMS, 0, bytes(4), b"\x02"]),
    "an attribute within another": msgpack.packb([Tag.UNCALLED, [Tag.UNCALLED, 1]]),
    "an attribute without a value": msgpack.packb([Tag.UNCALLED]),
    "a tag that is a bool": msgpack.packb([True, 1]),
    "no tag": msgpack.packb([]),
}


@pytest.mark.slow
@pytest.mark.parametrize("packed", STRUCTURES.values(), ids=STRUCTURES)
def test_hostile_structures_are_refused_quickly_and_in_little_memory(packed):
    began = time.process_time()  # whatever else runs on this machine
    assert received(framed(b"\x97\x00\xa2ok" + packed + b"\xc0\x91\x00\x91\x00\x07")) is None
    assert time.process_time() - began < 10
    tracemalloc.start()
    try:
        assert received(framed(packed)) is None
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("arguments", [(0, 7), (7,), (0, 10, 3), (10, 0, -3), (0, -7), (5, 5), (1, 0, -1), (0, 8, 7)])
def test_the_length_of_a_range_is_that_of_python(arguments):
    assert range_length(range(*arguments)) == len(range(*arguments))


def test_many_keys_with_different_hashes_are_taken():
    found = received(framed(pack([Tag.LIST, "ok", [Tag.SET, *range(20_000)], None, [Tag.LIST], [Tag.LIST], 7])))
    assert found[1] == set(range(20_000))


def test_a_truth_value_that_is_neither_true_nor_false_is_refused():
    structure = pack([Tag.LIST, "ok", [Tag.ARRAY, 0, [3], 0, True], None, [Tag.LIST], [Tag.LIST], 7])
    assert received(framed(structure, b"\0\1\1"))[1].tolist() == [False, True, True]
    assert received(framed(structure, b"\0\1\2")) is None


def test_headers_that_promise_too_much_are_refused_before_anything_is_allocated():
    for length, total in ((2**32 - 1, 0), (MAX_STRUCTURE_BYTES + 1, 0), (1, 2**63), (1, 1)):
        assert received(HEADER.pack(length, total) + b"\x01") is None


def test_a_message_may_arrive_in_pieces_and_two_in_one():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connection = Connection(theirs)
        frame = framed(pack([Tag.TUPLE, 1, "x"]))
        ours.sendall(frame[:5])
        ours.sendall(frame[5:] + frame)
        assert [connection.receive(Decoder(0)) for _ in range(2)] == [(1, "x")] * 2
        ours.close()
        with pytest.raises(EOFError):
            connection.receive(Decoder(0))


# A submission that talks to descriptor 3 itself


@pytest.mark.parametrize(
    "lie",
    [
        "garbage", "huge_header", "tag", "status", "nothing", "unknown_array", "even_object", "number_is_text", "other_number",
        "not_lent", "not_owned", "updates_of_text", "object_as_message", "object_as_module", "value_as_exception",
        "value_as_cause", "class_of_nothing", "class_that_is_no_exception", "class_of_another_kind", "class_without_a_number",
        "class_with_no_name", "many_notes", "arguments_in_a_list",
        "too_few_parts", "nested", "early",
    ],
)  # fmt: skip
def test_a_process_that_lies_fails_its_test_and_harms_nobody_else(sandboxed, lie):
    modules = sandboxed(LIAR)
    kept = np.ones(1)
    with pytest.raises(SubmissionFailure, match="invalid reply"):
        getattr(modules, lie)()
    with pytest.raises(SubmissionFailure, match="invalid reply"):
        modules.fine()
    assert kept == 1
    with sandboxed.test("the next one"):
        assert modules.fine() == 1


def test_a_second_reply_is_no_reply_to_the_next_request(sandboxed):
    modules = sandboxed(
        LIAR
        + """
    def twice():
        frame = framed([T.LIST, "ok", 1, None, [T.LIST], [T.LIST], number()])
        instead(frame + frame)
    """
    )
    assert modules.twice() == 1
    with pytest.raises(SubmissionFailure, match=r"invalid reply .*answers another request"):
        modules.fine()


def test_half_a_frame_and_the_end_is_the_end_of_the_process(sandboxed):
    modules = sandboxed(
        LIAR
        + """
    def half():
        os.write(3, framed([T.LIST, "ok", 1])[:9])
        os._exit(4)
    """
    )
    with pytest.raises(SubmissionFailure, match=r"it ended \(4\)"):
        modules.half()


def test_an_exception_with_a_false_name_is_at_most_an_exception(sandboxed):
    modules = sandboxed(
        LIAR
        + """
    def exit_of_pytest(): reply("error", error("Exit", "Exit\\x1b"))
    def interrupt(): reply("error", error("KeyboardInterrupt", "KeyboardInterrupt"))
    """
    )
    with pytest.raises(Exception, match="bye") as caught:
        modules.exit_of_pytest()
    assert caught.type.__mro__[1] is Exception and caught.type.__name__ == "Exit\\u001b"
    with pytest.raises(SubmissionFailure, match="bye"):
        modules.interrupt()
