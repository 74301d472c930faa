"""`autograder codes`: the codes of the numbers of a whole course."""

import argparse
from pathlib import Path

from autograder.commands.arguments import add_assignment


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "codes",
        help="print each student's code, for an assignment with different numbers for each student",
        description="Print the code of every student in a roster. An assignment with `variants = true` makes a "
        "student's numbers "
        "from this code.",
        epilog="example: autograder codes roster.csv --out codes.csv",
    )
    command.add_argument(
        "roster",
        type=Path,
        metavar="ROSTER.csv",
        help="a line for each student: Gradescope's roster, or ids in the first column; students with the same entry in a "
        "column `group` share a code",
    )
    command.add_argument("--out", type=Path, metavar="FILE", help="write the codes to this file, which only you can read")
    add_assignment(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.authoring.codes import course_codes
    from autograder.files import write_atomically

    text = course_codes(load(arguments.assignment), arguments.roster)
    if arguments.out:
        write_atomically(arguments.out, text.encode(), 0o600)
        print(f"wrote {arguments.out}: {text.count(chr(10)) - 1} students")
    else:
        print(text, end="")
    return 0
