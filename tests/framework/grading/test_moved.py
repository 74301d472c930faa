"""A classic gradescope-utils autograder, moved over as docs/moving-from-gradescope-utils.md says: its suite is unchanged."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from files import write_files
from programs import run_python
from toys import Graded

from autograder.assignment import load
from autograder.grading.story import grade

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")

MOVED = Path(__file__).with_name("moved")
FILE = "regression.py"
SOLUTION = (MOVED / "solution" / FILE).read_text(encoding="utf-8")
KEYS = ("name", "score", "max_score", "status", "visibility", "tags", "number")
POINTS = 13


@pytest.fixture
def autograder(tmp_path):
    """A copy of the folder, with what both graders need."""
    return Path(shutil.copytree(MOVED, tmp_path / "autograder", ignore=shutil.ignore_patterns("__pycache__", "conftest.py")))


def classic(autograder, submission):
    """Run the classic autograder as its run_autograder does; return its exit status and what it prints."""
    (autograder / FILE).write_text(submission, encoding="utf-8")
    done = run_python("-B", "run_tests.py", cwd=autograder)
    return done.status, done.out


def ours(autograder, submission):
    folder = write_files(autograder.parent / "submission", {FILE: submission})
    return Graded(grade(load(autograder), [folder]))


def both(autograder, submission):
    status, printed = classic(autograder, submission)
    assert status == 0
    return json.loads(printed), ours(autograder, submission).document()


def essentials(document):
    """What is compared; unittest runs tests in the order of their names, pytest in that of the file."""
    tests = sorted(document["tests"], key=lambda item: item["number"])
    return {
        "tests": [{key: item[key] for key in KEYS if key in item} for item in tests],
        "leaderboard": document["leaderboard"],
        "score": document["score"],
    }


@pytest.mark.parametrize(("name", "score"), [("solution", POINTS), ("submissions/averaged", 9), ("submissions/unfinished", 1)])
def test_scores_statuses_and_leaderboard_are_those_of_the_classic_runner(autograder, name, score):
    expected, found = both(autograder, (MOVED / name / FILE).read_text(encoding="utf-8"))
    assert essentials(found) == essentials(expected)
    assert found["score"] == score and len(found["tests"]) == 7
    assert not found["extra_data"]["notes"]


@pytest.mark.slow
def test_the_words_of_hide_errors_replace_the_reason_in_both(autograder):
    submission = (MOVED / "submissions/unfinished" / FILE).read_text(encoding="utf-8")
    for document in both(autograder, submission):
        (item,) = (item for item in document["tests"] if item.get("number") == "1.2")
        assert item["output"].strip() == "Try it with a single sample"


def test_what_students_print_is_shown_in_both(autograder):
    submission = (MOVED / "submissions/averaged" / FILE).read_text(encoding="utf-8")
    for document in both(autograder, submission):
        (item,) = (item for item in document["tests"] if item.get("number") == "3.1")
        assert "step 0 error" in item["output"]


# What differs, and why one moves.


@pytest.mark.slow
def test_a_submission_that_rewrites_the_assertions_gets_full_marks_there_and_its_own_points_here(autograder):
    submission = (MOVED / "submissions/unfinished" / FILE).read_text(encoding="utf-8") + REWRITES
    there, here = both(autograder, submission)
    assert there["score"] == POINTS
    assert here["score"] == 1


REWRITES = """
import unittest
unittest.TestCase.run = lambda self, result: (result.startTest(self), result.addSuccess(self), result.stopTest(self))
"""


@pytest.mark.slow
def test_a_submission_that_ends_the_program_leaves_no_result_there_and_all_tests_here(autograder):
    submission = "import os\nos._exit(0)\n"
    assert classic(autograder, submission) == (0, "")
    document = ours(autograder, submission).document()
    assert [item.get("score") for item in document["tests"]] == [0.0] * 7
    assert sum(item["max_score"] for item in document["tests"]) == POINTS


def test_a_name_that_is_missing_takes_all_points_there_and_those_that_need_it_here(autograder):
    submission = SOLUTION.replace("class Regressor", "class regressor")
    there, here = both(autograder, submission)
    assert len(there["tests"]) == 1 and there["score"] == 0
    assert here["score"] == POINTS - 5
    assert {item["number"] for item in here["tests"] if item["status"] == "failed"} == {"3.1", "3.2"}


SURROUNDINGS = """
import contextlib
import inspect
import io
import runpy
import unittest
from unittest import mock

import regression
from gradescope_utils.autograder_utils.decorators import weight

from autograder.standins import in_sandbox

@in_sandbox
def printed():
    with contextlib.redirect_stdout(io.StringIO()) as text:
        regression.report()
    return text.getvalue()

@in_sandbox
def patched():
    with mock.patch("regression.helper", return_value=3):
        return regression.twice()

@in_sandbox
def started():
    with contextlib.redirect_stdout(io.StringIO()) as text:
        runpy.run_module("regression", run_name="__main__")
    return text.getvalue()

class TestSurroundings(unittest.TestCase):
    @weight(1)
    def test_1_redirected_in_the_suite(self):
        with contextlib.redirect_stdout(io.StringIO()) as text:
            regression.report()
        self.assertEqual(text.getvalue(), "7\\n")

    @weight(1)
    def test_2_redirected_in_a_helper(self):
        self.assertEqual(printed(), "7\\n")

    @weight(1)
    def test_3_patched_in_the_suite(self):
        with mock.patch("regression.helper", return_value=3):
            self.assertEqual(regression.twice(), 6)

    @weight(1)
    def test_4_patched_in_a_helper(self):
        self.assertEqual(patched(), 6)

    @weight(1)
    def test_5_source(self):
        self.assertIn("def helper", inspect.getsource(regression))

    @weight(1)
    def test_6_started_by_a_helper(self):
        self.assertEqual(started(), "7\\n")

@weight(1)
def test_7_source_by_the_fixture(handed_in):
    assert "def helper" in handed_in("regression.py").decode()
"""
REPORTS = """
def helper():
    return 7

def twice():
    return 2 * helper()

def report():
    print(helper())

if __name__ == "__main__":
    report()
"""


@pytest.mark.slow
def test_what_a_suite_does_to_the_process_around_the_submission_works_here_with_a_helper_and_without(autograder):
    (autograder / "tests/test_regression.py").write_text(SURROUNDINGS, encoding="utf-8")
    there, here = both(autograder, REPORTS)
    assert [item["status"] for item in there["tests"]] == ["passed"] * 6
    assert [item["status"] for item in here["tests"]] == ["passed"] * 7
