"""The tests of an assignment on record, with their points, without running any."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.assignment import Assignment
from autograder.grading.suites import run_suites
from autograder.intake.stage import stage_submission

if TYPE_CHECKING:
    from autograder.grading.plugin import GradingPlugin


def collect(assignment: Assignment) -> "GradingPlugin":
    """Put all tests on record, with their points; none of them runs."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        sources = [assignment.folder / (assignment.reference or ".")]
        stage = stage_submission(sources, Path(folder, "stage"), assignment.files, assignment.support_files())
        try:
            return run_suites(assignment, None, stage, "off", lambda record: None, Path(folder), collect_only=True)
        finally:
            stage.discard()
