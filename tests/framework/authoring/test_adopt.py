"""`autograder new --from --solution`: the assignment is made, and the solution is tried in one process and in the sandbox."""

import sys

import pytest
from files import write_files
from programs import run_autograder

from autograder.assignment import load, tomllib
from autograder.authoring.adopt.adoption import adopt
from autograder.authoring.adopt.comparison import Comparison, compared, inside_keys
from autograder.authoring.adopt.trial import Tried, Verdict
from autograder.authoring.check.sources import source_faults
from autograder.errors import AutograderError

SUITE = """
import os
import unittest
import pytest
import work
from cases import PAIRS
from gradescope_utils.autograder_utils.decorators import number, partial_credit, weight

class TestDouble(unittest.TestCase):
    @weight(2)
    @number("1.1")
    def test_double(self):
        for x, y in PAIRS:
            self.assertEqual(work.double(x), y)

    @partial_credit(3)
    @number("1.2")
    def test_same_process(self, set_score=None):
        set_score(3 if work.process() == os.getpid() else 1)

    @weight(1)
    @number("2.1")
    def test_that_is_wrong(self):
        self.assertEqual(work.double(2), 5)

@weight(1)
@number("2.2")
@pytest.mark.parametrize("x", [1, 2])
def test_cases(x):
    assert work.process() == os.getpid() or x == 1

@weight(1)
@number("10.1")
@pytest.mark.skip(reason="next year")
def test_skipped():
    work.double(1)
"""
APART = """
import os
import work
def test_apart():
    assert work.process() == os.getpid()
"""
SOLUTION = "import os\n\ndef double(x):\n    return 2 * x\n\ndef process():\n    return os.getpid()\n"
OLD = {
    "run_tests.py": "",
    "run_autograder": "cp /autograder/submission/work.py /autograder/source/work.py\n",
    "tests/test_it.py": SUITE,
    "tests/cases.py": "PAIRS = [(1, 2), (3, 6)]\n",
    "more_tests/test_apart.py": APART,
}


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def adopted(tmp_path_factory):
    """The folder with the old autograder, the solution and the new assignment, and what was printed."""
    folder = tmp_path_factory.mktemp("adopted")
    write_files(folder / "old", OLD)
    write_files(folder / "theirs", {"work.py": SOLUTION, "notes.txt": ""})
    before = content(folder)
    lines = list(adopt(folder / "week-1", folder / "old", folder / "theirs"))
    after = content(folder)
    assert {name: data for name, data in after.items() if not name.startswith("week-1/")} == before
    return folder, lines


linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")


@linux
def test_suites_are_copied_byte_for_byte_and_the_solution_becomes_the_reference(adopted):
    folder, _ = adopted
    made, old = content(folder / "week-1"), content(folder / "old")
    assert sorted(made) == [
        *("assignment.toml", "more_tests/test_apart.py", "reference/work.py", "tests/cases.py", "tests/test_it.py")
    ]
    assert all(made[name] == old[name] for name in made if "tests/" in name)
    assert made["reference/work.py"] == SOLUTION.encode()


@linux
def test_the_file_is_one_that_a_person_could_have_written(adopted):
    folder, _ = adopted
    document = tomllib.loads((folder / "week-1/assignment.toml").read_text(encoding="utf-8"))
    assert document["title"] == "Week 1" and document["submission"] == {"files": ["work.py"]}
    assert [suite["path"] for suite in document["suites"]] == ["more_tests", "tests"]
    assert document["sandbox"] == {"preload": []}
    assert [(part["number"], part["points"]) for part in document["parts"]] == [("1", 5), ("2", 2), ("10", 1)]
    assert source_faults(load(folder / "week-1")) == []


@linux
def test_tests_whose_verdicts_differ_are_named_with_the_reason_and_counted(adopted):
    _, lines = adopted
    start = next(index for index, line in enumerate(lines) if "since the verdicts differ" in line)
    told = lines[start + 1 :]
    assert told[1] == "  tests/test_it.py::TestDouble::test_same_process: 1 points in the sandbox, 3 in one process"
    assert told[0].startswith("  more_tests/test_apart.py::test_apart: this is not true: ")
    assert told[2].startswith("  tests/test_it.py::test_cases[2]: this is not true: ")
    assert told[-4:] == [
        "tests                   7",
        "same verdict            3",
        "inside                  3",
        "failing in both         1",
    ]
    assert "  tests/test_it.py::TestDouble::test_that_is_wrong: 4 != 5" in told
    assert any("has no markers" in line for line in lines)


@linux
def test_they_are_put_inside_and_have_the_same_verdict_there(adopted):
    folder, lines = adopted
    suites = {suite.name: suite.inside for suite in load(folder / "week-1").suites}
    assert suites == {"more_tests": True, "tests": ("test_it.py::TestDouble::test_same_process", "test_it.py::test_cases")}
    assert not any("with another verdict inside" in line for line in lines)


# What the tries say together


def verdicts(**given):
    return {f"tests/test_a.py::{name}": verdict for name, verdict in given.items()}


PASSED, FAILED = Verdict("", "passed", 1.0), Verdict("", "failed", 0.0, reason="no\nmore")
SKIPPED = Verdict("", "failed", 0.0, reason="skipped: later")
BROKEN = Verdict("", "broken", 0.0, staff="Traceback:\n  x\nautograder.errors.TrustedValueError: a Mock cannot be passed\n")


@pytest.mark.parametrize(
    ("plain", "boxed", "where", "cause"),
    [
        (PASSED, PASSED, "same", None),
        (SKIPPED, SKIPPED, "same", None),
        (PASSED, FAILED, "inside", "no"),
        (PASSED, BROKEN, "inside", "TrustedValueError: a Mock cannot be passed"),
        (SKIPPED, PASSED, "inside", "skipped in one process only: skipped: later"),
        (FAILED, PASSED, "inside", "passes in the sandbox, fails in one process: no"),
        (PASSED, None, "inside", "has no verdict in the sandbox: it was stopped"),
        (FAILED, FAILED, "failing", "no"),
        (BROKEN, FAILED, "failing", "TrustedValueError: a Mock cannot be passed"),
        (FAILED, BROKEN, "failing", "no"),
        (None, PASSED, "unknown", None),
    ],
)
def test_a_test_is_in_one_place_of_the_comparison(plain, boxed, where, cause):
    found = compared(Tried(verdicts(test_x=plain)), Tried(verdicts(test_x=boxed), "it was stopped"))
    assert found.tests == 1
    place = getattr(found, where)
    assert list(place) == ["tests/test_a.py::test_x"]
    assert cause is None or place["tests/test_a.py::test_x"] == cause


def test_a_file_that_only_one_process_can_read_is_not_put_inside():
    unreadable = Verdict("tests/test_a.py", "broken", None, staff="E   ImportError: no name\n", unreadable=True)
    found = compared(Tried(verdicts(test_x=PASSED)), Tried({"tests/test_a.py": unreadable}))
    assert found.uncollected == {"tests/test_a.py::test_x": "ImportError: no name"} and found.tests == 1
    assert inside_keys(found, ["tests"]) == {}


def test_a_suite_goes_inside_as_a_whole_where_all_of_its_tests_do():
    names = [
        "tests/test_a.py::test_x[1]",
        "tests/test_a.py::test_x[2]",
        "tests/deep/test_b.py::T::test_y",
        "tests/b.py::test_z",
    ]
    found = Comparison(inside=dict.fromkeys(names, "no"), same=["tests/test_a.py::test_x[3]"])
    suites = ["tests", "tests/b.py"]
    assert inside_keys(found, suites) == {"tests": True, "tests/b.py": True}
    found.same.append("tests/test_a.py::test_w")
    assert inside_keys(found, suites) == {"tests": ["test_a.py::test_x", "deep/test_b.py::T::test_y"], "tests/b.py": True}


# What goes wrong


def test_a_solution_that_ends_the_program_leaves_the_tests_before_it_their_verdicts(tmp_path):
    suite = "import work\ndef test_a(): assert work.f() == 1\ndef test_b(): work.end()\ndef test_c(): ...\n"
    write_files(tmp_path, {"old/test_it.py": suite, "theirs/work.py": "import os\ndef f(): return 1\ndef end(): os._exit(7)\n"})
    lines = list(adopt(tmp_path / "new", tmp_path / "old", tmp_path / "theirs"))
    assert "note: the try in one process ended early: it ended with status 7" in lines
    assert lines[-5:] == [
        "tests                   3",
        "same verdict            1",
        "inside                  0",
        "failing in both         0",
        "without a verdict       2",
    ]


def test_without_a_solution_the_tests_are_collected_and_nothing_is_tried(tmp_path):
    write_files(tmp_path / "old", OLD)
    lines = list(adopt(tmp_path / "new", tmp_path / "old", title="Doubling"))
    assert lines[-1] == "no solution was given, so nothing was tried; with --solution DIR the tests are"
    assignment = load(tmp_path / "new")
    assert assignment.title == "Doubling" and assignment.reference is None
    assert [part.points for part in assignment.parts] == [5, 2, 1]


@pytest.mark.parametrize("name", ["old/new", "theirs/deep/../new"])
def test_a_folder_in_the_old_one_or_in_the_solution_is_refused(tmp_path, name):
    write_files(tmp_path, {"old/test_it.py": "import work", "theirs/deep/work.py": ""})
    before = content(tmp_path)
    with pytest.raises(AutograderError, match="which must not change; name a folder outside of it"):
        list(adopt(tmp_path / name, tmp_path / "old", tmp_path / "theirs"))
    assert content(tmp_path) == before


def test_a_place_that_will_not_do_is_refused_and_left_alone(tmp_path):
    write_files(tmp_path, {"old/test_it.py": "import work", "full/a": ""})
    with pytest.raises(AutograderError, match="full is not empty"):
        list(adopt(tmp_path / "full", tmp_path / "old"))
    assert content(tmp_path / "full") == {"a": b""}


def test_the_command_says_what_it_does_and_needs_the_old_folder_for_a_solution(tmp_path):
    write_files(tmp_path, {"old/test_it.py": "import work\ndef test_it(): ...\n", "theirs/work.py": ""})
    status, out, errors = run_autograder("new", "mine", "--from", "old", "--title", "Mine", cwd=tmp_path)
    assert (status, errors) == (0, "") and "wrote tests/test_it.py\nsubmitted: work.py\n" in out
    status, _, errors = run_autograder("new", "yours", "--solution", "theirs", cwd=tmp_path)
    assert status == 2 and "--solution needs --from DIR" in errors and not (tmp_path / "yours").exists()
    status, _, errors = run_autograder("new", "yours", "--from", "nowhere", cwd=tmp_path)
    assert status == 3 and "nowhere is not a folder" in errors and not (tmp_path / "yours").exists()
