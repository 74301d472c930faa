"""`autograder demo`: a made-up class, graded, to see what the tool does."""

import argparse
import os
import shlex
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.grade import positive
from autograder.errors import AutograderError, UsageError
from autograder.sandbox.programs import PACKAGE_ROOT

TEMPLATE = PACKAGE_ROOT / "autograder" / "authoring" / "template_demo"  # `authoring.new.DEMO`, which takes long to import
INDENT = 6  # columns before what is wrong: for the number of students

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.course.findings import Group
    from autograder.course.model import Course


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "demo",
        help="make a small assignment and a made-up class, grade it, and show the report",
        description="Make a small assignment in NumPy and a class of made-up students with typical mistakes. Grade the class, "
        "print the mistakes that several students share, and write a report. Nothing else is needed: no course, no PyTorch.",
        epilog="example: autograder demo --students 12 --no-open",
    )
    command.add_argument(
        "--out", type=Path, default=Path("demo"), metavar="DIR", help="a new folder for all of it (default: demo)"
    )
    command.add_argument("--students", type=positive, default=30, metavar="N", help="size of the class (default: 30)")
    command.add_argument(
        "--open",
        action=argparse.BooleanOptionalAction,
        help="open the report in a browser (default: on a desktop, when the output is a terminal)",
    )
    # `launch.py` reads the two before there is an assignment. What is made has the same libraries.
    command.set_defaults(run=run, nurseries=(), sandbox="auto", assignment=TEMPLATE)


def run(arguments: argparse.Namespace) -> int:
    from autograder.commands.grade import protect
    from autograder.commands.grade_class import Shown, graders, told
    from autograder.course.pool import Pool
    from autograder.course.story import Grading
    from autograder.course.whole import Wishes, grade_class
    from autograder.demo.made import DUE, make_demo
    from autograder.results.terminal import Terminal

    if sys.platform != "linux":
        raise AutograderError("the demonstration grades in a sandbox, which needs Linux; run it in WSL 2 or a container")
    out = new_folder(arguments.out)
    protect(arguments)
    shown = Shown(sys.stderr)  # this one: pytest puts another in its place
    assignment = make_demo(out.absolute(), arguments.students)
    shown.note(f"made an assignment in {out / 'assignment'} and a class of {arguments.students} in {out / 'submissions'}")
    folder = out.absolute()  # the current folder is another one while suites are there
    wishes = Wishes(
        submissions=folder / "submissions",
        out=folder / "class",
        store=folder / "class" / "store",
        work=Path(arguments.cleanup.enter_context(tempfile.TemporaryDirectory(prefix="autograder-"))),
        roster=folder / "roster.csv",
        due=DUE,
    )

    def engine_for(grading: Grading) -> Pool:
        return Pool(assignment, arguments.nurseries, graders(), arguments.sandbox, grading.is_known, shown.note)

    graded = grade_class(assignment, wishes, engine_for, shown.note, shown.begin)
    shown.end()
    for label, fault in graded.faults.items():
        print(f"autograder: {label} could not be graded: {fault}", file=sys.stderr)
    assert graded.course  # nothing was there before
    print(told(graded.course, out / "class"), end="\n\n")
    show_groups(graded.course, Terminal(file=sys.stdout))
    report = out / "class" / "report.html"
    print(f"\nthe report: {report}")
    print(next_steps(out, graded.course))
    if arguments.open or (arguments.open is None and has_display()):
        import webbrowser

        webbrowser.open(report.absolute().as_uri())
    return 3 if graded.faults else 0


def new_folder(out: Path) -> Path:
    """Make the folder.

    Raises:
        UsageError: something lies in it, or it cannot be made.
    """
    try:
        out.mkdir(exist_ok=True)
        empty = next(out.iterdir(), None) is None
    except OSError as error:
        raise UsageError(f"{out} cannot be made: {error.strerror}; name another folder with --out DIR") from error
    if not empty:
        raise UsageError(f"{out} is not empty; remove it, or name another folder with --out DIR")
    return out


def show_groups(course: "Course", console: "Console") -> None:
    """Print what students have done wrong, the commonest first, with the name of the mistake where it is known."""
    from rich.text import Text

    from autograder.course.groups import groups
    from autograder.text import line

    console.print(Text("what went wrong, and for how many students:", style="bold"))
    for group in groups(course.rows, course.assignment, course.skeleton).groups:
        name, described = name_of(group, course)
        words = textwrap.wrap(line(described or group.sentence), max(console.width - INDENT, INDENT))
        head, *rest = [name, *words] if name else words
        console.print(Text.assemble(f"{len(group.rows):>{INDENT - 2}}  ", (head, "red" if name else "")))
        for text in rest:
            console.print(Text(" " * INDENT + text))


def name_of(group: "Group", course: "Course") -> tuple[str, str]:
    """The name of the mistake of a group, and what it is; both empty where a failure of the group has no name."""
    rows = [row for row in course.rows if row.id in group.rows and row.outcome]
    failed = [record for row in rows if row.outcome for record in row.outcome.records if record.nodeid in group.tests]
    named = {record.named.mistake: record.named for record in failed if record.named and record.named.mistake}
    if not all(record.named and record.named.mistake for record in failed):
        return "", ""
    sure = all(each.is_sure for each in named.values())
    return ("" if sure else "perhaps ") + ", ".join(named), " ".join(each.describe for each in named.values())


def next_steps(out: Path, course: "Course") -> str:
    """Commands to go on with. The student is one with a single mistake, which has a name."""
    known = {}
    for row in course.rows:
        failed = [record for record in row.outcome.records if record.status != "passed"] if row.outcome else []
        if row.hand_in and failed and all(record.named and record.named.mistake for record in failed):
            known[row.hand_in.label] = (not all(record.named.is_sure for record in failed if record.named), len(failed))
    students = [shlex.quote(str(out / "submissions" / label)) for label in sorted(known, key=lambda label: known[label])[:1]]
    commands = [*(f"autograder grade {student}" for student in students), "autograder check", "autograder audit --mistakes"]
    assignment = shlex.quote(str(out / "assignment"))
    return "\n".join(["next:", *(f"  {command} --assignment {assignment}" for command in commands)])


def has_display() -> bool:
    """Whether somebody looks at a terminal beside which a browser can be opened."""
    return sys.stdout.isatty() and any(name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY"))
