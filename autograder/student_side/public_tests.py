"""`python run_tests.py` in the folder that students get: the public tests as they are graded, and the zip to upload."""

import argparse
import importlib.metadata
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from rich.console import Console

from autograder.archive import VERSION, zip_bytes
from autograder.assignment import Assignment, belongs, load
from autograder.errors import AssignmentError, AutograderError, SubmissionError, UsageError
from autograder.grading.acceptance import SandboxMode
from autograder.grading.order import in_number_order
from autograder.grading.outcome import Outcome
from autograder.grading.records import TOLERANCE, Record, number, total
from autograder.grading.story import grade
from autograder.intake.places import most_like
from autograder.printing import printing
from autograder.results.terminal import Terminal, progress, show
from autograder.sandbox.client import SandboxError
from autograder.student_side.handed_out import TO_READ, changes, listed, sentence_on, shown
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
    parser.add_argument("number", nargs="*", help="run the tests of these numbers alone, such as 1.3, or 4 for all of part 4")
    parser.add_argument("-x", action="store_true", dest="first", help="end at the first test that fails")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--zip", action="store_true", help=f"make {SUBMISSION}, the zip to upload, and run no tests")
    instead.add_argument("--json", action="store_true", help="run the tests and print the result as one line of JSON")
    arguments = parser.parse_args(argv)
    if arguments.zip and (arguments.number or arguments.first):
        parser.error("--zip runs no tests: leave out the numbers and -x")
    return printing(lambda: carry_out(folder, arguments))


def carry_out(folder: Path, arguments: argparse.Namespace) -> int:
    try:
        differing, missing = changes(folder)
        if missing:
            raise AutograderError(f"{shown(missing)} is missing in {folder}; unpack the zip that you got again, all of it")
        return make_zip(folder) if arguments.zip else run(folder, arguments, differing)
    except SubmissionError as error:
        print(f"run_tests.py: {error}", file=sys.stderr)
        return 1
    except UsageError as error:
        print(f"run_tests.py: {error}", file=sys.stderr)
        return 2
    except (AutograderError, SandboxError) as error:
        print(f"run_tests.py: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("run_tests.py: interrupted", file=sys.stderr)
        return 130


def run(folder: Path, arguments: argparse.Namespace, differing: list[str]) -> int:
    """Run the public tests and print the table, or with --json the result as JSON.

    Args:
        differing: files that are no longer as they were handed out.
    """
    absent = missing_packages(folder / REQUIREMENTS)
    if absent:
        raise AutograderError(
            f"missing Python packages: {', '.join(absent)}; install what the tests need: "
            f"python -m pip install -r {REQUIREMENTS}"
        )
    assignment = load(folder)
    version = (folder / VERSION).read_text(encoding="utf-8").strip()
    console = Terminal(file=sys.stderr if arguments.json else sys.stdout)
    with tempfile.TemporaryDirectory(prefix="autograder-") as work:
        upload = Path(work, SUBMISSION)  # what is graded is what would be uploaded
        upload.write_bytes(zip_bytes(files_to_grade(assignment)))
        outcome = graded(assignment, upload, console, Chosen(tuple(arguments.number), arguments.first))
    account_for(outcome, differing)
    if arguments.json:
        tests = [json_of(record) for record in in_number_order(outcome.records)]
        print(json.dumps({"version": version, "changed": differing, "tests": tests}))
    else:
        show(outcome, console)
        print(f"These are the public tests of handout version {version}.")
    return 0


def account_for(outcome: Outcome, differing: list[str]) -> None:
    """Put into the result which files were changed, and what tests count that could not be read."""
    changed = sentence_on(differing)
    if changed:
        outcome.remarks.insert(0, f"{changed}. The grader takes its own, and may come to another result")
    for record in outcome.records:
        if record.status == "broken" and changed:
            record.status, record.reason, record.score = "failed", changed, 0.0 if record.max_score is not None else None
    if outcome.partial or not any(record.unreadable for record in outcome.records):
        return
    for part in outcome.assignment.parts:  # of which assignment.toml says how many points the public tests have
        found = total([record for record in outcome.records if belongs(record.number, part.number)])[1]
        if part.points - found > TOLERANCE:
            unread = Record(part.number, f"{part.title}: tests that could not be read", number=part.number)
            unread.status, unread.reason = ("failed", changed) if changed else ("broken", "")
            unread.max_score, unread.score = part.points - found, 0.0
            outcome.records.append(unread)


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


@dataclass(frozen=True)
class Chosen:
    """Which tests are run: those of these numbers, all of them where there is none; and whether up to the first that fails."""

    numbers: tuple[str, ...] = ()
    first: bool = False


def graded(assignment: Assignment, upload: Path, console: Console, chosen: Chosen) -> Outcome:
    """Run the tests, each in a process of its own where this system can hold one back as the grader's does.

    Elsewhere they run in this process: the code is the student's own. The last line of the table says which it was.
    """
    modes: tuple[SandboxMode, ...] = ("auto", "off") if sys.platform == "linux" else ("off",)
    for mode in modes[:-1]:
        try:
            return graded_in(mode, assignment, upload, console, chosen)
        except (AssignmentError, UsageError):
            raise
        except (AutograderError, SandboxError, OSError):
            continue
    return graded_in(modes[-1], assignment, upload, console, chosen)


def graded_in(mode: SandboxMode, assignment: Assignment, upload: Path, console: Console, chosen: Chosen) -> Outcome:
    with progress(console) as on_record:
        beside = files_beside(assignment)
        return grade(assignment, [upload], mode, on_record, only=chosen.numbers, first_failure=chosen.first, beside=beside)


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
    for name in misnamed(assignment, files):
        print(f"{name} is not in it either: rename it to {most_like(name, absent)} if that is what it is")
    return 0


def files_to_grade(assignment: Assignment) -> dict[str, bytes]:
    """Return the files to hand in, and beside them the names alone of what may be one with another name: so it is named."""
    files = files_to_hand_in(assignment)
    return files | dict.fromkeys(misnamed(assignment, files), b"")


def misnamed(assignment: Assignment, files: Mapping[str, bytes]) -> list[str]:
    """Return the names in the folder that look like one to hand in that is not there, such as modules (1).py."""
    absent = [name for name in assignment.files if name not in files]
    handed_out = {name for name, _ in listed(assignment.folder)} | {SUBMISSION, *TO_READ}
    here = sorted(path.name for path in assignment.folder.iterdir() if path.is_file() and not path.name.startswith("."))
    return [name for name in here if name not in files and name not in handed_out and most_like(name, absent)]


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
        near = [f"; {name} has to be renamed to {most_like(name, assignment.files)}" for name in misnamed(assignment, found)]
        raise SubmissionError(f"none of your files is in {assignment.folder}: {', '.join(files)}{''.join(near)}")
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
