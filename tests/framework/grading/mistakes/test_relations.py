"""What a wrong answer is to the right one, by arrays for which it holds and by near misses."""

import numpy as np
import pytest

from autograder.grading.mistakes.relations import MOST_ENTRIES, relations

RNG = np.random.default_rng(4)
E = RNG.normal(size=(5, 3))
SQUARE = RNG.normal(size=(4, 4))
X = RNG.normal(size=(5, 3))
LOSS = np.array(1.7321508)


def names(actual, expected, **known):
    return [relation.name for relation in relations(np.asarray(actual), np.asarray(expected), known)]


def sentences(actual, expected, **known):
    return [relation.sentence for relation in relations(np.asarray(actual), np.asarray(expected), known)]


HOLDING = {
    "transposed": (E.T, E),
    "transposed, in a square": (SQUARE.T, SQUARE),
    "transposed, of three axes": (E.reshape(5, 3, 1).transpose(1, 0, 2), E.reshape(5, 3, 1)),
    "axis of length 1 missing": (E[:1].ravel(), E[:1]),
    "axis of length 1 too many": (E[:1], E[0]),
    "axis of length 1 in another place": (E[:1].T, E[:1]),
    "reshaped": (E.reshape(3, 5), E),
    "summed over axis 0": (E.sum(0), E),
    "averaged over axis 1": (E.mean(1, keepdims=True), E),
    "not summed over axis 0": (E, E.sum(0)),
    "not averaged over all axes": (E, E.mean()),
    "repeated along an axis": (np.repeat(E[:1], 5, axis=0), E[:1]),
    "once along an axis": (E[:1], np.repeat(E[:1], 5, axis=0)),
    "factor -1": (-E, E),
    "factor 2": (2 * E, E),
    "factor 0.5": (E / 2, E),
    "factor n": (5 * E, E),
    "factor 1/n": (E / 3, E),
    "factor -1/n": (-E / 5, E),
    "factor n/(n-1)": (E * 5 / 4, E),
    "square": (E**2, E),
    "square root": (np.sqrt(np.abs(E)), np.abs(E)),
    "exponential": (np.exp(E), E),
    "logarithm": (np.log(np.abs(E)), np.abs(E)),
    "absolute value": (np.abs(E), E),
    "reciprocal": (1 / E, E),
    "reversed": (E[::-1], E),
    "another order": (E.ravel()[RNG.permutation(15)].reshape(5, 3), E),
    "constant difference": (E + 0.25, E),
    "difference constant along axis 0": (E - X[:1], E),
    "difference constant along axis 1": (E - X[:, :1], E),
    "right for the first row only": (np.vstack([E[:1], X[1:]]), E),
    "all zero": (np.zeros_like(E), E),
    "all equal": (np.full_like(E, 0.1), E),
    "nowhere finite": (np.full_like(E, np.nan), E),
    "not finite where 0 is expected": (np.where(E > 0, E, np.inf), np.where(E > 0, E, 0)),
}  # fmt: skip


@pytest.mark.parametrize("name", HOLDING)
def test_a_relation_that_holds_is_found_and_no_other(name):
    assert names(*HOLDING[name]) == [name.partition(", of")[0].partition(", in")[0]]


@pytest.mark.parametrize("name", HOLDING)
@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")
def test_a_relation_is_found_in_float32_too(name):
    actual, expected = HOLDING[name]
    assert name.partition(", of")[0].partition(", in")[0] in names(actual.astype(np.float32), np.asarray(expected))


@pytest.mark.parametrize("name", [name for name in HOLDING if not name.startswith(("all", "nowhere", "not finite"))])
def test_one_entry_that_differs_is_a_near_miss(name):
    actual, expected = (np.array(array, dtype=float) for array in HOLDING[name])
    actual[(0,) * actual.ndim] += 0.01
    assert names(actual, expected) == []


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.ones((1, 3)) / 3, np.ones((1, 3))),  # any of the axes, any number
        (np.ones((3, 2)) * 2, np.ones((2, 3)) * 2),
        (np.array([[1.0, 2.0]]), np.array([[2.0, 1.0]])),  # two entries have no order to speak of
        (0.5, 1.0),
        (4.0, 2.0),
        (-3.0, 3.0),
        (E[:1] - X[:1], E[:1]),  # one sample: the same along its axis, whatever it is
        (SQUARE + SQUARE.T, SQUARE),
        (E, E * (1 + 1e-4)),
    ],
    ids=repr,
)
def test_what_holds_by_chance_has_no_name(actual, expected):
    assert [name for name in names(actual, expected) if name != "all equal"] == []


def test_a_sum_that_two_axes_give_names_none():
    symmetric = SQUARE + SQUARE.T
    assert names(symmetric.sum(0), symmetric) == []


def test_a_factor_says_where_the_test_has_the_number():
    assert sentences(E / 5, E) == ["is 1/5 of what was expected, in all entries; 5 is the size of axis 0"]
    assert sentences(SQUARE * 4, SQUARE) == [
        "is 4 times what was expected, in all entries; 4 is the size of axis 0 or the size of axis 1"
    ]


def test_a_single_number_is_compared_with_the_sizes_of_the_tests_own_variables():
    assert sentences(7 * LOSS, LOSS, x=RNG.normal(size=(7, 2))) == [
        "is 7 times what was expected; 7 is the size of axis 0 of x"
    ]
    assert sentences(LOSS / 7, LOSS, S=7) == ["is 1/7 of what was expected; 7 is S"]


def test_an_input_that_is_returned_is_named_by_the_tests_variable():
    assert sentences(X.copy(), E, x=X, wanted=E) == ["is x, an array of the test"]


def test_an_answer_is_no_input_of_itself():
    assert names(X, E, result=X) == []
    assert names(X, E, part=X[:]) == []


def test_a_sign_that_decides_where_the_answer_is_wrong_is_found():
    assert sentences(np.where(X > 0, E, 3.7 * E - 1), E, x=X) == ["is wrong exactly where x is negative"]


def test_nan_where_an_input_is_negative_is_found():
    assert names(np.where(X > 0, E, np.nan), E, x=X) == ["not finite where negative"]


def test_large_arrays_are_not_looked_at():
    large = RNG.normal(size=MOST_ENTRIES + 1)
    assert names(-large, large) == []


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (np.zeros((1,) * 20), np.ones((1,) * 19)),
        (np.array([1, 2], dtype=np.uint64), np.array([[3]])),
        (np.array([True, False]), np.array([0.5, 1.5])),
        (np.array([1e308, -1e308, 3]), np.array([1e-308, 2, 5.5])),
        (np.array([1 + 2j, 3.3]), np.array([1.5, 3.3])),
        (np.array([1.5, np.inf]), np.array([np.nan, 2])),
        (np.array([1.5, 2], dtype=np.longdouble), np.array([1.5, 3], dtype=np.float16)),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_odd_arrays_are_taken(actual, expected):
    assert isinstance(names(actual, expected), list)
