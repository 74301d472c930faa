"""`autograder new`: an assignment to begin with, or one that is made from an existing autograder."""

import argparse
from pathlib import Path

from autograder.errors import AutograderError, UsageError


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser("new", help="make an assignment of one task to begin with, or from an existing autograder")
    command.add_argument("folder", type=Path, metavar="DIR", help="does not exist yet, or is empty")
    command.add_argument("--title", help="of the assignment (default: made of the folder's name)")
    command.add_argument(
        "--variants", action="store_true", help="of calculations by hand, in which each student has numbers of one's own"
    )
    command.add_argument(
        "--from",
        dest="old",
        type=Path,
        metavar="DIR",
        help="folder of an existing autograder (gradescope-utils, unittest or pytest), which stays as it is",
    )
    command.add_argument(
        "--solution",
        type=Path,
        metavar="DIR",
        help="folder of a right solution: with --from it becomes the reference, and the tests are tried on it",
    )
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.old and arguments.variants:
        raise UsageError("--variants makes a new assignment; leave out --from")
    if arguments.old:
        from autograder.authoring.adopt.adoption import adopt

        for line in adopt(arguments.folder, arguments.old, arguments.solution, arguments.title):
            print(line, flush=True)
        return 0
    if arguments.solution:
        raise AutograderError("--solution goes with --from, the folder of an existing autograder")
    from autograder.authoring.new import TEMPLATE, VARIANTS, make

    for name in make(arguments.folder, arguments.title, VARIANTS if arguments.variants else TEMPLATE):
        print(f"wrote {name}")
    return 0
