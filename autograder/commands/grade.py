"""`autograder grade`: one submission, shown or written."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import add_assignment, add_submission
from autograder.errors import AutograderError, SubmissionError, UsageError
from autograder.host import memory_mb, processors
from autograder.results.formats import FORMATS

MOST_GRADERS = 4  # by default
MB_OF_A_GRADER = 1024  # that there should be for each: itself, and the processes of the submission that it has

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.assignment import Assignment
    from autograder.gradescope.policing import Policing
    from autograder.grading.outcome import Outcome


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "grade",
        help="grade one submission and show the result",
        description="Grade one submission: a folder, a zip or single files. Show each test with its points, and why a "
        "test failed.",
        epilog="example: autograder grade submission.zip --out results.json",
    )
    add_submission(command)
    command.add_argument("--out", type=Path, metavar="FILE", help="write the result to this file")
    command.add_argument(
        "--format",
        choices=FORMATS,
        help="form of the result (default: with --out Gradescope's results.json, without it the table on the terminal)",
    )
    command.add_argument(
        "--sandbox",
        choices=("strict", "auto", "off"),
        default="auto",
        help="strict: grade only with every layer of the sandbox; auto: with at least those that hide the tests (default); "
        "off: no sandbox, for your own code under a debugger",
    )
    command.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NUMBER|ID",
        help="run only these tests: a number such as 1.3 or 4, or pytest's id of a file or a test; may be repeated",
    )
    command.add_argument(
        "--jobs",
        type=positive,
        default=graders(),
        metavar="N",
        help="run the tests of a long suite in N processes (default: one for each processor, at most 4)",
    )
    command.add_argument("--as-student", action="store_true", help="show only what students see of the result")
    who = command.add_mutually_exclusive_group()
    who.add_argument(
        "--student",
        action="append",
        default=[],
        metavar="ID",
        help="who hands in, if the assignment gives each student different numbers; repeat it for the members of a group",
    )
    who.add_argument(
        "--metadata",
        type=Path,
        metavar="FILE",
        help="Gradescope's submission_metadata.json: who hands in and when; [policies] are applied",
    )
    add_assignment(command)
    command.set_defaults(run=run)


def positive(text: str) -> int:
    """A whole number of 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def graders() -> int:
    """How many graders this machine has processors and memory for."""
    return max(1, min(processors(), MOST_GRADERS, int((memory_mb() or 0) // MB_OF_A_GRADER)))


def run(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.grading.story import grade

    require_complete(arguments)
    assignment = load(arguments.assignment)
    if arguments.out and not arguments.out.parent.is_dir():
        raise AutograderError(f"{arguments.out.parent} does not exist; --out needs an existing folder, so make it first")
    from autograder.results.terminal import Terminal, progress
    from autograder.results.ungraded import SEE_ABOVE

    protect(arguments)
    console = Terminal(file=sys.stdout)  # this one: pytest puts another in its place while tests run
    policing = policies(assignment, arguments.metadata)
    students = policing.students if policing else arguments.student or own_students(assignment, arguments.submission)
    try:
        if policing and policing.refused:
            outcome = not_run(assignment, SEE_ABOVE)
        else:
            with progress(console) as on_record:
                outcome = grade(
                    assignment,
                    arguments.submission,
                    arguments.sandbox,
                    on_record,
                    arguments.server,
                    students,
                    only=arguments.only,
                    others=arguments.others,
                )
    except SubmissionError as error:
        if not arguments.format:
            raise
        outcome = not_run(assignment, str(error))  # a platform wants a result in any case
    from autograder.grading.mistakes.naming import Namer  # loads NumPy, as the grading has by now

    outcome = Namer(assignment).name(outcome)
    if policing:
        policing.apply(outcome)
    if students is None:
        outcome.notes.append("graded with the common numbers; pass --student ID for those of a student")
    write_result(outcome, arguments.format, arguments.out, console, staff=not arguments.as_student)
    unreadable = [record.nodeid for record in outcome.records if record.unreadable and record.nodeid]  # a suite, not the end
    if unreadable:
        told = f"{', '.join(unreadable)} could not be read, so the result is not complete; the result above says why"
        print(f"autograder: {told}", file=sys.stderr)
    return 3 if unreadable else 0


def own_students(assignment: "Assignment", submission: Sequence[Path]) -> Sequence[str] | None:
    """Return who hands in where nobody is named: None, for the common numbers, if it is the assignment's own folder."""
    own = [assignment.folder / name for name in (assignment.reference, assignment.skeleton) if name]
    is_own = len(submission) == 1 and submission[0].resolve() in own
    return None if assignment.variants and is_own else ()


def require_complete(arguments: argparse.Namespace) -> None:
    """Check that a part of the tests is not graded for someone who takes it for all of them.

    Raises:
        UsageError: the message says what to leave out.
    """
    if not arguments.only:
        return
    if arguments.metadata:
        raise UsageError("--only grades a part of the tests, and policies need a complete result; leave out --metadata")
    name = arguments.format or "gradescope"
    if FORMATS[name].of_all and (arguments.out or arguments.format):
        partial = " or ".join(other for other, form in FORMATS.items() if not form.of_all)
        raise UsageError(
            f"--only grades a part of the tests, and {name} is a form for complete results; leave out --only, or choose "
            f"--format {partial}"
        )


def not_run(assignment: "Assignment", reason: str) -> "Outcome":
    """Return the result of a submission whose tests do not run."""
    from autograder.grading.collect import collect  # loads NumPy, and `grade` must have looked first if it fits in
    from autograder.results.ungraded import ungraded

    return ungraded(assignment, collect(assignment), reason)


def write_result(outcome: "Outcome", name: str | None, out: Path | None, console: "Console", *, staff: bool = True) -> None:
    """Write the result to a file or print it, in a format; without format and file show the table.

    Args:
        name: of a format; None for the one that goes with `out`.
        out: the file. Others than its owner can read it only in a format for students.
        staff: whether the table is for them; else it is what students read.
    """
    from autograder.files import write_atomically
    from autograder.results.excerpts import for_students
    from autograder.results.terminal import show

    table = outcome if staff else for_students(outcome)

    form = FORMATS[name or "gradescope"]
    if not out:
        if name:
            text = form.write(outcome)
            print(text, end="" if text.endswith("\n") else "\n")
        else:
            show(table, console, staff)
        return
    text = form.write(outcome)
    try:
        write_atomically(out, text.encode(), 0o666 if form.readers == "students" else 0o600)
    finally:
        show(table, console, staff)  # also where the file cannot be written


def policies(assignment: "Assignment", metadata: Path | None) -> "Policing | None":
    """Return the policies to be applied, and who hands in; None without metadata. Unlike on the platform, a fault ends it."""
    if not metadata:
        return None
    from autograder.gradescope.policing import Policing

    policing = Policing(assignment, metadata)
    if policing.fault:
        raise policing.fault
    return policing


def protect(arguments: argparse.Namespace) -> None:
    """Prepare this process for grading."""
    if sys.platform == "linux":
        from autograder.sandbox.kernel import set_dumpable
        from autograder.sandbox.strays import strays_ended

        set_dumpable(False)  # the memory of this process holds the tests: no process of the same user may read it
        arguments.cleanup.enter_context(strays_ended())
