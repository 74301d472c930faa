"""A suite cannot end the grading, whatever it raises; a person can."""

import functools
import os
import signal
from collections.abc import Callable, Generator
from types import FrameType
from typing import Any

import pytest

from autograder.grading.leftovers import end_copy
from autograder.grading.timekeeping import can_signal
from autograder.grading.verdicts import SuiteStopped
from autograder.standins.failures import SubmissionFailure

Wrapper = Generator[None, Any, Any]  # a hook wrapper: gets the result of the others, returns its own


class FixtureNotEnded(pytest.fail.Exception):  # type: ignore[name-defined]  # an attribute of a function
    """Carries an exception that pytest does not expect from the end of a fixture."""


class Containment:
    """Turns what would end pytest into failures of the test that runs.

    Attributes:
        interrupted: by a person, with Ctrl-C or a signal that counts as such. A suite can raise KeyboardInterrupt as well.
    """

    def __init__(self) -> None:
        self.interrupted = False
        self.former: Any = None  # the handler of SIGINT
        self.pid = os.getpid()

    def begin(self) -> None:
        if can_signal():
            self.former = signal.signal(signal.SIGINT, self.interrupt)

    def end(self) -> None:
        if self.former is not None:
            signal.signal(signal.SIGINT, self.former)

    def interrupt(self, signum: int, frame: FrameType | None) -> None:
        self.interrupted = True
        raise KeyboardInterrupt

    def phase(self) -> Wrapper:
        """Wrap the hook of a test's set-up, call or tear-down."""
        try:
            return (yield)
        except KeyboardInterrupt as error:
            if self.interrupted:
                raise
            raise SuiteStopped("the suite raised KeyboardInterrupt") from error
        except pytest.exit.Exception as error:
            raise pytest.fail.Exception(str(error)) from None
        finally:
            end_copy(self.pid)

    def fixture(self, fixturedef: Any, request: Any, set_up: Wrapper) -> Wrapper:
        """Wrap the hook that sets up a fixture, with another wrapper inside."""
        add = type(fixturedef).addfinalizer
        fixturedef.addfinalizer = lambda finalizer: add(fixturedef, functools.partial(self.finalize, finalizer))
        try:
            return (yield from set_up)
        except (KeyboardInterrupt, SubmissionFailure) as error:
            if self.interrupted:
                raise
            failure = error if isinstance(error, SubmissionFailure) else SuiteStopped("the suite raised KeyboardInterrupt")
            # As pytest does with an Exception: others that need the fixture fail in the same way.
            fixturedef.cached_result = (None, fixturedef.cache_key(request), (failure, error.__traceback__))
            raise failure from None

    def finalize(self, finalizer: Callable[[], object]) -> None:
        """End a fixture. What pytest does not expect there would keep it from ending the others, for the next test to find."""
        try:
            finalizer()
        except (KeyboardInterrupt, SubmissionFailure) as error:
            if self.interrupted:
                raise
            raise FixtureNotEnded(str(error)) from error
