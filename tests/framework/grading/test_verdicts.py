"""The verdict of each test: whose fault a failure is, and what the student and staff read about it.

The suite lies in verdicts/tests. Its files are named by the verdict of their tests, whose docstrings say what is told.
"""

import textwrap
from pathlib import Path

import pytest
from toys import HEADER, HIDDEN, docstrings, grade_toy, suite_in, toy, write_toy

from autograder.grading.checks import WRONG
from autograder.grading.records import NEUTRAL
from autograder.grading.verdicts import without_library_frames
from autograder.results.gradescope import item

FOLDER = Path(__file__).with_name("verdicts")
SUITE = suite_in(FOLDER / "tests")
SUBMISSION = (FOLDER / "modules.py").read_text(encoding="utf-8")


PASSED, FAILED, BROKEN, BROKEN_IN_A_SANDBOX = (
    docstrings(SUITE[f"test_{name}.py"]) for name in ("passed", "failed", "broken", "broken_in_a_sandbox")
)


@pytest.fixture(scope="module", params=["auto", "off"])
def verdicts(request, tmp_path_factory):
    return toy(tmp_path_factory.mktemp("verdicts"), SUITE, SUBMISSION, mode=request.param)


def test_every_test_is_there_once_in_order_with_its_points(verdicts):
    assert verdicts.names() == [*BROKEN, *BROKEN_IN_A_SANDBOX, *FAILED, *PASSED]
    assert {record.max_score for record in verdicts.outcome.records} == {1.0}


def test_the_verdict_is_that_of_the_file_and_only_what_passed_has_points(verdicts):
    expected = dict.fromkeys(BROKEN, "broken") | dict.fromkeys(FAILED, "failed") | dict.fromkeys(PASSED, "passed")
    in_a_sandbox = verdicts.outcome.level != "off"
    expected |= dict.fromkeys(BROKEN_IN_A_SANDBOX, "broken") if in_a_sandbox else BROKEN_IN_A_SANDBOX
    assert verdicts.verdicts() == {name: (status, float(status == "passed"), 1.0) for name, status in expected.items()}


def test_reasons_say_what_the_submission_did(verdicts):
    assert {name: verdicts[name].reason[: len(words)] for name, words in FAILED.items()} == FAILED
    assert "beside an object" in verdicts["test_object_in_exception"].reason
    assert item(verdicts["test_with_hidden_reason"])["output"] == "hidden reason"


def test_a_mistake_of_the_suite_is_neutral_for_the_student_and_plain_for_staff(verdicts):
    for name, words in BROKEN.items():
        shown = item(verdicts[name])
        assert shown["output"] == NEUTRAL
        assert words in shown["extra_data"]["staff"]
        assert shown["extra_data"]["needs_human"]
    assert verdicts.document()["extra_data"]["needs_human"]


def test_a_students_traceback_has_nothing_of_the_suite(verdicts):
    reason = verdicts["test_wrapped_error"].reason
    assert 'File "modules.py"' in reason
    assert 'raise ValueError("bad value")' in reason
    assert "test_failed" not in reason
    assert reason.count("ValueError: bad value") == 1


def test_failing_subtests_are_told_apart_and_their_output_is_kept(verdicts):
    record = verdicts["test_subtests"]
    assert record.reason.count("sum:") == 1
    assert record.printed == "subtest 0\nsubtest 1\nsubtest 2\n"


def test_a_fixture_that_ends_badly_leaves_the_verdict_and_asks_for_staff(verdicts):
    record = verdicts["test_bad_end"]
    assert (record.status, record.score, record.needs_human) == ("passed", 1.0, True)
    assert "not there" in record.staff
    assert item(record)["extra_data"]["needs_human"]
    assert "output" not in item(record)
    after = verdicts["test_bad_end_after_failure"]
    assert (after.status, after.needs_human) == ("failed", True)


def test_a_submission_without_its_file_fails_every_test_with_points(tmp_path):
    write_toy(tmp_path, SUITE, SUBMISSION)
    (tmp_path / "sub/modules.py").rename(tmp_path / "sub/other.py")
    for mode in ("auto", "off"):
        graded = grade_toy(tmp_path, mode)
        assert graded.outcome.score == (0.0, len([*BROKEN, *BROKEN_IN_A_SANDBOX, *FAILED, *PASSED])), mode
        assert "modules.py" in graded["test_expected_failure"].reason


NOISY_SUITE = """
    import modules
    import pytest

    def test_unpacks(): a, b = modules.train()
    def test_index(): assert modules.train()[3] == 1
    def test_key(): assert modules.metrics()["f1"] == 1
    def test_number():
        metrics = modules.score()
        assert metrics["f1"] == 1
    def test_later():
        modules.train()
        modules.Net()
        {}["suite"]
    def test_space(): modules.space()
    def test_json(): modules.parse()
    def test_breakpoint(): modules.stop()
    def test_written(): modules.save("numbers/run.json")
    def test_read(): modules.load("numbers/run.json")
    def test_objects(): assert modules.Net() == 3
    def test_long_object(): assert modules.train() == [1, 2]
"""
NOISY = """
    import json
    import numpy as np

    class Net: pass
    def train(): return 1, 2.0, None
    def metrics(): return {"recall": 0.5, "accuracy": 1.0}
    def score(): return np.float64(0.5)
    def space():
        raise ValueError("bad thing ")
    def parse(): json.loads("{")
    def stop():
        x = 1
        breakpoint()
        return x
    def save(path):
        with open(path, "w") as file: file.write("x")
    def load(path): return open(path).read()
"""


@pytest.fixture(scope="module")
def noisy(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("noisy"), NOISY_SUITE, NOISY)


@pytest.mark.parametrize(
    ("name", "line", "answer"),
    [
        ("test_unpacks", "def test_unpacks(): a, b = modules.train()", "a tuple of 3 values (int, float, NoneType)"),
        ("test_index", "def test_index(): assert modules.train()[3] == 1", "a tuple of 3 values (int, float, NoneType)"),
        ("test_key", 'def test_key(): assert modules.metrics()["f1"] == 1', "a dict with 2 keys ('recall', 'accuracy')"),
        ("test_number", 'assert metrics["f1"] == 1', "a single number, float64"),
    ],
)
def test_an_answer_that_the_test_cannot_use_is_told_beside_the_line_of_the_test(noisy, name, line, answer):
    first, *rest = noisy[name].reason.split("\n")
    assert first.startswith("the test could not use what your code gave back (")
    assert rest == [f"  the line of the test: {line}", f"  the last answer of your code: {answer}"]


def test_an_answer_is_told_only_if_it_was_the_last(noisy):
    assert noisy["test_later"].reason.split("\n")[1:] == ['  the line of the test: {}["suite"]']


def test_a_hidden_suite_tells_neither_its_line_nor_the_answer_and_staff_read_both(tmp_path):
    graded = toy(tmp_path, NOISY_SUITE, NOISY, HIDDEN)
    record = graded["test_key"]
    assert record.reason == "the test could not use what your code gave back (KeyError)"
    assert "(KeyError: 'f1')\n  the line of the test: " in record.full_reason and "'recall'" in record.full_reason
    assert graded["test_long_object"].reason == WRONG
    assert graded["test_long_object"].full_reason.startswith("this is not true: (1, 2.0, None) == [1, 2]")
    assert item(record)["extra_data"]["reason"] == record.full_reason and "recall" not in item(record)["output"]
    assert graded["test_space"].full_reason == ""


def test_the_last_line_of_a_traceback_is_not_told_twice(noisy):
    assert noisy["test_space"].reason.count("bad thing") == 2  # in the headline and in the line of code
    assert noisy["test_space"].reason.endswith('raise ValueError("bad thing ")')
    assert noisy["test_json"].reason.count("JSONDecodeError") == 1 and "json.decoder." not in noisy["test_json"].reason


def test_a_traceback_ends_where_the_students_code_calls_a_library(noisy):
    frames = [line for line in noisy["test_json"].reason.split("\n") if line.startswith("  File ")]
    assert len(frames) == 1 and frames[0].endswith("in parse") and 'File "modules.py"' in frames[0]
    assert noisy["test_read"].reason.count("  File ") == 1
    called_back = [
        "Traceback",
        '  File "a.py", line 1, in f',
        "    sorted(x)",
        '  File "/usr/lib/x.py", line 2, in sorted',
        "    key(x)",
    ]
    own = ['  File "a.py", line 9, in key', "    return 1 / 0", "           ^"]
    library = ['  File "C:\\Python\\y.py", line 1, in g', "    raise Error", "  [Previous line repeated 9 more times]"]
    assert without_library_frames("\n".join(called_back + own + library)) == "\n".join(called_back + own)
    assert without_library_frames("\n".join(called_back[3:] + own)) == "\n".join(called_back[3:] + own), "the first stays"
    twice = [*own, *library, "", "During handling of the above exception, another one:", "", *own, *library, "Error: 1"]
    assert without_library_frames("\n".join(twice)) == "\n".join([*own, *twice[6:9], *own, "Error: 1"])


def test_a_breakpoint_is_named_without_frames_of_the_debugger(noisy):
    reason = noisy["test_breakpoint"].reason
    assert "by breakpoint() or pdb.set_trace()" in reason
    printed = noisy["test_breakpoint"].shown_print()
    assert "> modules.py(" in printed and "/autograder-" not in printed
    assert "bdb.py" not in reason and "pdb.py" not in reason and reason.count("in stop") == 1


def test_a_folder_that_is_missing_for_a_file_is_named_and_for_reading_it_is_not(noisy):
    assert "Make the folder first" in noisy["test_written"].reason
    assert "Make the folder first" not in noisy["test_read"].reason and "Read files only" in noisy["test_read"].reason


def test_objects_of_the_submission_are_named_in_plain_words(noisy):
    assert noisy["test_objects"].reason == "this is not true: your Net object == 3\n  where your Net object = Net()"


def test_a_helper_of_a_unittest_suite_whose_name_begins_like_a_tests_is_no_test(tmp_path):
    suite = """
        def test_same(got, expected): return got == expected
        class TestIt(unittest.TestCase):
            def test_it(self): self.assertTrue(test_same(1, 1))
        """
    graded = toy(tmp_path, HEADER + textwrap.dedent(suite))
    assert graded.verdicts() == {"test_it": ("passed", None, None)}
    assert any("test_toy.py::test_same is no test" in note for note in graded.outcome.notes)


@pytest.mark.parametrize("other", ["", "@weight(1)\n", "def test_that_is_one(): pass\n"], ids=["alone", "decorated", "mixed"])
def test_a_function_that_may_be_meant_as_a_test_asks_for_its_fixture(tmp_path, other):
    case = "class TestIt(unittest.TestCase):\n    def test_it(self): pass\n" if other else ""
    record = toy(tmp_path, f"{HEADER}{case}{other}def test_same(got): pass\n")["test_same"]
    assert record.status == "broken" and "there is no fixture 'got'" in record.staff
    assert "_pytest/fixtures.py" not in record.staff


@pytest.mark.slow
def test_a_library_that_every_test_imports_for_itself_is_named(tmp_path):
    suite = "import modules\ndef test_one(): assert modules.one() == 1\ndef test_two(): assert modules.one() == 1\n"
    notes = toy(tmp_path / "torch", suite, "import torch\ndef one(): return 1").outcome.notes
    assert [note.partition(",")[0] for note in notes] == ["torch is imported by 2 tests"]
    assert notes[0].endswith("put it into preload, in [sandbox] of assignment.toml")
    assert toy(tmp_path / "json", suite, "import json\ndef one(): return 1").outcome.notes == []
