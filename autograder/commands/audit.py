"""`autograder audit`: mutants of the reference, and which of them no test sees."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import add_assignment
from autograder.commands.grade import positive
from autograder.commands.grade_class import graders
from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.assignment import Assignment
    from autograder.audit.whole import Audit
    from autograder.course.pool import Engine


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "audit",
        help="find mistakes that no test sees: small changes of the reference, each graded by the suites",
        description="Change the reference in many small ways, grade each of these mutants, and show those that lose no points.",
        epilog="example: autograder audit --files modules.py --out audit.html",
    )
    command.add_argument(
        "--files",
        nargs="+",
        default=[],
        metavar="NAME",
        help="files of the reference to change (default: all that students write)",
    )
    command.add_argument("--out", type=Path, metavar="FILE", help="write a page with all mutants and tests, such as audit.html")
    command.add_argument("--json", action="store_true", help="print everything as JSON instead of the table")
    command.add_argument(
        "--matrix",
        action="store_true",
        help="run the tests of other parts, too, on mutants that those of their own part have killed; takes longer",
    )
    command.add_argument(
        "--jobs",
        type=positive,
        metavar="N",
        help="how many mutants to grade at a time (default: one for each processor, fewer if memory is short)",
    )
    command.add_argument(
        "--sandbox",
        choices=("strict", "auto"),
        default="auto",
        help="strict: every layer or nothing; auto: those that hide the tests (default)",
    )
    add_assignment(command)
    command.set_defaults(run=run, nurseries=())


def run(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.commands.grade import protect

    require_libcst()
    from autograder.audit.report import json_of, text_of

    assignment = load(arguments.assignment)
    protect(arguments)
    out = arguments.out.absolute() if arguments.out else None  # the current folder is another one while suites are there
    found = audited(arguments, assignment)
    print(json_of(found) if arguments.json else text_of(found))
    if out:
        from autograder.audit.page import page_of
        from autograder.files import write_atomically

        write_atomically(out, page_of(found), 0o600)  # it shows the reference
        print(f"written to {out}", file=sys.stderr)
    return 0 if found.sound else 1


def require_libcst() -> None:
    try:
        import libcst  # noqa: F401
    except ImportError as error:
        raise AutograderError(
            f"autograder audit makes its mutants with libcst, which cannot be imported ({error}); install it with: "
            "pip install 'autograder[audit]'"
        ) from error


def audited(arguments: argparse.Namespace, assignment: "Assignment") -> "Audit":
    """Make the audit, and show how far it is."""
    from autograder.audit.grading import GradedMutant
    from autograder.audit.whole import audit
    from autograder.course.pool import Pool
    from autograder.course.progress import Progress

    error = sys.stderr  # this one: pytest puts another in its place
    bars: list[Progress] = []

    def note(words: str) -> None:
        print(words, file=error, flush=True)

    def engine_for(limited: "Assignment", first_rung: bool) -> "Engine":
        nurseries = arguments.nurseries[:1] if first_rung else arguments.nurseries
        return Pool(limited, nurseries, arguments.jobs or graders(), arguments.sandbox, note=note)

    def begin(total: int) -> "Callable[[GradedMutant], None]":
        bars.append(Progress(total, error))
        return lambda one: bars[0].step(bool(one.faults))

    found = audit(assignment, arguments.files, engine_for, note, begin, arguments.matrix)
    for bar in bars:
        bar.end()
    return found
