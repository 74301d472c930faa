"""The record of one test: its points, its verdict, and why. What platforms make of it is in `results/`."""

import math
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from autograder.assignment import MAX_POINTS
from autograder.text import MAX_OUTPUT, as_painted, block

SCORE_DIGITS = 6
TOLERANCE = 1e-9  # points; ten times 0.1 are 1
NEUTRAL = "This test could not be run because of a problem on our side. It is not your fault; the course staff can see why."

Status = Literal["passed", "failed", "broken"]


@dataclass(frozen=True)
class Named:
    """What explains a failed test: a known mistake, a change of the reference, or relations of all answers to the right ones.

    Attributes:
        mistake: its name; empty where only relations are known.
        describe: the mistake, for staff.
        hint: for the student; empty where there is none.
        change: of the reference, that gives the same answers, for staff; only where no known mistake does.
        relations: what the answer is to the expected one, a sentence each.
        is_sure: the mistake gives answers that others are unlikely to give. Otherwise only staff are told its name and hint.
    """

    mistake: str = ""
    describe: str = ""
    hint: str = ""
    relations: tuple[str, ...] = ()
    is_sure: bool = True
    change: str = ""

    def told(self) -> str:
        """For staff, in lines."""
        said = "Mistake" if self.is_sure else "Perhaps mistake"
        mistake = [f"{said} {self.mistake}: {self.describe}"] if self.mistake else []
        change = [f"The same answers as the reference with {self.change}."] if self.change else []
        return "\n".join([*mistake, *change, *(f"The answer {words}." for words in self.relations)])

    def plain(self) -> dict[str, Any]:
        """For staff, as data."""
        fields = ("mistake", "describe", "hint", "is_sure") if self.mistake else ()
        found = {name: getattr(self, name) for name in fields}
        found |= {"change": self.change} if self.change else {}
        return found | ({"relations": list(self.relations)} if self.relations else {})


@dataclass
class Record:
    """One collected test.

    Attributes:
        nodeid: pytest's name of it.
        max_score: its points; None for a test without a weight, which is information only.
        score: points reached.
        status: passed, failed, or broken: the suite or this tool is at fault, and staff must look at it.
        reason: why it failed, for the student.
        full_reason: the same with the values that its suite does not show to students; empty where `reason` has everything.
        printed: what the submission and the suite printed.
        staff: traceback and other details for the course staff.
        hide_errors: replaces the reason.
        leaderboard: name, value and order of its column. Such a test is an item as well only if it has points.
        needs_human: it has a verdict, and yet something of ours went wrong.
        inside: the test ran whole in the submission's process, so that its verdict is a claim.
        unreadable: it stands for tests of which nothing is known, because pytest could not collect them.
        killed_for: the limit that its process was ended for; empty where it was not.
        answers: what came where it failed, as JSON has `mistakes.fingerprint.Answer`; one for each failure. Empty where nobody
            looked, as of a test inside.
        show_hints: whether its student may read the hint of a mistake with a name.
        named: what explains the failure. It is found after grading, and is not stored with a record.
    """

    nodeid: str
    name: str
    suite: str = ""
    number: str | None = None
    max_score: float | None = None
    score: float | None = None
    status: Status = "failed"
    reason: str = ""
    printed: str = ""
    staff: str = ""
    visibility: str | None = None
    tags: tuple[str, ...] = ()
    hide_errors: str | None = None
    show_output: bool = True
    leaderboard: dict[str, Any] | None = None
    needs_human: bool = False
    full_reason: str = ""
    inside: bool = False
    unreadable: bool = False
    seconds: float = 0.0
    usage: dict[str, float] = field(default_factory=dict)
    killed_for: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list)
    show_hints: bool = False
    named: Named | None = None

    def is_item(self) -> bool:
        """Whether it stands in `tests`: all but what is for a leaderboard alone, and that when staff must look at it."""
        return not self.leaderboard or self.max_score is not None or self.status == "broken"

    def why(self, staff: bool = False) -> str:
        """Why it failed, for its student or, with all that is known, for staff."""
        if staff:
            reason = self.full_reason or self.reason
            if self.status == "broken":
                return self.staff or reason
            parts = [reason, self.named.told() if self.named else "", self.staff if self.needs_human else ""]
            return "\n\n".join(filter(None, parts))
        if self.status == "broken":
            return NEUTRAL
        if self.status == "failed" and self.hide_errors:
            return self.hide_errors
        return "\n\n".join(filter(None, [self.reason, self.hint()]))

    def hint(self) -> str:
        """What the student reads of the mistake; a test that is not shown, or hides why it failed, gives none."""
        if not self.named or not self.show_hints or self.visibility not in (None, "visible") or self.hide_errors:
            return ""
        hint = [f"Hint: {self.named.hint}"] if self.named.is_sure and self.named.hint else []
        # The first one: others say the same in another way. It can hold numbers, which the suite may not show.
        relations = () if self.full_reason else self.named.relations[:1]
        return "\n".join([*(f"The answer {words}." for words in relations), *hint])

    def shown_print(self, staff: bool = False) -> str:
        """What was printed, as a terminal shows it in the end."""
        if not self.printed or not (self.show_output or staff):
            return ""
        return our_folder().sub("", as_painted(self.printed)).rstrip()

    def output(self) -> str:
        """What the student reads: why it failed, then what the code printed."""
        why, printed = self.why(), self.shown_print()
        return block("\n\n".join(filter(None, [why, f"Printed:\n{printed}" if why and printed else printed])), MAX_OUTPUT)


@dataclass(frozen=True)
class Ran:
    """What pytest has come to on the suites of an assignment.

    Attributes:
        records: one for each collected test, in the order of the suites, whatever has happened.
        notes: for staff.
        error: that has ended pytest before its time; None where it came to its end.
        left_out: records of tests that were not asked for, and have not run.
    """

    records: list[Record]
    notes: list[str] = field(default_factory=list)
    error: BaseException | None = None
    left_out: list[Record] = field(default_factory=list)


@cache
def our_folder() -> re.Pattern[str]:
    """The folder of the submission while a test runs, as a debugger prints it; its name is another one in each run."""
    return re.compile(re.escape(tempfile.gettempdir()) + r"/autograder-\w{8}/(?:\d+/submission|stage)/")


def number(value: float) -> float | int:
    """A finite JSON number without the noise of binary fractions; whole numbers as integers.

    Scores are finite when they are recorded. Should one not be, it is worth nothing, and not the whole result.
    """
    value = round(bounded(value), SCORE_DIGITS)
    return int(value) if value == int(value) else value


def bounded(value: float) -> float:
    """A score as it counts."""
    value = float(value)
    return min(max(value, -MAX_POINTS), MAX_POINTS) if math.isfinite(value) else 0.0


def total(records: Sequence[Record]) -> tuple[float, float]:
    """(points reached, points possible), added exactly and rounded only then: three thirds are 1, and so are ten tenths."""
    counted = [record for record in records if record.max_score is not None]
    score = math.fsum(bounded(record.score or 0.0) for record in counted)
    possible = math.fsum(bounded(record.max_score or 0.0) for record in counted)
    return round(score, SCORE_DIGITS), round(possible, SCORE_DIGITS)
