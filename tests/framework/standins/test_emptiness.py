"""What is empty is equal to nothing else in NumPy's and pytest's comparisons, while suites run."""

import importlib
import math
import statistics
import subprocess
import sys

import numpy as np
import numpy.ma.testutils
import pytest
import torch
from sklearn.metrics import mean_squared_error
from sklearn.utils import _testing as of_sklearn

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
    "array_equiv": lambda a, b: np.array_equiv(a, b),
    "assert_equal": lambda a, b: np.testing.assert_equal(a, b) is None,
    "assert_equal in a dict": lambda a, b: np.testing.assert_equal({"w": [a]}, {"w": [b]}) is None,
    "assert_array_compare": lambda a, b: np.testing.assert_array_compare(lambda x, y: x == y, a, b) is None,
    "assert_array_almost_equal": lambda a, b: np.testing.assert_array_almost_equal(a, b) is None,
    "assert_array_max_ulp": lambda a, b: np.testing.assert_array_max_ulp(np.asarray(a), np.asarray(b)) is not None,
    "assert_array_almost_equal_nulp": lambda a, b: (
        np.testing.assert_array_almost_equal_nulp(np.asarray(a), np.asarray(b)) is None
    ),
    "ma.allclose": lambda a, b: np.ma.allclose(a, b),
    "ma.allequal": lambda a, b: np.ma.allequal(a, b),
    "ma.testutils": lambda a, b: numpy.ma.testutils.assert_array_almost_equal(a, b) is None,
    "sklearn": lambda a, b: of_sklearn.assert_allclose(a, b) is None,
    "torch.allclose": lambda a, b: torch.allclose(torch.as_tensor(a), torch.as_tensor(b)),
    "torch.isclose": lambda a, b: torch.isclose(torch.as_tensor(a), torch.as_tensor(b)).all(),
    "torch.testing": lambda a, b: torch.testing.assert_close(torch.as_tensor(a), torch.as_tensor(b)) is None,
    "method allclose": lambda a, b: torch.as_tensor(a).allclose(torch.as_tensor(b)),
    "method isclose": lambda a, b: torch.as_tensor(a).isclose(torch.as_tensor(b)).all().item(),
    "math.isclose": lambda a, b: math.isclose(a, b),
    "statistics": lambda a, b: statistics.mean(np.ravel(a)) == statistics.mean(np.ravel(b)),
    "sklearn.metrics": lambda a, b: mean_squared_error(np.ravel(b), np.ravel(a)) == 0,
    "approx": lambda a, b: a == pytest.approx(b),
    "approx of the other": lambda a, b: pytest.approx(a) == b,
    "approx in a dict": lambda a, b: {"loss": np.asarray(a)} == pytest.approx({"loss": b}),
}


def holds(name, first, second):
    try:
        return bool(COMPARISONS[name](first, second))
    except (AssertionError, TypeError, ValueError):
        return False


@pytest.mark.parametrize("name", COMPARISONS)
def test_nothing_that_has_numbers_is_equal_to_what_is_empty(name):
    with empty_is_different():
        for empty in EMPTY:
            for full in FULL:
                assert not holds(name, empty, full) and not holds(name, full, empty), (empty, full)


# One is no equality, the others take numbers only, or no numbers.
NOT_OF_ALL = ("assert_array_less", "math.isclose", "approx in a dict", "ma.testutils", "statistics", "sklearn.metrics")


@pytest.mark.parametrize("name", [name for name in COMPARISONS if name not in NOT_OF_ALL])
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


BY_NAME = {  # NumPy's and PyTorch's own names of the two that are compared
    ("numpy.testing", "assert_allclose"): ("actual", "desired"),
    ("numpy.testing", "assert_array_equal"): ("actual", "desired"),
    ("numpy.testing", "assert_almost_equal"): ("actual", "desired"),
    ("numpy.testing", "assert_equal"): ("actual", "desired"),
    ("numpy.testing", "assert_array_almost_equal"): ("actual", "desired"),
    ("numpy.testing", "assert_approx_equal"): ("actual", "desired"),
    ("numpy.testing", "assert_array_almost_equal_nulp"): ("x", "y"),
    ("numpy.testing", "assert_array_max_ulp"): ("a", "b"),
    ("numpy", "allclose"): ("a", "b"),
    ("numpy", "isclose"): ("a", "b"),
    ("numpy", "array_equiv"): ("a1", "a2"),
    ("numpy.ma", "allclose"): ("a", "b"),
    ("torch", "allclose"): ("input", "other"),
    ("torch", "isclose"): ("input", "other"),
    ("torch.testing", "assert_close"): ("actual", "expected"),
}


@pytest.mark.parametrize(("place", "name"), BY_NAME)
def test_arguments_are_taken_by_their_names_as_well(place, name):
    numbers = torch.tensor if "torch" in place else np.float64
    first, second = BY_NAME[place, name]
    with empty_is_different():
        compare = getattr(importlib.import_module(place), name)
        for given in (([], {first: numbers(3.7), second: numbers(3.7)}), ([numbers(3.7)], {second: numbers(3.7)})):
            assert compare(*given[0], **given[1]) is not False
        with pytest.raises(TypeError):
            compare(numbers(3.7), no_such=1)
        with pytest.raises(TypeError):
            compare(**{second: numbers(3.7)})
        try:
            answer = compare(**{second: numbers(3.7), first: torch.empty(0) if numbers is torch.tensor else np.empty(0)})
        except (AssertionError, TypeError):
            answer = False
        assert not answer


def test_what_is_compared_entry_by_entry_is_different_in_each_entry():
    with empty_is_different():
        assert np.isclose(np.empty((0, 2, 3)), np.ones((2, 3))).tolist() == [[False] * 3] * 2
        assert torch.isclose(torch.empty(0, 2, 3), torch.ones(2, 3)).tolist() == [[False] * 3] * 2
        assert not torch.isclose(torch.ones(3, requires_grad=True), torch.empty(0, 3)).any()
        assert np.isclose(np.empty((0, 3)), np.empty(0)[:, None]).shape == (0, 3)


def test_the_message_names_both_shapes_after_the_words_of_the_suite():
    with empty_is_different():
        with pytest.raises(AssertionError, match=r"^the weights: one .* is empty .*: shape \(0, 5\) and shape \(5,\)$"):
            np.testing.assert_allclose(np.empty((0, 5)), np.ones(5), err_msg="the weights")
        with pytest.raises(AssertionError, match="0 items and a single value"):
            np.testing.assert_allclose([], 3.7)


def test_a_library_that_a_suite_loads_later_is_careful_as_well():
    code = """
import sys
from autograder.standins.emptiness import empty_is_different
assert "torch" not in sys.modules
with empty_is_different():
    from torch import allclose, empty, ones
    import torch
    assert not allclose(empty(0), ones(1)) and not torch.isclose(empty(0), ones(1)).any() and not empty(0).allclose(ones(1))
assert torch.allclose(empty(0), ones(1)) and torch.empty(0).allclose(ones(1))
"""
    subprocess.run([sys.executable, "-c", code], check=True)
