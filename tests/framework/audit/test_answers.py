"""What mutants answer is kept, and explains to staff what no known mistake explains."""

import json
import sys
from pathlib import Path

import pytest
from files import write_files
from programs import run_autograder

from autograder.assignment import load
from autograder.gradescope.autograder_zip import assignment_files
from autograder.grading.mistakes.library import MUTANTS, Library

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="an audit grades as a class is graded, on Linux")

TOML = """
title = "Averages"
reference = "reference"
[submission]
files = ["averages.py", "sums.py"]
[[suites]]
path = "tests"
public = true
[[parts]]
number = "1"
title = "Averages"
points = 4
[[parts]]
number = "2"
title = "Sums"
points = 1
"""
REFERENCE = """
def average(x):
    # BEGIN SOLUTION 1.1 an average
    return x.sum(axis=0) / len(x)
    # END SOLUTION
"""
OTHER = """
def total(x):
    # BEGIN SOLUTION 2.1 a sum
    return x.sum(axis=0)
    # END SOLUTION
"""
SUITE = """
import numpy as np
from averages import average
from gradescope_utils.autograder_utils.decorators import number, weight
from autograder.compare import assert_close

X = np.array([[0.37, 1.91], [2.23, -0.41], [1.27, 0.83]])

@number("1.1")
@weight(3)
def test_average():
    assert_close(average(X), [1.29, 0.7766666666666666], "average(X)")

@number("1.1")
@weight(1)
def test_average_of_one_row():
    assert_close(average(X[:1]), X[0], "average(x)")
"""
SUMS = """
import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from sums import total
from autograder.compare import assert_close

@number("2.1")
@weight(1)
def test_total():
    assert_close(total(np.array([[0.37, 1.91], [2.23, -0.41]])), [2.6, 1.5], "total(x)")
"""
LOOPS = 'describe = "Rows are added one by one."'
ROW_BY_ROW = """
def average(x):
    total = 0
    for row in x:
        total = total + row
    return total / len(x)
"""
CHANGE = "`return x.sum(axis=0) * len(x)` in place of `return x.sum(axis=0) / len(x)`"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("averages")
    files = {"assignment.toml": TOML, "reference/averages.py": REFERENCE, "reference/sums.py": OTHER}
    files |= {"solutions/loops/solution.toml": LOOPS, "solutions/loops/averages.py": ROW_BY_ROW}
    write_files(folder, {**files, "tests/test_averages.py": SUITE, "tests/test_sums.py": SUMS})
    status, _, errors = run_autograder("audit", "--files", "averages.py", "--answers", cwd=folder)
    assert f"written to {MUTANTS}: what each mutant answers" in errors
    assert status in (0, 1)
    return folder


def graded(folder: Path, submission: Path, *options: str) -> str:
    return run_autograder("grade", submission, "--assignment", folder, *options, cwd=folder)[1]


@pytest.fixture(scope="module")
def multiplied(folder, tmp_path_factory) -> Path:
    submission = tmp_path_factory.mktemp("multiplied")
    written = "def average(rows):\n    total = rows.sum(axis=0)\n    return total * rows.shape[0]\n"
    return write_files(submission, {"averages.py": written, "sums.py": OTHER})


def test_mutants_can_be_made_of_another_solution(folder):
    _, printed, errors = run_autograder("audit", "--solution", "loops", "--json", cwd=folder)
    found = json.loads(printed)["mutants"]
    mutants = {mutant["after"]: mutant["state"] for mutant in found}
    assert mutants["total = total - row"] == mutants["return total * len(x)"] == "own"
    assert f"{len(found)} mutants of averages.py" in errors


def test_an_unknown_solution_is_told_with_those_that_there_are(folder):
    status, _, errors = run_autograder("audit", "--solution", "lops", cwd=folder)
    assert status == 2
    assert "--solution lops: there is no such solution; there are: loops" in errors


def test_staff_read_which_change_of_the_reference_answers_so(folder, multiplied):
    said = " ".join(graded(folder, multiplied).split())
    assert f"The same answers as the reference with {CHANGE}" in said
    assert "(averages.py, average)" in said


def test_students_read_nothing_of_it(folder, multiplied):
    assert "place of" not in graded(folder, multiplied, "--as-student")


def test_the_result_has_it_for_staff(folder, multiplied, tmp_path):
    graded(folder, multiplied, "--out", str(tmp_path / "results.json"))
    tests = json.loads((tmp_path / "results.json").read_text())["tests"]
    changes = [test["extra_data"].get("named", {}).get("change", "") for test in tests]
    assert [CHANGE in change for change in changes] == [True, False, False]
    assert not any("place of" in test.get("output", "") for test in tests)


def test_an_audit_of_other_files_keeps_what_is_known_of_these(folder, tmp_path):
    before = Library.read(folder / MUTANTS)
    run_autograder("audit", "--files", "sums.py", "--answers", cwd=folder)
    after = Library.read(folder / MUTANTS)
    assert before.answers.items() < after.answers.items()
    assert {name.partition(":")[0] for name in after.answers} == {"averages.py", "sums.py"}


def test_the_autograder_zip_does_not_contain_it(folder):
    names = [name for name, _ in assignment_files(load(folder))]
    assert "tests/test_averages.py" in names and MUTANTS not in names


def test_changes_that_answer_alike_are_told_as_one(folder):
    said = [each.describe for each in Library.read(folder / MUTANTS).mistakes.values()]
    assert any("other change" in words for words in said)


def test_other_tests_than_those_of_the_audit_explain_nothing(folder, multiplied):
    suite = folder / "tests/test_averages.py"
    suite.write_text(SUITE + "\n")
    try:
        said = " ".join(graded(folder, multiplied).split())
    finally:
        suite.write_text(SUITE)
    assert "The same answers as the reference" not in said
    assert f"{MUTANTS} was made with other tests; make it again with: autograder audit --answers" in said
