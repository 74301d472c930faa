"""What crosses the door: a structure of a few plain types, and the arrays that follow it; connection.py sends them.

A structure is one msgpack value of nil, booleans, integers, floats, strings, bytes and arrays. A msgpack array stands for a
composite value: its first element is a tag from `Tag`. There are no maps, no extension types and never a pickle, so decoding a
hostile message can only fail with `WireError` or give plain values.
"""

import builtins
import math
import re
from collections import Counter
from collections.abc import Callable
from enum import IntEnum
from typing import Any

import numpy as np

MAX_NODES = 100_000
MAX_DEPTH = 64
MAX_TEXT = 1 << 17  # characters of one string, or bytes of one bytes object
MAX_DIGITS = 4000  # of an integer beyond 64 bits
MAX_RANGE = 5_000_000  # numbers in a range: what looks at each would not come to an end
MAX_ALIKE = 100  # keys of one dict or set with the same hash

# The data types that cross, by position. A type is never named by the other side.
DTYPES: tuple[np.dtype, ...] = tuple(
    np.dtype(name)
    for name in ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
    + ("float16", "float32", "float64", "complex64", "complex128")
)
DTYPE_INDEX = {dtype: index for index, dtype in enumerate(DTYPES)}

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
    ARRAY = 7  # dtype, shape, number of its mirror (0: a copy only), writeable
    MIRROR = 8  # number of an array that both sides have already
    HANDLE = 9  # number [, kind, type name, base]: an object that stays in the sandbox
    NAME = 10  # module, attribute: a name that a suite imported
    DEFERRED = 11  # key, operation, arguments: an expression that a suite wrote outside of any test
    TYPE = 12
    DTYPE = 13
    DICT = 14  # keys, values
    SET = 15
    ELLIPSIS = 16
    NOT_IMPLEMENTED = 17
    FROZENSET = 18
    TENSOR = 19  # dtype, shape, number of its mirror (0: a copy only), flags, gradient; see tensors.py
    TENSOR_STATE = 20  # requires_grad, content or nil, gradient or nil: what a mirrored tensor has become
    CONSTANT = 21  # position in a table of a library's types and constants
    DEVICE = 22  # a torch.device, as text
    PUBLIC = 23  # module, name: something public of a library, for the submission
    SIZE = 24  # lengths: a torch.Size


class Encoder:
    """Turns values into a structure and the list of arrays that follow it. One object encodes one message.

    Each side has a class of its own with its own `WRITERS`: type -> function of an encoder and a value of exactly that type.
    """

    WRITERS: dict[type, Callable]

    def __init__(self) -> None:
        self.arrays: list[np.ndarray] = []

    def encode(self, value: Any) -> Any:
        write = self.WRITERS.get(type(value))
        return write(self, value) if write else self.other(value)

    def other(self, value: Any) -> Any:
        """Encode what is not in the table."""
        raise NotImplementedError

    def array(self, value: np.ndarray) -> Any:
        raise NotImplementedError

    def plain_array(self, value: np.ndarray, number: int, writeable: bool) -> list:
        """An array whose mirrors have that number; one with the number 0 crosses by copy."""
        self.arrays.append(value)
        return [Tag.ARRAY, DTYPE_INDEX[value.dtype], list(value.shape), number, writeable]

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


def write_as_it_is(encoder: Encoder, value: Any) -> Any:
    return value


def write_type(encoder: Encoder, value: type) -> Any:
    return [Tag.TYPE, TYPE_INDEX[value]] if value in TYPE_INDEX else encoder.other(value)


def write_dtype(encoder: Encoder, value: np.dtype) -> Any:
    return [Tag.DTYPE, DTYPE_INDEX[value]] if value in DTYPE_INDEX else encoder.other(value)


def scalar_writer(index: int) -> Callable:
    """What writes NumPy's scalars of one type."""
    return lambda encoder, value: [Tag.SCALAR, index, value.tobytes()]


def write_slice(encoder: Encoder, value: slice) -> list:
    return [Tag.SLICE, *map(encoder.encode, (value.start, value.stop, value.step))]


def write_range(encoder: Encoder, value: range) -> list:
    return [Tag.RANGE, *map(encoder.encode, (value.start, value.stop, value.step))]


Encoder.WRITERS = {
    type(None): write_as_it_is,
    bool: write_as_it_is,
    float: write_as_it_is,
    int: lambda encoder, value: encoder.integer(value),
    str: lambda encoder, value: encoder.text(value),
    bytes: lambda encoder, value: encoder.text(value),
    complex: lambda encoder, value: [Tag.COMPLEX, value.real, value.imag],
    slice: write_slice,
    range: write_range,
    tuple: lambda encoder, value: encoder.sequence(Tag.TUPLE, value),
    list: lambda encoder, value: encoder.sequence(Tag.LIST, value),
    type(...): lambda encoder, value: [Tag.ELLIPSIS],
    type(NotImplemented): lambda encoder, value: [Tag.NOT_IMPLEMENTED],
    np.ndarray: lambda encoder, value: encoder.array(value),
    type: write_type,
    **{dtype.type: scalar_writer(index) for dtype, index in DTYPE_INDEX.items()},
    **{type(dtype): write_dtype for dtype in DTYPES},
}


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

    def decode(self, node: Any, depth: int = 0) -> Any:
        if type(node) is not list:
            if type(node) not in LEAVES:  # an empty map or extension, which msgpack lets through
                raise WireError("a value is of no known type")
            return node
        self.nodes += len(node)
        if depth > self.max_depth or self.nodes > MAX_NODES:
            raise WireError("a value is nested too deeply or has too many parts")
        read = self.READERS.get(node[0]) if node and type(node[0]) is int else None
        if read is None:
            raise WireError("a value has no tag that this side takes")
        return read(self, node[1:], depth + 1)

    def parts(self, node: list, depth: int) -> list:
        return [self.decode(part, depth) for part in node]

    def new_array(self, value: np.ndarray, number: int, writeable: bool) -> np.ndarray:
        """Take an array that is still to be filled; both sides may keep it in step under that number."""
        raise NotImplementedError


def read_list(decoder: Decoder, node: list, depth: int) -> list:
    return [decoder.decode(part, depth) for part in node]


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
    return int(text)


def read_dtype(decoder: Decoder, node: list, depth: int) -> np.dtype:
    index = node[0] if node else None
    if type(index) is not int or not 0 <= index < len(DTYPES):
        raise WireError("a data type is not in the table")
    return DTYPES[index]


def read_scalar(decoder: Decoder, node: list, depth: int) -> Any:
    dtype = read_dtype(decoder, node, depth)
    if len(node) != 2 or type(node[1]) is not bytes or len(node[1]) != dtype.itemsize:
        raise WireError("a scalar is malformed")
    return np.frombuffer(node[1], dtype)[0]


def read_array(decoder: Decoder, node: list, depth: int) -> np.ndarray:
    dtype = read_dtype(decoder, node, depth)
    if len(node) != 4 or type(node[1]) is not list or type(node[2]) is not int or type(node[3]) is not bool:
        raise WireError("an array is malformed")
    _, shape, number, writeable = node
    decoder.nodes += len(shape)
    if len(shape) > 32 or not all(type(length) is int and 0 <= length < 1 << 48 for length in shape):
        raise WireError("the shape of an array is malformed")
    decoder.budget -= math.prod(shape) * dtype.itemsize
    if decoder.budget < 0:
        raise WireError("the arrays of one message are larger than the limit")
    try:
        value = np.empty(shape, dtype)
    except (ValueError, OverflowError, MemoryError) as error:  # (0, 2**47, 2**47) has no bytes and still no shape
        raise WireError("the shape of an array is impossible") from error
    decoder.arrays.append(value)
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
    Tag.TYPE: read_type,
    Tag.DTYPE: read_dtype,
    Tag.DICT: read_dict,
    Tag.SET: read_set,
    Tag.FROZENSET: read_frozenset,
    Tag.ELLIPSIS: lambda decoder, node, depth: ...,
    Tag.NOT_IMPLEMENTED: lambda decoder, node, depth: NotImplemented,
}


def range_length(value: range) -> int:
    """len(value), which raises where that is more than a machine word holds."""
    return max(0, (value.stop - value.start + value.step - (1 if value.step > 0 else -1)) // value.step)


def distinguishable(keys: list) -> list:
    """Return keys of a dict or set; refuse those that were chosen to have one hash, for each is compared with all others."""
    if len(keys) > MAX_ALIKE and max(Counter(map(hash, keys)).values()) > MAX_ALIKE:
        raise WireError("too many keys have the same hash")
    return keys
