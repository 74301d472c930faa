"""`autograder new`: an assignment to begin with."""

import argparse
from pathlib import Path


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser("new", help="make an assignment of one task to begin with")
    command.add_argument("folder", type=Path, metavar="DIR", help="does not exist yet, or is empty")
    command.add_argument("--title", help="of the assignment (default: made of the folder's name)")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from autograder.authoring.new import make

    for name in make(arguments.folder, arguments.title):
        print(f"wrote {name}")
    return 0
