"""A structure back into values; what each side adds is in standins/replies.py and sandbox/requests.py."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox import dtypes, values
from autograder.sandbox.snapshots import read_items
from autograder.sandbox.wire import DTYPE_INDEX, DTYPES, MAX_DIGITS, MAX_RANGE, TYPES, Tag, WireError, range_length

MAX_NODES = 100_000
MAX_DEPTH = 64
MAX_ALIKE = 100  # keys of one dict or set with the same hash
LEAVES = frozenset((type(None), bool, int, float, str, bytes))
DECIMAL = re.compile(r"-?[0-9]+")


class Decoder:
    """Turns a structure back into values. Arrays are made here and filled afterwards by `Connection.receive`.

    Each side has a class of its own with its own `READERS`: tag -> function of a decoder, what follows the tag, and its depth.
    A tag that is not in there is one that this side does not take.

    Args:
        budget: bytes that the arrays of one message may have together.
    """

    READERS: dict[int, Callable[[Any, list, int], Any]]
    max_depth = MAX_DEPTH
    max_range: float = MAX_RANGE

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.arrays: list[np.ndarray] = []
        self.nodes = 0
        self.when_filled: list[Callable[[], None]] = []  # called when the arrays have arrived; may raise WireError

    def decode(self, node: Any, depth: int = 0) -> Any:
        if type(node) is not list:
            if type(node) not in LEAVES:  # an empty map or extension, which msgpack lets through
                raise WireError("a value is of no known type")
            return node
        self.nodes += len(node)
        if depth > self.max_depth or self.nodes > MAX_NODES:
            raise WireError("a value is nested too deeply or has too many parts")
        tag = node[0] if node else None
        if type(tag) is not int or tag not in self.READERS:
            raise WireError("a value has no tag that this side takes")
        if tag == Tag.LIST:  # the most common by far
            return [part if type(part) in LEAVES else self.decode(part, depth + 1) for part in node[1:]]
        return self.READERS[tag](self, node[1:], depth + 1)

    def parts(self, node: list, depth: int) -> list:
        return [part if type(part) in LEAVES else self.decode(part, depth) for part in node]

    def new_array(self, value: np.ndarray, number: int, writeable: bool) -> np.ndarray:
        """Take an array that is still to be filled; both sides may keep it in step under that number."""
        raise NotImplementedError

    def named_tuple_class(self, module: str, name: str, fields: tuple[str, ...]) -> type | None:
        """The class of a named tuple that arrives, if this side has it."""
        return None


def read_list(decoder: Decoder, node: list, depth: int) -> list:
    return decoder.parts(node, depth)


def read_tuple(decoder: Decoder, node: list, depth: int) -> tuple:
    return tuple(decoder.parts(node, depth))


def read_slice(decoder: Decoder, node: list, depth: int) -> slice:
    if len(node) != 3:
        raise WireError("a slice is malformed")
    return slice(*decoder.parts(node, depth))


def read_range(decoder: Decoder, node: list, depth: int) -> range:
    values = decoder.parts(node, depth)
    if len(values) != 3 or not all(type(value) is int for value in values) or values[2] == 0:
        raise WireError("a range is malformed")
    made = range(*values)
    if range_length(made) > decoder.max_range:
        raise WireError("a range is too long")
    return made


def read_complex(decoder: Decoder, node: list, depth: int) -> complex:
    if len(node) != 2 or not all(type(part) is float for part in node):
        raise WireError("a complex number is malformed")
    return complex(*node)


def read_big_integer(decoder: Decoder, node: list, depth: int) -> int:
    text = node[0] if len(node) == 1 else None
    if type(text) is not str or len(text) > MAX_DIGITS or not DECIMAL.fullmatch(text):
        raise WireError("an integer is malformed")
    value = int(text)
    if value.bit_length() > MAX_DIGITS * 3:  # no encoder writes it so, and ours could not give it back
        raise WireError("an integer is too long")
    return value


def read_dtype(decoder: Decoder, node: list, depth: int) -> np.dtype:
    index = node[0] if node else None
    if type(index) in (str, list):
        return dtypes.read(index)
    if type(index) is not int or not 0 <= index < len(DTYPES):
        raise WireError("a data type is not in the table")
    return DTYPES[index]


def read_scalar(decoder: Decoder, node: list, depth: int) -> Any:
    dtype = read_dtype(decoder, node, depth)
    if len(node) != 2 or type(node[1]) is not bytes or len(node[1]) != dtype.itemsize:
        raise WireError("a scalar is malformed")
    values = np.frombuffer(node[1], dtype)
    if dtype not in DTYPE_INDEX:
        dtypes.check(values)
    return values[0]


def read_array(decoder: Decoder, node: list, depth: int) -> np.ndarray:
    dtype = read_dtype(decoder, node, depth)
    if len(node) != 4 or type(node[1]) is not list or type(node[2]) is not int or type(node[3]) is not bool:
        raise WireError("an array is malformed")
    _, shape, number, writeable = node
    decoder.nodes += len(shape)
    if len(shape) > 32:
        raise WireError("the shape of an array is malformed")
    size = dtype.itemsize
    for length in shape:
        if type(length) is not int or not 0 <= length < 1 << 48:
            raise WireError("the shape of an array is malformed")
        size *= length
    decoder.budget -= size
    if decoder.budget < 0:
        raise WireError("the arrays of one message are larger than the limit")
    try:
        value = np.empty(shape, dtype)
    except (ValueError, OverflowError, MemoryError) as error:  # (0, 2**47, 2**47) has no bytes and still no shape
        raise WireError("the shape of an array is impossible") from error
    decoder.arrays.append(value)
    if dtype not in DTYPE_INDEX:
        decoder.when_filled.append(lambda: dtypes.check(value))
    return decoder.new_array(value, number, writeable)


def read_type(decoder: Decoder, node: list, depth: int) -> type:
    if len(node) != 1 or type(node[0]) is not int or not 0 <= node[0] < len(TYPES):
        raise WireError("a type is not in the table")
    return TYPES[node[0]]


def read_dict(decoder: Decoder, node: list, depth: int) -> dict:
    if len(node) != 2:
        raise WireError("a dict is malformed")
    keys, values = decoder.parts(node, depth)
    if type(keys) is not list or type(values) is not list:  # a handle would be asked for its items
        raise WireError("a dict is malformed")
    return dict(zip(distinguishable(keys), values, strict=True))


def read_set(decoder: Decoder, node: list, depth: int) -> set:
    return set(distinguishable(decoder.parts(node, depth)))


def read_frozenset(decoder: Decoder, node: list, depth: int) -> frozenset:
    return frozenset(distinguishable(decoder.parts(node, depth)))


Decoder.READERS = {
    Tag.LIST: read_list,
    Tag.TUPLE: read_tuple,
    Tag.SLICE: read_slice,
    Tag.RANGE: read_range,
    Tag.COMPLEX: read_complex,
    Tag.BIG_INT: read_big_integer,
    Tag.SCALAR: read_scalar,
    Tag.ARRAY: read_array,
    Tag.ITEMS: read_items,
    Tag.TYPE: read_type,
    Tag.DTYPE: read_dtype,
    Tag.DICT: read_dict,
    Tag.SET: read_set,
    Tag.FROZENSET: read_frozenset,
    Tag.ELLIPSIS: lambda decoder, node, depth: ...,
    Tag.NOT_IMPLEMENTED: lambda decoder, node, depth: NotImplemented,
    **values.READERS,
}


def distinguishable(keys: list) -> list:
    """Return keys of a dict or set; refuse those that were chosen to have one hash, for each is compared with all others."""
    if len(keys) > MAX_ALIKE and max(Counter(map(hash, keys)).values()) > MAX_ALIKE:
        raise WireError("too many keys have the same hash")
    return keys
