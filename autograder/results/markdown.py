"""GitHub-flavoured Markdown for a comment that students read: https://github.github.com/gfm/

What comes from a submission stands in fenced code only, which it cannot close, and where no name is a mention.
"""

import html
import re

from autograder.grading.outcome import Outcome
from autograder.grading.parts import by_part
from autograder.grading.records import Record
from autograder.results.excerpts import divide, points, policy_items, printed, reason, title, within
from autograder.results.terminal import MARKS
from autograder.text import MAX_OUTPUT, block, line

MAX_BYTES = 65_536  # of a comment on GitHub, which counts characters; other forges take more
PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def write(outcome: Outcome) -> str:
    return within(MAX_BYTES, lambda length: text(outcome, length), "a comment")


def text(outcome: Outcome, length: int) -> str:
    """The comment, with reasons and outputs of so many characters."""
    shown, withheld = divide(outcome.records)
    items = policy_items(outcome)
    passed = sum(record.status == "passed" for record in shown)
    blocks = [
        f"## {escaped(outcome.assignment.title)}",
        f"**{points([*items, *shown])} points**, {passed} of {len(shown)} tests passed",
    ]
    if withheld.records:
        possible = points(withheld.records).partition(" / ")[2]
        blocks.append(f"Not in this: {withheld.words}, {possible} points.")
    if outcome.assignment.parts:
        rows = [f"| {escaped(name)} | {points(records)} |" for name, records in by_part(outcome.assignment, [*items, *shown])]
        blocks.append("\n".join(["| Part | Points |", "| :--- | ---: |", *rows]))
    if outcome.remarks:
        blocks.append(fenced(block("\n".join(outcome.remarks), MAX_OUTPUT)))
    blocks += [details(record, length) for record in [*items, *(test for test in shown if test.status != "passed")]]
    return "\n\n".join(blocks) + "\n"


def details(record: Record, length: int) -> str:
    """A test that failed, or what a policy says; a click shows why."""
    value = f" ({points([record])})" if record.max_score is not None else ""
    summary = html.escape(line(f"{MARKS[record.status][0]} {title(record)}{value}"), quote=False)
    out = printed(record, length)
    why = "\n\n".join(filter(None, (reason(record, length), out and f"Printed:\n{out}")))
    return f"<details>\n<summary>{summary}</summary>\n\n{fenced(why)}\n\n</details>"


def fenced(words: str) -> str:
    """A block of code whose fence is longer than every run of backticks in it."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", words)), default=0))
    return f"{fence}text\n{words}\n{fence}"


def escaped(words: str) -> str:
    """A line of text in which nothing is markup, in a table neither."""
    return PUNCTUATION.sub(r"\\\g<0>", line(words))
