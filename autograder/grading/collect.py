"""The tests of an assignment on record, with their points, without running any."""

import tempfile
from pathlib import Path

from autograder.assignment import Assignment
from autograder.grading.records import Record
from autograder.grading.suites import Submission, run_suites
from autograder.intake.stage import stage_submission


def collect(assignment: Assignment) -> list[Record]:
    """Return a record for each test, and one for each file that could not be read (`unreadable`); no test runs.

    Raises:
        AssignmentError: there are no tests.
    """
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        sources = [assignment.folder / (assignment.reference or ".")]
        stage = stage_submission(
            sources, Path(folder, "stage"), assignment.files, assignment.support_files(), also=assignment.also
        )
        try:
            return run_suites(assignment, Submission(stage, Path(folder), Path(folder)), collect_only=True).records
        finally:
            stage.discard()
