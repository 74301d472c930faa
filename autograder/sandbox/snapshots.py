"""What an array held when both sides last agreed, and which of its items have changed since.

A suite may change one item of a large array and call a function, some ten thousand times. So to see whether anything has
changed takes no copy, and where few items have, they alone cross:

    [ITEMS, dtype, positions as u32, their content]
"""

from typing import Any

import numpy as np

from autograder.sandbox.wire import DTYPE_INDEX, DTYPES, Tag, WireError

MAX_COPY_BYTES = 1 << 22  # up to here a copy is kept; of a larger array what tells it from others
ROW = 4096
MAX_ITEMS = 2000  # that cross by themselves; of more, the array crosses
POSITION = np.dtype("<u4")
WORDS = {2: np.uint16, 4: np.uint32, 8: np.uint64, 16: np.uint64}  # which differ where bytes do: -0.0 is not 0.0


class Items:
    """Some items of an array, on their way into the one that both sides know."""

    __slots__ = ("positions", "values")

    def __init__(self, positions: np.ndarray, values: np.ndarray) -> None:
        self.positions = positions
        self.values = values

    def fit(self, array: np.ndarray) -> bool:
        """Whether an array has such items."""
        last = self.positions[0] if len(self.positions) == 1 else self.positions.max()
        return bool(array.dtype == self.values.dtype and last < array.size)

    def put(self, array: np.ndarray) -> None:
        if len(self.positions) == 1:
            array.flat[int(self.positions[0])] = self.values[0]
        else:
            array.flat[self.positions] = self.values

    def put_into(self, snapshot: bytes | bytearray, size: int) -> bool:
        """Make these a snapshot's as well, if it is a copy of so many bytes."""
        if type(snapshot) is not bytearray or len(snapshot) != size:
            return False
        if len(self.positions) == 1:
            place, width = int(self.positions[0]), self.values.itemsize
            snapshot[place * width : (place + 1) * width] = self.values.tobytes()
        else:
            np.frombuffer(snapshot, self.values.dtype)[self.positions] = self.values
        return True


def snapshot_of(array: np.ndarray) -> bytes | bytearray:
    """What `holds` compares: a copy, or what tells the content of a large array from another."""
    if array.nbytes > MAX_COPY_BYTES:
        return fingerprint(array)
    return bytearray(array.data if array.dtype in DTYPE_INDEX and array.flags.c_contiguous else array.tobytes())


def holds(array: np.ndarray, snapshot: bytes | bytearray) -> bool:
    """Whether an array has the content of a snapshot."""
    if type(snapshot) is not bytearray:
        return snapshot_of(array) == snapshot
    same = bytearray.__eq__(snapshot, array)  # which compares memory; where that is scattered, it does not know
    return snapshot == array.tobytes() if same is NotImplemented else same


def changes(array: np.ndarray, snapshot: bytes | bytearray) -> np.ndarray | None:
    """Which items of an array, one after the other, are not as a copy has them; None if it is no copy of such an array."""
    if type(snapshot) is not bytearray or len(snapshot) != array.nbytes:
        return None
    word = WORDS.get(array.itemsize, np.uint8)
    raw = array if array.flags.c_contiguous else np.ascontiguousarray(array)
    differ = raw.reshape(-1).view(word) != np.frombuffer(snapshot, word)
    return differ if len(differ) == array.size else differ.reshape(array.size, -1).any(axis=1)


def changed_items(array: np.ndarray, snapshot: bytes | bytearray) -> Items | None:
    """The items of an array that are not as a copy has them; None if they are many, or cannot cross by themselves."""
    differ = changes(array, snapshot) if array.dtype in DTYPE_INDEX else None
    if differ is None:
        return None
    positions = differ.nonzero()[0]
    if not 0 < len(positions) <= min(MAX_ITEMS, max(array.size // 4, 1)):
        return None
    items = array.reshape(-1) if array.flags.c_contiguous else array.flat
    return Items(positions.astype(POSITION), items[positions])


def fingerprint(array: np.ndarray) -> bytes:
    """What tells whether an array was written to: its bytes, or the sums of a large one's words by row and column."""
    if array.nbytes <= MAX_COPY_BYTES:
        return array.tobytes()
    raw = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    whole = len(raw) // (8 * ROW) * (8 * ROW)
    words = raw[:whole].view(np.uint64).reshape(-1, ROW)
    return words.sum(axis=0).tobytes() + words.sum(axis=1).tobytes() + raw[whole:].tobytes()


def write_items(items: Items) -> list:
    return [Tag.ITEMS, DTYPE_INDEX[items.values.dtype], items.positions.tobytes(), items.values.tobytes()]


def read_items(decoder: Any, node: list, depth: int) -> Items:
    if len(node) != 3 or type(node[0]) is not int or not 0 <= node[0] < len(DTYPES):
        raise WireError("items of an array are malformed")
    dtype, (positions, content) = DTYPES[node[0]], node[1:]
    if type(positions) is not bytes or type(content) is not bytes or not positions or len(positions) % POSITION.itemsize:
        raise WireError("items of an array are malformed")
    if len(content) != len(positions) // POSITION.itemsize * dtype.itemsize:
        raise WireError("items of an array are malformed")
    values = np.frombuffer(content, dtype)
    if dtype.kind == "b" and values.view(np.uint8).max() > 1:  # compiled code counts on 0 and 1
        raise WireError("a truth value is neither true nor false")
    return Items(np.frombuffer(positions, POSITION), values)
