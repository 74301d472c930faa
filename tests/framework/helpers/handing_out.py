"""A small assignment with everything that a handout zip is made of, and what its solution and its hidden suite say."""

import zipfile

from files import write_files

FILES = {
    "assignment.toml": """
title = "Rescaling"
reference = "reference"
skeleton = "student"
handout = "handout/handout.md"
[submission]
files = ["rescaling.py", "answers.toml"]
support = ["tools.py"]
[[suites]]
path = "tests/public"
public = true
[[suites]]
path = "tests/hidden"
[[parts]]
number = "1"
title = "Features"
points = 3
[settings]
accuracy = { floor = 0.5, full = 0.75 }
name = "a \\"quoted\\" name"
""",
    "variants.secret": "c0ffee5a1ad0f00dba5eba11\n",
    "handout/handout.md": """# Rescaling

Features of different size make training slow.

| number | task | points |
| --- | --- | --- |
| 1.1 | rescale | 3 |

Take care of columns in which all values are the same.
""",
    "reference/tools.py": '''"""What everybody gets."""


def checked(x):
    """Return x if it has rows and columns."""
    if x.ndim != 2:
        raise ValueError(f"x has {x.ndim} dimensions, not 2")
    return x
''',
    "reference/rescaling.py": '''"""Rescaling of features. Shapes: S samples, M features."""

from tools import checked


def rescale(x, low, high):
    """Return x, (S, M), moved and stretched so that each column goes from low to high."""
    # BEGIN SOLUTION 1.1 take the smallest and the largest of each column
    smallest, largest = x.min(axis=0), x.max(axis=0)
    share = (checked(x) - smallest) / (largest - smallest)  # from 0 to 1
    return low + share * (high - low)
    # END SOLUTION
''',
    "reference/answers.toml": """# BEGIN SOLUTION 1.1 by hand
1.1a = 0.3417    # the mean
1.1b = "c"       # which statement holds
# END SOLUTION
""",
    "tests/public/cases.py": '''"""Features to rescale."""


def features(rng):
    return rng.normal(size=(5, 3))
''',
    "tests/public/test_rescaling.py": '''from cases import features
from gradescope_utils.autograder_utils.decorators import number, weight
from rescaling import rescale


@number("1.1")
@weight(1)
def test_each_column_begins_at_low(rng):
    """rescale: the smallest of each column"""
    assert rescale(features(rng), 2.0, 3.0).min(axis=0).tolist() == [2.0, 2.0, 2.0]
''',
    "tests/hidden/hidden_checks.py": '''"""What hidden tests share."""


def assert_between(values, low, high):
    """Fail unless all lie between low and high."""
    outside = [value for value in values.ravel().tolist() if not low <= value <= high]
    assert not outside, f"{len(outside)} values lie outside"
''',
    "tests/hidden/test_rescaling_hidden.py": '''import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from hidden_checks import assert_between
from rescaling import rescale

COLUMNS = [[3, 7, 1], [4, 11, 5], [9, 8, 2]]


@number("1.1")
@weight(2)
def test_columns_of_different_size():
    """rescale: columns of different size"""
    got = rescale(np.array(COLUMNS), -1, 1)
    assert_between(got, -1, 1)
    first, second = got[0].tolist(), [round(value, 6) for value in got[:, 0].tolist()]
    assert first == [-1, -0.2, -1]
    assert second == [-1.0, -0.666667, 1.0, 0]
''',
}


def write(folder, files=FILES):
    write_files(folder, files).chmod(0o755)


def unpacked(content, folder):
    """Unpack a zip that lies in a file, as a student does."""
    with zipfile.ZipFile(content) as archive:
        archive.extractall(folder)
    return folder
