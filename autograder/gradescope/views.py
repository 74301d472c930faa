"""Who sees what of a result on Gradescope, and when: course staff, and students at three times."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.assignment import belongs
from autograder.gradescope.emulation import Emulation
from autograder.gradescope.wording import plural, when
from autograder.grading.order import number_key
from autograder.grading.records import number
from autograder.results.reasons import LINE_LENGTH, REASON_LINES, indented
from autograder.results.terminal import INDENT, PLAIN_WIDTH
from autograder.text import clean, line

STAGES = ("now", "after due", "published")
# From which of these stages on students see something, by Gradescope's word for it; `hidden` is never reached.
FROM_STAGE = {"visible": 0, "after_due_date": 1, "after_published": 2, "hidden": len(STAGES)}
SHOWN, NOT_SHOWN = "✓", "–"
LISTED = 20  # failed tests that have a line each; where there are more, those of a part share one
READ = 5  # failed tests whose output is shown


@dataclass(frozen=True)
class Item:
    """A test of results.json as it is shown.

    Attributes:
        part: index of the part that it belongs to; -1 for what belongs to none, such as what policies add.
        stage: the first at which students see it.
    """

    name: str
    number: str
    score: float | None
    max_score: float | None
    passed: bool
    output: str
    part: int
    stage: int

    @property
    def points(self) -> str:
        return "" if self.score is None else f"{number(self.score)} / {number(self.max_score or 0.0)}"


def stage_of(visibility: Any) -> int:
    """The first stage at which students see what has this visibility; what nobody knows of is not shown."""
    return FROM_STAGE.get(visibility, len(STAGES))


def items(emulation: Emulation) -> list[Item]:
    """The tests, in the order of the parts and of their numbers."""
    document = emulation.stored.document or {}
    found = []
    for test in document.get("tests", ()):
        nr = str(test.get("number") or "")
        score, possible = real(test.get("score")), real(test.get("max_score"))
        status = test.get("status")
        found.append(
            Item(
                name=line(str(test.get("name") or "test")),
                number=line(nr),
                score=score,
                max_score=possible,
                passed=status == "passed" if status else score is None or score >= (possible or 0.0),
                output=str(test.get("output") or ""),
                part=next((index for index, part in enumerate(emulation.assignment.parts) if belongs(nr, part.number)), -1),
                stage=stage_of(test.get("visibility") or document.get("visibility") or "visible"),
            )
        )
    return sorted(found, key=lambda item: (item.part, number_key(item.number or None)))


def real(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def total(emulation: Emulation) -> float:
    """The score that counts: that of the whole document, else the sum of its tests."""
    document = emulation.stored.document or {}
    score = real(document.get("score"))
    return score if score is not None else sum(item.score or 0.0 for item in items(emulation))


def sees_total(tests: Sequence[Item], stage: int) -> bool:
    """Whether students see the total at a stage: Gradescope shows none while any test is hidden from them."""
    return all(item.stage <= stage for item in tests)


def show(emulation: Emulation, console: Console, every: bool = False) -> None:
    """Print how the run went, who sees what, and what students read now.

    Args:
        every: whether each test has a line, and each failed one its output.
    """
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = max(console.width, PLAIN_WIDTH)
    blocks = [heading(emulation)]
    if emulation.stored.document is None:
        blocks.append([Text("No result: students are told that the autograder failed; staff see stdout.", style="red")])
    else:
        blocks.append([table(emulation, every), *total_rule(emulation)])
        blocks.append(list(reading(emulation, console, every)))
    blocks.append([Text(clean(text), style="yellow") for text in emulation.stored.remarks])
    blocks.append(list(for_staff(emulation, console)))
    blocks.append([Text(text) for text in facts(emulation)])
    for index, block in enumerate(filter(None, blocks)):
        if index:
            console.print()
        for part in block:
            console.print(part, highlight=False)


def heading(emulation: Emulation) -> list[Text | Table]:
    lines: list[Text | Table] = [Text(line(emulation.assignment.title), style="bold")]
    if emulation.handed_in:
        lines.append(Text(f"handed in {when(emulation.handed_in)}, {'; '.join(emulation.dates)}"))
    return lines


def table(emulation: Emulation, every: bool) -> Table:
    """A line for each test that failed, one for those of a part that passed, one for the total, one for what was printed."""
    result = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), expand=True)
    result.add_column("", no_wrap=True)
    result.add_column("", no_wrap=True)
    result.add_column("", ratio=1, no_wrap=True, overflow="ellipsis")
    result.add_column("points", justify="right", no_wrap=True)
    for name in ("staff", *STAGES):
        result.add_column(name, justify="center", no_wrap=True)
    tests = items(emulation)
    for row in rows(tests, emulation, every):
        mark, style = ("✓", "green") if row.passed else ("✗", "red")
        result.add_row(
            Text(mark, style), Text(row.number), Text(row.name), row.points, SHOWN, *marks(row.stage, emulation.stage)
        )
    score = str(number(total(emulation)))
    seen = [score if sees_total(tests, max(index, emulation.stage)) else NOT_SHOWN for index in range(len(STAGES))]
    possible = sum(item.max_score or 0.0 for item in tests)
    result.add_row("", "", "total", f"{score} / {number(possible)}" if tests else score, score, *seen, style="bold")
    printed = stage_of((emulation.stored.document or {}).get("stdout_visibility"))
    result.add_row("", "", "what run_autograder prints", "", SHOWN, *marks(printed, emulation.stage))
    return result


def marks(stage: int, now: int) -> list[str]:
    return [SHOWN if stage <= max(index, now) else NOT_SHOWN for index in range(len(STAGES))]


def rows(tests: Sequence[Item], emulation: Emulation, every: bool) -> Iterator[Item]:
    """Yield what has a line: single tests, and in the place of several of a part that are equal for students, all of these."""
    groups: dict[tuple[int, bool, int], list[Item]] = {}
    for item in tests:
        groups.setdefault((item.part, item.passed, item.stage), []).append(item)
    few = sum(not item.passed for item in tests) <= LISTED
    lines: list[Item] = []
    for (part, passed, stage), group in groups.items():
        if every or part < 0 or len(group) == 1 or (few and not passed):
            lines += group
        else:
            about = emulation.assignment.parts[part]
            lines.append(
                Item(
                    name=f"{line(about.title)}: {len(group)} tests {'passed' if passed else 'failed'}",
                    number=line(about.number),
                    score=sum(item.score or 0.0 for item in group),
                    max_score=sum(item.max_score or 0.0 for item in group),
                    passed=passed,
                    output="",
                    part=part,
                    stage=stage,
                )
            )
    yield from sorted(lines, key=lambda item: (item.part, number_key(item.number or None)))


def total_rule(emulation: Emulation) -> list[Text]:
    """Why students see no total, where that is so."""
    tests = items(emulation)
    if all(sees_total(tests, max(index, emulation.stage)) for index in range(len(STAGES))):
        return []
    never = sum(item.stage >= len(STAGES) for item in tests)
    text = "Gradescope shows students no total while any test is hidden from them"
    return [Text(f"{text}; {plural(never, 'test')} never shown." if never else f"{text}.", style="yellow")]


def reading(emulation: Emulation, console: Console, every: bool) -> Iterator[Text]:
    """What a student reads now: the text for the whole submission, and why tests failed."""
    document = emulation.stored.document or {}
    failed = [item for item in items(emulation) if not item.passed and item.stage <= emulation.stage]
    text = str(document.get("output") or "")
    if not failed and not text:
        return
    yield Text("What students read now", style="bold")
    yield from paragraph(text, INDENT, console)
    shown = failed if every else failed[:READ]
    for item in shown:
        yield Text(INDENT + f"{item.number}  {item.name}".strip())
        yield from paragraph(item.output, INDENT * 2, console)
    if len(failed) > len(shown):
        yield Text(f"{INDENT}and {plural(len(failed) - len(shown), 'failed test')} more; --all shows them")


def for_staff(emulation: Emulation, console: Console) -> Iterator[Text]:
    """The end of what run_autograder has printed, where somebody has to look at it."""
    extra = (emulation.stored.document or {}).get("extra_data")
    needs_human = isinstance(extra, dict) and extra.get("needs_human") is True
    if needs_human or emulation.stored.error:
        yield Text("Staff must look at this; run_autograder has printed, in the end", style="bold")
        for part in emulation.stored.stdout.rstrip().split("\n")[-REASON_LINES:]:
            yield from indented(clean(part[:LINE_LENGTH]), len(INDENT), console)


def paragraph(text: str, indent: str, console: Console) -> Iterator[Text]:
    lines = [clean(part) for part in text.split("\n") if part.strip()]
    for part in lines[:REASON_LINES]:
        yield from indented(part[:LINE_LENGTH], len(indent), console)
    if len(lines) > REASON_LINES:
        yield Text(f"{indent}[... {plural(len(lines) - REASON_LINES, 'more line')}]", style="dim")


def facts(emulation: Emulation) -> Iterator[str]:
    """How the run kept to the platform's limits, and how these were kept."""
    run, limits = emulation.run, emulation.limits
    yield f"time: {run.seconds:.1f} of {limits.seconds:g} s"
    yield f"processor: {run.cpu_seconds:.1f} s used; {limits.cpus:g} of one, kept by stopping all processes in turn"
    killed = f"; killed for using more: {run.memory_kills}" if run.memory_kills else ""
    whose = "" if run.memory_exact else " in the largest process; of all together only root can tell, and keep the limit"
    yield f"memory: {run.memory_mb:.0f} of {limits.memory_mb:g} MB{whose}{killed}"
