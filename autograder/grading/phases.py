"""What the phases of a test have come to, and the verdict that they make together.

pytest reports a test in phases: set-up, call, tear-down, and within the call each subtest. `outcome_of_phase` says what one
report means; `Phases` holds what was found so far and concludes from it. Nothing here needs pytest to run.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import pytest

from autograder.grading.records import Record
from autograder.grading.verdicts import Failure
from autograder.standins.failures import SubmissionFailure

Reported = Literal["passed", "failed", "skipped"]

NEVER_EXPECTED = (SubmissionFailure, NotImplementedError)  # missing, ended, not written: no suite means that by xfail


class NotRun(Exception):
    """There was no time left for the test."""


@dataclass(frozen=True)
class PhaseOutcome:
    """What one phase of a test, or one subtest, has come to.

    Attributes:
        kind: "failed" by its exception; "passed unexpectedly", without one; "skipped"; "passed"; or "nothing", which decides
            nothing about the test, as a set-up that works.
        words: why it was skipped, for the student.
    """

    kind: Literal["failed", "passed unexpectedly", "skipped", "passed", "nothing"]
    words: str = ""


def outcome_of_phase(
    error: BaseException | None, phase: str, reported: Reported, *, xfailed: bool = False, expects_failure: bool = False
) -> PhaseOutcome:
    """Return what a phase has come to. The first of these questions that fits decides, so their order is the meaning.

    Args:
        error: that has ended the phase.
        phase: "setup", "call" or "teardown".
        reported: what pytest makes of it.
        xfailed: pytest's report has `wasxfail`: the test is marked xfail, or has called `pytest.xfail`.
        expects_failure: the test or its class is marked by unittest's expectedFailure, which pytest carries out by raising
            what `pytest.xfail` raises.
    """
    if isinstance(error, NotRun):
        return PhaseOutcome("nothing")  # the plugin has put this on record before
    if isinstance(error, pytest.xfail.Exception) and not expects_failure:
        return PhaseOutcome("skipped", f"ended by the test itself: {error.msg}")
    if xfailed and not isinstance(error, NEVER_EXPECTED):
        return PhaseOutcome("passed")
    if error is not None and not isinstance(error, pytest.skip.Exception):
        return PhaseOutcome("failed")
    if reported == "skipped":
        return PhaseOutcome("skipped", f"skipped: {error}" if error else "skipped")
    if reported == "failed":
        return PhaseOutcome("passed unexpectedly")
    return PhaseOutcome("passed" if phase == "call" else "nothing")


@dataclass
class Phases:
    """What the phases of one test have come to so far.

    Attributes:
        not_run: why there was no time for it.
        skipped: why its body was skipped.
        passed: its body came to its end, or failed as expected.
    """

    failures: list[Failure] = field(default_factory=list)
    not_run: str | None = None
    skipped: str | None = None
    passed: bool = False

    @property
    def late(self) -> list[Failure]:
        """The suite's own failures in ending a fixture. The verdict is known by then and stays."""
        return [failure for failure in self.failures if failure.broken and failure.phase == "teardown"]

    @property
    def counted(self) -> list[Failure]:
        """The failures that decide."""
        return [failure for failure in self.failures if not (failure.broken and failure.phase == "teardown")]

    def conclude(self, record: Record, notes: Sequence[str] = ()) -> None:
        """Put verdict and reasons into the record. As above, the first that fits decides.

        Args:
            notes: for staff, put before what else they read.
        """
        if self.counted:
            broken = [failure for failure in self.counted if failure.broken]
            record.status = "broken" if broken else "failed"
            record.reason = "\n\n".join(dict.fromkeys(failure.words for failure in self.counted))
            full = "\n\n".join(dict.fromkeys(failure.full or failure.words for failure in self.counted))
            record.full_reason = "" if full == record.reason else full
            record.staff = "\n\n".join(failure.staff for failure in broken or self.counted)
            record.answers = [failure.answer for failure in self.counted if failure.answer] if not broken else []
        elif self.not_run:
            record.status, record.reason = "failed", self.not_run
            record.hide_errors = None  # this is no error to be hidden
        elif self.skipped is not None:
            record.status, record.reason = "failed", self.skipped
        elif self.passed:
            record.status = "passed"
        else:
            record.status, record.staff = "broken", "pytest gave no outcome"
        record.needs_human = bool(self.late)
        record.staff = "\n".join(filter(None, [*notes, record.staff, *(failure.staff for failure in self.late)]))
