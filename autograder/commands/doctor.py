"""`autograder doctor`: what protects the grading on this machine?"""

import argparse
import sys

from autograder.commands.arguments import add_assignment
from autograder.commands.documents import add_json, nothing_else_printed, write_document


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "doctor",
        help="show what the sandbox can do on this machine, and how to mend what is missing",
        description="Start the sandbox on this machine, and show which of its layers work and what to do about those "
        "that do not.",
        epilog="example: autograder doctor --assignment softmax",
    )
    add_json(command)
    add_assignment(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from autograder.assignment import FILE, load
    from autograder.doctor.report import document_of, examine, show
    from autograder.results.terminal import Terminal

    with nothing_else_printed(arguments.json):
        report = examine(load(arguments.assignment) if (arguments.assignment / FILE).is_file() else None)
    if arguments.json:
        write_document(document_of(report))
    else:
        show(report, Terminal(file=sys.stdout))
    return report.status
