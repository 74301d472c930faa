"""All of these pass; the docstring says why."""

import pytest
from gradescope_utils.autograder_utils.decorators import weight
from modules import answer


@pytest.fixture
def ends_badly():
    yield
    {}["not there"]


@weight(1)
def test_passes():
    """a right answer"""
    assert answer() == 42


@weight(1)
@pytest.mark.xfail(reason="known")
def test_expected_failure():
    """it fails as expected"""
    assert answer() == 0


@weight(1)
def test_bad_end(ends_badly):
    """the suite's fixture fails when the verdict is known"""
    assert answer() == 42


@weight(1)
def test_last():
    """nothing before has ended the grading"""
    assert answer() == 42
