"""`autograder check`: is the assignment sound?"""

import argparse
import contextlib
import os
import shutil
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from autograder.commands.arguments import add_assignment
from autograder.commands.documents import add_json, nothing_else_printed, write_document
from autograder.commands.waiting import Waiting

if TYPE_CHECKING:
    from autograder.commands.proof import Step

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
    add_json(command)
    add_assignment(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.commands.proof import steps
    from autograder.gradescope.wording import plural
    from autograder.grading.collect import collect
    from autograder.grading.records import number, total

    waiting, done = Waiting(), []
    with nothing_else_printed(arguments.json), files_in_memory():
        assignment = load(arguments.assignment)
        with waiting.shown("collecting the tests"):
            records = collect(assignment)
        looking = steps(assignment, records, waiting.tell)
        while True:
            with waiting.shown():
                step = next(looking, None)
            if step is None:
                break
            done.append(step)
            if not arguments.json:
                show(step)
    sound = not any(step.faults for step in done)
    points = sum(part.points for part in assignment.parts) if assignment.parts else total(records)[1]
    if arguments.json:
        counted = {"parts": len(assignment.parts), "tests": len(records), "points": points}
        write_document({"title": assignment.title, "sound": sound, **counted, "steps": [asdict(step) for step in done]})
    else:
        counts = plural(len(assignment.parts), "part") if assignment.parts else plural(len(records), "test")
        print(f"{assignment.title}: {'' if sound else 'not '}sound, {counts}, {number(points)} points")
    return 0 if sound else 1


def show(step: "Step") -> None:
    print("✗" if step.faults else "✓", step.title, flush=True)
    for fault in step.faults:
        print(textwrap.indent(fault, "    ")[2:])
    for note in step.notes:
        print(f"  note: {note}")


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
