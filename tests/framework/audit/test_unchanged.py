"""A mistake is graded again only where something has changed that its verdicts depend on."""

import json
import sys

import pytest
from doubling import FILES, TOML
from files import write_files
from programs import run_autograder

from autograder.assignment import load
from autograder.audit.mistakes import GradedMistake
from autograder.audit.unchanged import digests, updated
from autograder.authoring.mistakes import Corpus
from autograder.grading.mistakes.library import FILE, Library, fault_of
from autograder.grading.records import Record

SUITE_OF_TRIPLE = """
from gradescope_utils.autograder_utils.decorators import number, weight
from triple import triple

@number("2.1")
@weight(3)
def test_three():
    assert triple(1) == 3
"""
CHANGE = "[[replace]]\nfile = 'double.py'\nold = '2 * x'\nnew = '{}'\n"
TRUNCATED = (
    "describe = 'It is truncated.'\n"
    + CHANGE.format("(2 * x).astype(int)")
    + "[fails]\n'test_double.py::test_of_fractions' = 0\n"
)
NOT_HANDED_IN = "describe = 'It is missing.'\ndelete = ['triple.py']\n[fails]\n'test_triple.py' = 0\n"
WHOLE = FILES | {
    "assignment.toml": TOML.replace('["double.py"]', '["double.py", "triple.py"]\nsupport = ["given.py"]'),
    "tests/test_triple.py": SUITE_OF_TRIPLE,
    "tests/conftest.py": "",
    "reference/triple.py": "def triple(x):\n    return 3 * x\n",
    "reference/given.py": "GIVEN = 1\n",
    "mistakes/truncated/mistake.toml": TRUNCATED,
    "mistakes/not_handed_in/mistake.toml": NOT_HANDED_IN,
    "solutions/sum/solution.toml": "describe = 'A sum.'\n" + CHANGE.format("x + x"),
}


def corpus(folder, **changed):
    return Corpus(load(write_files(folder, WHOLE | {name.replace("__", "/"): text for name, text in changed.items()})))


@pytest.mark.parametrize(
    ("file", "old", "new", "names"),
    [
        ("mistakes/truncated/mistake.toml", "It is truncated", "Fractions are cut off", set()),
        ("mistakes/truncated/mistake.toml", "describe", "hint = 'Which dtype?'\ndescribe", set()),
        ("mistakes/truncated/mistake.toml", "astype(int)", "round()", {"truncated"}),
        ("mistakes/truncated/mistake.toml", "= 0", "= [0, 1]", {"truncated"}),
        ("solutions/sum/solution.toml", "x + x", "x * 2", {"sum"}),
        ("tests/test_triple.py", "== 3", "== 3.0", {"not_handed_in"}),
        ("tests/test_double.py", "0.25", "0.125", {"truncated", "sum"}),
        ("tests/conftest.py", "", "import math\n", {"truncated", "sum", "not_handed_in"}),
        ("reference/given.py", "1", "2", {"truncated", "sum", "not_handed_in"}),
        ("reference/triple.py", "3 * x", "x * 3", {"truncated", "sum"}),
        ("assignment.toml", "Doubling", "Twice", {"truncated", "sum", "not_handed_in"}),
    ],
)
def test_a_change_concerns_the_mistakes_whose_verdicts_it_can_change(tmp_path, file, old, new, names):
    before = digests(corpus(tmp_path))
    assert set(before) == {"truncated", "sum", "not_handed_in"}
    now = digests(corpus(tmp_path, **{file: WHOLE[file].replace(old, new) if old else new}))
    assert {name for name in before if now[name] != before[name]} == names


def graded(of, name, *faults):
    mistake = (of.mistakes | of.solutions)[name]
    record = Record("tests/test_double.py::test_of_fractions", "fractions", max_score=6.0, status="failed", score=0.0)
    return GradedMistake(mistake, [] if mistake.right else [record], list(faults))


def test_what_has_not_been_graded_again_is_kept_with_the_words_of_now(tmp_path):
    of = corpus(tmp_path)
    first = updated(of, Library({}, {}), digests(of), [graded(of, name) for name in digests(of)])
    assert fault_of(first, of.assignment) == ""
    of = corpus(tmp_path, **{"mistakes/truncated/mistake.toml": TRUNCATED.replace("It is truncated", "It is cut off")})
    second = updated(of, first, digests(of), [graded(of, "not_handed_in")])
    assert second.mistakes["truncated"].describe == "It is cut off."
    assert second.answers.keys() == {"truncated", "not_handed_in"}
    assert fault_of(second, of.assignment) == ""


def test_a_mistake_with_a_fault_is_left_out_and_the_file_is_not_complete(tmp_path):
    of = corpus(tmp_path)
    first = updated(of, Library({}, {}), digests(of), [graded(of, name) for name in digests(of)])
    second = updated(of, first, digests(of), [graded(of, "truncated", "it gives 6 points")])
    assert second.mistakes.keys() == second.answers.keys() == {"not_handed_in"}
    assert "made from another reference or other mistakes" in fault_of(second, of.assignment)


def test_the_file_gives_back_what_was_written(tmp_path):
    of = corpus(tmp_path)
    library = updated(of, Library({}, {}), digests(of), [graded(of, name) for name in digests(of)])
    library.write(tmp_path / FILE)
    assert Library.read(tmp_path / FILE) == library


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="mistakes are graded as a class is, on Linux")
def test_the_command_grades_what_has_changed(tmp_path):
    corpus(tmp_path)
    tmp_path.chmod(0o755)

    def audit(*options):
        status, out, err = run_autograder("audit", "--mistakes", *options, "--assignment", tmp_path, cwd=tmp_path)
        assert status == 0, out + err
        return out

    assert audit() == "2 mistakes, 1 other solution: graded as their files say\n"
    again = "not graded again: nothing has changed for them since the last time (--again grades them, too)\n"
    assert audit() == f"3 {again}"
    answers = (tmp_path / FILE).read_bytes()
    assert json.loads(answers)["right"].keys() == {"sum"}
    corpus(tmp_path, **{"tests/test_triple.py": SUITE_OF_TRIPLE.replace("== 3", "== 3.0")})
    assert audit() == f"1 mistake, 0 other solutions: graded as their files say\n2 {again}"
    corpus(tmp_path)
    assert audit("--again") == "2 mistakes, 1 other solution: graded as their files say\n"
    assert (tmp_path / FILE).read_bytes() == answers
