"""A small assignment: double a number. Two tests, of 4 and 6 points."""

from pathlib import Path

from platforms import RIGHT, TOML

SUITE = '''
import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from double import double

@number("1.1")
@weight(4)
def test_of_integers():
    """double: integers"""
    np.testing.assert_array_equal(double(np.arange(3)), [0, 2, 4])

@number("1.2")
@weight(6)
def test_of_fractions():
    """double: fractions"""
    np.testing.assert_allclose(double(np.array([0.25])), [0.5])
'''
WRONG = "def double(x):\n    return (2 * x).astype(int)\n"
FILES = {"assignment.toml": TOML, "tests/test_double.py": SUITE, "reference/double.py": RIGHT}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
