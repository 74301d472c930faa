"""What crosses the door: a small msgpack structure, then the raw bytes of its arrays.

A message is

    u32 length of the structure | u64 length of all arrays | structure | arrays, one after the other

and the structure is one msgpack value of nil, booleans, integers, floats, strings, bytes and arrays. An array stands
for a composite value: its first element is a tag from `Tag`. There are no maps, no extension types and never a pickle, so
decoding a hostile message can only fail with `WireError` or give plain values. The bytes of a NumPy array are received
straight into the array that the suite will see. Strings may hold lone surrogates, as Python's do.
"""

import builtins
import math
import re
import select
import socket
import struct
from collections import Counter
from enum import IntEnum
from typing import Any

import msgpack
import numpy as np

HEADER = struct.Struct("<IQ")
MAX_STRUCTURE_BYTES = 1 << 20  # of hostile msgpack this costs at most some 75 MB to decode
MAX_NODES = 100_000
MAX_DEPTH = 64
MAX_TEXT = 1 << 17  # characters of one string, or bytes of one bytes object
MAX_DIGITS = 4000  # of an integer beyond 64 bits
MAX_RANGE = 5_000_000  # numbers in a range: what looks at each would not come to an end
MAX_ALIKE = 100  # keys of one dict or set with the same hash
BYTES_AT_ONCE = 1 << 16
FINGERPRINT_BYTES = 1 << 22  # up to here comparing copies is cheaper
ROW = 4096

# The data types that cross, by position. A type is never named by the other side.
DTYPES: tuple[np.dtype, ...] = tuple(
    np.dtype(name)
    for name in ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
    + ("float16", "float32", "float64", "complex64", "complex128")
)
DTYPE_INDEX = {dtype: index for index, dtype in enumerate(DTYPES)}
SCALAR_INDEX = {dtype.type: index for index, dtype in enumerate(DTYPES)}

# The exceptions that cross as what they are; any other crosses as the nearest of these that it derives from.
EXCEPTIONS: dict[str, type[BaseException]] = {
    **{name: value for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)},
    "LinAlgError": np.linalg.LinAlgError,
    "AxisError": np.exceptions.AxisError,
}
EXCEPTION_NAMES = {value: value.__name__ for value in EXCEPTIONS.values()}

# The types that a value may be an instance of or be converted to: sent by position as well.
TYPES: tuple[type, ...] = (
    (object, type, bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, slice, range)
    + (np.ndarray, np.generic, np.number, np.integer, np.signedinteger, np.floating, np.inexact)
    + tuple(dtype.type for dtype in DTYPES)
    + tuple(EXCEPTION_NAMES)
)
DECIMAL = re.compile(r"-?[0-9]+")
LEAVES = frozenset((type(None), bool, int, float, str, bytes))
TYPE_INDEX = {value: index for index, value in enumerate(TYPES)}


class WireError(ValueError):
    """The other side sent what no honest peer sends."""


class Tag(IntEnum):
    LIST = 0
    TUPLE = 1
    SLICE = 2
    RANGE = 3
    COMPLEX = 4
    BIG_INT = 5
    SCALAR = 6  # NumPy scalar: dtype, bytes
    ARRAY = 7  # dtype, shape, mirror id (0: a copy only), writeable
    MIRROR = 8  # id of an array that both sides have already
    HANDLE = 9  # id [, kind, type name]: an object that stays in the sandbox
    NAME = 10  # module, attribute: a name that a suite imported
    DEFERRED = 11  # key, operation, arguments: an expression that a suite wrote outside of any test
    TYPE = 12
    DTYPE = 13
    DICT = 14  # keys, values
    SET = 15
    ELLIPSIS = 16
    NOT_IMPLEMENTED = 17
    FROZENSET = 18
    TENSOR = 19  # dtype, shape, mirror id (0: a copy only), flags, gradient; see tensors.py
    TENSOR_STATE = 20  # requires_grad, content or nil, gradient or nil: what a mirror has become
    CONSTANT = 21  # position in a table of a library's types and constants
    DEVICE = 22  # a torch.device, as text
    PUBLIC = 23  # module, name: something public of a library, for the submission
    SIZE = 24  # lengths: a torch.Size


class Encoder:
    """Turns values into a structure and the list of arrays that follow it. One object encodes one message."""

    def __init__(self) -> None:
        self.arrays: list[np.ndarray] = []

    def encode(self, value: Any) -> Any:
        encode = self.TABLE.get(type(value))
        return encode(self, value) if encode else self.other(value)

    def other(self, value: Any) -> Any:
        """Encode what is not in the table."""
        raise NotImplementedError

    def array(self, value: np.ndarray) -> Any:
        raise NotImplementedError

    def plain_array(self, value: np.ndarray, mirror: int, writeable: bool) -> list:
        self.arrays.append(value)
        return [Tag.ARRAY, DTYPE_INDEX[value.dtype], list(value.shape), mirror, writeable]

    def text(self, value: Any) -> Any:
        return value if len(value) <= MAX_TEXT else self.other(value)

    def integer(self, value: int) -> Any:
        if -(1 << 63) <= value < 1 << 64:
            return value
        if value.bit_length() > MAX_DIGITS * 3:  # at most 3613 digits; str() of longer ones is slow, or refused by Python
            return self.other(value)
        return [Tag.BIG_INT, str(value)]

    def sequence(self, tag: Tag, values: Any) -> list:
        return [tag, *map(self.encode, values)]

    TABLE: dict[type, Any] = {
        type(None): lambda self, value: value,
        bool: lambda self, value: value,
        float: lambda self, value: value,
        int: integer,
        str: text,
        bytes: text,
        complex: lambda self, value: [Tag.COMPLEX, value.real, value.imag],
        slice: lambda self, value: [Tag.SLICE, *map(self.encode, (value.start, value.stop, value.step))],
        range: lambda self, value: [Tag.RANGE, *map(self.encode, (value.start, value.stop, value.step))],
        tuple: lambda self, value: self.sequence(Tag.TUPLE, value),
        list: lambda self, value: self.sequence(Tag.LIST, value),
        type(Ellipsis): lambda self, value: [Tag.ELLIPSIS],
        type(NotImplemented): lambda self, value: [Tag.NOT_IMPLEMENTED],
        np.ndarray: lambda self, value: self.array(value),
        type: lambda self, value: [Tag.TYPE, TYPE_INDEX[value]] if value in TYPE_INDEX else self.other(value),
    }


for _scalar, _index in SCALAR_INDEX.items():
    Encoder.TABLE[_scalar] = lambda self, value, index=_index: [Tag.SCALAR, index, value.tobytes()]
for _dtype in DTYPES:
    Encoder.TABLE[type(_dtype)] = lambda self, value: (
        [Tag.DTYPE, DTYPE_INDEX[value]] if value in DTYPE_INDEX else self.other(value)
    )


class Decoder:
    """Turns a structure back into values. Arrays are made here and filled afterwards by `receive`.

    Args:
        budget: bytes that the arrays of one message may have together.
    """

    max_depth = MAX_DEPTH
    max_range: float = MAX_RANGE

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.arrays: list[np.ndarray] = []
        self.nodes = 0

    def decode(self, node: Any, depth: int = 0) -> Any:
        if type(node) is not list:
            if type(node) not in LEAVES:  # an empty map or extension, which msgpack lets through
                raise WireError("a value is of no known type")
            return node
        self.nodes += len(node)
        if depth > self.max_depth or self.nodes > MAX_NODES:
            raise WireError("a value is nested too deeply or has too many parts")
        if not node or type(node[0]) is not int or not 0 <= node[0] < len(self.READERS):
            raise WireError("a value has no known tag")
        reader = self.READERS[node[0]]
        if reader is None:
            raise WireError("a value has a tag that this side does not take")
        return reader(self, node[1:], depth + 1)

    def parts(self, node: list, depth: int) -> list:
        return [self.decode(part, depth) for part in node]

    def integers(self, node: list, depth: int) -> list:
        values = self.parts(node, depth)
        if len(values) != 3 or not all(value is None or type(value) is int for value in values):
            raise WireError("a range or slice is malformed")
        return values

    def slice(self, node: list, depth: int) -> Any:
        if len(node) != 3:
            raise WireError("a slice is malformed")
        return slice(*self.parts(node, depth))

    def range(self, node: list, depth: int) -> range:
        values = self.integers(node, depth)
        if None in values or values[2] == 0:
            raise WireError("a range is malformed")
        made = range(*values)
        if range_length(made) > self.max_range:
            raise WireError("a range is too long")
        return made

    def complex(self, node: list, depth: int) -> complex:
        if len(node) != 2 or not all(type(part) is float for part in node):
            raise WireError("a complex number is malformed")
        return complex(*node)

    def big_integer(self, node: list, depth: int) -> int:
        text = node[0] if len(node) == 1 else None
        if type(text) is not str or len(text) > MAX_DIGITS or not DECIMAL.fullmatch(text):
            raise WireError("an integer is malformed")
        return int(text)

    def dtype(self, node: list, depth: int) -> np.dtype:
        index = node[0] if node else None
        if type(index) is not int or not 0 <= index < len(DTYPES):
            raise WireError("a data type is not in the table")
        return DTYPES[index]

    def scalar(self, node: list, depth: int) -> Any:
        dtype = self.dtype(node, depth)
        if len(node) != 2 or type(node[1]) is not bytes or len(node[1]) != dtype.itemsize:
            raise WireError("a scalar is malformed")
        return np.frombuffer(node[1], dtype)[0]

    def array(self, node: list, depth: int) -> np.ndarray:
        dtype = self.dtype(node, depth)
        if len(node) != 4 or type(node[1]) is not list or type(node[2]) is not int or type(node[3]) is not bool:
            raise WireError("an array is malformed")
        shape = node[1]
        self.nodes += len(shape)
        if len(shape) > 32 or not all(type(length) is int and 0 <= length < 1 << 48 for length in shape):
            raise WireError("the shape of an array is malformed")
        self.budget -= math.prod(shape) * dtype.itemsize
        if self.budget < 0:
            raise WireError("the arrays of one message are larger than the limit")
        try:
            value = np.empty(shape, dtype)
        except (ValueError, OverflowError, MemoryError) as error:  # (0, 2**47, 2**47) has no bytes and still no shape
            raise WireError("the shape of an array is impossible") from error
        self.arrays.append(value)
        return self.new_array(value, node[2], node[3])

    def type(self, node: list, depth: int) -> type:
        if len(node) != 1 or type(node[0]) is not int or not 0 <= node[0] < len(TYPES):
            raise WireError("a type is not in the table")
        return TYPES[node[0]]

    def dict(self, node: list, depth: int) -> dict:
        if len(node) != 2:
            raise WireError("a dict is malformed")
        keys, values = self.parts(node, depth)
        if type(keys) is not list or type(values) is not list:  # a handle would be asked for its items
            raise WireError("a dict is malformed")
        return dict(zip(distinguishable(keys), values, strict=True))

    def new_array(self, value: np.ndarray, mirror: int, writeable: bool) -> np.ndarray:
        """Take an array that is still to be filled; both sides may keep it in step under the id `mirror`."""
        raise NotImplementedError

    def mirror(self, node: list, depth: int) -> np.ndarray:
        raise NotImplementedError

    def handle(self, node: list, depth: int) -> Any:
        raise NotImplementedError

    def name(self, node: list, depth: int) -> Any:
        raise WireError("a name crossed in the wrong direction")

    def deferred(self, node: list, depth: int) -> Any:
        raise WireError("an expression crossed in the wrong direction")

    READERS: list = [
        lambda self, node, depth: self.parts(node, depth),
        lambda self, node, depth: tuple(self.parts(node, depth)),
        slice,
        range,
        complex,
        big_integer,
        scalar,
        array,
        lambda self, node, depth: self.mirror(node, depth),
        lambda self, node, depth: self.handle(node, depth),
        lambda self, node, depth: self.name(node, depth),
        lambda self, node, depth: self.deferred(node, depth),
        type,
        dtype,
        lambda self, node, depth: self.dict(node, depth),
        lambda self, node, depth: set(distinguishable(self.parts(node, depth))),
        lambda self, node, depth: Ellipsis,
        lambda self, node, depth: NotImplemented,
        lambda self, node, depth: frozenset(distinguishable(self.parts(node, depth))),
        *[None] * 6,  # a side that knows tensors puts its own here
    ]


def range_length(value: range) -> int:
    """len(value), which raises where that is more than a machine word holds."""
    return max(0, (value.stop - value.start + value.step - (1 if value.step > 0 else -1)) // value.step)


def distinguishable(keys: list) -> list:
    """Return keys of a dict or set; refuse those that were chosen to have one hash, for each is compared with all others."""
    if len(keys) > MAX_ALIKE and max(Counter(map(hash, keys)).values()) > MAX_ALIKE:
        raise WireError("too many keys have the same hash")
    return keys


def raw_bytes(array: np.ndarray) -> memoryview:
    """The memory of a contiguous array."""
    return memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]  # a Buffer from Python 3.12 on


def fingerprint(array: np.ndarray) -> bytes:
    """What tells whether an array was written to: its bytes, or the sums of a large one's words by row and column."""
    if array.nbytes <= FINGERPRINT_BYTES:
        return array.tobytes()
    raw = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    whole = len(raw) // (8 * ROW) * (8 * ROW)
    words = raw[:whole].view(np.uint64).reshape(-1, ROW)
    return words.sum(axis=0).tobytes() + words.sum(axis=1).tobytes() + raw[whole:].tobytes()


def pack(structure: Any) -> bytes:
    return msgpack.packb(structure, unicode_errors="surrogatepass")


class Connection:
    """One end of the socket between the two sides. Both sides wait; whoever enforces a deadline kills the child.

    Args:
        enforcer: a socket to whoever does that. Once it is closed over there, nobody would end the waiting.
    """

    def __init__(self, sock: socket.socket, enforcer: socket.socket | None = None) -> None:
        self.socket = sock
        self.poll = None
        if enforcer:
            self.poll = select.poll()
            self.poll.register(sock, select.POLLIN)
            self.poll.register(enforcer, 0)  # its end is told all the same
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, 1 << 22)
        self.buffer = bytearray(BYTES_AT_ONCE)
        self.view = memoryview(self.buffer)
        self.start = self.end = 0  # the part of the buffer that was received and not yet used

    def send(self, structure: Any, arrays: list[np.ndarray]) -> None:
        self.send_packed(pack(structure), arrays)

    def send_packed(self, packed: bytes, arrays: list[np.ndarray]) -> None:
        views = [raw_bytes(np.ascontiguousarray(array)) for array in arrays if array.size]
        total = sum(map(len, views))
        head = HEADER.pack(len(packed), total) + packed
        if total <= BYTES_AT_ONCE:
            self.socket.sendall(b"".join([head, *views]))
            return
        self.socket.sendall(head)
        for view in views:
            self.socket.sendall(view)

    def receive(self, decoder: Decoder, max_structure: int = MAX_STRUCTURE_BYTES) -> Any:
        """Return the next message's value.

        Raises:
            EOFError: the other side is gone.
            WireError: the message is malformed; the connection is of no use any more.
        """
        length, total = HEADER.unpack(self.take(HEADER.size))
        if length > max_structure:
            raise WireError(f"a message has {length} bytes beside its arrays; {max_structure} are allowed")
        try:
            node = msgpack.unpackb(
                self.take(length),
                max_array_len=MAX_NODES,
                max_map_len=0,
                max_ext_len=0,
                max_str_len=4 * MAX_TEXT,
                max_bin_len=max_structure,
                unicode_errors="surrogatepass",
            )
        except (ValueError, msgpack.exceptions.UnpackException) as error:
            raise WireError(f"a message cannot be decoded: {type(error).__name__}") from error
        try:
            value = decoder.decode(node)
        except WireError:
            raise
        except (TypeError, ValueError, OverflowError, RecursionError) as error:  # an unhashable key, say
            raise WireError("a value cannot be put together") from error
        if total != sum(array.nbytes for array in decoder.arrays):
            raise WireError("the arrays of a message do not have the announced size")
        for array in decoder.arrays:
            if array.size:
                self.fill(raw_bytes(array))
                if array.dtype == bool and array.view(np.uint8).max() > 1:  # compiled code counts on 0 and 1
                    raise WireError("a truth value is neither true nor false")
        return value

    def take(self, length: int) -> bytes:
        """Return the next `length` bytes."""
        if length > len(self.buffer):
            block = bytearray(length)
            self.fill(memoryview(block))
            return bytes(block)
        if self.end - self.start < length:
            left = self.end - self.start
            self.buffer[:left] = self.buffer[self.start : self.end]
            self.start, self.end = 0, left
            while self.end < length:
                self.end += self.read(self.view[self.end :])
        self.start += length
        return bytes(self.view[self.start - length : self.start])

    def unread(self, block: bytes) -> None:
        """Put back what was taken from the socket by other means."""
        self.buffer[: len(block)] = block
        self.start, self.end = 0, len(block)

    def fill(self, target: memoryview) -> None:
        """Receive into the whole of `target`."""
        ready = min(self.end - self.start, len(target))
        target[:ready] = self.view[self.start : self.start + ready]
        self.start += ready
        while ready < len(target):
            ready += self.read(target[ready:])

    def wait(self) -> None:
        """Wait until there is something to read.

        Raises:
            EOFError: there is nothing, and nobody is left who would end a process that hangs.
        """
        if self.poll and self.socket.fileno() not in (descriptor for descriptor, _ in self.poll.poll()):
            raise EOFError("the fork server has ended")

    def read(self, target: memoryview) -> int:
        self.wait()
        try:
            count = self.socket.recv_into(target)
        except ConnectionError:
            count = 0
        if not count:
            raise EOFError("the other side has closed the connection")
        return count

    def close(self) -> None:
        self.socket.close()
