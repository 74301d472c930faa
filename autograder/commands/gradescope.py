"""`autograder gradescope`: what run_autograder calls on Gradescope's machine."""

import argparse
from pathlib import Path

from autograder.commands.arguments import add_assignment
from autograder.commands.grade import protect


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "gradescope",
        help="grade on Gradescope's machine; its run_autograder calls this",
        description="Grade the submission that lies on Gradescope's machine, and write results/results.json there. The script "
        "run_autograder of the zip calls this. To try it on your machine, use autograder emulate.",
        epilog="example: autograder gradescope --root /autograder",
    )
    command.add_argument(
        "--root", type=Path, default=Path("/autograder"), metavar="DIR", help="folder of the platform (default: /autograder)"
    )
    command.add_argument(
        "--platform-seconds", type=float, default=600, metavar="N", help="time limit of the platform in seconds (default: 600)"
    )
    add_assignment(command)
    command.set_defaults(run=run, sandbox="auto")


def run(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.gradescope.platform import run

    protect(arguments)
    return run(load(arguments.assignment), arguments.root, arguments.platform_seconds, arguments.server)
