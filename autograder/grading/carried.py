"""Errors carried forward: what a part loses by an error of an earlier part, it can get back.

A part says with `stands_on` which parts it stands on. Where one of these has lost points and tests of the part have failed,
these tests run once more with twins, files of ours that do the same, in place of the submission's files of that part. The
better score of a test counts. So such a run only adds points: two errors that cancel keep theirs, and what is not written fails
again.

A twin lies in the submission's process, where it can be read. So no student sees what is printed or raised there, and no file
of the reference should be one.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.assignment import Assignment, Part, belongs
from autograder.errors import AutograderError
from autograder.grading.records import TOLERANCE, Ran, Record, number

Run = Callable[[Mapping[str, Path], Sequence[str]], Ran]  # runs the tests of these ids, with twins in place of these files


@dataclass(frozen=True)
class Again:
    """Tests that run once more.

    Attributes:
        parts: that they belong to.
        twins: file of the submission -> path of what stands in for it.
        tests: their ids.
    """

    parts: tuple[str, ...]
    twins: Mapping[str, Path]
    tests: tuple[str, ...]

    @property
    def files(self) -> str:
        return " and ".join(self.twins)


def to_carry(assignment: Assignment, records: Sequence[Record]) -> list[Again]:
    """Return what is to run once more: one run for all parts that need the same twins."""
    parts = {part.number: part for part in assignment.parts}
    found: dict[tuple[str, ...], Again] = {}
    for part in assignment.parts:
        failed = tuple(record.nodeid for record in records if belongs(record.number, part.number) and has_lost(record))
        lost = [number for number in part.stands_on if any(has_lost(one) for one in records if belongs(one.number, number))]
        if failed and lost:
            twins = {name: assignment.folder / path for number in lost for name, path in parts[number].twins.items()}
            known = found.get(tuple(lost), Again((), twins, ()))
            found[tuple(lost)] = Again((*known.parts, part.number), twins, known.tests + failed)
    return list(found.values())


def has_lost(record: Record) -> bool:
    return record.status == "failed" and bool(record.max_score)


def carry(assignment: Assignment, ran: Ran, run: Run) -> None:
    """Run again what is to be, and put into the records what it has added; notes for staff say what could not be run."""
    records = {record.nodeid: record for record in ran.records}
    for again in to_carry(assignment, ran.records):
        which = f"part {', '.join(again.parts)} with our {again.files}"
        try:
            found = run(again.twins, again.tests).records
        except AutograderError as error:
            ran.notes.append(f"{which} could not be graded: {error}")
            continue
        broken = [record.nodeid for record in found if record.status == "broken"]
        if broken:
            ran.notes.append(
                f"{which}: these tests broke, which says something of the twins or of the suite: {', '.join(broken)}"
            )
        gained = math.fsum(take(records[other.nodeid], other, again.files) for other in found if other.nodeid in records)
        if gained:
            ran.notes.append(f"{which} gets {number(gained)} points more, which count")


def take(record: Record, other: Record, files: str) -> float:
    """Let a test have the better score, and say so; return by how much it is better."""
    before, after = record.score or 0.0, other.score or 0.0
    if other.status == "broken" or after <= before + TOLERANCE:
        return 0.0
    points = f"{number(after)} of {number(record.max_score or 0)} points"
    said = f"With our {files} in place of yours, this test gets {points}; these count."
    own = record.hide_errors if record.hide_errors is not None else record.reason
    if record.full_reason:
        record.full_reason = f"{said}\n\nWith yours: {record.full_reason}"
    record.reason = f"{said}\n\nWith yours: {own}" if own else said
    record.hide_errors = None
    record.score, record.status = after, other.status
    return after - before


def uncarried(assignment: Assignment) -> Assignment:
    """The assignment without what its parts say of each other: each test has the points of the submission's own files."""
    return replace(assignment, parts=tuple(replace(part, stands_on=()) for part in assignment.parts))


def carries(parts: Sequence[Part]) -> bool:
    """Whether the tests of one part can decide about another's."""
    return any(part.stands_on for part in parts)
