"""The time that tests have: what is left for all of them, and the alarm that interrupts a suite that hangs."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from autograder.sandbox.limits import Limits
from autograder.standins.failures import SuiteTimeout

# A process of the submission is ended when the time of its test is up. The suite gets so much more to see that and to fail the
# test by it; only a suite that hangs itself needs longer.
SUITE_GRACE_SECONDS = 5.0


class Timekeeper:
    """Interrupts the suite, by an exception in it, where it takes too long.

    All times are wall clock. Without signals (on Windows, or in a thread) nothing is interrupted.

    Args:
        limits: per test and in all.
        sandboxed: the submission runs in processes of its own, which the sandbox ends in time.
    """

    def __init__(self, limits: Limits, sandboxed: bool) -> None:
        self.limits = limits
        self.sandboxed = sandboxed
        self.grace = SUITE_GRACE_SECONDS if sandboxed else 0.0
        self.started = time.monotonic()

    def seconds_left(self) -> float:
        """What is left of the time that all tests have together; negative when it is over."""
        return self.limits.total_seconds - (time.monotonic() - self.started)

    def seconds_for(self, item: pytest.Item) -> float:
        """The limit of a test: `@pytest.mark.seconds(60)`, pytest-timeout's `@pytest.mark.timeout(60)`, or that of all."""
        marker = item.get_closest_marker("seconds") or item.get_closest_marker("timeout")
        given = marker and (marker.args[0] if marker.args else marker.kwargs.get("timeout"))
        return float(given) if given else self.limits.test_seconds

    def set_alarm(self, seconds: float) -> None:
        """Interrupt the suite after so many seconds, and again if it goes on; 0 calls it off."""
        if can_signal():
            signal.signal(signal.SIGALRM, suite_hangs)
            signal.setitimer(signal.ITIMER_REAL, max(seconds, 0), SUITE_GRACE_SECONDS)

    @contextmanager
    def at_most(self, seconds: float) -> Iterator[None]:
        """Interrupt what is done in this context after so many seconds."""
        self.set_alarm(seconds)
        try:
            yield
        finally:
            self.set_alarm(0)

    @contextmanager
    def waiting(self, seconds: float, own: float) -> Iterator[None]:
        """Wait for the submission longer than the running test may take; afterwards the test has all of its own time.

        Args:
            seconds: how long.
            own: what the running test may take.
        """
        # A process that is waited for is ended at its own limit, before this alarm.
        self.set_alarm(seconds + (own + self.grace if self.sandboxed else 0))
        try:
            yield
        finally:
            self.set_alarm(own + self.grace)


def can_signal() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def suite_hangs(signum: int, frame: FrameType | None) -> None:
    raise SuiteTimeout("the suite did not come to an end")
