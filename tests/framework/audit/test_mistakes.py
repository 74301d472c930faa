"""Mistakes and other solutions are graded together, and each is held against what its file says."""

import json
import sys
from pathlib import Path

import pytest
from doubling import FILES, TOML
from files import write_files
from places import HELPERS
from programs import run_python

from autograder.assignment import load
from autograder.audit.mistakes import check_patterns, chosen, faults_of, graded, judged
from autograder.authoring.mistakes import Corpus
from autograder.course.jobs import Answer, Job, Taken, refusal
from autograder.errors import AssignmentError, UsageError
from autograder.grading.records import Record
from autograder.sandbox.programs import PACKAGE_ROOT, clean_environment

INTEGERS, FRACTIONS = "test_double.py::test_of_integers", "test_double.py::test_of_fractions"
TRIPLE = "test_triple.py::test_three"
SUITE_OF_TRIPLE = """
from gradescope_utils.autograder_utils.decorators import number, weight
from triple import quadruple, triple

@number("2.1")
@weight(3)
def test_three():
    assert triple(1) == 3

@number("2.2")
@weight(1)
def test_four():
    assert quadruple(1) == 4
"""
TWO_FILES = FILES | {
    "assignment.toml": TOML.replace('["double.py"]', '["double.py", "triple.py"]') + "[limits]\ntest_seconds = 1\n",
    "tests/test_triple.py": SUITE_OF_TRIPLE,
    "reference/triple.py": "def triple(x):\n    return 3 * x\n\n\ndef quadruple(x):\n    return 4 * x\n",
}


def changed(new, fails="", says="", old="2 * x", file="double.py"):
    change = f"[[replace]]\nfile = '{file}'\nold = '''{old}'''\nnew = '''{new}'''\n"
    tables = f"[fails]\n{fails}\n[says]\n{says}\n" if fails or says else ""
    return f"describe = 'It is {new}.'\n{change}{tables}"


MISTAKES = {
    "whole_numbers": changed("(2 * x).astype(int)", f"'{FRACTIONS}' = 0.0", f"'{FRACTIONS}' = 'DESIRED: array([0.5])'"),
    "endless": changed("max(iter(int, 1))", "'test_double.py' = 0", f"'{INTEGERS}' = 'stopped after using 1 s'"),
    "in_triple": changed("5 * x", f"'{TRIPLE}' = 0", old="3 * x", file="triple.py"),
    "not_handed_in": "describe = 'triple.py is missing.'\ndelete = ['triple.py']\n[fails]\n'test_triple.py' = 0\n",
    "unseen": changed("x + x", f"'{INTEGERS}' = 0"),
    "one_test_more": changed("x + 2", f"'{INTEGERS}' = 0"),
    "one_test_less": changed("(2 * x).astype(int)", "'test_double.py' = 0"),
    "other_points": changed("(2 * x).astype(int)", f"'{FRACTIONS}' = [1, 3]"),
    "other_words": changed("x + 2", "'test_double.py' = 0", f"'{INTEGERS}' = 'has shape'"),
    "without_fails": changed("x + 2"),
    "misspelt": changed("x + 2", "'test_double.py::test_of_integer' = 0"),
    "stale": changed("x + 2", "'test_double.py' = 0", old="3 * x"),
    "elsewhere": changed("x + 2", f"'test_double.py' = 0\n'{TRIPLE}' = 0"),
}
SOLUTIONS = {"sum": changed("x + x"), "loses": changed("(2 * x).astype(int)")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    files = TWO_FILES | {f"mistakes/{name}/mistake.toml": text for name, text in MISTAKES.items()}
    files |= {f"solutions/{name}/solution.toml": text for name, text in SOLUTIONS.items()}
    folder = write_files(tmp_path_factory.mktemp("mistakes"), files)
    folder.chmod(0o755)
    return folder


def grade_mistakes(folder: Path, out: Path, *names: str) -> dict:
    program = ["-B", HELPERS / "grade_mistakes.py", folder, out, ",".join(names), "numpy"]
    done = run_python(*program, env={**clean_environment(), "PYTHONPATH": str(PACKAGE_ROOT)}, timeout=300)
    assert done.status == 0, done.err
    return json.loads(out.read_text())


@pytest.fixture(scope="module")
def told(folder, tmp_path_factory):
    if sys.platform != "linux":
        pytest.skip("many submissions are graded together on Linux")
    return grade_mistakes(folder, tmp_path_factory.mktemp("out") / "told.json")


def test_mistakes_come_first_and_all_are_told_as_soon_as_they_are_done(told):
    assert list(told["told"]) == [*sorted(MISTAKES), *sorted(SOLUTIONS)]
    assert sorted(told["done"]) == sorted(told["told"])


@pytest.mark.parametrize("name", ["whole_numbers", "endless", "in_triple", "not_handed_in", "sum"])
def test_what_does_as_its_file_says_has_no_fault(told, name):
    assert told["told"][name]["faults"] == []


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        ("unseen", ["no test sees it: every test gives all its points; add a test that fails, or remove the mistake"]),
        ("one_test_more", [f"tests/{FRACTIONS} gives 0 of 6 points, and is not in [fails]: "]),
        ("one_test_less", [f"tests/{INTEGERS} gives 4 of 4 points, and [fails] says 0"]),
        ("other_points", [f"tests/{FRACTIONS} gives 0 of 6 points, and [fails] says 1 to 3: "]),
        ("other_words", [f"tests/{INTEGERS} does not say 'has shape', which [says] asks for: "]),
        ("without_fails", ["[fails] is empty or missing; if these tests are to lose points, write into mistake.toml:\n"]),
        ("stale", ["DIR/mistakes/stale/mistake.toml: replace[0].old occurs 0 times in double.py, not once; "]),
        (
            "misspelt",
            ["DIR/mistakes/misspelt/mistake.toml: fails names test_double.py::test_of_integer, but there is no such test"],
        ),
        ("elsewhere", [f"tests/{TRIPLE} gives 3 of 3 points, and [fails] says 0"]),
        ("loses", [f"tests/{FRACTIONS} gives 0 of 6 points to a right solution: "]),
    ],
)
def test_what_does_something_else_has_a_fault_that_names_it(told, folder, name, faults):
    found = [fault.replace(str(folder), "DIR") for fault in told["told"][name]["faults"]]
    assert len(found) == len(faults)
    for fault, start in zip(found, faults, strict=True):
        assert fault.startswith(start), fault


def test_a_mistake_without_fails_is_told_what_to_write(told):
    (fault,) = told["told"]["without_fails"]["faults"]
    assert fault.splitlines()[1:] == [f'"tests/{INTEGERS}" = 0.0', f'"tests/{FRACTIONS}" = 0.0']


def test_the_tests_that_execute_a_changed_function_are_run_and_those_that_must_fail(told):
    found = {name: {test.removeprefix("tests/") for test in one["tests"]} for name, one in told["told"].items()}
    assert found["whole_numbers"] == found["sum"] == {INTEGERS, FRACTIONS}
    assert found["in_triple"] == {TRIPLE}
    assert found["not_handed_in"] == {TRIPLE, "test_triple.py::test_four"}
    assert found["elsewhere"] == {INTEGERS, FRACTIONS, TRIPLE}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="many submissions are graded together on Linux")
def test_those_that_are_named_are_graded_alone(folder, tmp_path):
    found = grade_mistakes(folder, tmp_path / "told.json", "sum", "in_triple")
    assert list(found["told"]) == ["in_triple", "sum"]
    assert len(found["told"]["in_triple"]["tests"]) == 2  # by file: the suites are not run on the reference for a few


def test_a_name_that_is_none_is_refused(folder):
    with pytest.raises(UsageError, match=r"^summ: there is no such folder in .*/mistakes or .*/solutions; did you mean sum\?$"):
        chosen(Corpus(load(folder)), ["sum", "summ"])


def test_an_assignment_without_mistakes_has_nothing_to_grade(tmp_path):
    assert graded(load(write_files(tmp_path, FILES)), [], 1) == []


def test_a_pattern_that_means_no_test_file_is_refused(folder, tmp_path):
    write_files(tmp_path, TWO_FILES | {"mistakes/corpus.toml": "[only_for]\n'test_1*.py' = ['double.py']\n"})
    corpus = Corpus(load(tmp_path))
    check_patterns(corpus, ["tests/test_10.py"])
    with pytest.raises(AssignmentError, match=r"only_for has 'test_1.*', but no test file has such a name"):
        check_patterns(corpus, ["tests/test_double.py"])


# What cannot be graded.


@pytest.fixture
def mistake(folder):
    return Corpus(load(folder)).mistakes["whole_numbers"]


TESTS = [Record("tests/test_double.py::test_of_fractions", "fractions", max_score=6.0)]
IDS = [test.nodeid for test in TESTS]


def answer(document, fault=""):
    return Answer(Job(0, ()), document, fault)


def test_a_grader_that_ends_early_is_a_fault_of_the_mistake(mistake):
    found = judged(mistake, answer(None, "the grader ended early (status -9)"), TESTS, IDS)
    assert (found.records, found.faults) == ([], ["it could not be graded: the grader ended early (status -9)"])


def test_a_submission_that_cannot_be_opened_is_a_fault_of_the_mistake(mistake):
    found = judged(mistake, answer(refusal(Taken.nothing("double.py is a link"))), TESTS, IDS)
    assert found.faults == ["it is refused before a test runs: double.py is a link"]


def test_a_result_that_lacks_a_test_is_a_fault_of_the_mistake(mistake):
    document = {"taken": {"refused": ""}, "records": []}
    assert judged(mistake, answer(document), TESTS, IDS).faults == [
        "its result has 0 tests, and 1 were to run; run `autograder check`"
    ]


def test_a_test_that_breaks_is_a_fault_whatever_its_points(mistake):
    broken = Record("tests/test_double.py::test_more", "more", max_score=6.0, score=0.0, status="broken", staff="oh")
    tests = [*TESTS, broken]
    assert faults_of(mistake, [broken], tests) == [f"{broken.nodeid} could not be run as it should: oh"]
