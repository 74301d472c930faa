"""What a phase of a test comes to, and the verdict of all phases: each branch by itself, and which of them goes first."""

import pytest

from autograder.grading.phases import NotRun, PhaseOutcome, Phases, outcome_of_phase
from autograder.grading.records import Record
from autograder.grading.verdicts import Failure
from autograder.standins.failures import SubmissionFailure

FAILED = PhaseOutcome("failed")
PASSED = PhaseOutcome("passed")
NOTHING = PhaseOutcome("nothing")
XFAIL = pytest.xfail.Exception("not today")
SKIP = pytest.skip.Exception("not here")
WRONG = AssertionError("wrong")
BY_XFAIL = PhaseOutcome("skipped", "ended by the test itself: not today")


def test_a_phase_for_which_there_is_no_time_says_nothing():
    assert outcome_of_phase(NotRun("over"), "setup", "failed") == NOTHING
    assert outcome_of_phase(NotRun("over"), "setup", "skipped", xfailed=True) == NOTHING  # of a test marked xfail


def test_a_test_that_calls_pytest_xfail_has_ended_itself():
    assert outcome_of_phase(XFAIL, "call", "skipped", xfailed=True) == BY_XFAIL


def test_unittests_expected_failure_is_no_such_end():
    assert outcome_of_phase(XFAIL, "call", "skipped", xfailed=True, expects_failure=True) == PASSED


def test_a_failure_that_is_expected_passes():
    assert outcome_of_phase(WRONG, "call", "skipped", xfailed=True) == PASSED


@pytest.mark.parametrize("error", [SubmissionFailure("modules.py is missing"), NotImplementedError()])
def test_no_submission_is_expected_to_be_missing(error):
    assert outcome_of_phase(error, "call", "skipped", xfailed=True) == FAILED


def test_an_unexpected_success_that_is_not_strict_passes():
    assert outcome_of_phase(None, "call", "passed", xfailed=True) == PASSED


@pytest.mark.parametrize("phase", ["setup", "call", "teardown"])
def test_an_exception_fails_whatever_the_phase(phase):
    assert outcome_of_phase(WRONG, phase, "failed") == FAILED


def test_a_skipped_phase_says_why():
    assert outcome_of_phase(SKIP, "setup", "skipped") == PhaseOutcome("skipped", "skipped: not here")
    assert outcome_of_phase(None, "setup", "skipped") == PhaseOutcome("skipped", "skipped")


def test_a_failure_without_an_exception_is_an_unexpected_success():
    assert outcome_of_phase(None, "call", "failed") == PhaseOutcome("passed unexpectedly")


def test_a_call_that_ends_well_passes_and_other_phases_say_nothing():
    assert [outcome_of_phase(None, phase, "passed") for phase in ("setup", "call", "teardown")] == [NOTHING, PASSED, NOTHING]


def concluded(phases, **about):
    record = Record("test_it", "It", **about)
    phases.conclude(record, ["a note"])
    return record


def failure(words="wrong", *, phase="call", broken=False):
    return Failure(phase, words, f"traceback of {words}", broken)


def test_a_failure_decides_over_all_else_and_each_reason_is_said_once():
    record = concluded(Phases([failure(), failure(), failure("late", phase="teardown")], "no time", "skipped", True))
    assert (record.status, record.reason, record.needs_human) == ("failed", "wrong\n\nlate", False)
    assert record.staff == "a note\ntraceback of wrong\n\ntraceback of wrong\n\ntraceback of late"


def test_a_fault_of_the_suite_breaks_the_test_and_staff_read_of_that_alone():
    record = concluded(Phases([failure(), failure("ours", broken=True)]))
    assert (record.status, record.staff) == ("broken", "a note\ntraceback of ours")


def test_a_fault_of_the_suite_in_ending_a_fixture_leaves_the_verdict_and_asks_for_staff():
    late = failure("ours", phase="teardown", broken=True)
    for phases, status in ((Phases([late], passed=True), "passed"), (Phases([failure(), late]), "failed")):
        record = concluded(phases)
        assert (record.status, record.needs_human) == (status, True)
        assert record.staff.endswith("traceback of ours")


def test_a_test_without_time_has_failed_and_that_is_not_hidden():
    record = concluded(Phases(not_run="no time", skipped="skipped", passed=True), hide_errors="hidden")
    assert (record.status, record.reason, record.hide_errors) == ("failed", "no time", None)


def test_a_skipped_test_has_failed_also_where_its_call_ended_well():
    record = concluded(Phases(skipped="skipped: not here", passed=True))
    assert (record.status, record.reason) == ("failed", "skipped: not here")


def test_a_test_that_passes():
    record = concluded(Phases(passed=True))
    assert (record.status, record.reason, record.staff) == ("passed", "", "a note")


def test_a_test_of_which_pytest_says_nothing_is_broken():
    record = concluded(Phases())
    assert (record.status, record.staff) == ("broken", "a note\npytest gave no outcome")
