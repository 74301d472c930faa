"""Errors carried forward: a part that stands on a wrong one gets back what that one has cost it, and no more."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from classes import grade_class
from files import write_files

from autograder.assignment import load
from autograder.errors import AssignmentError
from autograder.grading.acceptance import report_of, start_sandbox
from autograder.grading.outcome import Outcome
from autograder.grading.story import grade

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")

TOML = """
title = "Sums of squares"
reference = "reference"
[submission]
files = ["square.py", "total.py"]
[[suites]]
path = "tests"
[[parts]]
number = "1"
title = "Square"
points = 2
twins = { "square.py" = "twins/square.py" }
[[parts]]
number = "2"
title = "Sum of squares"
points = 7
stands_on = ["1"]
"""
SUITE = """
from gradescope_utils.autograder_utils.decorators import hide_errors, number, weight
from square import square
from total import total

@number("1.1")
@weight(2)
def test_square():
    assert square(3) == 9

@number("2.1")
@weight(4)
def test_total():
    assert total([1, 3]) == 10

@number("2.2")
@weight(2)
@hide_errors("Look at empty lists.")
def test_total_of_nothing():
    assert total([]) == 0

@number("2.3")
@weight(1)
@hide_errors("Look at one number.")
def test_total_of_one():
    assert total([5]) == 25
"""
SQUARE, TOTAL = (
    "def square(x):\n    return x * x\n",
    "from square import square\n\ndef total(xs):\n    return sum(map(square, xs))\n",
)
TWIN = "print('the twin')\n\ndef square(x):\n    return x**2\n"
FILES = {
    "assignment.toml": TOML,
    "tests/test_total.py": SUITE,
    "reference/square.py": SQUARE,
    "reference/total.py": TOTAL,
    "twins/square.py": TWIN,
}
WRONG = "def square(x):\n    return 2 * x\n"


@pytest.fixture
def assignment(tmp_path: Path) -> Path:
    write_files(tmp_path / "assignment", FILES)
    return tmp_path / "assignment"


def graded(assignment: Path, mode: str = "auto", **files: str) -> Outcome:
    submission = assignment.parent / "submission"
    write_files(submission, {f"{name}.py": text for name, text in files.items()})
    return grade(load(assignment), [submission], mode)


def points(outcome: Outcome) -> dict[str, float]:
    return {record.number: record.score for record in outcome.records}


@pytest.mark.parametrize("mode", ["auto", "off"])
def test_a_right_part_on_a_wrong_one_gets_its_points(assignment, mode):
    outcome = graded(assignment, mode, square=WRONG, total=TOTAL)
    assert points(outcome) == {"1.1": 0, "2.1": 4, "2.2": 2, "2.3": 1}
    record = outcome.records[1]
    assert record.status == "passed"
    assert record.reason.startswith("With our square.py in place of yours, this test gets 4 of 4 points; these count.")
    assert "With yours: " in record.reason
    assert "part 2 with our square.py gets 5 points more, which count" in outcome.notes


def test_nothing_of_the_twin_is_shown(assignment):
    outcome = graded(assignment, square=WRONG, total=TOTAL)
    assert not any("the twin" in record.output() for record in outcome.records)
    assert "Look at one number." in outcome.records[3].output() and "25" not in outcome.records[3].output()


def test_the_self_test_of_the_sandbox_tries_to_read_twins_mistakes_and_solutions(assignment, tmp_path):
    write_files(assignment, {"mistakes/one/mistake.toml": "", "solutions/two/solution.toml": ""})
    (tmp_path / "stage").mkdir()
    sandbox = start_sandbox(load(assignment), [tmp_path / "stage"], None)
    try:
        probes = report_of(sandbox)["canary"]["probes"]
    finally:
        sandbox.close()
    for name in ("mistakes", "solutions", "the twin of square.py"):
        assert probes[f"read secret {name}"].startswith("stopped"), probes


def test_a_part_that_is_not_written_gains_nothing(assignment):
    outcome = graded(assignment, square=WRONG, total="def total(xs):\n    raise NotImplementedError\n")
    assert points(outcome) == {"1.1": 0, "2.1": 0, "2.2": 0, "2.3": 0}
    assert not any("our square.py" in record.reason for record in outcome.records)


def test_two_errors_that_cancel_keep_their_points(assignment):
    total = "from square import square\n\ndef total(xs):\n    return sum(square(x) * x / 2 for x in xs)\n"
    assert points(graded(assignment, square=WRONG, total=total)) == {"1.1": 0, "2.1": 4, "2.2": 2, "2.3": 1}


def test_errors_of_the_part_itself_cost_what_they_cost(assignment):
    total = "from square import square\n\ndef total(xs):\n    return square(xs[0]) if len(xs) == 1 else 0\n"
    assert points(graded(assignment, square=WRONG, total=total)) == {"1.1": 0, "2.1": 0, "2.2": 2, "2.3": 1}
    assert points(graded(assignment, square=SQUARE, total=total)) == {"1.1": 2, "2.1": 0, "2.2": 2, "2.3": 1}


def test_a_file_that_is_missing_is_an_error_as_any_other(assignment):
    assert points(graded(assignment, total=TOTAL)) == {"1.1": 0, "2.1": 4, "2.2": 2, "2.3": 1}


def test_a_twin_that_cannot_be_used_is_said_to_staff_and_costs_nobody(assignment):
    (assignment / "twins/square.py").write_text("def square(x:\n")
    outcome = graded(assignment, square=WRONG, total=TOTAL)
    assert points(outcome) == {"1.1": 0, "2.1": 0, "2.2": 2, "2.3": 0}
    assert [record.status for record in outcome.records] == ["failed", "failed", "passed", "failed"]


def test_a_class_gives_the_same_and_stores_it(assignment):
    write_files(assignment.parent / "submissions", {"one/square.py": WRONG, "one/total.py": TOTAL})
    status, _, errors = grade_class(assignment.parent)
    assert status == 0, errors
    assert "one,one,,,7,9,0,7,graded" in (assignment.parent / "out/scores.csv").read_text()
    (assignment / "twins/square.py").write_text("def square(x):\n    return 0\n")
    _, _, errors = grade_class(assignment.parent)
    assert "twins/square.py" in errors
    assert "one,one,,,2,9,0,2,graded" in (assignment.parent / "out/scores.csv").read_text()


def test_a_suite_of_files_imports_its_helpers_anew_in_the_second_run(assignment):
    toml = (assignment / "assignment.toml").read_text().replace('path = "tests"', 'path = "tests/test_total.py"')
    suite = SUITE.replace("from square import square\nfrom total import total", "from helper import square, total")
    helper = "from square import square\nfrom total import total\n"
    write_files(assignment, {"assignment.toml": toml, "tests/test_total.py": suite, "tests/helper.py": helper})
    assert points(graded(assignment, square=WRONG, total=TOTAL)) == {"1.1": 0, "2.1": 4, "2.2": 2, "2.3": 1}


def test_the_zip_has_the_twin(assignment):
    from autograder.gradescope.autograder_zip import assignment_files

    assert "twins/square.py" in dict(assignment_files(load(assignment)))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"twins/square.py"', '"twins/squares.py"', "parts[0].twins: there is no file twins/squares.py for square.py"),
        ('"square.py" = ', '"squares.py" = ', "parts[0].twins names squares.py, which is not a submitted file"),
        ('stands_on = ["1"]', 'stands_on = ["3"]', 'parts[1].stands_on contains "3", but no other part has this number'),
        ('stands_on = ["1"]', 'stands_on = ["2"]', 'parts[1].stands_on contains "2", but no other part has this number'),
        ('twins = { "square.py" = "twins/square.py" }', "", "parts[1] stands on part 1, which has no twins"),
        ('"twins/square.py"', "3", "square.py is 3; name a file"),
    ],
)
def test_what_cannot_be_meant_is_told(assignment, old, new, words):
    path = assignment / "assignment.toml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(AssignmentError) as told:
        load(assignment)
    assert words in str(told.value)


def test_check_finds_a_twin_that_solves_the_part_that_stands_on_it(assignment):
    task = "    # BEGIN SOLUTION {number} one line\n    return {line}\n    # END SOLUTION\n"
    both = "def square(x):\n" + task.format(number="1.1", line="x * x")
    both += "\n\ndef total(xs):\n" + task.format(number="2.1", line="sum(map(square, xs))")
    toml = TOML.replace('"square.py", "total.py"', '"square.py"').replace(
        'reference = "reference"', 'reference = "reference"\nskeleton = "student"'
    )
    suite = SUITE.replace("from total import", "from square import")
    shutil.rmtree(assignment)
    files = {"assignment.toml": toml, "tests/test_total.py": suite, "reference/square.py": both, "twins/square.py": both}
    write_files(assignment, files)
    for command in (["build", "skeleton"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "autograder", *command, "--assignment", assignment],
            capture_output=True,
            text=True,
            check=False,
        )
    assert "✗ by the autograder zip the skeleton gets none" in done.stdout, done.stdout
