"""Conversations with a process, and how they end."""

import sys
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


METHODS = """
    class Base:
        made = 0
        def plus(self, x, *, y=0): return x + y
        @classmethod
        def name(cls): return cls.__name__
        @staticmethod
        def double(x): return 2 * x
        @property
        def reader(self):
            self.made += 1
            return self.plus
        number = 3
        def fails(self): raise AttributeError("inside")
        def use(self, f): self.given = f
        def __getattr__(self, name):
            if name == "anything": return lambda *parts: parts
            raise AttributeError(f"no {name} here")
"""


def test_a_method_is_looked_up_and_called_as_in_one_process(submission):
    modules = submission(METHODS)
    thing = modules.Base()
    assert thing.plus(1, y=2) == 3
    found = [thing.plus(1), thing.name(), thing.double(4), thing.anything(5, 6), modules.Base.name(), modules.Base.double(1)]
    assert found == [1, "Base", 8, (5, 6), "Base", 2]
    read = thing.reader(7, y=1)
    assert (read, thing.made) == (8, 1)
    for failing, message in ((lambda: thing.missing(1), "no missing here"), (lambda: thing.fails(), "inside")):
        with pytest.raises(AttributeError, match=message):
            failing()
    with pytest.raises(TypeError, match="not callable"):
        thing.number()
    with pytest.raises(TypeError, match="unexpected keyword"):
        thing.plus(1, z=2)
    frame = sys._getframe()
    thing.use(lambda x: x is frame)
    same = thing.given(frame)  # the suite's own function, with what could not be handed to the submission
    assert same is True
    thing.use([].append)
    nothing = thing.given(1)
    assert nothing is None


def test_a_method_is_one_message_each_way(sandboxed, monkeypatch):
    modules = sandboxed(METHODS)
    thing = modules.Base()
    sent = calls_of(monkeypatch, sandboxed.keeper.current().connection, "send_packed")
    results = [thing.plus(1), thing.name(), modules.Base.name()]
    assert results == [1, "Base", "Base"] and len(sent) == 3


def test_an_array_of_an_object_is_looked_up_once_between_two_calls(sandboxed, monkeypatch):
    layer = sandboxed("""
        import numpy as np
        class Layer:
            def __init__(self): self.weight = np.zeros(3)
            def renew(self): self.weight = np.ones(3)
    """).Layer()
    sent = calls_of(monkeypatch, sandboxed.keeper.current().connection, "send_packed")
    before, same = layer.weight, layer.weight
    assert before is same and len(sent) == 1
    layer.renew()
    after = layer.weight
    assert (before.tolist(), after.tolist(), len(sent)) == ([0, 0, 0], [1, 1, 1], 3)


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
    assert len(reads) == len(waits) == 500, "a reply is waited for once, and comes whole: nobody polls or sleeps"
    assert time.process_time() - here < 0.5
    assert modules.used() - there < 0.5
