"""How it is noticed that one side has written into what both hold; that it crosses is shown where suites use it."""

import numpy as np
import pytest

from autograder.sandbox.snapshots import (
    MAX_ITEMS,
    Items,
    changed_items,
    fingerprint,
    holds,
    read_items,
    snapshot_of,
    write_items,
)


@pytest.mark.parametrize("dtype", ["u1", "f4", "f8", "c16"])
@pytest.mark.parametrize("size", [10, 5_000_003])
def test_a_fingerprint_shows_every_change_of_one_item(dtype, size):
    array = np.arange(size).astype(dtype)
    before = fingerprint(array)
    for index in (0, size // 2, size - 1):
        old = array[index]
        array[index] = 3 if old != 3 else 4
        assert fingerprint(array) != before
        array[index] = old
    assert fingerprint(array) == before
    assert fingerprint(array[::-1]) != before


LAYOUTS = {
    "as it is": lambda array: array,
    "transposed": lambda array: array.T,
    "every second row": lambda array: array[::2],
    "backwards": lambda array: array[::-1, ::-1],
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["?", "u1", "i2", "f2", "f4", "f8", "c8", "c16"])
def test_few_items_that_have_changed_cross_by_themselves(dtype, layout):
    array, other = (LAYOUTS[layout](np.zeros((12, 10), dtype)) for _ in range(2))
    snapshot, others = snapshot_of(array), snapshot_of(other)
    array[1, 2], array[3, 5] = 1, 1
    assert not holds(array, snapshot)
    items = read_items(None, write_items(changed_items(array, snapshot))[1:], 1)
    assert len(items.positions) == 2 and items.fit(other)
    items.put(other)
    assert other.tobytes() == array.tobytes()
    for known in (snapshot, others):
        assert items.put_into(known, array.nbytes) and holds(array, known)


@pytest.mark.parametrize("value", [-0.0, np.nan, np.frombuffer(b"\1\0\0\0\0\0\xf8\x7f")[0]])
def test_an_item_is_another_where_its_bits_are(value):
    array = np.zeros(8)
    snapshot = snapshot_of(array)
    array[3] = value
    items = changed_items(array, snapshot)
    assert items.positions.tolist() == [3] and items.values.tobytes() == array[3:4].tobytes()
    items.put_into(snapshot, array.nbytes)
    assert holds(array, snapshot) and changed_items(array, snapshot) is None


def test_where_many_items_have_changed_or_the_array_is_another_the_whole_array_crosses():
    array = np.zeros(100_000)
    snapshot = snapshot_of(array)
    array[: MAX_ITEMS + 1] = 1
    assert changed_items(array, snapshot) is None
    assert changed_items(array[1:], snapshot) is None
    assert changed_items(np.array(["a"]), snapshot_of(np.array(["b"]))) is None
    assert changed_items(np.ones(8), snapshot_of(np.zeros(8))) is None


def test_items_of_another_type_or_beyond_the_end_do_not_fit():
    items = Items(np.array([7], np.uint32), np.ones(1))
    assert items.fit(np.zeros((2, 4))) and not items.fit(np.zeros(7)) and not items.fit(np.zeros(8, np.float32))
    assert not items.put_into(snapshot_of(np.zeros(7)), 64)
