"""What takes too long, and a person who does not want to wait: the test ends and the grading goes on, or ends in order."""

import signal

import pytest
from toys import HEADER, toy

from autograder.grading.timekeeping import Timekeeper
from autograder.results.gradescope import item

NEVER = 1_000_000  # seconds; whoever waited for it would not come to an end
SUBMISSION = f"""
def answer():
    return 42

def slow():
    import time
    time.sleep({NEVER})
"""
SLOW = (
    HEADER
    + f"""
import time
from modules import answer, slow
NEVER = {NEVER}
"""
    + """
@weight(1)
@pytest.mark.seconds(0.4)
def test_submission_hangs():
    slow()

@weight(1)
@pytest.mark.seconds(0.2)
def test_suite_hangs():
    answer()
    try:
        time.sleep(NEVER)
    except Exception:
        pass

class TestUnittest(unittest.TestCase):
    @weight(1)
    @pytest.mark.timeout(0.2)
    def test_suite_hangs_in_unittest(self):
        time.sleep(NEVER)

@weight(1)
def test_fine():
    assert answer() == 42
"""
)


@pytest.fixture
def alarms(monkeypatch):
    """The seconds after which the suite was to be interrupted, one after the other."""
    asked = []
    set_alarm = Timekeeper.set_alarm

    def listen(timekeeper, seconds):
        if seconds:
            asked.append(round(seconds, 3))
        set_alarm(timekeeper, seconds)

    monkeypatch.setattr(Timekeeper, "set_alarm", listen)
    return asked


def test_a_hang_ends_the_test_and_is_blamed_on_whose_code_runs(tmp_path, monkeypatch, alarms):
    monkeypatch.setattr("autograder.grading.timekeeping.SUITE_GRACE_SECONDS", 0.3)
    graded = toy(tmp_path, SLOW, SUBMISSION, limits="test_seconds = 5\ntotal_seconds = 100")
    assert graded.verdicts() == {
        "test_submission_hangs": ("failed", 0.0, 1.0),
        "test_suite_hangs": ("broken", 0.0, 1.0),
        "test_suite_hangs_in_unittest": ("broken", 0.0, 1.0),
        "test_fine": ("passed", 1.0, 1.0),
    }
    assert "stopped after 0.4 s" in graded["test_submission_hangs"].reason
    assert "the suite did not come to an end" in graded["test_suite_hangs"].staff
    assert alarms == [100, 0.7, 0.5, 0.5, 5.3]  # for the collection, and for each test its limit and the suite's grace


def test_a_hang_of_ones_own_code_in_this_process_is_ones_own(tmp_path, alarms):
    suite = SLOW.replace("time.sleep(NEVER)", "pass")
    graded = toy(tmp_path, suite, SUBMISSION, mode="off", limits="test_seconds = 5\ntotal_seconds = 100")
    assert graded["test_submission_hangs"].status == "failed"
    assert graded["test_submission_hangs"].reason.startswith("your code was stopped after 0.4 s")
    assert graded["test_fine"].status == "passed"
    assert alarms == [100, 0.4, 0.2, 0.2, 5]


DEADLINE = (
    HEADER
    + """
from modules import answer, slow

@pytest.fixture(scope="module")
def shared():
    yield answer()
    answer()

@weight(1)
def test_first(shared):
    assert shared == 42

@weight(2)
def test_slow(shared):
    slow()

@weight(3)
@hide_errors("no")
def test_late(shared):
    pass

@weight(4)
@pytest.mark.xfail
def test_too_late():
    pass
"""
)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["auto", "off"])
def test_what_the_overall_deadline_cuts_off_is_there_with_the_reason(tmp_path, mode):
    graded = toy(tmp_path, DEADLINE, SUBMISSION, limits="test_seconds = 60\ntotal_seconds = 1.5", mode=mode)
    assert graded.verdicts() == {
        "test_first": ("passed", 1.0, 1.0),
        "test_slow": ("failed", 0.0, 2.0),
        "test_late": ("failed", 0.0, 3.0),
        "test_too_late": ("failed", 0.0, 4.0),
    }
    reason = "not run: the 1.5 s that all tests have together were over"
    assert item(graded["test_late"])["output"] == reason
    assert graded["test_too_late"].reason == reason


INTERRUPTED = """
import os, signal, time

def test_person():
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(5)
    open("not interrupted", "w").close()

def test_afterwards():
    open("not interrupted", "w").close()
"""


def test_a_person_can_still_interrupt_the_grading_at_once(tmp_path):
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        toy(tmp_path, INTERRUPTED, mode="off")
    assert not (tmp_path / "not interrupted").exists()
    assert signal.getsignal(signal.SIGINT) is handler
