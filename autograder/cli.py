"""The commands: parse, call one function, report."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from autograder import __version__
from autograder.errors import AutograderError, SubmissionError

if TYPE_CHECKING:
    from autograder.sandbox.client import Launched


# The names of autograder.formats, which it takes too long to import for a list of options.
FORMATS = ("gradescope", "autolab", "prairielearn", "github-classroom", "github-notices", "junit", "markdown")


def main(argv: Sequence[str] | None = None, server: "Launched | None" = None) -> int:
    """Return the exit status: 0 done, 1 a check failed, 2 wrong usage, 3 our own fault.

    Args:
        server: to grade with, if `launch.py` has forked one.
    """
    arguments = parser().parse_args(argv)
    arguments.server = server
    received: list[int] = []

    def terminate(number: int, frame: FrameType | None) -> None:
        """End as after Ctrl-C, which no suite can take for a failing test, and clean up."""
        received.append(number)
        interrupt = signal.getsignal(signal.SIGINT)
        (interrupt if callable(interrupt) else signal.default_int_handler)(number, frame)

    signal.signal(signal.SIGTERM, terminate)
    try:
        return arguments.run(arguments)
    except SubmissionError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return 1
    except AutograderError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("autograder: terminated" if received else "autograder: interrupted", file=sys.stderr)
        return 128 + (received or [signal.SIGINT])[0]


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="autograder", description="Grade and build assignments.")
    root.add_argument("--version", action="version", version=f"autograder {__version__}")
    commands = root.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("grade", help="grade a submission and show the result")
    command.add_argument("submission", nargs="+", type=Path, help="a folder, a zip, or single files")
    command.add_argument("--out", type=Path, metavar="FILE", help="write the result here")
    command.add_argument(
        "--format",
        choices=FORMATS,
        help="of the result: Gradescope's results.json if there is --out, else the table shown here",
    )
    command.add_argument(
        "--sandbox",
        choices=("strict", "auto", "off"),
        default="auto",
        help="strict: every layer or nothing; auto: those that hide the tests (default); "
        "off: run the submission in this process, for your own code under a debugger",
    )
    who = command.add_mutually_exclusive_group()
    who.add_argument(
        "--student",
        action="append",
        default=[],
        metavar="ID",
        help="whose numbers are asked for, where the assignment gives each student other ones; again for each of a group",
    )
    who.add_argument("--metadata", type=Path, metavar="FILE", help="Gradescope's submission_metadata.json, which says the same")
    add_assignment(command)
    command.set_defaults(run=grade)

    command = commands.add_parser(
        "check", help="prove that the assignment is sound: points, numbers, both zips, reference and skeleton"
    )
    add_assignment(command)
    command.set_defaults(run=check)

    command = commands.add_parser("doctor", help="say what the sandbox has here, and what to do where it lacks something")
    add_assignment(command)
    command.set_defaults(run=doctor)

    command = commands.add_parser("new", help="make an assignment of one task to begin with")
    command.add_argument("folder", type=Path, metavar="DIR", help="does not exist yet, or is empty")
    command.add_argument("--title", help="of the assignment (default: made of the folder's name)")
    command.set_defaults(run=new)

    command = commands.add_parser("build", help="make what students or Gradescope get")
    kinds = command.add_subparsers(required=True, metavar="WHAT")
    command = kinds.add_parser("skeleton", help="generate the student's files from the reference")
    command.add_argument("--check", action="store_true", help="change nothing; fail if a file is not up to date")
    add_assignment(command)
    command.set_defaults(run=skeleton)
    command = kinds.add_parser("handout", help="make what students get: the handout as a page, and a zip with all they need")
    command.add_argument("--out", type=Path, metavar="DIR", help="where they go (default: build in the assignment)")
    add_assignment(command)
    command.set_defaults(run=handout)
    command = kinds.add_parser("gradescope", help="make the autograder zip for Gradescope")
    command.add_argument("--out", type=Path, metavar="FILE", help="the zip (default: build/gradescope.zip in the assignment)")
    add_assignment(command)
    command.set_defaults(run=gradescope_zip)

    command = commands.add_parser("gradescope", help="grade on Gradescope's machine; run_autograder calls this")
    command.add_argument("--root", type=Path, default=Path("/autograder"), metavar="DIR", help="the platform's folder")
    command.add_argument("--platform-seconds", type=float, default=600, metavar="N", help="the platform's limit (default: 600)")
    add_assignment(command)
    command.set_defaults(run=gradescope, sandbox="auto")
    return root


def add_assignment(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--assignment", type=Path, default=Path(), metavar="DIR", help="folder with assignment.toml (default: here)"
    )


def grade(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.grading import grade as grade_submission

    assignment = load(arguments.assignment)
    if arguments.out and not arguments.out.parent.is_dir():
        raise AutograderError(f"{arguments.out.parent} does not exist; --out needs an existing folder")
    from rich.console import Console

    from autograder import report, results

    forbid_debugging()
    console = Console(file=sys.stdout)  # this one: pytest puts another in its place while tests run
    with report.progress(console) as on_record:
        outcome = grade_submission(
            assignment, arguments.submission, arguments.sandbox, on_record, arguments.server, students(arguments)
        )
    if arguments.out and arguments.format in (None, "gradescope"):
        results.write(outcome.document(), arguments.out)
    elif arguments.format:
        from autograder import formats

        text = formats.FORMATS[arguments.format].write(outcome)
        if arguments.out is None:
            print(text, end="" if text.endswith("\n") else "\n")
            return 0
        arguments.out.write_text(text, encoding="utf-8")
    report.show(outcome, console)
    return 0


def handout(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.bundle import build_handout_zip
    from autograder.handout import build_handout

    assignment = load(arguments.assignment)
    folder = arguments.out or assignment.folder / "build"
    done = []
    if assignment.handout:
        done += build_handout(assignment.folder / assignment.handout, folder / "handout.html")
    if any(suite.public for suite in assignment.suites):
        done += build_handout_zip(assignment, folder / "handout.zip")
    elif not assignment.handout:
        raise AutograderError(
            "assignment.toml has neither a handout nor a suite with public = true: there is nothing to hand out"
        )
    for line in done or [f"{folder} is up to date"]:
        print(line)
    return 0


def gradescope_zip(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.gradescope.bundle import build_gradescope_zip

    assignment = load(arguments.assignment)
    target = arguments.out or assignment.folder / "build" / "gradescope.zip"
    for line in build_gradescope_zip(assignment, target) or [f"{target.name} is up to date"]:
        print(line)
    return 0


def gradescope(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.gradescope.platform import run

    forbid_debugging()
    return run(load(arguments.assignment), arguments.root, arguments.platform_seconds, arguments.server)


def students(arguments: argparse.Namespace) -> Sequence[str]:
    """Return who hands in, as far as the command line says."""
    if not arguments.metadata:
        return arguments.student
    from autograder.gradescope.metadata import load, student_ids

    return student_ids(load(arguments.metadata))


def forbid_debugging() -> None:
    """The memory of this process holds the tests: no process of the same user may read it."""
    if sys.platform == "linux":
        from autograder.sandbox.kernel import set_dumpable

        set_dumpable(False)


def check(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.proof import steps

    assignment = load(arguments.assignment)
    sound = True
    for step in steps(assignment):
        sound = sound and not step.faults
        print("✗" if step.faults else "✓", step.title, flush=True)
        for fault in step.faults:
            print(f"  {fault}")
    points = sum(part.points for part in assignment.parts)
    print(f"{assignment.title}: {'' if sound else 'not '}sound, {len(assignment.parts)} parts, {points:g} points")
    return 0 if sound else 1


def doctor(arguments: argparse.Namespace) -> int:
    from rich.console import Console

    from autograder import doctor as machine
    from autograder.assignment import FILE, load

    found = machine.doctor(load(arguments.assignment) if (arguments.assignment / FILE).is_file() else None)
    machine.show(found, Console())
    return found.status


def new(arguments: argparse.Namespace) -> int:
    from autograder.new import new as make

    for name in make(arguments.folder, arguments.title):
        print(f"wrote {name}")
    return 0


def skeleton(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.skeleton import build_skeleton, check_skeleton

    assignment = load(arguments.assignment)
    if not assignment.reference or not assignment.skeleton:
        raise AutograderError("assignment.toml names no reference or no skeleton")
    reference, target = assignment.folder / assignment.reference, assignment.folder / assignment.skeleton
    if arguments.check:
        differences = check_skeleton(reference, target)
        for difference in differences:
            print(difference)
        print(f"{target} is {'not ' if differences else ''}up to date")
        return 1 if differences else 0
    for line in build_skeleton(reference, target):
        print(line)
    return 0
