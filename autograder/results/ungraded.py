"""The result of a submission whose tests do not run: every test with 0 points and the reason."""

from collections.abc import Sequence
from dataclasses import replace

from autograder.assignment import Assignment
from autograder.grading.outcome import Outcome
from autograder.grading.records import Record

SEE_ABOVE = "see above"  # the reason where an item of the policies gives it


def ungraded(assignment: Assignment, tests: Sequence[Record], reason: str) -> Outcome:
    """Return the result of such a submission.

    Args:
        tests: all of them, as `collect` has found them; on Gradescope's machine, as the zip lists them.
        reason: for the student.
    """
    records = [test if test.unreadable else without_run(test, reason) for test in tests]
    return Outcome(assignment, records, 0.0, level="none", not_run=reason)


def without_run(record: Record, reason: str) -> Record:
    score = None if record.max_score is None else 0.0
    return replace(record, status="failed", score=score, reason=f"not run: {reason}", staff="", hide_errors=None)
