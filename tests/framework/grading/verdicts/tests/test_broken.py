"""All of these are mistakes of the suite; the docstring is in what staff read."""

import unittest

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import weight
from modules import answer


@pytest.fixture
def layer():
    return answer()


@weight(1)
def test_name_error():
    """undefined_name"""
    answer()
    undefined_name  # noqa: B018, F821


@weight(1)
def test_import_error():
    """a_module_that_is_nowhere"""
    answer()
    import a_module_that_is_nowhere  # noqa: F401


@weight(1)
def test_attribute_of_library():
    """no_such_function"""
    answer()
    np.no_such_function()


@weight(1)
def test_fixture_missing(no_such_fixture):
    """no_such_fixture"""


@weight(1)
def test_calls_fixture():
    """Fixture "layer" called directly"""
    layer()


@weight(1)
def test_keyboard_interrupt():
    """the suite raised KeyboardInterrupt"""
    raise KeyboardInterrupt


@weight(1)
def test_system_exit():
    """SystemExit: 3"""
    raise SystemExit(3)


class TestOwnAttribute(unittest.TestCase):
    @weight(1)
    def test_attribute_of_test(self):
        """never_set"""
        answer()
        self.never_set  # noqa: B018
