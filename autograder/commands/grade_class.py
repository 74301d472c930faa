"""`autograder class`: all submissions of a class, graded, and what people make of them."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import add_assignment
from autograder.commands.grade import positive
from autograder.host import memory_mb, processors

MB_OF_A_GRADER = 400  # that there should be for each: itself, its fork servers, and the processes of its submission

if TYPE_CHECKING:
    from autograder.course.story import Entry


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser("class", help="grade all submissions of a class, and write a report")
    command.add_argument("submissions", type=Path, metavar="SUBMISSIONS", help="a folder, or the zip that a platform gives")
    command.add_argument("--out", type=Path, default=Path("class"), metavar="DIR", help="where results go (default: class)")
    command.add_argument(
        "--store", type=Path, metavar="DIR", help="where results are kept for later runs (default: store, in --out)"
    )
    command.add_argument("--roster", type=Path, metavar="FILE", help="CSV of who is in the class")
    command.add_argument("--download", metavar="KIND", help="what SUBMISSIONS is, where that cannot be seen")
    command.add_argument("--jobs", type=positive, default=None, metavar="N", help="submissions at a time")
    command.add_argument("--again", action="append", default=[], choices=("time", "all"), help="grade these again")
    command.add_argument("--sandbox", choices=("strict", "auto"), default="auto", help="as for grade")
    add_assignment(command)
    command.set_defaults(run=run, nurseries=())


def graders() -> int:
    """How many submissions this machine can grade at a time."""
    return max(1, min(processors(), int((memory_mb() or 0) // MB_OF_A_GRADER)))


def run(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.commands.grade import protect
    from autograder.course.pool import Pool
    from autograder.course.store import Store, private_folder
    from autograder.course.story import Grading
    from autograder.course.submissions import read_submissions

    assignment = load(arguments.assignment)
    protect(arguments)
    private_folder(arguments.out)
    import tempfile
    import time

    work = Path(tempfile.mkdtemp())
    t = time.monotonic()
    found = read_submissions(arguments.submissions, assignment.files, work, arguments.download)
    print(found.words, file=sys.stderr)
    grading = Grading(assignment, Store(arguments.store or arguments.out / "store"), arguments.sandbox, arguments.again)
    entries = [grading.entry(hand_in) for hand_in in found.hand_ins]
    print(
        f"looked up in {time.monotonic() - t:.2f} s; {sum(bool(entry.missing) for entry in entries)} to grade", file=sys.stderr
    )
    pool = Pool(assignment, arguments.nurseries, arguments.jobs or graders(), arguments.sandbox, grading.is_known)
    done = []

    def on_done(entry: "Entry") -> None:
        done.append(entry)
        print(f"\r{len(done)}  {len(done) / (time.monotonic() - t):.2f}/s", end="", file=sys.__stderr__)
        if entry.fault:
            print(entry.hand_in.label, entry.fault, file=sys.__stderr__)

    t = time.monotonic()
    grading.grade(entries, pool, on_done)
    print(f"\n{time.monotonic() - t:.2f} s", pool.notes, file=sys.stderr)
    for entry in entries:
        outcome = grading.outcome(entry)
        print(entry.hand_in.label, outcome and outcome.score)
    return 0
