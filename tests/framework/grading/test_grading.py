"""What `grade` promises beyond single tests: whose arrays change, and that runs do not touch each other."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from toys import write_toy

from autograder.assignment import load
from autograder.errors import AssignmentError
from autograder.grading.story import grade

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")

SHIFTS_ITS_INPUT = """
def double(x):
    x[...] = 0
    return x.copy()
"""

SUITE = """
import numpy as np
from modules import double

def test_the_expected_value_is_worked_out_afterwards():
    x = np.ones(3)
    y = double(x)
    np.testing.assert_array_equal(y, 2 * x)

def test_an_input_is_left_alone():
    x = np.ones(3)
    double(x)
    np.testing.assert_array_equal(x, np.ones(3))
"""


@pytest.mark.parametrize("copies", [False, True])
def test_with_copied_arguments_a_submission_cannot_shift_what_the_suite_expects(tmp_path: Path, copies: bool) -> None:
    write_toy(tmp_path, SUITE, SHIFTS_ITS_INPUT)
    assignment = load(tmp_path)
    assignment = replace(assignment, sandbox=replace(assignment.sandbox, copy_arguments=copies))
    verdicts = [record.status for record in grade(assignment, [tmp_path / "sub"]).records]
    # Without copies it is as in one process: the first test is fooled, and the second sees what has happened.
    assert verdicts == (["failed", "passed"] if copies else ["passed", "failed"])


def test_two_gradings_in_one_process_do_not_mix_their_suites(tmp_path: Path) -> None:
    for name, answer in (("one", 1), ("two", 2)):
        suite = {"helper.py": f"ANSWER = {answer}", "test_toy.py": "from helper import ANSWER\nfrom modules import f\n"
                 "def test_f():\n    assert f() == ANSWER\n"}  # fmt: skip
        write_toy(tmp_path / name, suite, f"def f():\n    return {answer}\n")
        (record,) = grade(load(tmp_path / name), [tmp_path / name / "sub"]).records
        assert record.status == "passed", record.reason


def test_options_for_pytest_in_the_environment_do_not_reach_the_grading(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-x -k nothing")
    write_toy(tmp_path, SUITE, "def double(x):\n    return 2 * x\n")
    assert [record.status for record in grade(load(tmp_path), [tmp_path / "sub"]).records] == ["passed", "passed"]


def test_suites_without_tests_are_the_assignments_mistake(tmp_path: Path) -> None:
    write_toy(tmp_path, "from modules import double\n", "")
    with pytest.raises(AssignmentError, match="pytest found no tests in tests"):
        grade(load(tmp_path), [tmp_path / "sub"])


def test_files_for_a_submission_lie_where_it_looks_for_them(tmp_path: Path) -> None:
    suite = """
    from modules import text

    def test_in_a_folder_of_its_working_directory(sandbox_dir):
        sandbox_dir({"a.txt": b"first"}, "data")
        path = sandbox_dir({"a.txt": b"second", "b.txt": b""}, "data")
        assert text("data/a.txt") == "second" and text("data/b.txt") == "" and text(path + "/a.txt") == "second"

    def test_in_a_new_folder_each_time(sandbox_dir):
        first, second = sandbox_dir({"a.txt": b"first"}), sandbox_dir({"a.txt": b"second"})
        assert text(first + "/a.txt") == "first" and text(second + "/a.txt") == "second"
    """
    write_toy(tmp_path, suite, "def text(path):\n    return open(path).read()\n")
    assert [record.reason for record in grade(load(tmp_path), [tmp_path / "sub"]).records] == ["", ""]
