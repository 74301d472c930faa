"""`autograder check`: is the assignment sound?"""

import argparse
import contextlib
import os
import shutil
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

from autograder.commands.arguments import add_assignment

MEMORY = "/dev/shm"  # noqa: S108  made by `mkdtemp`, as everywhere
ROOM_BYTES = 1 << 30  # many times what is there at a time


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "check",
        help="check that the assignment is sound before anyone sees it",
        description="Check that points, numbers, handout and skeleton agree, that the handout zip gives nothing away, that the "
        "reference gets all points, and that the skeleton and submissions that do nothing get none.",
        epilog="example: autograder check --assignment softmax",
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
    with files_in_memory():
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


@contextmanager
def files_in_memory() -> Iterator[None]:
    """Keep temporary files in memory where there is room and TMPDIR names no other place.

    Each process of a submission gets all of its files anew. On a disk, that is a fifth of the time of a grading.
    """
    with contextlib.ExitStack() as undo:
        if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
            undo.callback(setattr, tempfile, "tempdir", tempfile.tempdir)
            undo.callback(os.environ.pop, "TMPDIR")
            os.environ["TMPDIR"], tempfile.tempdir = MEMORY, None
        yield
