"""What `autograder grade` shows on a terminal: progress, the table of tests, the reasons, the total."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from autograder.grading import Outcome, belongs
from autograder.results import Record, number, total
from autograder.standins.text import clean

STYLES = {"passed": ("✓", "green"), "failed": ("✗", "red"), "broken": ("!", "yellow")}
REASON_LINES = 12  # of one test; all of them are in results.json


class Progressing:
    """Counts tests while they run."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.task = progress.add_task("starting", total=None)
        self.done = 0

    def __call__(self, record: Record) -> None:
        self.done += 1
        self.progress.update(self.task, completed=self.done, description=f"{self.done} tests, {clean(record.name)[:60]}")


@contextmanager
def progress(console: Console) -> Iterator[Progressing]:
    """A line that follows the tests; it is gone when they are done, and never there without a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(pulse_style="green"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield Progressing(bar)


def show(outcome: Outcome, console: Console) -> None:
    """Print the table of tests with their points, why each that failed did, and the total."""
    table = Table(title=outcome.assignment.title, title_justify="left", title_style="bold", show_edge=False, pad_edge=False)
    table.add_column("")
    table.add_column("Nr", no_wrap=True)
    table.add_column("Test", ratio=1)
    table.add_column("Points", justify="right", no_wrap=True)
    for record in sorted(outcome.records, key=lambda record: number_key(record.number)):
        mark, style = STYLES[record.status]
        points = f"{record.score or 0:g} / {record.max_score:g}" if record.max_score is not None else ""
        text = Text(clean(record.name))
        if record.status != "passed":
            text.append(f"\n{first_lines(record)}", style="dim")
        table.add_row(Text(mark, style=style), record.number or "", text, points)
    console.print(table)
    console.print()
    for part in outcome.assignment.parts:
        score, possible = total([record for record in outcome.records if belongs(record.number, part.number)])
        console.print(f"  {part.number}  {part.title:<40} {number(score):>8} / {number(possible)}", highlight=False)
    for remark in outcome.remarks:
        console.print(Text(f"Submission: {clean(remark)}", style="yellow"))
    for note in outcome.notes:
        console.print(Text(f"Note: {clean(note)}", style="yellow"))
    score, possible = outcome.score
    passed = sum(record.status == "passed" for record in outcome.records)
    console.print(
        f"[bold]{number(score)} of {number(possible)} points[/bold], {passed} of {len(outcome.records)} tests passed "
        f"in {outcome.seconds:.1f} s, sandbox level {outcome.level}",
        highlight=False,
    )


def first_lines(record: Record) -> str:
    """The beginning of what the student reads about a test."""
    lines = [line for line in clean(record.output()).split("\n") if line.strip()]
    more = f"\n[... {len(lines) - REASON_LINES} more lines]" if len(lines) > REASON_LINES else ""
    return "\n".join(line[:300] for line in lines[:REASON_LINES]) + more


def number_key(value: str | None) -> list[tuple[bool, int, str]]:
    """Order for test numbers: 1.2 before 1.10, and tests without one last."""
    if value is None:
        return [(True, 0, "")]
    return [(False, int(part) if part.isdigit() else 0, part) for part in value.split(".")]
