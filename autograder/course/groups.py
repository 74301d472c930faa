"""Groups of submissions that fail the same tests of a part in the same way.

What a submission does wrong in a part is the vector of its failures there: which tests fail, with what kind of message and what
numbers (see `failures`). Submissions of equal kinds whose numbers are close to those of the first one make a group. The numbers
are never rounded, since equal answers can lie on both sides of a bound.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from autograder.assignment import Assignment
from autograder.course.failures import Failure, are_close, failure_of, in_short
from autograder.course.findings import Excerpt, Group, Grouping
from autograder.course.model import Row
from autograder.course.passages import NAME, imported_by, passages
from autograder.course.regions import lines_of
from autograder.grading.order import Key, number_key
from autograder.grading.parts import by_part
from autograder.grading.records import Record
from autograder.results.excerpts import title

MOST = 50  # groups
ENOUGH = 0.9  # of all failures
NOT_IMPLEMENTED = "not implemented"


@dataclass
class Wrong:
    """What one submission does wrong in one part, or in several.

    Attributes:
        unwritten: all tests of the part fail, because nothing is written.
    """

    parts: tuple[str, ...]
    row: Row
    records: list[Record]
    failures: list[Failure]
    unwritten: bool

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        return tuple((failure.test, failure.kind) for failure in self.failures)

    def and_also(self, other: "Wrong") -> "Wrong":
        """What the same submission does wrong in the parts of both."""
        records, failures = self.records + other.records, self.failures + other.failures
        return Wrong(self.parts + other.parts, self.row, records, failures, self.unwritten)


@dataclass
class Alike:
    """Wrongs that are alike, the first one first."""

    members: list[Wrong]

    @property
    def failures(self) -> int:
        return sum(len(wrong.failures) for wrong in self.members)

    def order(self) -> tuple[int, Key, str, str]:
        """That of most submissions first, then by the number of the first test, by its id, and by the first row's."""
        first = self.members[0]
        return -len(self.members), number_key(first.records[0].number), first.records[0].nodeid, first.row.id


def groups(rows: Sequence[Row], assignment: Assignment, skeleton: Mapping[str, str], most: int = MOST) -> Grouping:
    """Return the groups of a class, those of most submissions first.

    A submission can be in a group of each part; groups of the same members in several parts are one. Rows without an outcome
    are left out, and so are tests that are broken: what they say is about the suite. Those who have written nothing that a part
    asks for are one group. A failure of one submission alone is a group only if those of several explain too little.

    Args:
        skeleton: the files that were handed out, by name.
        most: so many groups at most; those that explain most failures.
    """
    known_names = {part for text in skeleton.values() for name in NAME.findall(text) for part in name.split(".")}
    wrongs = [wrong for row in sorted(rows, key=lambda row: row.id) for wrong in wrong_parts(row, assignment, known_names)]
    failed = Alike(wrongs).failures
    chosen: list[Alike] = []
    covered = 0
    found = across_parts(gathered(wrongs))
    for alike in sorted(found, key=lambda alike: (len(alike.members) == 1, -alike.failures, alike.order())):
        if len(chosen) < most and (len(alike.members) > 1 or covered < ENOUGH * failed):
            chosen.append(alike)
            covered += alike.failures
    handed_out = {line.strip() for text in skeleton.values() for line in lines_of(text)}
    sizes = {row.id: size_of_change(row, handed_out) for row in rows}
    shown = [shown_group(alike, assignment, skeleton, sizes, failed) for alike in sorted(chosen, key=Alike.order)]
    return Grouping(tuple(shown), covered, failed)


def wrong_parts(row: Row, assignment: Assignment, known_names: Set[str]) -> Iterator[Wrong]:
    """Yield what fails in each part with failures."""
    if row.outcome is None or row.outcome.not_run or not any(record.status == "failed" for record in row.outcome.records):
        return
    for part, records in by_part(assignment, row.outcome.records):
        failing = [record for record in records if record.status == "failed" and record.is_item()]
        if failing:
            failures = [failure_of(record, known_names) for record in failing]
            unwritten = len(failing) == len(records) and all(failure.unwritten for failure in failures)
            yield Wrong((part,), row, failing, failures, unwritten)


def gathered(wrongs: Sequence[Wrong]) -> list[Alike]:
    """Put together what is alike: each is compared with the first of each group of its kinds."""
    found: dict[object, list[Alike]] = {}
    for wrong in wrongs:
        of_kind = found.setdefault((wrong.parts, None if wrong.unwritten else wrong.kinds), [])
        for alike in of_kind:
            if wrong.unwritten or are_close(wrong.failures, alike.members[0].failures):
                alike.members.append(wrong)
                break
        else:
            of_kind.append(Alike([wrong]))
    return [alike for of_kind in found.values() for alike in of_kind]


def across_parts(found: Sequence[Alike]) -> list[Alike]:
    """Make one of groups of different parts that have the same members: one mistake shows in each of these parts."""
    merged: dict[object, Alike] = {}
    for alike in found:
        first = alike.members[0]
        same = merged.setdefault((first.unwritten, tuple(wrong.row.id for wrong in alike.members)), alike)
        if same is not alike:
            same.members = [one.and_also(other) for one, other in zip(same.members, alike.members, strict=True)]
    return list(merged.values())


def size_of_change(row: Row, handed_out: Set[str]) -> int:
    """How many lines of a submission are not in the skeleton."""
    return sum(line.strip() not in handed_out for text in row.files.values() for line in lines_of(text))


def shown_group(
    alike: Alike, assignment: Assignment, skeleton: Mapping[str, str], sizes: Mapping[str, int], failed: int
) -> Group:
    one = min(alike.members, key=lambda wrong: (sizes[wrong.row.id], wrong.row.id))
    lines: list[Excerpt] = []
    handed_out: list[Excerpt] = []
    if not one.unwritten:
        lines, handed_out = passages(imported_by(one.records, assignment.folder, one.row.files), skeleton, one.records)
    return Group(
        sentence=sentence(one),
        name=name_of(alike),
        part=one.parts[0],
        tests=tuple(dict.fromkeys(failure.test for wrong in alike.members for failure in wrong.failures)),
        rows=tuple(wrong.row.id for wrong in alike.members),
        representative=one.row.id,
        lines=tuple(lines),
        skeleton=tuple(handed_out),
        share=alike.failures / failed,
    )


def sentence(wrong: Wrong) -> str:
    """What fails and how, such as "1.3 Linear.backward and 2 more tests: the result has shape (3,), expected (1, 3)"."""
    if wrong.unwritten:
        return f"{', '.join(wrong.parts)}: {NOT_IMPLEMENTED}"
    kinds = Counter(failure.kind for failure in wrong.failures)
    commonest = kinds.most_common(1)[0][0]
    told = next(record for record, failure in zip(wrong.records, wrong.failures, strict=True) if failure.kind == commonest)
    more = len(wrong.records) - 1
    others = f" and {more} more test{'s' if more > 1 else ''}" if more else ""
    said = f"{title(told)}{others}: {in_short(told)}"
    explained = dict.fromkeys(record.named.describe for record in wrong.records if record.named and record.named.is_sure)
    return f"{' '.join(filter(None, explained))} ({said})" if any(explained) else said


def name_of(alike: Alike) -> str:
    """The names of the mistakes that explain all failures of all members; empty where one of them has none."""
    named = [record.named for wrong in alike.members for record in wrong.records]
    names = [each.mistake if each and each.is_sure else "" for each in named]
    return ", ".join(dict.fromkeys(names)) if all(names) else ""
