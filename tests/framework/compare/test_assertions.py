"""The comparisons: what they accept, what they refuse, and the exact words."""

import traceback
from collections.abc import Callable

import numpy as np
import pytest

from autograder.compare import Mismatch, assert_close, assert_finite, assert_same, assert_unchanged
from autograder.errors import AssignmentError

pytest_plugins = ["pytester"]

EXPECTED = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def mismatch(check: Callable[..., None], *args, **kwargs) -> Mismatch:
    with pytest.raises(Mismatch) as caught:
        check(*args, **kwargs)
    return caught.value


# Objects that fool other comparisons


class AlwaysEqual:
    """Claims to equal anything and to be anything."""

    shape, dtype, size, ndim = (2, 3), np.dtype(float), 6, 2

    def __eq__(self, other):
        return True

    __hash__ = None

    def __ne__(self, other):
        return False

    def __bool__(self):
        return True

    def __len__(self):
        return 2


class LyingUfuncs(np.ndarray):
    """Answers every comparison with True and every other computation with zero."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.ones(EXPECTED.shape, bool) if ufunc.types[0].endswith("->?") else np.zeros(EXPECTED.shape)

    def __array_function__(self, func, types, args, kwargs):
        return True


class Recomputes:
    """Becomes a copy of whatever it is computed with."""

    __array_priority__ = 1e9

    def __array__(self, dtype=None, copy=None):
        return EXPECTED.copy()

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return getattr(ufunc, method)(*[EXPECTED if x is self else x for x in inputs], **kwargs)


def untouchable_class():
    """Return a class of which, and of whose instances, nothing may be asked by ordinary means."""

    def touched(*args):
        raise RuntimeError("the comparison ran code of what it compares")

    asked = ["eq", "ne", "hash", "getattribute", "repr", "str", "format", "bool", "len", "iter", "getitem", "class"]
    methods = {f"__{name}__": touched for name in [*asked, "array", "float", "index", "sub", "rsub"]}
    metaclass = type("Untouchable", (type,), {**methods, "__instancecheck__": touched, "__subclasscheck__": touched})
    return metaclass("Bomb", (), {**methods, "__class__": property(touched)})


class Disguised:
    """Says that its class is ndarray, so that isinstance believes it."""

    @property
    def __class__(self):
        return np.ndarray


class Float(float):
    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


class List(list):
    def __eq__(self, other):
        return True

    __hash__ = None


# Looked up by name inside the tests: pytest itself would touch the untouchable.
FOOLERS = {
    "always equal": AlwaysEqual(),
    "lying ufuncs": np.zeros((2, 3)).view(LyingUfuncs),
    "recomputes the other operand": Recomputes(),
    "fully masked": np.ma.masked_all((2, 3)),
    "wrong entries masked": np.ma.MaskedArray(EXPECTED + 1, mask=True),
    "masked constant": np.ma.masked,
    "object dtype": np.array([[AlwaysEqual()] * 3] * 2, dtype=object),
    "object dtype with numbers": EXPECTED.astype(object),
    "untouchable": untouchable_class()(),
    "an untouchable class": untouchable_class(),
    "disguised": Disguised(),
    "list of disguised numbers": [[Float(x) for x in row] for row in EXPECTED],
    "list subclass": List(EXPECTED.tolist()),
    "list of always equal": [[AlwaysEqual()] * 3] * 2,
    "one bad item": [[1.0, 2.0, 3.0], [4.0, 5.0, untouchable_class()()]],
    "float subclass": Float(1.0),
    "None": None,
    "string": "1.0",
    "array of strings": EXPECTED.astype(str),
    "record array": np.zeros((2, 3), dtype=[("x", float)]),
    "dates": np.zeros((2, 3), "M8[s]"),
    "set": {1.0},
    "dict": {},
    "generator": (x for x in EXPECTED),
    "numpy": np,
}

CHECKS: dict[str, Callable[[object], None]] = {
    "assert_close": lambda value: assert_close(value, EXPECTED),
    "assert_close to a number": lambda value: assert_close(value, 1.0),
    "assert_close in a list": lambda value: assert_close([value], [EXPECTED]),
    "assert_same": lambda value: assert_same(value, EXPECTED.astype(int)),
    "assert_same to a text": lambda value: assert_same(value, "relu"),
    "assert_same in a list": lambda value: assert_same(["relu", value], ["relu", EXPECTED]),
    "assert_finite": assert_finite,
    "assert_unchanged": lambda value: assert_unchanged(EXPECTED, value),
}


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", FOOLERS)
def test_no_check_is_fooled_by_an_object_that_lies_or_raises(name, check):
    caught = mismatch(CHECKS[check], FOOLERS[name])

    assert caught.kind == ("value" if (check, name) == ("assert_same to a text", "string") else "type")


@pytest.mark.parametrize("check", ["assert_close", "assert_same", "assert_unchanged", "assert_close in a list"])
@pytest.mark.parametrize("shape", [(), (1,), (1, 1), (3,), (1, 3), (2, 1), (3, 2), (1, 2, 3), (6,), (0,), (2, 0)])
def test_nothing_is_broadcast(shape, check):
    assert mismatch(CHECKS[check], np.ones(shape)).kind == "shape"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_inf_are_found_wherever_numbers_are_expected(bad):
    value = EXPECTED.copy()
    value[1, 0] = bad

    for name in ("assert_close", "assert_finite", "assert_close in a list"):
        assert mismatch(CHECKS[name], value).kind == "finite"
    assert mismatch(CHECKS["assert_unchanged"], value).kind == "value"
    assert mismatch(assert_same, value, EXPECTED).kind == "finite"
    assert mismatch(assert_close, bad, 1.0, rtol=np.inf).kind == "finite"


def test_nothing_but_the_name_of_an_unknown_type_is_shown_and_that_is_cleaned():
    hostile = type("Evil\x1b[31m\u202e\n" + "x" * 500, (), {"__repr__": lambda self: "LEAK"})()

    text = str(mismatch(assert_close, hostile, 1.0, "loss"))

    assert text == f"loss is of type Evil?[31m??{'x' * 69}, expected a single number"


def test_a_huge_outer_difference_is_never_computed():
    column, row = np.zeros((60000, 1)), np.zeros(60000)
    zero_strides = np.broadcast_to(np.zeros(()), (10**6, 10**6))

    for value, expected in ((column, row), (row, column), (zero_strides, row)):
        assert mismatch(assert_close, value, expected).kind == "shape"


def test_lists_that_contain_themselves_or_grow_without_bound_are_refused_at_once():
    endless: list = [0.0]
    endless[0] = endless
    doubling: object = 0.0
    for _ in range(30):
        doubling = [doubling, doubling]

    assert str(mismatch(assert_close, endless, 1.0)) == "result is nested more than 32 lists deep"
    assert "expected an array for so many" in str(mismatch(assert_finite, doubling))
    assert mismatch(assert_close, [[1.0, 2.0], endless], EXPECTED).kind in ("type", "shape")


# What is accepted


@pytest.mark.parametrize(
    "value",
    [
        EXPECTED.copy(),
        EXPECTED.tolist(),
        tuple(tuple(row) for row in EXPECTED),
        list(EXPECTED),
        [[np.float32(x) for x in row] for row in EXPECTED],
        EXPECTED.astype(int),
        EXPECTED.astype(np.uint8),
        EXPECTED.astype(np.float16),
        EXPECTED.astype(np.longdouble),
        EXPECTED.astype(">f8"),
        np.asfortranarray(EXPECTED),
        EXPECTED[::-1, ::-1][::-1, ::-1],
        EXPECTED + 1e-9,
    ],
    ids=lambda value: f"{type(value).__name__} {getattr(value, 'dtype', '')}",
)
def test_the_same_numbers_in_any_plain_form_are_close(value):
    assert_close(value, EXPECTED)
    assert_finite(value)


@pytest.mark.parametrize("value", [0.25, np.float64(0.25), np.float32(0.25), np.array(0.25)])
def test_a_number_may_be_a_float_a_numpy_scalar_or_a_0d_array_on_either_side(value):
    assert_close(value, 0.25)
    assert_close(0.25, value)
    assert_same(value, 0.25)
    assert_close(1, 1.0)


def test_empty_arrays_and_lists_are_close_when_their_shapes_are_equal():
    assert_close(np.zeros((0, 3)), np.ones((0, 3)))
    assert_close([], np.zeros(0))
    assert_finite(np.zeros((0, 3)))
    assert str(mismatch(assert_close, [], np.zeros((0, 3)))) == "result has shape (0,), expected (0, 3)"


def test_nan_and_inf_are_accepted_exactly_where_they_are_expected():
    expected = np.array([np.nan, np.inf, -np.inf, 1.0])

    assert_close(expected.copy(), expected)
    assert_same(expected.copy(), expected)
    assert_unchanged(expected, expected.copy())
    assert str(mismatch(assert_close, -expected, expected)) == (
        "result has 2 inf among 4 entries: first at [1]: got -inf, expected inf"
    )
    text = "result differs in 1 of 4 entries (tolerance 1e-07 relative, 1e-09 absolute): at [0]: got 1, expected nan"
    assert str(mismatch(assert_close, [1, np.inf, -np.inf, 1], expected)) == text
    assert mismatch(assert_close, [np.nan, 1e300, -np.inf, 1], expected).details["first"] == (1,)


def test_minus_zero_is_zero():
    assert_close(-0.0, 0.0)
    assert_same(-0.0, 0.0)


def test_very_large_numbers_are_compared_without_a_warning():
    assert mismatch(assert_close, 1e308, -1e308).kind == "value"
    assert_close(1e308, 1e308)
    assert mismatch(assert_close, np.array([200], np.uint8), np.array([-56], np.int8)).kind == "value"


def test_one_of_several_shapes_is_accepted_and_its_own_indices_are_named():
    bias = np.array([[0.5, 1.0, 2.0]])

    assert_close(bias, bias, shapes=[(3,), (1, 3)])
    assert_close(bias[0], bias, shapes=[(3,), (1, 3)])
    assert_close([0.5], 0.5, shapes=[(), (1,)])
    assert str(mismatch(assert_close, bias.T, bias, 'grads["bias"]', shapes=[(3,), (1, 3)])) == (
        'grads["bias"] has shape (3, 1), expected (3,) or (1, 3)'
    )
    assert mismatch(assert_close, bias[0] + [0, 1, 0], bias, shapes=[(3,), (1, 3)]).details["worst"] == (1,)
    assert mismatch(assert_close, bias, bias, shapes=[(3,)]).kind == "shape"


# Tolerances


@pytest.mark.parametrize(
    ("found", "expected", "close", "far"),
    [
        (np.float64, np.float64, 0.5e-7, 2e-7),
        (int, np.float64, 0, 2e-7),
        (np.float32, np.float64, 0.5e-4, 2e-4),
        (np.float64, np.float32, 0.5e-4, 2e-4),
        (np.float16, np.float64, 0, 1e-3),  # float16 is 1 + 1e-3 at best: not judged by what float16 can hold
        (np.float16, np.float32, 0, 1e-3),
        (np.float16, np.float16, 5e-3, 3e-2),
        (np.float64, np.float16, 5e-3, 3e-2),
        (np.complex64, np.complex128, 0.5e-4, 2e-4),
    ],
)
def test_default_tolerances_follow_the_dtypes(found, expected, close, far):
    goal = np.array([1000.0], expected)  # so large that the absolute tolerance does not matter

    assert_close(np.array([1000 * (1 + close)]).astype(found), goal)
    if found is not int:
        assert mismatch(assert_close, np.array([1000 * (1 + far)]).astype(found), goal).kind == "value"


def test_near_zero_the_absolute_tolerance_counts():
    assert_close(0.5e-9, 0.0)
    assert_close(np.float32(0.5e-5), 0.0)
    assert mismatch(assert_close, 2e-9, 0.0).kind == "value"
    assert mismatch(assert_close, np.float32(2e-5), 0.0).kind == "value"


def test_tolerances_that_are_given_replace_the_defaults_and_zero_asks_for_equality():
    assert_close(1.1, 1.0, rtol=0.2)
    assert_close(0.1, 0.0, atol=0.2)
    assert_close(1.1, 1.0, rtol=0, atol=0.2)
    assert mismatch(assert_close, np.nextafter(1.0, 2.0), 1.0, rtol=0, atol=0).kind == "value"
    assert mismatch(assert_close, 2**60 + 1, 2**60, rtol=0, atol=0).kind == "value"


# Kinds of numbers


@pytest.mark.parametrize(
    ("value", "expected", "text"),
    [
        (True, 1.0, "mask has dtype bool, expected real numbers"),
        (np.array([True]), [1], "mask has dtype bool, expected real numbers"),
        ([1], [True], "mask has dtype int64, expected bool"),
        (1j, 1.0, "mask has dtype complex128, expected real numbers"),
        ([False], [1j], "mask has dtype bool, expected numbers"),
    ],
)
def test_bool_and_complex_are_not_real_numbers(value, expected, text):
    caught = mismatch(assert_close, value, expected, "mask")

    assert (caught.kind, str(caught)) == ("dtype", text)


def test_a_kind_can_be_asked_for():
    zeros = np.zeros((1, 3))

    assert_close(zeros, zeros, dtype_kind="float")
    assert_close(1.0, 1j - 1j + 1, dtype_kind="float")
    caught = mismatch(assert_close, zeros.astype(int), zeros, 'grads["bias"]', dtype_kind="float")
    assert str(caught) == 'grads["bias"] has dtype int64, expected floats'
    assert str(mismatch(assert_close, 3.0, 3, dtype_kind="integer")) == "result has dtype float64, expected integers"


# Words


def test_a_mismatch_names_worst_and_first_entry_with_both_values():
    value = EXPECTED.copy()
    value[0, 1] = 2.5
    value[1, 2] = -6

    caught = mismatch(assert_close, value, EXPECTED, "forward(X)")

    assert str(caught) == (
        "forward(X) differs in 2 of 6 entries (tolerance 1e-07 relative, 1e-09 absolute): "
        "worst at [1, 2]: got -6, expected 6; first at [0, 1]: got 2.5, expected 2"
    )
    assert caught.without_values == str(caught).replace(": got -6, expected 6", "").replace(": got 2.5, expected 2", "")
    assert (caught.kind, caught.what) == ("value", "forward(X)")
    assert caught.details == {
        "count": 2, "size": 6, "worst": (1, 2), "first": (0, 1), "actual": -6.0, "expected": 6.0
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "expected", "text"),
    [
        (np.zeros(3), np.zeros((1, 3)), "Y has shape (3,), expected (1, 3)"),
        (np.zeros((5, 3)), np.zeros((3, 5)), "Y has shape (5, 3), expected (3, 5): is it transposed?"),
        (0.5, np.zeros((1, 3)), "Y is a single number, expected an array of shape (1, 3)"),
        (np.zeros(1), 0.0, "Y has shape (1,), expected a single number"),
        (None, np.zeros((1, 3)), "Y is None, expected an array of shape (1, 3)"),
        ([1.0, None], [1.0, 2.0], "Y[1] is None, expected a number"),
        ([[1.0], "a"], [[1.0], [2.0]], "Y[1] is of type str, expected numbers of shape (1,)"),
        ([[1.0], [1.0, 2.0]], EXPECTED, "Y is ragged: Y[1] has shape (2,), Y[0] has shape (1,)"),
        (np.array([None]), [1.0], "Y is an array of dtype object, expected numbers"),
        (10**30, 1e30, "Y has an integer beyond 64 bits, expected a single number"),
        (np.nan, 0.5, "Y is nan, expected 0.5"),
        ([np.nan, np.inf], [1, 2], "Y has 1 NaN and 1 inf among 2 entries: first at [0]: got nan, expected 1"),
        (0.5, 0.25, "Y is 0.5, expected 0.25 (tolerance 1e-07 relative, 1e-09 absolute)"),
        (1.0000005, 1.0, "Y is 1.0000005, expected 1.0 (tolerance 1e-07 relative, 1e-09 absolute)"),
        (12345678, 12345670, "Y is 12345678, expected 12345670 (tolerance 1e-07 relative, 1e-09 absolute)"),
        ([3.0], [4.0],
         "Y differs in its only entry (tolerance 1e-07 relative, 1e-09 absolute): at [0]: got 3, expected 4"),
        (np.zeros(2), np.ones(2),
         "Y differs in all 2 entries (tolerance 1e-07 relative, 1e-09 absolute): at [0]: got 0, expected 1"),
    ],
)  # fmt: skip
def test_messages_of_assert_close(value, expected, text):
    assert str(mismatch(assert_close, value, expected, "Y")) == text


def test_without_values_no_number_of_either_side_is_shown():
    secret, guess = 0.7734, 0.1915
    cases = [
        mismatch(assert_close, guess, secret),
        mismatch(assert_close, [guess, 1.0], [secret, 1.0]),
        mismatch(assert_close, np.nan, secret),
        mismatch(assert_close, [np.nan, guess], [secret, guess]),
        mismatch(assert_same, guess, secret),
        mismatch(assert_same, "0.1915", "0.7734"),
        mismatch(assert_unchanged, [secret], [guess]),
    ]

    for caught in cases:
        assert "0.7734" in str(caught)
        assert "0.7734" not in caught.without_values and "0.1915" not in caught.without_values
    assert cases[0].without_values == "result is not the expected number (tolerance 1e-07 relative, 1e-09 absolute)"
    assert cases[2].without_values == "result is NaN, expected a finite number"
    assert cases[3].without_values == "result has 1 NaN among 2 entries: first at [0]"


def test_pytest_shows_the_line_of_the_test_and_the_message_and_nothing_of_ours(pytester):
    pytester.makepyfile("""
        from autograder.compare import assert_close, assert_same, assert_unchanged

        def test_close():
            assert_close([1.0, 2.0], [1.0, 2.5], "forward(X)")

        def test_nested():
            assert_same(["a", "b"], ["a", "c"], "names")

        def test_type():
            assert_close([1.0, None], [1.0, 2.5], "forward(X)")
    """)

    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--no-header")

    result.assert_outcomes(failed=3)
    text = result.stdout.str()
    assert '>       assert_close([1.0, 2.0], [1.0, 2.5], "forward(X)")' in text
    assert "E       autograder.compare.Mismatch: forward(X) differs in 1 of 2 entries" in text
    assert "E       autograder.compare.Mismatch: names[1] is 'b', expected 'c'" in text
    assert "compare.py" not in text and "raise Mismatch" not in text


# assert_same, assert_finite, assert_unchanged


def test_assert_same_accepts_equal_values_of_every_kind():
    assert_same("relu", "relu")
    assert_same(b"x", b"x")
    assert_same(None, None)
    assert_same(3, 3)
    assert_same(np.int64(3), 3)
    assert_same(True, True)
    assert_same([1, 2, 3], (1, 2, 3))
    assert_same(np.array([1, 2]), [1, 2])
    assert_same(2, 2.0)
    assert_same(["a", (1, None)], ("a", [1, None]))
    assert_same([], [])


@pytest.mark.parametrize(
    ("value", "expected", "kind", "text"),
    [
        ("relu", "elu", "value", "Y is 'relu', expected 'elu'"),
        ("a" * 100, "b", "value", f"Y is '{'a' * 76}..., expected 'b'"),
        ("\x1b[31m", "b", "value", r"Y is '\x1b[31m', expected 'b'"),
        (None, "elu", "type", "Y is None, expected a string"),
        ("elu", None, "type", "Y is of type str, expected None"),
        ("elu", b"elu", "type", "Y is of type str, expected bytes"),
        ("3", 3, "type", "Y is of type str, expected a single number"),
        (3.0, 3, "dtype", "Y has dtype float64, expected integers"),
        (True, 1, "dtype", "Y has dtype bool, expected integers"),
        (1, True, "dtype", "Y has dtype int64, expected bool"),
        (4, 3, "value", "Y is 4, expected 3"),
        ([1, 2, 4], [1, 2, 3], "value", "Y differs in 1 of 3 entries: at [2]: got 4, expected 3"),
        (2**62 + 1, 2**62, "value", f"Y is {2**62 + 1}, expected {2**62}"),
        (["a"], ["a", "b"], "shape", "Y has length 1, expected 2"),
        ("ab", ["a", "b"], "type", "Y is of type str, expected a list of 2"),
        (["a", ["b", 1]], ["a", ["b", 2]], "value", "Y[1][1] is 1, expected 2"),
    ],
)
def test_messages_of_assert_same(value, expected, kind, text):
    caught = mismatch(assert_same, value, expected, "Y")

    assert (caught.kind, str(caught)) == (kind, text)


def test_messages_of_assert_finite():
    assert str(mismatch(assert_finite, [1.0, np.inf], "Y")) == (
        "Y has 1 inf among 2 entries: first at [1]: got inf, expected a finite number"
    )
    assert str(mismatch(assert_finite, np.nan, "Y")) == "Y is nan, expected a finite number"
    assert str(mismatch(assert_finite, True, "Y")) == "Y has dtype bool, expected numbers"


def test_a_changed_input_is_found_and_an_unchanged_one_is_not():
    x = np.array([1.0, np.nan, 3.0])
    before = x.copy()

    assert_unchanged(before, x)
    x[2] = 0
    caught = mismatch(assert_unchanged, before, x, "x")

    assert str(caught) == "x was changed in 1 of 3 entries: first at [2]: was 3, is now 0"
    assert caught.without_values == "x was changed in 1 of 3 entries: first at [2]"
    assert str(mismatch(assert_unchanged, 1.0, 2.0, "x")) == "x was changed: was 1, is now 2"
    assert str(mismatch(assert_unchanged, before, x[:2], "x")) == "x has shape (2,), expected (3,)"
    assert str(mismatch(assert_unchanged, before, before.astype(np.float32), "x")) == (
        "x was changed: its dtype was float64, is now float32"
    )


def test_an_array_that_is_no_copy_cannot_be_compared_with_itself():
    x = np.ones(3)
    listed = [1.0]

    for before, after in ((x, x), (x[:2], x[:2]), (listed, listed)):
        with pytest.raises(AssignmentError, match="keep a copy"):
            assert_unchanged(before, after)
    assert_unchanged(1.0, 1.0)


# Mistakes of the suite


def test_mistakes_of_the_suite_are_the_suites():
    for wrong in (None, "text", np.array([None]), np.ma.masked_all(3), {}, 10**30):
        with pytest.raises(AssignmentError, match="The expected value of Y is of type"):
            assert_close(1.0, wrong, "Y")
    with pytest.raises(AssignmentError, match="assert_same cannot expect a dict"):
        assert_same({}, {})
    with pytest.raises(AssignmentError, match=r"shapes for Y has \(4,\), but the expected value has 3 entries"):
        assert_close(np.ones(3), np.ones(3), "Y", shapes=[(4,)])
    with pytest.raises(AssignmentError, match="dtype_kind is 'f'"):
        assert_close(1.0, 1.0, dtype_kind="f")  # type: ignore[arg-type]


def test_two_answers_that_both_are_none_are_the_submissions_mistake():
    assert str(mismatch(assert_close, None, None, "forward(x + 5)")) == "forward(x + 5) is None, expected numbers"


# Stand-ins


class StandIn:
    def __init__(self, value, name="Layer"):
        self.value, self.name = value, name

    def __autograder_value__(self):
        if isinstance(self.value, Exception):
            raise self.value
        return self.value

    def __autograder_typename__(self):
        return self.name


def test_a_stand_in_is_compared_by_its_plain_copy():
    assert_close(StandIn(EXPECTED.copy()), EXPECTED)
    assert_close(EXPECTED, StandIn(EXPECTED.copy()))
    assert_same(StandIn("relu"), "relu")
    assert_finite(StandIn(1.0))
    x = StandIn(EXPECTED.copy())
    assert_unchanged(EXPECTED, x)
    assert mismatch(assert_close, StandIn(EXPECTED + 1), EXPECTED).kind == "value"


def test_a_stand_in_that_is_no_value_is_named_by_what_it_stands_for():
    layer = StandIn(None, name="LinearModule\x1b")
    layer.value = layer

    assert str(mismatch(assert_close, layer, 1.0)) == "result is of type LinearModule?, expected a single number"
    text = "result[1] is of type LinearModule?, expected a string"
    assert str(mismatch(assert_same, ["a", layer], ["a", "b"])) == text


def test_an_error_of_a_stand_in_goes_through_as_it_is():
    with pytest.raises(ZeroDivisionError):
        assert_close(StandIn(ZeroDivisionError()), 1.0)


def test_an_instance_attribute_does_not_make_a_stand_in():
    class Fake:
        def __getattr__(self, name):
            return lambda *_: 1.0

    fake = Fake()
    fake.__autograder_value__ = lambda *_: 1.0

    assert mismatch(assert_close, fake, 1.0).kind == "type"


def test_a_traceback_of_a_mismatch_shows_no_cause_or_context():
    caught = mismatch(assert_close, [None], [1.0])

    assert "During handling" not in "".join(traceback.format_exception(caught))
