"""What is empty is equal to nothing else in NumPy's and pytest's comparisons, while suites run."""

import numpy as np
import pytest

from autograder.standins.emptiness import empty_is_different

EMPTY = [[], (), [[]], np.array([]), np.empty((0, 4)), np.empty((4, 0))]
FULL = [3.7, np.float64(3.7), np.array(3.7), np.array([3.7]), np.ones((1, 4)), np.ones((4, 1))]
COMPARISONS = {
    "assert_allclose": lambda a, b: np.testing.assert_allclose(a, b) is None,
    "assert_array_equal": lambda a, b: np.testing.assert_array_equal(a, b) is None,
    "assert_almost_equal": lambda a, b: np.testing.assert_almost_equal(a, b) is None,
    "assert_array_less": lambda a, b: np.testing.assert_array_less(a, b) is None,
    "allclose": lambda a, b: np.allclose(a, b),
    "isclose": lambda a, b: np.isclose(a, b).all(),
    "approx": lambda a, b: a == pytest.approx(b),
    "approx of the other": lambda a, b: pytest.approx(a) == b,
}


def holds(name, first, second):
    try:
        return bool(COMPARISONS[name](first, second))
    except (AssertionError, TypeError):
        return False


@pytest.mark.parametrize("name", COMPARISONS)
def test_nothing_that_has_numbers_is_equal_to_what_is_empty(name):
    with empty_is_different():
        for empty in EMPTY:
            for full in FULL:
                assert not holds(name, empty, full) and not holds(name, full, empty), (empty, full)


@pytest.mark.parametrize("name", [name for name in COMPARISONS if name != "assert_array_less"])
def test_everything_else_is_compared_as_ever(name):
    with empty_is_different():
        for value in (*EMPTY, *FULL, [1.0, 2.0], np.arange(6.0).reshape(2, 3)):
            if isinstance(value, list) and value == [[]] and "approx" in name:
                continue  # pytest refuses nested lists
            assert holds(name, value, value), value
        assert not holds(name, [1.0, 2.0], [1.0, 3.0]) and not holds(name, 3.7, 3.8)
        assert pytest.approx({"a": 1.0}) == {"a": 1.0 + 1e-9} and pytest.approx({"a": 1.0}) != {"a": 2.0}
        assert pytest.approx(0.3) != 0.4 and repr(pytest.approx(1.0)) == "1.0 ± 1.0e-06"


def test_numpy_itself_is_of_another_mind_and_is_so_again_afterwards():
    with empty_is_different():
        pass
    assert np.allclose([], 3.7)
    assert np.array([]) == pytest.approx(3.7)
    assert holds("assert_allclose", [], 3.7)
