"""The time that tests have: what is left for all of them, and the alarms that interrupt a suite that hangs."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from autograder.sandbox.limits import Limits, TimeLimit
from autograder.standins.failures import SuiteTimeout

# A process of the submission is ended when the time of its test is up. The suite gets so much more to see that and to fail the
# test by it; only a suite that hangs itself needs longer.
SUITE_GRACE_SECONDS = 5.0
TEARDOWN_SECONDS = 1.0  # for ending fixtures when the time for all tests is over


class Timekeeper:
    """Interrupts the suite, by an exception in it, where it takes too long.

    It has as much processor time of this process as the submission has of its own, and as long by the clock on the wall.
    Without signals (on Windows, or in a thread) nothing is interrupted.

    Args:
        limits: per test and in all.
        sandboxed: the submission runs in processes of its own, which the sandbox ends in time.

    Attributes:
        time: the limit in force.
    """

    def __init__(self, limits: Limits, sandboxed: bool) -> None:
        self.limits = limits
        self.sandboxed = sandboxed
        self.grace = SUITE_GRACE_SECONDS if sandboxed else 0.0
        self.started, self.started_cpu = time.monotonic(), time.process_time()
        self.time: TimeLimit | None = None

    def seconds_left(self) -> float:
        """What is left of the time that all tests have together; negative when it is over."""
        return self.limits.total_seconds - (time.monotonic() - self.started)

    def limit_for(self, item: pytest.Item) -> TimeLimit:
        """The limit of a test: `@pytest.mark.seconds(60)`, pytest-timeout's `@pytest.mark.timeout(60)`, or that of all."""
        marker = item.get_closest_marker("seconds") or item.get_closest_marker("timeout")
        given = marker and (marker.args[0] if marker.args else marker.kwargs.get("timeout"))
        return self.limit(float(given) if given else self.limits.test_seconds)

    def limit(self, cpu_seconds: float) -> TimeLimit:
        """The limit of what may use so much processor time and begins now."""
        left = self.seconds_left()
        if left <= 0:
            return TimeLimit(TEARDOWN_SECONDS, TEARDOWN_SECONDS, overall=True)
        return self.limits.time_for(cpu_seconds, left)

    def set_alarm(self, limit: TimeLimit | None) -> None:
        """Interrupt the suite when its time is up, and again if it goes on; None calls it off."""
        self.time = limit
        if can_signal():
            cpu, wall = (limit.cpu_seconds + self.grace, limit.wall_seconds + self.grace) if limit else (0.0, 0.0)
            for number, timer, seconds in (
                (signal.SIGPROF, signal.ITIMER_PROF, cpu),
                (signal.SIGALRM, signal.ITIMER_REAL, wall),
            ):
                signal.signal(number, self.suite_hangs)
                signal.setitimer(timer, seconds, SUITE_GRACE_SECONDS)

    def suite_hangs(self, number: int, frame: FrameType | None) -> None:
        if self.time and number == signal.SIGPROF:
            raise SuiteTimeout("the suite did not come to an end (by its processor time)", "cpu", self.time)
        if self.time:
            raise SuiteTimeout("the suite did not come to an end (by the clock on the wall)", "wall", self.time)

    @contextmanager
    def at_most(self, limit: TimeLimit) -> Iterator[None]:
        """Interrupt what is done in this context when its time is up."""
        self.set_alarm(limit)
        try:
            yield
        finally:
            self.set_alarm(None)


def can_signal() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
