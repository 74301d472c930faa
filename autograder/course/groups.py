"""Groups of submissions that fail the same tests of a part in the same way.

What a submission does wrong in a part is the vector of its failures there: which tests fail, with what kind of message and what
numbers (see `failures`). Submissions of equal kinds whose numbers are close to those of the first one make a group. The numbers
are never rounded, since equal answers can lie on both sides of a bound.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from autograder.assignment import Assignment
from autograder.course.failures import Failure, are_close, failure_of, in_short
from autograder.course.findings import Group, Grouping
from autograder.course.model import Row
from autograder.course.passages import NAME, passages
from autograder.course.regions import lines_of
from autograder.grading.order import Key, number_key
from autograder.grading.records import Record
from autograder.results.excerpts import by_part, title

MOST = 50  # groups
NOT_IMPLEMENTED = "not implemented"


@dataclass
class Wrong:
    """What one submission does wrong in one part."""

    row: Row
    failures: list[Failure]
    records: list[Record]

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        return tuple((failure.test, failure.kind) for failure in self.failures)


@dataclass
class Alike:
    """Wrongs that are alike, the first one first."""

    part: str
    unwritten: bool
    members: list[Wrong] = field(default_factory=list)

    def order(self) -> tuple[int, Key, str, str]:
        """The largest first, then by the number of the first test, then by its id and the first row's."""
        first = self.members[0]
        return -len(self.members), number_key(first.records[0].number), first.records[0].nodeid, first.row.id


def groups(rows: Sequence[Row], assignment: Assignment, skeleton: Mapping[str, str], most: int = MOST) -> Grouping:
    """Return the groups of a class, those of most submissions first; each is of two at least.

    A submission can be in a group of each part. Rows without an outcome are left out, and so are tests that are broken: what
    they say is about the suite. Those who have written nothing that a part asks for are one group.

    Args:
        skeleton: the files that were handed out, by name.
        most: so many groups at most.
    """
    known_names = {name for text in skeleton.values() for name in NAME.findall(text)}
    wrongs = [
        (part, wrong, whole)
        for row in sorted(rows, key=lambda row: row.id)
        for part, wrong, whole in wrong_parts(row, assignment, known_names)
    ]
    failed = sum(len(wrong.failures) for _, wrong, _ in wrongs)
    found = sorted((alike for alike in gathered(wrongs) if len(alike.members) > 1), key=Alike.order)[:most]
    handed_out = {line.strip() for text in skeleton.values() for line in lines_of(text)}
    sizes = {row.id: size_of_change(row, handed_out) for row in rows}
    shown = [shown_group(alike, skeleton, sizes, failed) for alike in found]
    covered = sum(len(wrong.failures) for alike in found for wrong in alike.members)
    return Grouping(tuple(shown), covered, failed)


def wrong_parts(row: Row, assignment: Assignment, known_names: set[str]) -> Iterator[tuple[str, Wrong, bool]]:
    """Yield each part with failures, what fails in it, and whether that is everything because nothing is written."""
    if row.outcome is None or row.outcome.not_run:
        return
    for part, records in by_part(assignment, row.outcome.records):
        failing = [record for record in records if record.status == "failed" and record.is_item()]
        if failing:
            failures = [failure_of(record, known_names) for record in failing]
            whole = len(failing) == len(records) and all(failure.unwritten for failure in failures)
            yield part, Wrong(row, failures, failing), whole


def gathered(wrongs: Sequence[tuple[str, Wrong, bool]]) -> list[Alike]:
    """Put together what is alike: each is compared with the first of each group of its kinds."""
    found: dict[object, list[Alike]] = {}
    for part, wrong, whole in wrongs:
        groups = found.setdefault((part, None if whole else wrong.kinds), [])
        for alike in groups:
            if whole or are_close(wrong.failures, alike.members[0].failures):
                alike.members.append(wrong)
                break
        else:
            groups.append(Alike(part, whole, [wrong]))
    return [alike for groups in found.values() for alike in groups]


def size_of_change(row: Row, handed_out: Set[str]) -> int:
    """How many lines of a submission are not in the skeleton."""
    return sum(line.strip() not in handed_out for text in row.files.values() for line in lines_of(text))


def shown_group(alike: Alike, skeleton: Mapping[str, str], sizes: Mapping[str, int], failed: int) -> Group:
    one = min(alike.members, key=lambda wrong: (sizes[wrong.row.id], wrong.row.id))
    lines, handed_out = passages(one.row.files, skeleton, one.records)
    return Group(
        sentence=sentence(alike, one),
        part=alike.part,
        tests=tuple(dict.fromkeys(failure.test for wrong in alike.members for failure in wrong.failures)),
        rows=tuple(wrong.row.id for wrong in alike.members),
        representative=one.row.id,
        lines=tuple(lines),
        skeleton=tuple(handed_out),
        share=sum(len(wrong.failures) for wrong in alike.members) / failed,
    )


def sentence(alike: Alike, one: Wrong) -> str:
    """What fails and how, such as "1.3 Linear.backward and 2 more tests: the result has shape (3,), expected (1, 3)"."""
    if alike.unwritten:
        return f"{alike.part}: {NOT_IMPLEMENTED}"
    kinds = Counter(failure.kind for failure in one.failures)
    commonest = kinds.most_common(1)[0][0]
    told = next(record for record, failure in zip(one.records, one.failures, strict=True) if failure.kind == commonest)
    more = len(one.records) - 1
    others = f" and {more} more test{'s' if more > 1 else ''}" if more else ""
    return f"{title(told)}{others}: {in_short(told)}"
