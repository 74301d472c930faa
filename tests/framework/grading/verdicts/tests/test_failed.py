"""All of these fail, through the submission; the docstring is what the student reads, or the beginning of it."""

import unittest

import modules
import pytest
from gradescope_utils.autograder_utils.decorators import hide_errors, weight
from modules import Layer, answer, nothing, quit_now, raise_object, raises


@pytest.fixture
def layer():
    return Layer(3)


@pytest.fixture
def checks_afterwards():
    yield
    assert answer() == 41, "the answer has changed"


@pytest.fixture
def ends_badly():
    yield
    {}["not there"]


@weight(1)
def test_constructor_raises_in_fixture(layer):
    """your code raised KeyError: 'size'"""


@weight(1)
def test_returned_none():
    """the test could not use what your code gave back (TypeError: unsupported operand"""
    nothing() + 1.0


@weight(1)
def test_none_has_no_shape():
    """the test could not use what your code gave back (AttributeError: 'NoneType' object has no attribute 'shape'"""
    assert nothing().shape == (3,)


@weight(1)
def test_unpacks_none():
    """the test could not use what your code gave back (TypeError: cannot unpack non-iterable NoneType object)"""
    _, _ = nothing()


@weight(1)
def test_wrapped_error():
    """your code raised ValueError: bad value"""
    try:
        raises()
    except ValueError as error:
        raise RuntimeError("could not check") from error


@weight(1)
def test_failed_because_of_an_error():
    """raises() must not raise
    your code raised ValueError: bad value
    """
    try:
        raises()
    except ValueError:
        pytest.fail("raises() must not raise")


@weight(1)
def test_unbound_after_empty_answer():
    """the test could not use what your code gave back (UnboundLocalError"""
    for last in modules.empty():  # noqa: B007
        pass
    assert last == 1


@weight(1)
def test_exits():
    """your code raised SystemExit: 0"""
    quit_now()


@weight(1)
def test_object_in_exception():
    """your code raised ValueError"""
    raise_object()


@weight(1)
def test_missing_name():
    """modules.py does not define missing_function"""
    modules.missing_function()


@weight(1)
def test_pytest_exit():
    """stop here"""
    assert answer() == 42
    pytest.exit("stop here")


@weight(1)
def test_pytest_xfail():
    """ended by the test itself: not today"""
    pytest.xfail("not today")


@weight(1)
def test_pytest_skip():
    """skipped: not here"""
    pytest.skip("not here")


@weight(1)
@pytest.mark.xfail(strict=True, reason="known")
def test_unexpected_success():
    """passes, but was expected to fail"""
    assert answer() == 42


@weight(1)
@pytest.mark.xfail(reason="known")
def test_stub_is_no_expected_failure():
    """your code raised NotImplementedError: TODO"""
    modules.stub()


@weight(1)
def test_subtests(subtests):
    """sum: i=2: this is not true: 42 == (41 + 2)"""
    for i in range(3):
        with subtests.test("sum", i=i):
            print("subtest", i)
            if i == 0:
                pytest.skip("this one only")
            assert answer() == 41 + i


@weight(1)
def test_check_at_the_end(checks_afterwards):
    """the answer has changed"""


@weight(1)
def test_bad_end_after_failure(ends_badly):
    """wrong answer"""
    assert answer() == 0, "wrong answer"


class TestHidden(unittest.TestCase):
    @weight(1)
    @hide_errors("hidden reason")
    def test_with_hidden_reason(self):
        """42 != 5"""
        self.assertEqual(answer(), 5)
