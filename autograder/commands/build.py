"""`autograder build`: what students or Gradescope get."""

import argparse
from pathlib import Path

from autograder.commands.arguments import add_assignment
from autograder.errors import AutograderError


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser("build", help="make what students or Gradescope get")
    kinds = command.add_subparsers(required=True, metavar="WHAT")
    command = kinds.add_parser("skeleton", help="generate the student's files from the reference")
    command.add_argument("--check", action="store_true", help="change nothing; fail if a file is not up to date")
    add_assignment(command)
    command.set_defaults(run=skeleton)
    command = kinds.add_parser("handout", help="make what students get: the handout as a page, and a zip with all they need")
    command.add_argument("--out", type=Path, metavar="DIR", help="where they go (default: build in the assignment)")
    add_assignment(command)
    command.set_defaults(run=handout)
    command = kinds.add_parser("gradescope", help="make the autograder zip for Gradescope")
    command.add_argument("--out", type=Path, metavar="FILE", help="the zip (default: build/gradescope.zip in the assignment)")
    add_assignment(command)
    command.set_defaults(run=gradescope)


def skeleton(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.authoring.skeleton import build_skeleton, check_skeleton

    assignment = load(arguments.assignment)
    if not assignment.reference or not assignment.skeleton:
        raise AutograderError("assignment.toml names no reference or no skeleton")
    reference, target = assignment.folder / assignment.reference, assignment.folder / assignment.skeleton
    if arguments.check:
        differences = check_skeleton(reference, target)
        for difference in differences:
            print(difference)
        print(f"{target} is {'not ' if differences else ''}up to date")
        return 1 if differences else 0
    for line in build_skeleton(reference, target):
        print(line)
    return 0


def handout(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.authoring.handout import build_handout
    from autograder.authoring.handout_zip import build_handout_zip

    assignment = load(arguments.assignment)
    folder = arguments.out or assignment.folder / "build"
    done = []
    if assignment.handout:
        done += build_handout(assignment.folder / assignment.handout, folder / "handout.html")
    if any(suite.public for suite in assignment.suites):
        done += build_handout_zip(assignment, folder / "handout.zip")
    elif not assignment.handout:
        raise AutograderError(
            "assignment.toml has neither a handout nor a suite with public = true: there is nothing to hand out"
        )
    for line in done or [f"{folder} is up to date"]:
        print(line)
    return 0


def gradescope(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.gradescope.autograder_zip import build_gradescope_zip

    assignment = load(arguments.assignment)
    target = arguments.out or assignment.folder / "build" / "gradescope.zip"
    for line in build_gradescope_zip(assignment, target) or [f"{target.name} is up to date"]:
        print(line)
    return 0
