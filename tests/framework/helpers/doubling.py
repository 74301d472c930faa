"""A small assignment: double numbers. Two tests, of 4 and 6 points.

FILES are complete: reference and suite, no skeleton. WITH_SKELETON is the same with tasks in its reference, from which the
skeleton is still to be made.
"""

TOML = """
title = "Doubling"
reference = "reference"
[submission]
files = ["double.py"]
[[suites]]
path = "tests"
[[parts]]
number = "1"
title = "Numbers"
points = 10
"""
SUITE = '''
import time

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight
from double import double

@number("1.1")
@weight(4)
def test_of_integers():
    """double: integers"""
    np.testing.assert_array_equal(double(np.arange(3)), [0, 2, 4])

@number("1.2")
@weight(6)
@visibility("visible")
def test_of_fractions():
    """double: fractions"""
    time.sleep(0)
    np.testing.assert_allclose(double(np.array([0.25])), [0.5])
'''
RIGHT = "def double(x):\n    return 2 * x\n"
WRONG = "def double(x):\n    return (2 * x).astype(int)\n"  # 4 points
WITH_TASKS = '''
def double(x):
    """Return 2 x."""
    # BEGIN SOLUTION 1.1 one product
    return 2 * x
    # END SOLUTION
'''
FILES = {"assignment.toml": TOML, "tests/test_double.py": SUITE, "reference/double.py": RIGHT}
WITH_SKELETON = FILES | {
    "assignment.toml": TOML.replace('reference = "reference"\n', 'reference = "reference"\nskeleton = "student"\n'),
    "reference/double.py": WITH_TASKS,
}


def suite_with(pause_seconds: float = 0, visibility: str = "visible") -> str:
    """Return the suite with a pause in its second test, and another visibility of that test."""
    return SUITE.replace("time.sleep(0)", f"time.sleep({pause_seconds})").replace('"visible"', f'"{visibility}"')
