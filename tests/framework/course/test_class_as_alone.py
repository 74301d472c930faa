"""`autograder class`: what suites do while they are collected has the same results in forks as in programs of their own."""

import sys
from pathlib import Path

import numpy as np
import pytest
from classes import documents, grade_alone, grade_class
from doubling import TOML
from files import write_files

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a class is graded on Linux")

FROM_DOUBLE = "import numpy as np\nimport pytest\nfrom double import double\n"
SUITES = {
    "seeds": """
import random
random.seed(7)
np.random.seed(7)

def test_of_numbers_drawn():
    drawn = [random.random(), np.random.rand()]
    assert drawn == [0.32383276483316237, 0.07630828937395717]
    assert [double(number) for number in drawn] == [0.6476655296663247, 0.15261657874791435]
""",
    "open_files": """
import csv
from pathlib import Path
HERE = Path(__file__).parent
ROWS = csv.reader(open(HERE / "rows.csv"))
ARRAYS = np.load(HERE / "arrays.npz")

@pytest.mark.parametrize("number", range(4))
def test_of_what_is_read(number):
    assert next(ROWS)[0] == str(number)
    np.testing.assert_array_equal(double(ARRAYS[f"array_{number}"]), 2 * np.arange(1000 * number))
""",
    "folder": """
import os
from pathlib import Path
os.chdir(Path(__file__).parent)

def test_in_another_folder():
    assert double(len(Path("rows.csv").read_text())) == 11780
""",
    "state": """
import functools
import os
CALLS = []

@functools.cache
def three():
    return double(3)

def test_first():
    CALLS.append(three())
    os.environ["MINE"] = "1"
    assert CALLS == [6]

def test_second():
    assert CALLS == [6] and os.environ["MINE"] == "1"
""",
}
SUBMISSIONS = {
    "right": "def double(x):\n    return 2 * x\n",
    "right_too": "from operator import mul\nfrom functools import partial\ndouble = partial(mul, 2)\n",
    "wrong": "def double(x):\n    return x\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    toml = TOML.partition("[[parts]]")[0]
    suites = {f"tests/test_{name}.py": FROM_DOUBLE + text for name, text in SUITES.items()}
    rows = "".join(f"{number},x\n" for number in range(1000))
    files = {"assignment.toml": toml, "reference/double.py": SUBMISSIONS["right"], "tests/rows.csv": rows, **suites}
    write_files(tmp_path / "assignment", files)
    np.savez(tmp_path / "assignment/tests/arrays.npz", **{f"array_{number}": np.arange(1000 * number) for number in range(4)})
    write_files(tmp_path / "submissions", {f"{name}/double.py": text for name, text in SUBMISSIONS.items()})
    return tmp_path


def told(document: dict) -> list[tuple]:
    """What students read; what staff read has addresses in memory."""
    return [(test["name"], test["status"], test.get("output")) for test in document["tests"]]


def test_what_suites_hold_since_they_were_collected_is_as_in_a_program_of_their_own(folder):
    status, _, errors = grade_class(folder)
    assert status == 0 and "takes longer" not in errors, errors
    found = documents(folder / "out")
    for name in SUBMISSIONS:
        assert told(found[name]) == told(grade_alone(folder, name)), name
    assert all(status == "passed" for name in ("right", "right_too") for _, status, _ in told(found[name]))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import os\nENDS = os.pipe()", "the suite has opened a pipe or socket"),
        ("import socket\nENDS = socket.socketpair()", "the suite has opened a pipe or socket"),
        ("import subprocess\nSLEEPER = subprocess.Popen(['/bin/sleep', '30'])", "the suite looks at the submission"),
    ],
)
def test_what_forks_cannot_share_has_programs_grade(folder, line, found):
    suite = folder / "assignment/tests/test_state.py"
    suite.write_text(f"{line}\n{suite.read_text()}")
    _, _, errors = grade_class(folder)
    assert f"each submission needs its own program, which is slower: {found}" in errors
