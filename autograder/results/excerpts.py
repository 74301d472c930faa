"""Shared by the formats: tests that students may see, points by part, and shortened texts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from autograder.errors import AutograderError
from autograder.grading.order import in_number_order
from autograder.grading.outcome import Outcome
from autograder.grading.records import TOLERANCE, Record, number, total
from autograder.text import as_painted, block, line, shorten

LONGEST, SHORTEST = 10_000, 100  # characters of a reason or an output; where there is room for fewer, it is left out
LEFT_OUT = "[left out: the whole would be too long]"


@dataclass(frozen=True)
class Withheld:
    """Tests that count, and about which students read nothing else."""

    records: tuple[Record, ...]

    @property
    def points(self) -> tuple[float, float]:
        """(points reached, points possible)."""
        return total(self.records)

    @property
    def words(self) -> str:
        """How many they are; a name for all of them together."""
        count = len(self.records)
        return f"{count} test{'' if count == 1 else 's'} whose results are not shown"


def divide(records: Sequence[Record]) -> tuple[list[Record], Withheld]:
    """Return the tests that students may read about, in the order of their numbers, and the others.

    No other platform knows Gradescope's `after_due_date` and `after_published`, so these are withheld like `hidden`. Tests for
    a leaderboard alone are in neither.
    """
    items = in_number_order(record for record in records if record.is_item())
    shown = [record for record in items if record.visibility in (None, "visible")]
    return shown, Withheld(tuple(record for record in items if record.visibility not in (None, "visible")))


def for_students(outcome: Outcome) -> Outcome:
    """Return the outcome without the tests that students do not read about, whose number and points a remark gives."""
    _, withheld = divide(outcome.records)
    if not withheld.records:
        return outcome
    out = set(map(id, withheld.records))  # comparing records is slow where there are hundreds
    records = [record for record in outcome.records if id(record) not in out]
    told = f"not in this: {withheld.words}, {number(withheld.points[1])} points"
    return replace(outcome, records=records, remarks=[*outcome.remarks, told])


def policy_items(outcome: Outcome) -> list[Record]:
    """Return what the policies say, with points that make those of the tests the score that counts.

    Gradescope takes the score beside the tests. Others add up points, and where an earlier score is kept the last item has the
    difference.
    """
    items = list(outcome.items)
    rest = outcome.score[0] - total([*items, *outcome.records])[0]
    if abs(rest) > TOLERANCE:
        items[-1] = replace(items[-1], score=rest, max_score=0.0)
    return items


def title(record: Record) -> str:
    """A test's number and name, on one line."""
    return line(f"{record.number or ''} {record.name or record.nodeid}") or "test"


def points(records: Sequence[Record]) -> str:
    """Points reached and possible, such as "2.5 / 4"."""
    score, possible = total(records)
    return f"{number(score)} / {number(possible)}"


def is_full(score: float, possible: float) -> bool:
    return score >= possible - TOLERANCE


def reason(record: Record, length: int) -> str:
    """Why a test failed, for its student, without what the code printed."""
    short = shorten(record.reason, max(length, SHORTEST))  # before it is cleaned, which takes its time
    return shortened(replace(record, printed="", reason=short).output(), length)


def printed(record: Record, length: int) -> str:
    """What a test printed, as far as its student may see it."""
    return shortened(as_painted(record.printed).rstrip() if record.show_output else "", length)


def shortened(text: str, length: int) -> str:
    if not text:
        return ""
    return block(text, length) if length else LEFT_OUT


def within(limit: int, write: Callable[[int], str], platform: str) -> str:
    """Return what `write` makes when told how long each reason and output may be: so long that there are at most `limit` bytes.

    Raises:
        AutograderError: even without any it is longer.
    """
    length = LONGEST
    while True:
        text = write(length)
        size = len(text.encode())
        if size <= limit:
            return text
        if not length:
            raise AutograderError(
                f"the result has {size:,} bytes without any reason or output, and {platform} takes {limit:,}; "
                "give the suites fewer tests or shorter names"
            )
        length = length * 3 // 4
        if length < SHORTEST:
            length = 0
