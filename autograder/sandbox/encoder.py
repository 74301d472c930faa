"""Values into a structure; what each side adds is in standins/requests.py and sandbox/replies.py."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox import dtypes, values
from autograder.sandbox.snapshots import Items, write_items
from autograder.sandbox.wire import DTYPE_INDEX, DTYPES, MAX_DIGITS, MAX_TEXT, TYPE_INDEX, Tag

LEAST, GREATEST = -(1 << 63), (1 << 64) - 1  # integers that msgpack takes


class Encoder:
    """Turns values into a structure and the list of arrays that follow it. One object encodes one message.

    Each side has a class of its own with its own `WRITERS`: type -> function of an encoder and a value of exactly that type.
    """

    WRITERS: dict[type, Callable]
    items_room = 1 << 16  # bytes that items of arrays may take in the structure

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
        return [Tag.ARRAY, dtypes.node(value.dtype), list(value.shape), number, writeable]

    def items_alone(self, items: Items) -> list | None:
        """A few items of an array; None if the structure has no room for them."""
        self.items_room -= items.values.nbytes + items.positions.nbytes
        return write_items(items) if self.items_room >= 0 else None

    def text(self, value: Any) -> Any:
        return value if len(value) <= MAX_TEXT else self.other(value)

    def integer(self, value: int) -> Any:
        if -(1 << 63) <= value < 1 << 64:
            return value
        if value.bit_length() > MAX_DIGITS * 3:  # at most 3613 digits; str() of longer ones is slow, or refused by Python
            return values.write_value(self, value)
        return [Tag.BIG_INT, str(value)]

    def sequence(self, tag: int, values: Any) -> list:
        return [tag, *map(self.encode, values)]


def write_as_it_is(encoder: Encoder, value: Any) -> Any:
    return value


def write_integer(encoder: Encoder, value: int) -> Any:
    return value if LEAST <= value <= GREATEST else encoder.integer(value)


def write_type(encoder: Encoder, value: type) -> Any:
    return [Tag.TYPE, TYPE_INDEX[value]] if value in TYPE_INDEX else encoder.other(value)


def write_dtype(encoder: Encoder, value: np.dtype) -> Any:
    return [Tag.DTYPE, dtypes.node(value)] if dtypes.crosses(value) else encoder.other(value)


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
    int: write_integer,
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
    **{type(dtype): write_dtype for dtype in (*DTYPES, *dtypes.OTHERS)},
    **{dtype.type: dtypes.write_scalar for dtype in dtypes.OTHERS},
    **values.WRITERS,
}
