"""`autograder emulate`: what becomes of a submission on Gradescope."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import add_assignment, add_submission
from autograder.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "emulate",
        help="grade as Gradescope would, within its limits, and show who sees what",
        description="Build the autograder zip, run it as Gradescope does, within its limits of time and memory, and "
        "show what staff "
        "and students see of the result, now and later.",
        epilog="example: autograder emulate student --due 2026-11-12T23:59 --reuse",
    )
    add_submission(command)
    command.add_argument("--zip", type=Path, metavar="FILE", help="use this autograder zip (default: build one)")
    command.add_argument(
        "--reuse",
        type=Path,
        nargs="?",
        const=Path(sys.prefix),
        metavar="DIR",
        help="use the packages of this environment (default: the current one) instead of running setup.sh",
    )
    command.add_argument("--student", action="append", metavar="ID", help="who hands in; repeat it for the members of a group")
    command.add_argument(
        "--created-at", type=moment, metavar="TIME", help="when it is handed in, such as 2026-11-12T23:59 (default: now)"
    )
    command.add_argument("--due", type=moment, metavar="TIME", help="the due date (default: a week later)")
    command.add_argument("--late-due", type=moment, metavar="TIME", help="the late due date (default: none)")
    command.add_argument("--previous", type=int, default=0, metavar="N", help="number of earlier submissions (default: 0)")
    command.add_argument(
        "--metadata", type=Path, metavar="FILE", help="a submission_metadata.json, which says who hands in and when"
    )
    command.add_argument(
        "--memory-mb", type=float, default=768, metavar="N", help="memory of the platform in MB (default: 768)"
    )
    command.add_argument("--cpus", type=float, default=0.5, metavar="N", help="processors of the platform (default: 0.5)")
    command.add_argument(
        "--platform-seconds", type=float, default=600, metavar="N", help="time limit of the platform in seconds (default: 600)"
    )
    command.add_argument("--all", action="store_true", help="show every test, and why each failed")
    add_assignment(command)
    command.set_defaults(run=run)


def moment(text: str) -> "datetime":
    from autograder.gradescope.emulation import time_of

    return time_of(text)


def run(arguments: argparse.Namespace) -> int:
    from rich.console import Console

    from autograder.assignment import load
    from autograder.gradescope.emulation import Occasion, emulate, zip_content, zip_of
    from autograder.gradescope.supervisor import PlatformLimits
    from autograder.gradescope.views import show

    occasion = Occasion(
        arguments.student or Occasion.students,
        arguments.created_at,
        arguments.due,
        arguments.late_due,
        arguments.previous,
    )
    if arguments.metadata and occasion != Occasion():
        raise UsageError(
            "--metadata says who hands in and when; leave out --student, --created-at, --due, --late-due, --previous"
        )
    limits = PlatformLimits(arguments.platform_seconds, arguments.memory_mb, arguments.cpus)
    console = Console(file=sys.stdout)
    with console.status("building the zip") as status:
        archive = zip_content(arguments.zip) if arguments.zip else zip_of(load(arguments.assignment))
        emulation = emulate(
            archive, arguments.submission, arguments.metadata or occasion, arguments.reuse, limits, status.update
        )
    show(emulation, console, arguments.all)
    return 0 if emulation.valid else 1
