"""Reasons of failed tests as lines of a terminal: carets stay below their code, and a shared reason is printed once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from autograder.grading.order import number_key
from autograder.grading.records import Record
from autograder.text import MAX_OUTPUT, block, line

REASON_LINES = 12  # of one test; all of them are in results.json
SAVED_LINES = 4  # a reason that several tests share stands below the table where that saves so many
LISTED = 12  # numbers of tests that share a reason
TODO = re.compile(r"your code raised NotImplementedError: TODO ([\w.]+)")  # of the skeleton, see authoring/skeleton.py
CARETS = re.compile(r"\s*[~^][~^\s]*")  # below a line of code
LINE_LENGTH = 300  # characters of one of these lines
MAX_INDENT = 12  # columns; deeper ones of a traceback would leave no room


@dataclass
class Shared:
    """Tests that failed for one reason, which is printed once.

    Attributes:
        tasks: numbers of tasks that nobody has written yet, if that is the reason.
    """

    records: list[Record]
    reason: list[str]
    tasks: list[str]

    def lines(self, console: Console) -> Iterator[Text]:
        many = len(self.records) > 1
        if self.tasks:
            count = f"{len(self.records)} tests need" if many else "1 test needs"
            yield from wrapped(f"{count} what is not written yet: TODO {', '.join(self.tasks)}", console)
            return
        names = list(dict.fromkeys(line(record.number or record.name) for record in self.records))
        more = ", ..." if len(names) > LISTED else ""
        title = f"{len(self.records)} tests failed for one reason ({', '.join(names[:LISTED])}{more}):"
        yield from wrapped(title, console)
        yield from reason_lines(self.reason, 4, console)


def wrapped(text: str, console: Console) -> Iterator[Text]:
    for part in Text(text).wrap(console, console.width):
        part.rstrip()
        yield part


def shared_reasons(records: Sequence[Record], staff: bool) -> list[Shared]:
    """The reasons that stand below the table: places that nobody has filled in, and what many tests have in common."""
    unwritten: list[Record] = []
    tasks: dict[str, None] = {}
    groups: dict[str, list[Record]] = {}
    for record in records:
        if record.status == "passed":
            continue
        reason = block(record.why(staff), MAX_OUTPUT)
        todo = TODO.match(reason)
        if todo:
            unwritten.append(record)
            tasks[todo[1]] = None
        elif reason:
            groups.setdefault(reason, []).append(record)
    shared = [Shared(unwritten, [], sorted(tasks, key=number_key))] if unwritten else []
    for reason, group in groups.items():
        lines = shortened(reason, whole=staff and group[0].status == "broken")
        if len(lines) * (len(group) - 1) >= SAVED_LINES:
            shared.append(Shared(group, lines, []))
    return shared


def reason_lines(lines: Sequence[str], indent: int, console: Console) -> Iterator[Text]:
    """The lines of a reason; carets stay below the code that they point at."""
    for index, text in enumerate(lines):
        below = lines[index + 1] if index + 1 < len(lines) else ""
        if CARETS.fullmatch(text) and index and not CARETS.fullmatch(lines[index - 1]):
            continue
        if CARETS.fullmatch(below) and not CARETS.fullmatch(text):
            yield from pointed_at(text, below, indent, console)
        else:
            yield from indented(text if len(text) <= LINE_LENGTH else f"{text[:LINE_LENGTH]} [...]", indent, console)


def pointed_at(code: str, carets: str, indent: int, console: Console) -> Iterator[Text]:
    """A line of code and the carets below it, each on one line: of a longer one the part around the first caret."""
    code, carets = code.replace("\t", " "), carets.replace("\t", " ")
    left = min(len(code) - len(code.lstrip()), len(carets) - len(carets.lstrip()))
    indent += min(left, MAX_INDENT)
    code, carets = code[left:].rstrip(), carets[left:].rstrip()
    room = max(console.width - indent, 20)
    if max(len(code), len(carets)) > room:
        first = len(carets) - len(carets.lstrip())
        start = max(min(first - room // 3, len(code) - room), 0)
        code, carets = code[start : start + room], carets[start : start + room]
    for part in (code, carets):
        yield Text(" " * indent) + Text(part, style="dim")


def indented(text: str, indent: int, console: Console) -> Iterator[Text]:
    """One line of a reason, wrapped between words; what is indented in it stays so."""
    body = text.expandtabs(4).lstrip()
    indent += min(len(text.expandtabs(4)) - len(body), MAX_INDENT)
    for part in Text(body, style="dim").wrap(console, max(console.width - indent, 20)):
        part.rstrip()
        yield Text(" " * indent) + part


def first_lines(record: Record, why: str, staff: bool) -> list[str]:
    """The beginning of why a test failed and of what it printed; all of it for staff where they must look at it."""
    printed = record.shown_print(staff)
    text = "\n".join(filter(None, [why, f"Printed:\n{printed}" if printed and record.why(staff) else printed]))
    return shortened(block(text, MAX_OUTPUT), whole=staff and (record.status == "broken" or record.needs_human))


def shortened(text: str, whole: bool) -> list[str]:
    """The lines that are not empty, or the first of them."""
    lines = [part for part in text.split("\n") if part.strip()]
    left = 0 if whole else len(lines) - REASON_LINES
    if left <= 0:
        return lines
    return [*lines[:REASON_LINES], f"[... {left} more line{'s' if left > 1 else ''}]"]
