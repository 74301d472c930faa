"""The grader is after the attack as it was; SECRET-00000000000000000000000000000000"""

import builtins
import os
import sys
import threading
import unittest

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, weight


def state():
    """What a submission would change if it could: functions that decide, and what the process has open and set."""
    comparisons = ("assert_allclose", "assert_array_equal", "assert_equal", "assert_almost_equal")
    return {
        "numpy.testing": [getattr(np.testing, name) for name in comparisons],
        "numpy": [np.allclose, np.isclose, np.array_equal, np.ndarray, np.random.get_state],
        "pytest": [pytest.approx, pytest.raises, pytest.skip, vars(pytest.TestReport)["from_item_and_call"]],
        "unittest": [value for name, value in vars(unittest.TestCase).items() if name.startswith("assert")],
        "builtins": [value for name, value in vars(builtins).items() if name != "_"],
        "folder": os.getcwd(),
        "path": list(sys.path),
        "environment": {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},
        "threads": threading.active_count(),
    }


def descriptors():
    return len(os.listdir("/proc/self/fd"))


BEFORE, DESCRIPTORS = state(), descriptors()


@number("10")
@weight(1)
def test_the_grader_is_unharmed():
    assert state() == BEFORE
    assert descriptors() <= DESCRIPTORS
    assert type(sys.modules["submitted"]).__name__ == "SubmissionModule"
