"""What takes too long, and a person who does not want to wait: the test ends and the grading goes on, or ends in order."""

import itertools
import signal

import pytest
from toys import HEADER, toy

from autograder.grading.timekeeping import Timekeeper
from autograder.results.gradescope import item
from autograder.sandbox.limits import Limits, TimeLimit

NEVER = 1_000_000  # seconds; whoever waited for it would not come to an end
SUBMISSION = f"""
def answer():
    return 42

def slow():
    import time
    time.sleep({NEVER})

def spin():
    while True:
        pass
"""
IMPORTS = HEADER + f"import time\nfrom modules import answer, slow, spin\nNEVER = {NEVER}\n"
WAITS = (
    IMPORTS
    + """
@weight(1)
def test_submission():
    slow()

@weight(1)
def test_suite():
    answer()
    try:
        time.sleep(NEVER)
    except Exception:
        pass

@weight(1)
def test_fine():
    assert answer() == 42
"""
)
SPINS = (
    IMPORTS
    + """
@weight(1)
def test_submission():
    spin()

@weight(1)
@pytest.mark.seconds(0.2)
def test_suite():
    answer()
    while True:
        pass

class TestUnittest(unittest.TestCase):
    @weight(1)
    @pytest.mark.timeout(0.2)
    def test_suite_in_unittest(self):
        while True:
            pass

@weight(1)
@pytest.mark.seconds(10)
def test_fine():
    assert answer() == 42
"""
)
WAITED = "your code was stopped after 2 s of waiting (sleep, input, a blocked socket or lock?)"
USED = "your code was stopped after using 0.3 s of processor time, the time there is for this test (an endless loop?)"


@pytest.fixture
def alarms(monkeypatch):
    """The processor time and the time on the wall after which the suite was to be interrupted, one after the other."""
    asked = []
    set_alarm = Timekeeper.set_alarm

    def listen(timekeeper, limit):
        if limit:
            asked.append((limit.cpu_seconds, limit.wall_seconds))
        set_alarm(timekeeper, limit)

    monkeypatch.setattr(Timekeeper, "set_alarm", listen)
    return asked


def without_repeats(values):
    return [value for value, _ in itertools.groupby(values)]


@pytest.mark.slow
def test_what_waits_is_ended_by_the_clock_on_the_wall_and_blamed_on_whose_code_runs(tmp_path, monkeypatch, alarms):
    monkeypatch.setattr("autograder.grading.timekeeping.SUITE_GRACE_SECONDS", 2.0)
    graded = toy(tmp_path, WAITS, SUBMISSION, limits="test_seconds = 2\nwall_seconds = 2\ntotal_seconds = 1000")
    assert graded.verdicts() == {
        "test_submission": ("failed", 0.0, 1.0),
        "test_suite": ("broken", 0.0, 1.0),
        "test_fine": ("passed", 1.0, 1.0),
    }
    assert graded["test_submission"].reason == WAITED
    assert "the suite did not come to an end (by the clock on the wall)" in graded["test_suite"].staff
    assert without_repeats(alarms) == [(1000, 1000), (2, 2)]  # for the collection, and for the tests; the suite has a grace


@pytest.mark.slow
def test_what_works_without_end_is_ended_by_its_processor_time(tmp_path, monkeypatch, alarms):
    monkeypatch.setattr("autograder.grading.timekeeping.SUITE_GRACE_SECONDS", 0.5)
    graded = toy(tmp_path, SPINS, SUBMISSION, limits="test_seconds = 0.3\nwall_seconds = 1000\ntotal_seconds = 100000")
    assert graded.verdicts() == {
        "test_submission": ("failed", 0.0, 1.0),
        "test_suite": ("broken", 0.0, 1.0),
        "test_suite_in_unittest": ("broken", 0.0, 1.0),
        "test_fine": ("passed", 1.0, 1.0),
    }
    assert graded["test_submission"].reason == USED
    for name in ("test_suite", "test_suite_in_unittest"):
        assert "the suite did not come to an end (by its processor time)" in graded[name].staff
    wide = 1000 + 12 * 9.7
    assert without_repeats(alarms) == [(100000, 100000), (0.3, 1000), (0.2, 1000), (10, pytest.approx(wide))]


@pytest.mark.slow
def test_a_hang_of_ones_own_code_in_this_process_is_ones_own(tmp_path):
    suite = WAITS.replace("time.sleep(NEVER)", "pass")
    graded = toy(tmp_path / "waits", suite, SUBMISSION, mode="off", limits="test_seconds = 2\nwall_seconds = 2")
    assert (graded["test_submission"].status, graded["test_submission"].reason) == ("failed", WAITED)
    assert graded["test_fine"].status == "passed"
    suite = SPINS.replace("while True:", "for _ in range(2):")
    graded = toy(tmp_path / "spins", suite, SUBMISSION, mode="off", limits="test_seconds = 0.3\nwall_seconds = 1000")
    assert (graded["test_submission"].status, graded["test_submission"].reason) == ("failed", USED)
    assert graded["test_fine"].status == "passed"


@pytest.mark.parametrize(
    ("limits", "cpu_seconds", "wall_seconds"),
    [
        (Limits(), 10, 120),
        (Limits(), 0.5, 120),
        (Limits(), 60, 720),
        (Limits(test_seconds=1), 1, 60),
        (Limits(test_seconds=1), 2, 72),
        (Limits(test_seconds=10, wall_seconds=30), 10, 30),
        (Limits(test_seconds=10, wall_seconds=30), 15, 90),
    ],
)
def test_the_wide_limit_follows_from_the_processor_time(limits, cpu_seconds, wall_seconds):
    assert limits.time_for(cpu_seconds) == TimeLimit(cpu_seconds, wall_seconds)
    assert limits.time_for(cpu_seconds, left=7.5) == TimeLimit(cpu_seconds, 7.5, overall=True)


FIXTURES = (
    HEADER
    + """
import time
from modules import answer, wait

@pytest.fixture(scope="session")
def first():
    wait(1.5)

@pytest.fixture(scope="module")
def second(first):
    wait(1.5)
    time.sleep(0.1)

@weight(1)
def test_after_them(second):
    wait(1.5)
"""
)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["auto", "off"])
def test_a_wide_fixture_has_as_much_time_as_a_test_and_takes_none_from_it(tmp_path, monkeypatch, mode):
    monkeypatch.setattr("autograder.grading.timekeeping.SUITE_GRACE_SECONDS", 0.1)
    submission = "import time\ndef answer(): pass\ndef wait(seconds): time.sleep(seconds)\n"
    graded = toy(tmp_path, FIXTURES, submission, mode=mode, limits="test_seconds = 1\nwall_seconds = 4")
    assert graded["test_after_them"].status == "passed"


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
    assert graded["test_slow"].reason == "not run to its end: the 1.5 s that all tests have together were over"
    reason = "not run: the 1.5 s that all tests have together were over"
    assert item(graded["test_late"])["output"] == reason
    assert graded["test_too_late"].reason == reason


LATE = """
import time, modules
def test_first():
    modules.answer()
    time.sleep(4.5)  # as where other processes have the processor
def test_late(): assert modules.answer() == 42
"""


@pytest.mark.slow
def test_staff_are_asked_about_tests_that_a_busy_machine_has_not_reached(tmp_path):
    graded = toy(tmp_path, LATE, SUBMISSION, limits="total_seconds = 4")
    assert [(record.status, record.needs_human) for record in graded.outcome.records] == [("passed", False), ("failed", True)]
    assert "grade again on a machine that is less busy" in graded["test_late"].staff
    assert graded["test_late"].reason == "not run: the 4 s that all tests have together were over"


@pytest.mark.slow
def test_nobody_is_asked_where_the_submission_has_waited(tmp_path):
    limits = "test_seconds = 1\nwall_seconds = 2.5\ntotal_seconds = 4"
    suite = HEADER + "from modules import answer, slow\ndef test_1(): slow()\ndef test_2(): slow()\ndef test_late(): answer()\n"
    graded = toy(tmp_path, suite, SUBMISSION, limits=limits)
    assert graded["test_late"].status == "failed" and not graded["test_late"].needs_human


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
