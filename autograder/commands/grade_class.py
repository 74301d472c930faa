"""`autograder class`: all submissions of a class, graded, and what people make of them."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

from autograder.commands.arguments import add_assignment
from autograder.commands.documents import add_json, nothing_else_printed, write_document
from autograder.commands.grade import positive
from autograder.course.progress import Progress
from autograder.errors import UsageError
from autograder.host import memory_mb, processors

MB_OF_A_GRADER = 400  # that there should be for each: itself, its fork servers, and the processes of its submission
DOWNLOADS = ("gradescope", "canvas", "moodle", "github", "plain")
CLUSTERS: tuple[Literal["ssh", "slurm", "dask"], ...] = ("ssh", "slurm", "dask")
GRADEBOOKS = ("canvas", "gradescope", "moodle")

if TYPE_CHECKING:
    from autograder.course.cluster.engine import Cluster
    from autograder.course.model import Course
    from autograder.course.pool import Engine
    from autograder.course.story import Grading
    from autograder.course.whole import Graded


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "class",
        help="grade a whole class, and write scores, feedback and a report",
        description="Grade all submissions of a class, and write scores, feedback and a report. Results are kept: run "
        "the command again, "
        "and it grades only what is missing or has changed.",
        epilog="example: autograder class downloads/submissions.zip --roster roster.csv --due '2026-11-12 23:59 +01:00'",
    )
    command.add_argument(
        "submissions", type=Path, metavar="SUBMISSIONS", help="a folder, or the zip that you downloaded from a platform"
    )
    command.add_argument(
        "--roster", type=Path, metavar="FILE", help="a CSV file of the class: ids, names, e-mail addresses, extensions"
    )
    command.add_argument(
        "--out", type=Path, default=Path("class"), metavar="DIR", help="folder for scores, feedback and report (default: class)"
    )
    command.add_argument(
        "--store", type=Path, metavar="DIR", help="folder in which results are kept for later runs (default: store, in --out)"
    )
    command.add_argument("--download", choices=DOWNLOADS, help="where SUBMISSIONS comes from, if it is not recognised")
    command.add_argument("--due", metavar="TIME", help="the due date, such as '2026-11-12 23:59 +01:00'")
    command.add_argument(
        "--count", choices=("latest", "best"), default="latest", help="which submission of a student counts (default: latest)"
    )
    command.add_argument(
        "--format",
        action="append",
        default=[],
        choices=GRADEBOOKS,
        help="also write scores for this gradebook; may be repeated",
    )
    command.add_argument(
        "--archive", type=Path, metavar="DIR", help="submissions of earlier years, with which the code is compared"
    )
    command.add_argument("--anonymous", action="store_true", help="leave names out of the report")
    command.add_argument(
        "--again",
        action="append",
        default=[],
        choices=("time", "all"),
        help="grade again although a result is kept: submissions in which a test ran out of time, or all",
    )
    command.add_argument(
        "--jobs",
        type=positive,
        metavar="N",
        help="grade N submissions at a time (default: one for each processor, fewer if memory is short)",
    )
    elsewhere = command.add_argument_group("other machines").add_mutually_exclusive_group()
    elsewhere.add_argument("--ssh", metavar="HOSTS", help="grade on these hosts, such as lab1,lab2")
    elsewhere.add_argument(
        "--slurm", metavar="OPTIONS", help="grade in Slurm jobs with these options of sbatch, such as '--array=1-8'"
    )
    elsewhere.add_argument("--dask", metavar="ADDRESS", help="grade on a running Dask cluster, such as tls://HOST:8786")
    command.add_argument(
        "--sandbox",
        choices=("strict", "auto"),
        default="auto",
        help="strict: grade only with every layer of the sandbox; auto: with at least those that hide the tests (default)",
    )
    add_json(command)
    add_assignment(command)
    command.set_defaults(run=run, nurseries=())


def graders() -> int:
    """How many submissions this machine can grade at a time."""
    return max(1, min(processors(), int((memory_mb() or 0) // MB_OF_A_GRADER)))


def run(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.commands.grade import protect
    from autograder.course.gradebook import left_out
    from autograder.course.pool import Pool
    from autograder.course.whole import Wishes, grade_class

    assignment = load(arguments.assignment)
    protect(arguments)
    error, shown = sys.stderr, Shown(sys.stderr)  # this one: pytest puts another in its place
    out = arguments.out.absolute()  # the current folder is another one while suites are there
    wishes = Wishes(
        submissions=arguments.submissions.absolute(),
        out=out,
        store=arguments.store.absolute() if arguments.store else out / "store",
        work=Path(arguments.cleanup.enter_context(tempfile.TemporaryDirectory(prefix="autograder-"))),
        roster=arguments.roster,
        download=arguments.download,
        due=due_of(arguments.due),
        count=arguments.count,
        formats=tuple(arguments.format),
        archive=arguments.archive,
        anonymous=arguments.anonymous,
        again=tuple(arguments.again),
        mode=arguments.sandbox,
    )

    clusters: list[Cluster] = []

    def engine_for(grading: "Grading") -> "Engine":
        for kind in CLUSTERS:
            where = getattr(arguments, kind)
            if where is not None:
                from autograder.course.cluster.starting import cluster

                given = (kind, where, assignment, arguments.sandbox, arguments.jobs)
                clusters.append(arguments.cleanup.enter_context(cluster(*given)))
                return clusters[0]
        count = arguments.jobs or graders()
        return Pool(assignment, arguments.nurseries, count, arguments.sandbox, grading.is_known, shown.note)

    try:
        with nothing_else_printed(arguments.json):
            graded = grade_class(assignment, wishes, engine_for, shown.note, shown.begin)
    except KeyboardInterrupt:
        shown.end()
        if shown.progress:
            done = f"{shown.progress.done} of {shown.progress.total} are graded and stored"
            print(f"autograder: {done}; run the same command again to continue", file=error)
        raise
    for words in (words for each in clusters for words in each.notes):
        shown.note(words)
    shown.end()
    for label, fault in graded.faults.items():
        print(f"autograder: {label} could not be graded: {fault}", file=error)
    if arguments.json:
        write_document(document_of(graded, arguments.out))
        return 3 if graded.faults else 0
    if graded.course is None:
        print(f"{arguments.out} is up to date: no submission, test or setting has changed")
        return 0
    print(told(graded.course, arguments.out))
    for name in arguments.format:
        for words in left_out(graded.course, name):
            print(words)
    return 3 if graded.faults else 0


def due_of(text: str | None) -> datetime | None:
    from autograder.course.times import due_date

    try:
        return due_date(text) if text else None
    except ValueError as error:
        raise UsageError(f"--due: {error}") from error


def document_of(graded: "Graded", out: Path) -> dict[str, Any]:
    """What has come of a class, as JSON has it: the summary that lies in the folder, and what this run has done."""
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    del summary["format"]
    done = {"out": str(out), "up_to_date": graded.course is None, "graded": graded.graded, "faults": dict(graded.faults)}
    return {**done, **summary}


def told(course: "Course", out: Path) -> str:
    """What has come of a class, in two lines."""
    from autograder.course.output import counts
    from autograder.gradescope.wording import plural

    found = ", ".join(f"{count} {name}" for name, count in counts(course.rows).items())
    count = len(course.rows)
    who = f"{count} students or groups" if any(len(row.people) > 1 for row in course.rows) else plural(count, "student")
    files = "scores.csv, report.html, summary.json, results/, feedback/, students/"
    return f"{who}: {found}\nwritten to {out}: {files}"


class Shown:
    """What is shown while a class is graded."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.progress: Progress | None = None

    def note(self, words: str) -> None:
        self.end()
        print(words, file=self.out, flush=True)

    def begin(self, total: int, failed: Callable[[Any], bool] = lambda entry: bool(entry.fault)) -> Callable[[Any], None]:
        """Show that so many are to be graded; what it returns is called with each that is done.

        Args:
            failed: whether one could not be graded.
        """
        progress = self.progress = Progress(total, self.out)
        return lambda one: progress.step(failed(one))

    def end(self) -> None:
        if self.progress:
            self.progress.end()
