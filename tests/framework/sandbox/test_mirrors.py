"""How it is noticed that one side has written into what both hold; that it crosses is shown where suites use it."""

import numpy as np
import pytest

from autograder.sandbox.snapshots import fingerprint


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
