"""Submissions that `grade_many.py` grades while the tests go on."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from places import HELPERS

from autograder.assignment import Assignment
from autograder.course.jobs import record_of
from autograder.grading.outcome import Outcome
from autograder.sandbox.programs import PACKAGE_ROOT, clean_environment


@dataclass
class Grading:
    """One of them."""

    many: "Many"
    number: int

    def get(self, timeout: float) -> Outcome:
        """Wait for the result.

        Raises:
            AssertionError: there is none; the message says why.
        """
        path, until = self.many.out / f"{self.number}.json", time.monotonic() + timeout
        while not path.exists():
            assert self.many.is_running() or path.exists(), f"grade_many.py has ended:\n{self.many.printed()}"
            assert time.monotonic() < until, "the grading takes too long"
            time.sleep(0.05)
        found = json.loads(path.read_bytes())
        assert found["document"], found["fault"]
        records = [record_of(record) for record in found["document"]["records"]]
        return Outcome(self.many.assignment, records, found["document"]["seconds"], level=found["document"]["level"])


class Many:
    """Submissions of an assignment, graded by one program.

    Args:
        folder: of ours.
    """

    def __init__(self, assignment: Assignment, folder: Path) -> None:
        self.assignment = assignment
        self.folder = folder
        self.out = folder / "answers"
        self.out.mkdir()
        self.jobs: list[dict] = []
        self.process: subprocess.Popen | None = None

    def add(self, sources: Sequence[Path], only: Collection[str]) -> Grading:
        """Have a submission graded by some tests; see `autograder grade --only`."""
        self.jobs.append({"number": len(self.jobs), "sources": [str(source) for source in sources], "only": sorted(only)})
        return Grading(self, len(self.jobs) - 1)

    def start(self) -> None:
        if not self.jobs:
            return
        jobs = self.folder / "jobs.json"
        jobs.write_text(json.dumps({"preload": list(self.assignment.sandbox.preload), "jobs": self.jobs}))
        kept = {"TMPDIR": os.environ["TMPDIR"]} if "TMPDIR" in os.environ else {}
        with open(self.folder / "printed", "wb") as printed:
            self.process = subprocess.Popen(
                [sys.executable, "-B", str(HELPERS / "grade_many.py"), str(self.assignment.folder), str(jobs), str(self.out)],
                env={**clean_environment(), "PYTHONPATH": str(PACKAGE_ROOT), **kept},
                stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, start_new_session=True,
            )  # fmt: skip

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def printed(self) -> str:
        return (self.folder / "printed").read_text("utf-8", "replace")[-5000:]

    def end(self) -> None:
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            self.process.wait()
