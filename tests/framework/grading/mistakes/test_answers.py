"""A failed test leaves what came in its record; from there it goes through files, results and class reports."""

import copy
import functools
import json
import shutil
import sys
from dataclasses import asdict, replace

import pytest
from files import write_files

from autograder.assignment import load, tomllib
from autograder.commands.proof import named_mistakes
from autograder.course.findings import Excerpt, Group
from autograder.course.jobs import record_of
from autograder.course.model import Row
from autograder.course.report.stub import stub
from autograder.gradescope.autograder_zip import assignment_files
from autograder.grading.mistakes.fingerprint import Answer
from autograder.grading.mistakes.library import FILE, Described, Library, digest_of_mistakes, digest_of_tests
from autograder.grading.mistakes.naming import Namer
from autograder.grading.records import Record
from autograder.grading.sharing import Report
from autograder.grading.story import grade
from autograder.results.gradescope import document

TOML = """
title = "Means"
reference = "reference"
[submission]
files = ["means.py"]
[[suites]]
path = "tests"
public = true
[[parts]]
number = "1"
title = "Means"
points = 5
"""
SUITE = """
import numpy as np
import pytest
from autograder.compare import assert_close
from gradescope_utils.autograder_utils.decorators import number, weight
from means import mean

X = np.random.default_rng(3).normal(size=(7, 3))

@number("1.1")
@weight(1)
def test_of_columns():
    x = X.copy()
    assert_close(mean(x), X.mean(axis=0), "mean(x)")

@number("1.2")
@weight(2)
def test_of_rows_one_by_one():
    for row in X:
        assert_close(mean(row), row.mean(), "mean(row)")

@number("1.3")
@weight(2)
@pytest.mark.inside
def test_inside():
    assert_close(mean(X), X.mean(axis=0), "mean(x)")
"""
RIGHT = "def mean(x):\n    return x.mean(axis=0)\n"
SUMMED = "def mean(x):\n    return x.sum(axis=0)\n"
SUBMISSIONS = {
    "right": RIGHT,
    "summed": SUMMED,
    "summed_by_a_loop": "def mean(x):\n    total = 0.0\n    for row in x:\n        total = total + row\n    return total\n",
    "raises": "def mean(x):\n    raise ValueError(f'no {len(x)}')\n",
    "hostile": "import numpy as np\ndef mean(x):\n    return np.full((1,) * 30 + (50_000,), np.nan)\n",
}
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("means")
    folder.chmod(0o755)
    write_files(folder, {"assignment.toml": TOML, "tests/test_means.py": SUITE, "reference/means.py": RIGHT})
    return write_files(folder, {f"{name}/means.py": text for name, text in SUBMISSIONS.items()})


@pytest.fixture
def assignment(folder):
    shutil.rmtree(folder / "mistakes", ignore_errors=True)
    return load(folder)


@functools.cache
def outcome_of(folder, name):
    return grade(load(folder), [folder / name])


def graded(assignment, name):
    outcome = outcome_of(assignment.folder, name)
    return replace(outcome, records=copy.deepcopy(outcome.records))


def with_library(assignment):
    """Put what the submission `summed` comes to into the assignment as a known mistake."""
    said = Described("The sum, not divided by the length.", "What is the mean of a single number twice?")
    records = graded(assignment, "summed").records
    digests = digest_of_tests(assignment), digest_of_mistakes(assignment)
    Library.of({"summed": said}, {"summed": records}, *digests).write(assignment.folder / FILE)
    return said


def test_a_failed_comparison_leaves_its_answer_and_relations_in_the_record(assignment):
    columns, rows, inside = graded(assignment, "summed").records
    assert [record.status for record in (columns, rows, inside)] == ["failed"] * 3
    answer = Answer.read(columns.answers[0])
    assert (answer.kind, answer.what, answer.shape, answer.is_telling) == ("value", "mean(x)", (3,), True)
    assert [relation.sentence for relation in answer.relations] == [
        "is 7 times what was expected, in all entries; 7 is the size of axis 0 of x"
    ]
    assert [relation.name for relation in Answer.read(rows.answers[0]).relations] == ["factor n"]


def test_a_test_inside_leaves_no_answer(assignment):
    assert graded(assignment, "summed").records[2].answers == []


def test_an_exception_is_an_answer_by_its_message(assignment):
    answer = Answer.read(graded(assignment, "raises").records[0].answers[0])
    assert (answer.kind, answer.what, answer.numbers) == ("said", "your code raised ValueError: no #", (7.0,))


def test_an_array_of_thirty_axes_is_looked_at_like_any_other(assignment):
    outcome = graded(assignment, "hostile")
    assert [record.status for record in outcome.records] == ["failed"] * 3
    assert outcome.records[0].answers[0]["kind"] == "shape"
    assert outcome.notes == graded(assignment, "right").notes


def test_passed_tests_leave_no_answer(assignment):
    assert [record.answers for record in graded(assignment, "right").records] == [[], [], []]


def test_answers_come_back_from_another_grader_and_from_a_store(assignment, tmp_path):
    records = graded(assignment, "summed").records
    Report(records).write(tmp_path / "report.json")
    assert Report.read(tmp_path / "report.json").records == records
    assert [record_of(json.loads(json.dumps(asdict(record)))) for record in records] == records


def test_a_mistake_that_is_written_in_another_way_has_its_name_in_the_result(assignment):
    said = with_library(assignment)
    named = Namer(assignment).name(graded(assignment, "summed_by_a_loop"))
    columns = document(named)["tests"][0]
    assert columns["extra_data"]["named"] == asdict(said) | {"mistake": "summed", "is_sure": True}
    assert columns["output"].endswith(f"\n\nHint: {said.hint}")
    assert said.describe not in columns["output"]


def test_a_right_submission_has_no_name_in_the_result(assignment):
    with_library(assignment)
    found = document(Namer(assignment).name(graded(assignment, "right")))
    assert ["named" in test["extra_data"] for test in found["tests"]] == [False] * 3


def test_the_autograder_zip_has_the_answers_and_no_mistake(assignment):
    with_library(assignment)
    write_files(assignment.folder, {"mistakes/summed/mistake.toml": "describe = ''"})
    names = [name for name, _ in assignment_files(assignment)]
    assert [name for name in names if name.startswith("mistakes")] == [FILE]


def test_the_beginning_of_a_new_mistake_is_toml_with_the_lines_and_points():
    code = "    def forward(self, x):\n        return '''x''' + \"\\n\""
    group = Group('1.1 it says "no"', "1", ("tests/test_a.py::test_b[a/b]",), ("r",), "r", (Excerpt("a.py", 3, code),))
    row = Row("r", (), outcome=None)
    found = tomllib.loads(stub(group, row, anonymous=False))
    assert found["describe"] == '1.1 it says "no"'
    assert found["replace"][0]["file"] == "a.py"
    assert found["replace"][0]["new"] == f"{code}\n"
    assert found["fails"] == {"test_a.py::test_b[a/b]": 0.0}
    assert "forward" not in stub(group, row, anonymous=True)


def test_records_of_before_have_no_answers():
    assert Record("t", "t").answers == []


def test_check_refuses_answers_of_other_mistakes_and_names_pairs_that_no_test_tells_apart(assignment):
    assert [*named_mistakes(assignment)] == []
    with_library(assignment)
    [step] = named_mistakes(assignment)
    assert (step.faults, step.notes) == ([], [])
    library = Library.read(assignment.folder / FILE)
    twins = {**library.mistakes, "twin": Described("Another sum.")}
    replace(library, mistakes=twins, answers=dict.fromkeys(twins, library.answers["summed"])).write(assignment.folder / FILE)
    [step] = named_mistakes(assignment)
    assert step.faults == []
    assert step.notes[0].startswith("no test tells apart summed and twin: they give the same answers in tests/test_means.py::")
    write_files(assignment.folder, {"mistakes/new/mistake.toml": "describe = 'new'"})
    [step] = named_mistakes(assignment)
    [fault] = step.faults
    assert fault.endswith("another reference or other mistakes; make it again with: autograder audit")
