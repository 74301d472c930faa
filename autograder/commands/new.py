"""`autograder new`: an assignment to begin with, or one that is made from an existing autograder."""

import argparse
from pathlib import Path

from autograder.commands.waiting import Waiting
from autograder.errors import UsageError


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "new",
        help="start an assignment, from a template or from an existing autograder",
        description="Make a complete assignment with one task, or turn an existing autograder into one.",
        epilog="example: autograder new softmax --title 'Softmax and friends'",
    )
    command.add_argument("folder", type=Path, metavar="DIR", help="a folder that does not exist yet, or is empty")
    command.add_argument("--title", help="title of the assignment (default: from the folder's name)")
    command.add_argument(
        "--variants",
        action="store_true",
        help="use the template for hand calculations, which gives each student different numbers",
    )
    command.add_argument(
        "--from",
        dest="old",
        type=Path,
        metavar="DIR",
        help="folder of an existing autograder (gradescope-utils, unittest or pytest); it is not changed",
    )
    command.add_argument(
        "--solution",
        type=Path,
        metavar="DIR",
        help="with --from: folder of a right solution, which becomes the reference and is graded by the tests",
    )
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.old and arguments.variants:
        raise UsageError("--variants and --from exclude each other: leave one of them out")
    if arguments.old:
        from autograder.authoring.adopt.adoption import adopt

        waiting, words = Waiting(), "reading the autograder"
        lines = adopt(arguments.folder, arguments.old, arguments.solution, arguments.title)
        while True:
            with waiting.shown(words):
                line = next(lines, None)
            if line is None:
                return 0
            print(line, flush=True)
            words = line
    if arguments.solution:
        raise UsageError("--solution needs --from DIR, the folder of an existing autograder; add it, or leave out --solution")
    from autograder.authoring.new import TEMPLATE, VARIANTS, make

    for name in make(arguments.folder, arguments.title, VARIANTS if arguments.variants else TEMPLATE):
        print(f"wrote {name}")
    return 0
