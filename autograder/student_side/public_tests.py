"""`python run_tests.py` in the folder that students get: the public tests as they are graded, and the zip to upload."""

import argparse
import importlib.metadata
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from rich.console import Console

from autograder.archive import zip_bytes
from autograder.assignment import Assignment, belongs, load
from autograder.errors import AssignmentError, AutograderError, SubmissionError, UsageError
from autograder.grading.acceptance import SandboxMode
from autograder.grading.mistakes.naming import Namer
from autograder.grading.order import in_number_order
from autograder.grading.outcome import Outcome
from autograder.grading.records import TOLERANCE, Record, number, total
from autograder.grading.story import grade
from autograder.printing import printing
from autograder.results.terminal import Terminal, progress, show
from autograder.sandbox.client import SandboxError
from autograder.student_side import last_run
from autograder.student_side.handed_out import changes, sentence_on, shown, version_of
from autograder.student_side.page import require_free, write_page
from autograder.student_side.upload import SUBMISSION, files_beside, files_to_grade, make_zip
from autograder.student_side.watch import watch
from autograder.text import line

REQUIREMENTS = "requirements.txt"


def main(folder: Path, argv: Sequence[str] | None = None) -> int:
    """Return the exit status: 0 done, whatever the points; 1 there is nothing to hand in; 2 wrong usage; 3 it cannot be done.

    Args:
        folder: of the unpacked handout zip, with the student's files.
    """
    parser = argparse.ArgumentParser(prog="run_tests.py", description="Run the public tests on your files.")
    parser.add_argument("number", nargs="*", help="run the tests of these numbers alone, such as 1.3, or 4 for all of part 4")
    parser.add_argument("-x", action="store_true", dest="first", help="end at the first test that fails")
    parser.add_argument("--failed", action="store_true", help="run the tests that failed last time, or all if none failed")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the result as a page that links to the handout, too")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--zip", action="store_true", help=f"make {SUBMISSION}, the zip to upload, and run no tests")
    instead.add_argument("--json", action="store_true", help="run the tests and print the result as one line of JSON")
    instead.add_argument("--watch", action="store_true", help="run the tests again whenever a file changes, until Ctrl-C")
    arguments = parser.parse_args(argv)
    if arguments.zip and (arguments.number or arguments.first or arguments.failed or arguments.html):
        parser.error("--zip runs no tests: leave out the numbers and the other options")
    return printing(lambda: carry_out(folder, arguments))


def carry_out(folder: Path, arguments: argparse.Namespace) -> int:
    try:
        differing, missing = changes(folder)
        if missing:
            raise AutograderError(f"{shown(missing)} is missing in {folder}; unpack the zip that you got again, all of it")
        if arguments.zip:
            return make_zip(folder)
        if arguments.html:
            require_free(arguments.html)
        if arguments.watch:
            return watch(folder, arguments.number, options(arguments))
        return run(folder, arguments, differing)
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


def options(arguments: argparse.Namespace) -> list[str]:
    """Return those of the options that each run of --watch has."""
    html = ["--html", str(arguments.html)] if arguments.html else []
    return [*(["-x"] if arguments.first else []), *html]


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
    version = version_of(folder)
    console = Terminal(file=sys.stderr if arguments.json else sys.stdout)
    before = last_run.read(folder, version)
    failed = last_run.failed(before, arguments.number) if arguments.failed else []
    with tempfile.TemporaryDirectory(prefix="autograder-") as work:
        upload = Path(work, SUBMISSION)  # what is graded is what would be uploaded
        upload.write_bytes(zip_bytes(files_to_grade(assignment)))
        try:
            outcome = graded(assignment, upload, console, Chosen(tuple(failed or arguments.number), arguments.first))
        except UsageError:
            if not failed:
                raise
            # One of them is not there any more: its file was changed, or cannot be read now.
            outcome = graded(assignment, upload, console, Chosen(tuple(arguments.number), arguments.first))
    outcome = Namer(assignment).name(outcome)
    account_for(outcome, differing, arguments.number)
    told = [last_run.news(before, outcome.records), f"These are the public tests of handout version {version}."]
    if arguments.html:
        write_page(arguments.html, outcome, [sentence for sentence in told if sentence])
    if arguments.json:
        tests = [json_of(record) for record in in_number_order(outcome.records)]
        print(json.dumps({"version": version, "changed": differing, "tests": tests}))
    else:
        last_run.write(folder, version, before, outcome.records)
        show(outcome, console)
        print("\n".join(filter(None, told)))
    return 0


def account_for(outcome: Outcome, differing: list[str], numbers: Sequence[str]) -> None:
    """Put into the result which files were changed, and what tests count that could not be read.

    Args:
        numbers: of the tests that were asked for. Of a part that was not asked for as a whole nobody knows what is missing.
    """
    changed = sentence_on(differing)
    if changed:
        outcome.remarks.insert(0, f"{changed}. The grader takes its own, and may come to another result")
    for record in outcome.records:
        if record.status == "broken" and changed:
            record.status, record.reason, record.score = "failed", changed, 0.0 if record.max_score is not None else None
    if not any(record.unreadable for record in outcome.records):
        return
    for part in outcome.assignment.parts:  # of which assignment.toml says how many points the public tests have
        if outcome.partial and part.number not in numbers:
            continue
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
