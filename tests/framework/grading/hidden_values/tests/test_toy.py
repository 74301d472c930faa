"""All of these fail. The docstring is what the student reads where no values are shown, or, before "...", how that begins."""

import unittest

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import weight
from modules import answer, array, nothing, raises

from autograder.compare import assert_close

EXPECTED = 31337


@weight(1)
def test_plain_assert():
    """the result is not what the task asks for"""
    assert answer() == EXPECTED


@weight(1)
def test_assert_with_message():
    """the answer is wrong"""
    assert answer() == EXPECTED, "the answer is wrong"


@weight(1)
def test_comparator():
    """array() differs in all 3 entries..."""
    assert_close(array(), np.full(3, EXPECTED), "array()")


@weight(1)
def test_numpy():
    """the result is not what the task asks for (Mismatched elements: 3 / 3)"""
    np.testing.assert_allclose(array(), np.full(3, EXPECTED))


@weight(1)
def test_numpy_shapes():
    """the result is not what the task asks for (shapes (3,), (4,) mismatch)"""
    np.testing.assert_array_equal(array(), np.full(4, EXPECTED))


@weight(1)
def test_numpy_with_message():
    """the array is wrong"""
    np.testing.assert_allclose(array(), np.full(3, EXPECTED), err_msg="the array is wrong")


@weight(1)
def test_key():
    """the test could not use what your code gave back (KeyError)"""
    {answer(): 1}[EXPECTED]


@weight(1)
def test_value_error():
    """the test could not use what your code gave back (ValueError)"""
    answer()
    int(f"secret{EXPECTED}")


@weight(1)
def test_none():
    """the test could not use what your code gave back (TypeError: 'NoneType' object is not subscriptable)"""
    assert nothing()[0] == EXPECTED


@weight(1)
def test_did_not_raise():
    """ValueError was not raised"""
    with pytest.raises(ValueError):
        answer()


@weight(1)
def test_raises_other_message():
    """the result is not what the task asks for..."""
    with pytest.raises(ValueError, match=f"{EXPECTED}"):
        raises()


@weight(1)
def test_fail():
    """ask for help"""
    pytest.fail("ask for help")


@weight(1)
def test_approx():
    """the result is not what the task asks for"""
    assert answer() == pytest.approx(EXPECTED)


class TestUnittest(unittest.TestCase):
    @weight(1)
    def test_equal(self):
        """the result is not what the task asks for"""
        self.assertEqual(answer(), EXPECTED)

    @weight(1)
    def test_equal_message(self):
        """unequal"""
        self.assertEqual(answer(), EXPECTED, "unequal")

    @weight(1)
    def test_true_message(self):
        """untrue : here"""
        self.assertTrue(answer() == EXPECTED, "untrue : here")

    @weight(1)
    def test_sequence_message(self):
        """sequence"""
        self.assertSequenceEqual([answer()], [EXPECTED], msg="sequence")

    @weight(1)
    def test_in(self):
        """the result is not what the task asks for"""
        self.assertIn(EXPECTED, [answer()])

    @weight(1)
    def test_raises(self):
        """ValueError was not raised"""
        with self.assertRaises(ValueError):
            answer()

    @weight(1)
    def test_self_fail(self):
        """failed by hand"""
        self.fail("failed by hand")

    @weight(1)
    def test_after_passing_check_with_message(self):
        """the result is not what the task asks for"""
        self.assertTrue(answer() == 42, "never to be seen")
        assert answer() == EXPECTED

    @weight(1)
    def test_subtest(self):
        """named: the result is not what the task asks for"""
        with self.subTest("named", value=EXPECTED):
            self.assertEqual(answer(), EXPECTED)
