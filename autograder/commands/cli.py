"""The commands: parse, call one function, report."""

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import __version__
from autograder.errors import AutograderError, SubmissionError, machine_fault
from autograder.signals import Interruption

if TYPE_CHECKING:
    from datetime import datetime

    from autograder.assignment import Assignment
    from autograder.gradescope.platform import Policing
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
    interruption = Interruption()
    try:
        with contextlib.ExitStack() as arguments.cleanup:
            status = arguments.run(arguments)
        if sys.stdout:
            sys.stdout.flush()  # while its failing can still be told
        return status
    except SubmissionError as error:
        return failed(1, str(error))
    except AutograderError as error:
        return failed(3, str(error))
    except BrokenPipeError:  # who reads what is printed has had enough
        return failed(141)  # as a program that SIGPIPE ends
    except KeyboardInterrupt:
        return failed(*interruption.told())
    except Exception as error:
        if interruption.number:  # of which a library made another error, or a terminal that has gone away
            return failed(*interruption.told())
        told = machine_fault(error)
        if not told:
            raise
        return failed(3, told)


def failed(status: int, message: str = "") -> int:
    """Say why, and return the status. What does not reach anybody is dropped."""
    with contextlib.suppress(OSError):
        if message:
            print(f"autograder: {message}", file=sys.stderr, flush=True)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:  # the interpreter would try again at its end, and say so
            with open(os.devnull, "wb") as null:
                os.dup2(null.fileno(), stream.fileno())
    return status


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
    who.add_argument(
        "--metadata", type=Path, metavar="FILE", help="Gradescope's submission_metadata.json: whose, and what [policies] go by"
    )
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

    command = commands.add_parser("emulate", help="grade as on Gradescope, within its limits, and show who sees what of it")
    command.add_argument("submission", nargs="+", type=Path, help="a folder, a zip, or single files")
    command.add_argument("--zip", type=Path, metavar="FILE", help="the autograder zip (default: built anew)")
    command.add_argument(
        "--reuse",
        type=Path,
        nargs="?",
        const=Path(sys.prefix),
        metavar="DIR",
        help="take the packages of this environment, or of the one that runs now, instead of running setup.sh",
    )
    command.add_argument("--student", action="append", metavar="ID", help="who hands in; again for each of a group")
    command.add_argument("--created-at", type=moment, metavar="TIME", help="when, such as 2026-11-12T23:59 (default: now)")
    command.add_argument("--due", type=moment, metavar="TIME", help="the due date (default: a week later)")
    command.add_argument("--late-due", type=moment, metavar="TIME", help="the late due date (default: none)")
    command.add_argument("--previous", type=int, default=0, metavar="N", help="how many submissions came before (default: 0)")
    command.add_argument("--metadata", type=Path, metavar="FILE", help="a submission_metadata.json that says all that")
    command.add_argument("--memory-mb", type=float, default=768, metavar="N", help="the platform's memory (default: 768)")
    command.add_argument("--cpus", type=float, default=0.5, metavar="N", help="its share of a processor (default: 0.5)")
    command.add_argument("--platform-seconds", type=float, default=600, metavar="N", help="its time limit (default: 600)")
    command.add_argument("--all", action="store_true", help="show every test, and why each failed")
    add_assignment(command)
    command.set_defaults(run=emulate)

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


def moment(text: str) -> "datetime":
    from autograder.gradescope.emulate import time_of

    return time_of(text)


def grade(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.grading import grade as grade_submission

    assignment = load(arguments.assignment)
    if arguments.out and not arguments.out.parent.is_dir():
        raise AutograderError(f"{arguments.out.parent} does not exist; --out needs an existing folder")
    from autograder import report, results

    protect(arguments)
    console = report.Terminal(file=sys.stdout)  # this one: pytest puts another in its place while tests run
    policing = policies(assignment, arguments.metadata)
    students = policing.students if policing else arguments.student
    try:
        if policing and policing.refused:
            from autograder.ungraded import SEE_ABOVE, ungraded  # not before `grade` has seen that there is memory for NumPy

            outcome = ungraded(assignment, SEE_ABOVE)
        else:
            with report.progress(console) as on_record:
                outcome = grade_submission(
                    assignment, arguments.submission, arguments.sandbox, on_record, arguments.server, students
                )
    except SubmissionError as error:
        if not arguments.format:
            raise
        from autograder.ungraded import ungraded

        outcome = ungraded(assignment, str(error))  # a platform wants a result in any case
    if policing:
        policing.apply(outcome)
    private = arguments.format in (None, "gradescope")  # it has what students must not see
    text = ""
    if not private:
        from autograder import formats

        text = formats.FORMATS[arguments.format].write(outcome)
    elif arguments.out or arguments.format:
        text = results.text_of(outcome.document())
    if text and not arguments.out:
        print(text, end="" if text.endswith("\n") else "\n")
        return 0
    try:
        if arguments.out:
            results.replace(arguments.out, text, 0o600 if private else 0o666)
    finally:
        report.show(outcome, console)  # also where the file cannot be written
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


def emulate(arguments: argparse.Namespace) -> int:
    from rich.console import Console

    from autograder.assignment import load
    from autograder.gradescope import emulate as platform
    from autograder.gradescope import views

    occasion = platform.Occasion(
        arguments.student or platform.Occasion.students,
        arguments.created_at,
        arguments.due,
        arguments.late_due,
        arguments.previous,
    )
    if arguments.metadata and occasion != platform.Occasion():
        print("autograder: --metadata says who hands in and when; leave out the other options for it", file=sys.stderr)
        return 2
    limits = platform.Limits(arguments.platform_seconds, arguments.memory_mb, arguments.cpus)
    console = Console(file=sys.stdout)
    with console.status("building the zip") as status:
        archive = platform.zip_content(arguments.zip) if arguments.zip else platform.zip_of(load(arguments.assignment))
        emulation = platform.emulate(
            archive, arguments.submission, arguments.metadata or occasion, arguments.reuse, limits, status.update
        )
    views.show(emulation, console, arguments.all)
    return 0 if emulation.valid else 1


def gradescope(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.gradescope.platform import run

    protect(arguments)
    return run(load(arguments.assignment), arguments.root, arguments.platform_seconds, arguments.server)


def policies(assignment: "Assignment", metadata: Path | None) -> "Policing | None":
    """Return the policies to be applied, and who hands in; None without metadata. Unlike on the platform, a fault ends it."""
    if not metadata:
        return None
    from autograder.gradescope.platform import Policing

    policing = Policing(assignment, metadata)
    if policing.fault:
        raise policing.fault
    return policing


def protect(arguments: argparse.Namespace) -> None:
    """Prepare this process for grading."""
    if sys.platform == "linux":
        from autograder.sandbox.client import strays_ended
        from autograder.sandbox.kernel import set_dumpable

        set_dumpable(False)  # the memory of this process holds the tests: no process of the same user may read it
        arguments.cleanup.enter_context(strays_ended())


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
