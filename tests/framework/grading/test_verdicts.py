"""The verdict of each test: whose fault a failure is, and what the student and staff read about it.

The suite lies in verdicts/tests. Its files are named by the verdict of their tests, whose docstrings say what is told.
"""

from pathlib import Path

import pytest
from toys import docstrings, grade_toy, suite_in, toy, write_toy

from autograder.grading.records import NEUTRAL
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
