"""An assignment of one task and two tests, of 1 and 2 points, whose skeleton is still to be made."""

TOML = """
title = "Doubling"
reference = "reference"
skeleton = "student"
[submission]
files = ["double.py"]
[[suites]]
path = "tests"
[[parts]]
number = "1"
title = "Numbers"
points = 3
"""

SUITE = '''
from gradescope_utils.autograder_utils.decorators import number, weight
from double import double

@number("1.1")
@weight(1)
def test_of_an_integer():
    """double: an integer"""
    assert double(2) == 4

@number("1.2")
@weight(2)
def test_of_a_fraction():
    """double: a fraction"""
    assert double(0.25) == 0.5
'''

REFERENCE = '''
def double(x):
    """Return 2 x."""
    # BEGIN SOLUTION 1.1 one product
    return 2 * x
    # END SOLUTION
'''
