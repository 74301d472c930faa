"""The standard output that Autolab reads. The student sees all of it.

    any text
    {"_presentation": "semantic", "stages": ["1 Layers"], "1 Layers": {"1.2 Backward": {"passed": false, "hint": "..."}}}
    {"scores": {"1 Layers": 10, "2 Optimizer": 5}, "scoreboard": [0.97]}

The last line is described at https://docs.autolabproject.com/lab/#writing-autograders, the one before it at
https://docs.autolabproject.com/features/formatted-feedback/. Each part is a problem of the same name, "1 Layers", which has to
be defined on Autolab's side: a score for one that is not there makes an error of the whole result.
"""

import json
from collections.abc import Sequence
from typing import Any

from autograder.assignment import Assignment
from autograder.grading.outcome import Outcome
from autograder.grading.parts import OTHER, by_part
from autograder.grading.records import Record, number, total
from autograder.results.excerpts import divide, points, policy_items, printed, reason, title, within
from autograder.results.gradescope import entry
from autograder.results.terminal import MARKS
from autograder.text import MAX_NAME, block, line

MAX_BYTES = 200_000  # of all lines: a bound of our own, since each installation sets one, and what is cut is lost
HINT = 500  # characters; the whole reason stands in the text above


def write(outcome: Outcome) -> str:
    return within(MAX_BYTES, lambda length: text(outcome, length), "Autolab")


def text(outcome: Outcome, length: int) -> str:
    """The standard output, with reasons and outputs of so many characters."""
    shown, withheld = divide(outcome.records)
    shown = [*policy_items(outcome), *shown]
    lines = [line(outcome.assignment.title), *(block(remark, MAX_NAME) for remark in outcome.remarks), ""]
    for record in shown:
        value = f"  {points([record])}" if record.max_score is not None else ""
        lines.append(f"{MARKS[record.status][0]} {title(record)}{value}")
        out = printed(record, length)
        for part in (reason(record, length), out and f"Printed:\n{out}"):
            lines += [f"    {words}" for words in part.split("\n") if words]
    if withheld.records:
        lines += ["", f"The scores include {withheld.words}."]
    lines += ["", json.dumps(presentation(outcome.assignment, shown, length)), json.dumps(autoresult(outcome))]
    return "\n".join(lines) + "\n"


def presentation(assignment: Assignment, shown: Sequence[Record], length: int) -> dict[str, Any]:
    """The tables that Autolab makes: a stage for each part."""
    stages = {plain(name): cases(records, min(length, HINT)) for name, records in by_part(assignment, shown) if records}
    return {"_presentation": "semantic", "stages": list(stages), **stages}


def cases(records: Sequence[Record], length: int) -> dict[str, dict[str, Any]]:
    """The rows of a stage."""
    rows: dict[str, dict[str, Any]] = {}
    for record in records:
        key = f" {title(record)}" if title(record).startswith("_") else title(record)  # "_" is not shown
        while key in rows:
            key += "′"
        why = reason(record, length)
        rows[key] = {"passed": record.status == "passed", **({"hint": why} if why else {})}
    return rows


def autoresult(outcome: Outcome) -> dict[str, Any]:
    """The last line: the points of all tests, those that are not shown as well, and the columns of the scoreboard."""
    tests = [record for record in outcome.records if record.is_item()]
    parts = by_part(outcome.assignment, [*policy_items(outcome), *tests])
    result: dict[str, Any] = {
        "scores": {plain(name): number(total(records)[0]) for name, records in parts if name != OTHER or any(total(records))}
    }
    columns = [entry(record)["value"] for record in outcome.records if record.leaderboard]
    if columns:
        result["scoreboard"] = [plain(value) if isinstance(value, str) else value for value in columns]
    return result


def plain(name: str) -> str:
    """A name without colons.

    Autolab puts quotation marks around each word that a colon follows, because it also takes keys without them, and does not
    look whether it stands in a string (`parseAutoresult`).
    """
    return name.replace(": ", " - ").replace(":", "-")
