"""`autograder build`: what students or Gradescope get."""

import argparse
from pathlib import Path

from autograder.commands.arguments import add_assignment
from autograder.commands.waiting import Waiting
from autograder.errors import AutograderError


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "build",
        help="make the skeleton, the handout, or the zip for Gradescope",
        description="Make the files that students or Gradescope get.",
        epilog="example: autograder build handout",
    )
    kinds = command.add_subparsers(required=True, metavar="WHAT")
    command = kinds.add_parser(
        "skeleton",
        help="generate the skeleton, which students start from, from the reference",
        description="Generate the skeleton from the reference: what stands between its markers becomes a TODO.",
        epilog="example: autograder build skeleton --check",
    )
    command.add_argument("--check", action="store_true", help="change nothing; exit with 1 if a file is not up to date")
    add_assignment(command)
    command.set_defaults(run=skeleton)
    command = kinds.add_parser(
        "handout",
        help="make what students get: the task as a page, and a zip with everything they need",
        description="Make the task as one HTML page, and a zip with skeleton, public tests and the program that runs them.",
        epilog="example: autograder build handout --out public",
    )
    command.add_argument("--out", type=Path, metavar="DIR", help="folder to write to (default: build, in the assignment)")
    add_assignment(command)
    command.set_defaults(run=handout)
    command = kinds.add_parser(
        "gradescope",
        help="make the autograder zip for Gradescope",
        description="Make the autograder zip that you upload to Gradescope.",
        epilog="example: autograder build gradescope --out autograder.zip",
    )
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="file to write (default: build/gradescope.zip, in the assignment)"
    )
    add_assignment(command)
    command.set_defaults(run=gradescope)


def skeleton(arguments: argparse.Namespace) -> int:
    from autograder.assignment import FILE, load
    from autograder.authoring.skeleton import build_skeleton, check_skeleton

    assignment = load(arguments.assignment)
    if not assignment.reference or not assignment.skeleton:
        raise AutograderError(f"{assignment.folder / FILE} lacks reference or skeleton; name both folders")
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
    from autograder.assignment import FILE, load
    from autograder.authoring.handout import build_handout
    from autograder.authoring.handout_zip import build_handout_zip

    assignment = load(arguments.assignment)
    folder = arguments.out or assignment.folder / "build"
    done = []
    if assignment.handout:
        done += build_handout(assignment.folder / assignment.handout, folder / "handout.html")
    if any(suite.public for suite in assignment.suites):
        with Waiting().shown("packing the zip, and looking for what it would give away"):
            done += build_handout_zip(assignment, folder / "handout.zip")
    elif not assignment.handout:
        raise AutograderError(
            f"{assignment.folder / FILE} has neither a handout nor a suite with public = true, so there is nothing to "
            "hand out; add one of them"
        )
    for line in done or [f"{folder} is up to date"]:
        print(line)
    return 0


def gradescope(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.gradescope.autograder_zip import build_gradescope_zip

    assignment = load(arguments.assignment)
    target = arguments.out or assignment.folder / "build" / "gradescope.zip"
    with Waiting().shown("collecting the tests and packing the zip"):
        done = build_gradescope_zip(assignment, target)
    for line in done or [f"{target.name} is up to date"]:
        print(line)
    return 0
