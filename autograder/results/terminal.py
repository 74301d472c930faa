"""The output of `autograder grade` on a terminal: progress, the table of tests, the reasons, the total."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from autograder.assignment import belongs
from autograder.grading.order import in_number_order
from autograder.grading.outcome import Outcome
from autograder.grading.records import Record, number, total
from autograder.results.gradescope import entry
from autograder.results.reasons import Shared, first_lines, indented, reason_lines, shared_reasons
from autograder.text import clean, line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

MARKS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "broken": ("!", "yellow")}
PLAIN_WIDTH = 100  # columns where there is no terminal
INDENT = "  "


class Terminal(Console):
    """What is printed on. A reader that goes away ends the command in the way of all commands."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class Progressing:
    """Counts tests while they run."""

    def __init__(self, progress: "Progress", task: "TaskID") -> None:
        self.progress = progress
        self.task = task
        self.done = 0

    def __call__(self, record: Record) -> None:
        self.done += 1
        self.progress.update(self.task, completed=self.done, description=f"{self.done} tests, {line(record.name)[:60]}")


@contextmanager
def progress(console: Console) -> Iterator[Callable[[Record], None]]:
    """A line that follows the tests; it is gone when they are done, and never there without a terminal."""
    if not console.is_terminal:
        yield lambda record: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # takes 15 ms

    columns = (TextColumn("{task.description}", markup=False), BarColumn(pulse_style="green"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        yield Progressing(bar, bar.add_task("starting", total=None))


def show(outcome: Outcome, console: Console, staff: bool = False) -> None:
    """Print the tests with their points, why each that failed did, the points of each part, what the policies say, the total.

    Nothing of a submission or a suite is taken for rich's markup, or for something to highlight.

    Args:
        staff: whether those who read it may know everything: the whole reason of a broken test, values that a suite does not
            show, notes; else it is what students may read of these tests.
    """
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = max(console.width, PLAIN_WIDTH)
    paragraphs = [[Text(line(outcome.assignment.title), style="bold")]]
    if not outcome.not_run:
        records = in_number_order(outcome.records)
        shared = shared_reasons(records, staff)
        paragraphs[0] += tests(records, shared, console, staff)
        paragraphs += [list(group.lines(console)) for group in shared]
        paragraphs.append(parts(outcome))
    paragraphs.append([text for item in outcome.items for text in policy(item, console)])
    remarks = outcome.remarks if outcome.items or not outcome.not_run else [outcome.not_run]
    if not staff:  # why all tests of a file fail stands there already
        told = {record.reason for record in outcome.records if record.status == "failed" and not record.hide_errors}
        remarks = [remark for remark in remarks if remark not in told]
    notes = [*outcome.notes, *(outcome.policies or ())] if staff else []
    paragraphs.append(
        [
            Text(f"{kind}: {clean(text)}", style="yellow")
            for kind, texts in (("Submission", remarks), ("Note", notes))
            for text in texts
        ]
    )
    paragraphs.append([summary(outcome, staff)])
    for index, lines in enumerate(filter(None, paragraphs)):
        if index:
            console.print()
        for text in lines:
            console.print(text, highlight=False)


def tests(records: Sequence[Record], shared: Sequence[Shared], console: Console, staff: bool) -> Iterator[Text]:
    """Lines for each test: mark, number, name and points; below, why it failed, unless that is one of the shared reasons."""
    told = {id(record) for group in shared for record in group.records}
    numbers = max((cell_len(line(record.number or "")) for record in records), default=0)
    column = max((len(points(record)) for record in records), default=0)
    indent = 2 + (numbers + 2 if numbers else 0)
    room = max(console.width - indent - column - 2, 10)
    for record in records:
        mark, style = MARKS[record.status]
        nr = Text(line(record.number or ""))
        nr.truncate(indent - 2, pad=True)
        name, *rest = Text(line(record.name)).wrap(console, room)
        name.truncate(room, pad=True)
        first = Text.assemble((mark, style), " ", nr, name, "  ", points(record).rjust(column))
        first.rstrip()
        yield first
        for text in rest:
            yield Text(" " * indent) + text
        if record.status != "passed" or (staff and record.needs_human):
            why = "" if id(record) in told else record.why(staff)
            yield from reason_lines(first_lines(record, why, staff), indent + 2, console)


def policy(item: Record, console: Console) -> Iterator[Text]:
    """Lines for what the policies say, with the points that they take."""
    mark, style = MARKS[item.status]
    taken = points(item)
    yield Text.assemble((mark, style), f" {line(item.name)}", f": {taken}" if taken else "")
    yield from indented(item.output(), 4, console)


def parts(outcome: Outcome) -> list[Text]:
    """The points of each part."""
    rows = []
    for part in outcome.assignment.parts:
        records = [record for record in outcome.records if belongs(record.number, part.number)]
        if outcome.partial and not records:
            continue
        score, possible = total(records)
        rows.append((line(part.number), line(part.title), f"{number(score)} / {number(possible)}"))
    widths = [max((cell_len(row[index]) for row in rows), default=0) for index in range(3)]
    lines = []
    for nr, title, score_text in rows:
        padding = " " * (widths[1] - cell_len(title) + 2)
        lines.append(Text(f"{INDENT}{nr.ljust(widths[0])}  {title}{padding}{score_text.rjust(widths[2])}"))
    return lines


def summary(outcome: Outcome, staff: bool) -> Text:
    score, possible = outcome.score
    reached = total(outcome.records)[0]
    in_tests = f", {number(reached)} in the tests" if outcome.items and not outcome.not_run else ""
    passed = sum(record.status == "passed" for record in outcome.records)
    place = "all in one process" if outcome.level == "off" else "each in a process of its own"
    run = f"{passed} of {len(outcome.records)} tests passed in {outcome.seconds:.1f} s, "
    run += f"sandbox level {outcome.level}" if staff else place
    return Text.assemble(
        (f"{number(score)} of {number(possible)} points", "bold"), in_tests, ", ", "no test was run" if outcome.not_run else run
    )


def points(record: Record) -> str:
    """Points reached and possible; the value of a leaderboard's test; nothing for what is only information."""
    if record.max_score is not None:
        return f"{number(record.score or 0.0)} / {number(record.max_score)}"
    if record.leaderboard:
        return line(str(entry(record)["value"]))
    return ""
