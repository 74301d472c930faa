"""Mistakes of the suite that are seen only where the submission has a process of its own.

Without one nobody counts whether a test has used the submission, and objects of the suite may be passed to it. The docstring
says what the verdict is then.
"""

import unittest

import modules
import pytest
from gradescope_utils.autograder_utils.decorators import weight


@pytest.fixture
def asserting():
    assert modules and 1 == 2, "the fixture's own check"


@weight(1)
def test_key_error_before_use():
    """failed"""
    {}["key"]


@weight(1)
def test_assertion_in_fixture(asserting):
    """failed"""


@weight(1)
def test_gives_away_its_own_object():
    """passed"""
    modules.answer_to(unittest.TestCase())
