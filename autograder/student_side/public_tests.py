"""`python run_tests.py` in the folder that students get: the public tests as they are graded, and the zip to upload."""

import argparse
import importlib.metadata
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from rich.console import Console

from autograder.archive import VERSION, zip_bytes
from autograder.assignment import Assignment, load
from autograder.errors import AssignmentError, AutograderError, SubmissionError
from autograder.grading.acceptance import SandboxMode
from autograder.grading.outcome import Outcome
from autograder.grading.records import Record, number
from autograder.grading.story import grade
from autograder.results.terminal import progress, show
from autograder.sandbox.client import SandboxError
from autograder.text import line

REQUIREMENTS = "requirements.txt"
SUBMISSION = "submission.zip"
OURS = ("run_tests.py", "conftest.py")  # that the handout zip brings


def main(folder: Path, argv: Sequence[str] | None = None) -> int:
    """Return the exit status: 0 done, whatever the points; 1 there is nothing to hand in; 2 wrong usage; 3 it cannot be done.

    Args:
        folder: of the unpacked handout zip, with the student's files.
    """
    parser = argparse.ArgumentParser(prog="run_tests.py", description="Run the public tests on your files.")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--zip", action="store_true", help=f"make {SUBMISSION}, the zip to upload, and run no tests")
    instead.add_argument("--json", action="store_true", help="run the tests and print the result as one line of JSON")
    arguments = parser.parse_args(argv)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # where a console has no ✓
    try:
        return make_zip(folder) if arguments.zip else run(folder, arguments.json)
    except SubmissionError as error:
        print(f"run_tests.py: {error}", file=sys.stderr)
        return 1
    except (AutograderError, SandboxError) as error:
        print(f"run_tests.py: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("run_tests.py: interrupted", file=sys.stderr)
        return 130


def run(folder: Path, as_json: bool) -> int:
    """Run the public tests and print the table, or with `as_json` the result as JSON."""
    absent = missing_packages(folder / REQUIREMENTS)
    if absent:
        raise AutograderError(
            f"missing Python packages: {', '.join(absent)}; install what the tests need: "
            f"python -m pip install -r {REQUIREMENTS}"
        )
    assignment = load(folder)
    version = (folder / VERSION).read_text(encoding="utf-8").strip()
    console = Console(file=sys.stderr if as_json else sys.stdout)
    with tempfile.TemporaryDirectory(prefix="autograder-") as work:
        upload = Path(work, SUBMISSION)  # what is graded is what would be uploaded
        upload.write_bytes(zip_bytes(files_to_hand_in(assignment)))
        outcome = graded(assignment, upload, console)
    if as_json:
        print(json.dumps({"version": version, "tests": [json_of(record) for record in outcome.records]}))
    else:
        show(outcome, console)
        print(f"These are the public tests of handout version {version}.")
    return 0


def json_of(record: Record) -> dict[str, Any]:
    """Return what the JSON says of a test.

    "id" is pytest's name of it; "status" is "passed", "failed" or "broken" (a fault of the suite, not of the student); "score"
    and "max_score" are points, null for a test without; "output" says why it failed and what the code printed.
    """
    return {
        "id": record.nodeid,
        "number": record.number,
        "name": line(record.name),
        "status": record.status,
        "score": None if record.score is None else number(record.score),
        "max_score": None if record.max_score is None else number(record.max_score),
        "output": record.output(),
    }


def graded(assignment: Assignment, upload: Path, console: Console) -> Outcome:
    """Run the tests, each in a process of its own where this system can hold one back as the grader's does.

    Elsewhere they run in this process: the code is the student's own. The last line of the table says which it was.
    """
    modes: tuple[SandboxMode, ...] = ("auto", "off") if sys.platform == "linux" else ("off",)
    for mode in modes[:-1]:
        try:
            return graded_in(mode, assignment, upload, console)
        except AssignmentError:
            raise
        except (AutograderError, SandboxError, OSError):
            continue
    return graded_in(modes[-1], assignment, upload, console)


def graded_in(mode: SandboxMode, assignment: Assignment, upload: Path, console: Console) -> Outcome:
    with progress(console) as on_record:
        return grade(assignment, [upload], mode, on_record, beside=files_beside(assignment))


def files_beside(assignment: Assignment) -> list[str]:
    """Return the Python files of this folder that are not handed in, and do not come with the assignment."""
    known = {*OURS, *assignment.support_files(), *files_to_hand_in(assignment)}
    found = sorted(path.name for path in assignment.folder.glob("*.py")) + [
        f"{path.parent.name}/{path.name}" for path in sorted(assignment.folder.glob("*/__init__.py"))
    ]
    return [name for name in found if name not in known]


def make_zip(folder: Path) -> int:
    """Write the zip to upload, with the files to hand in at its top and nothing else."""
    assignment = load(folder)
    files = files_to_hand_in(assignment)
    (folder / SUBMISSION).write_bytes(zip_bytes(files))
    print(f"{folder / SUBMISSION}: {', '.join(sorted(files))}")
    absent = [name for name in assignment.files if name not in files]
    if absent:
        print(f"Not in it, because they are not here: {', '.join(absent)}")
    return 0


def files_to_hand_in(assignment: Assignment) -> dict[str, bytes]:
    """Return the student's files by name.

    Raises:
        SubmissionError: there is none.
    """
    files = {name: assignment.folder / name for name in assignment.files}
    found = {name: path.read_bytes() for name, path in files.items() if path.is_file()}
    for name in assignment.helper_files(assignment.folder):
        if name not in OURS and not name.startswith(("autograder/", "tests/")):
            found[name] = (assignment.folder / name).read_bytes()
    if not found:
        raise SubmissionError(f"none of your files is in {assignment.folder}: {', '.join(files)}")
    return found


def missing_packages(requirements: Path) -> list[str]:
    """Return the packages that requirements.txt asks for on this system and that are not installed, in any version."""
    absent = []
    for text in requirements.read_text(encoding="utf-8").splitlines():
        if not text.strip() or text.startswith("#"):
            continue
        requirement = Requirement(text)
        try:
            if requirement.marker is None or requirement.marker.evaluate():
                importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            absent.append(requirement.name)
    return absent
