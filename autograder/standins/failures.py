"""Why a test cannot go on: the submission does not answer, or the suite asks for what may not be."""

from typing import Literal

import pytest

from autograder.errors import AutograderError
from autograder.sandbox.limits import TimeLimit


class SubmissionFailure(BaseException):
    """The submission cannot go on with this test: it is missing, did not import, ended, or sent an invalid reply.

    Not an Exception, so that neither `pytest.raises(Exception)` nor a suite's `except Exception` takes it for an answer.
    """

    def __init__(self, message: str, module: str = "") -> None:
        super().__init__(message)
        self.module = module  # that cannot be used, if that is the reason


class ProcessGone(SubmissionFailure):
    """The process has ended before it answered; the sandbox knows why."""


class TrustedValueError(AutograderError, TypeError):
    """A suite handed something of its own to the submission that may not leave the trusted side."""


class SuiteTimeout(pytest.fail.Exception):  # type: ignore[name-defined]  # an attribute of a function
    """A test did not come to an end; its submission may be the reason only where it runs in this process.

    Like `pytest.fail`'s, this is no Exception, so that a suite does not catch it, and yet one that pytest cleans up after.

    Args:
        clock: by which its time was up.
        time: that it had.
    """

    def __init__(self, message: str, clock: Literal["cpu", "wall"], time: TimeLimit) -> None:
        super().__init__(message)
        self.clock = clock
        self.time = time
