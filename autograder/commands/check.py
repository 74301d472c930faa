"""`autograder check`: is the assignment sound?"""

import argparse
import textwrap

from autograder.commands.arguments import add_assignment


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "check", help="prove that the assignment is sound: points, numbers, both zips, reference and skeleton"
    )
    add_assignment(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.commands.proof import steps
    from autograder.grading.collect import collect
    from autograder.grading.records import number, total

    assignment = load(arguments.assignment)
    records = collect(assignment)
    sound = True
    for step in steps(assignment, records):
        sound = sound and not step.faults
        print("✗" if step.faults else "✓", step.title, flush=True)
        for fault in step.faults:
            print(textwrap.indent(fault, "    ")[2:])
        for note in step.notes:
            print(f"  note: {note}")
    if assignment.parts:
        points, counted = sum(part.points for part in assignment.parts), f"{len(assignment.parts)} parts"
    else:
        points, counted = total(records)[1], f"{len(records)} tests"
    print(f"{assignment.title}: {'' if sound else 'not '}sound, {counted}, {number(points)} points")
    return 0 if sound else 1
