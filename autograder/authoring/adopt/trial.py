"""Try the solution in one process and in the sandbox, each in a separate program, which may crash or hang.

That program calls `main`, which writes a line of JSON to a file for each event, so that a crash loses nothing.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from autograder.assignment import Assignment, load
from autograder.errors import AutograderError, SubmissionError
from autograder.grading.records import Record
from autograder.intake.stage import remove_tree

Mode = Literal["off", "auto", "collect"]
SPARE_SECONDS = 60.0  # for starting, loading PyTorch and collecting, on a busy machine
PROGRAM = "import sys; del sys.path[0]; from autograder.authoring.adopt.trial import main; sys.exit(main(sys.argv[1:]))"
FIELDS = ("nodeid", "status", "score", "max_score", "number", "reason", "staff", "unreadable", "leaderboard")


@dataclass(frozen=True)
class Verdict:
    """What a test has come to; the attributes are those of a record."""

    nodeid: str
    status: str = "failed"
    score: float | None = None
    max_score: float | None = None
    number: str | None = None
    reason: str = ""
    staff: str = ""
    unreadable: bool = False
    leaderboard: object = None

    @property
    def skipped(self) -> bool:
        return self.status == "failed" and self.reason.split(":")[0] == "skipped"

    @property
    def fine(self) -> bool:
        """Whether a right solution may come to this."""
        return self.status == "passed" or self.skipped

    def same(self, other: "Verdict") -> bool:
        """Whether students would get the same."""
        return (self.status, self.score, self.skipped) == (other.status, other.score, other.skipped)

    def cause(self) -> str:
        """The cause of a failure in one line: for staff if there is one for them, else for the student."""
        lines = [text for line in self.staff.splitlines() if (text := re.sub(r"^E +", "", line).strip())]
        errors = [line for line in lines if re.match(r"[\w.]+(Error|Exception|Failure|Stopped|Timeout|Refused)\b", line)]
        found = (errors or lines)[-1] if self.status == "broken" and lines else next(iter(self.reason.splitlines()), "")
        return re.sub(r"^autograder\.[\w.]*\.(?=[A-Z])", "", found)


@dataclass
class Tried:
    """What one try has come to.

    Attributes:
        verdicts: by nodeid, in the order of the suites; None for a test that has none.
        fault: why it has ended early.
    """

    verdicts: dict[str, Verdict | None] = field(default_factory=dict)
    fault: str = ""


def tried(assignment: Assignment, mode: Mode) -> Tried:
    """Grade the reference in a program of its own, or only collect the tests."""
    work = Path(tempfile.mkdtemp(prefix="autograder-"))
    work.chmod(0o711)  # the submission's processes may pass through it, and not look around
    try:
        out = work / "events"
        out.touch()
        with open(work / "errors", "w+b") as errors:
            process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(assignment.folder), mode, str(out)], cwd=assignment.folder,
                stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, env=environment(work), start_new_session=True,
            )  # fmt: skip
            ended = waited_for(process, out, assignment)
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()
        result = read_events(out)
    finally:
        remove_tree(work)  # with what a program that was stopped has left there
    if not ended:
        result.fault = result.fault or "it was stopped, because it made no progress"
    elif process.returncode and not result.fault:
        result.fault = (said.splitlines() or [f"it ended with status {process.returncode}"])[-1]
    return result


def environment(temporary: Path) -> dict[str, str]:
    """Return that of the program: it finds this package where it is, also without being installed."""
    root = str(Path(__file__).parents[3])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, "TMPDIR": str(temporary)}


def waited_for(process: "subprocess.Popen[bytes]", out: Path, assignment: Assignment) -> bool:
    """Wait for the program while its file grows; end it with all that it has started. Return whether it ended by itself."""
    limits = assignment.limits
    patience = limits.time_for(limits.test_seconds).wall_seconds + SPARE_SECONDS
    size, since = -1, time.monotonic()
    try:
        while process.poll() is None:
            if out.stat().st_size != size:
                size, since = out.stat().st_size, time.monotonic()
            if time.monotonic() - since > patience:
                return False
            time.sleep(0.02)
        return True
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def read_events(out: Path) -> Tried:
    result = Tried()
    for line in out.read_text(encoding="utf-8").splitlines():
        try:
            event = json.loads(line)
        except ValueError:  # cut off
            continue
        if "fault" in event:
            result.fault = event["fault"]
        elif "collected" in event:
            result.verdicts |= dict.fromkeys(event["collected"])
        else:
            result.verdicts[event["nodeid"]] = Verdict(**event)
    return result


def main(arguments: Sequence[str]) -> int:
    """Grade as the arguments say, and write the events; return the exit status."""
    folder, mode, out = arguments
    assignment = load(Path(folder))
    with open(out, "a", encoding="utf-8", buffering=1) as file:

        def write(event: dict[str, object]) -> None:
            file.write(json.dumps(event) + "\n")

        def known(record: Record) -> None:
            write({name: getattr(record, name) for name in FIELDS})

        try:
            if mode == "collect":
                from autograder.grading.collect import collect

                for record in collect(assignment):
                    known(record)
            else:
                from autograder.grading.story import grade

                outcome = grade(
                    assignment,
                    [assignment.folder / str(assignment.reference)],
                    "off" if mode == "off" else "auto",
                    on_record=known,
                    on_collected=lambda records: write({"collected": [record.nodeid for record in records]}),
                )
                for record in outcome.records:
                    known(record)
        except (AutograderError, SubmissionError) as error:
            write({"fault": str(error)})
            return 1
    return 0
