"""`autograder doctor`: what protects the grading on this machine?"""

import argparse

from autograder.commands.arguments import add_assignment


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "doctor",
        help="show what the sandbox can do on this machine, and how to mend what is missing",
        description="Start the sandbox on this machine, and show which of its layers work and what to do about those "
        "that do not.",
        epilog="example: autograder doctor --assignment softmax",
    )
    add_assignment(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from rich.console import Console

    from autograder.assignment import FILE, load
    from autograder.doctor.report import examine, show

    report = examine(load(arguments.assignment) if (arguments.assignment / FILE).is_file() else None)
    show(report, Console())
    return report.status
