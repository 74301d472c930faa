"""Conversations with a process, and how they end."""

import time

import pytest

from autograder.errors import AutograderError
from autograder.standins.failures import SubmissionFailure

pytest_plugins = ["sandboxes"]


def test_a_process_that_ends_fails_the_test_and_says_how(sandboxed):
    modules = sandboxed("import os\ndef leave(): print('bye'); os._exit(5)")
    with pytest.raises(SubmissionFailure, match=r"it ended \(5\): bye"):
        try:
            modules.leave()
        except Exception:  # a suite's own net does not catch it
            pytest.fail("swallowed")
    with pytest.raises(SubmissionFailure, match="it ended"):
        modules.leave()


def test_an_interrupted_request_ends_the_conversation(sandboxed):
    import signal

    modules = sandboxed("import time\ndef slow(): time.sleep(0.3); return 'late'\ndef quick(): return 1")
    modules.quick()

    def ring(*_):
        raise TimeoutError("the suite's own alarm")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(TimeoutError):
            modules.slow()
    finally:
        signal.signal(signal.SIGALRM, before)
    with pytest.raises(SubmissionFailure, match="interrupted while your code was at work"):
        modules.quick()


def test_objects_of_another_tests_process_are_refused(sandboxed):
    modules = sandboxed("class Thing:\n    def f(self, other=None): return 1")
    with sandboxed.test("first"):
        old = modules.Thing()
        assert old.f() == 1
    with sandboxed.test("second"):
        with pytest.raises(AutograderError, match="hold it in a fixture whose scope covers both uses"):
            old.f()
        with pytest.raises(AutograderError, match="process that has ended"):
            modules.Thing().f(old)


def calls_of(monkeypatch, thing, name):
    """A list that gets an item for each call of a method from now on."""
    calls, original = [], getattr(thing, name)

    def counted(*arguments):
        calls.append(arguments)
        return original(*arguments)

    monkeypatch.setattr(thing, name, counted)
    return calls


def test_a_call_is_one_message_each_way_and_takes_less_than_a_millisecond_of_either_processor(sandboxed, monkeypatch):
    modules = sandboxed("import time\ndef noop(): return None\ndef used(): return time.process_time()")
    connection = sandboxed.keeper.current().connection
    there, here = modules.used(), time.process_time()
    reads, waits = (calls_of(monkeypatch, connection, name) for name in ("read", "wait"))
    for _ in range(500):
        modules.noop()
    assert len(reads) == 500, "a reply is waited for once, and comes whole: nobody polls or sleeps"
    assert len(waits) < 50, "whether the fork server is alive is asked only where a reply takes long"
    assert time.process_time() - here < 0.5
    assert modules.used() - there < 0.5
