"""One submission of a class as a job: what it is given, what it answers, and how an answer is stored and read again.

Both are plain data, as JSON has it: a job may be done by a fork of this process, or by our own command on another machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from autograder.assignment import Assignment
from autograder.course.keys import FORMAT, Group, digest
from autograder.grading.outcome import Outcome
from autograder.grading.records import Ran, Record
from autograder.grading.staff_notes import notes_on_claims, staff_notes
from autograder.intake.stage import Stage

MAX_TEXT = 400_000  # characters of a file that are kept for reports
LEVELS = "ABCDEF"  # of the sandbox, from the best on
LIMITS = ("seconds", "memory")


@dataclass(frozen=True)
class Job:
    """A submission that is to be graded.

    Attributes:
        number: tells the jobs of a run apart.
        sources: paths of a folder, a zip, or files.
        students: ids of those who hand in, where each has other numbers.
        only: ids of the tests to be run, or of the files whose tests are; empty for all.
    """

    number: int
    sources: tuple[str, ...]
    students: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What has come of a job.

    Attributes:
        document: see `answer`; None where there is none.
        fault: why there is none, for staff.
    """

    job: Job
    document: dict[str, Any] | None
    fault: str = ""


@dataclass(frozen=True)
class Taken:
    """What was taken of a submission; the same whatever its tests come to.

    Attributes:
        digest: of all that its result depends on: the files that were taken, and what is said of others.
        sha256: of the files that were taken.
        remarks: for the student.
        files: name -> text, of what was taken.
        refused: why it cannot be graded at all; empty if it can.
    """

    digest: str
    sha256: str | None
    remarks: tuple[str, ...]
    files: Mapping[str, str]
    refused: str = ""

    @classmethod
    def of(cls, stage: Stage, remarks: Sequence[str]) -> "Taken":
        texts = {}
        for name in stage.files:
            content = (stage.path / name).read_bytes()[: 4 * MAX_TEXT]
            if b"\0" not in content:
                texts[name] = content.decode("utf-8", "replace")[:MAX_TEXT]
        known = digest([stage.digest, list(stage.ignored), list(remarks)])
        return cls(known, stage.digest, tuple(remarks), texts)

    @classmethod
    def nothing(cls, refused: str) -> "Taken":
        """A submission that cannot be looked through."""
        return cls(digest(["refused", refused]), None, (), {}, refused)

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Taken":
        return cls(**{**document, "remarks": tuple(document["remarks"])})


def answer(outcome: Outcome, taken: Taken) -> dict[str, Any]:
    """What a job says of a submission whose tests have run."""
    return {
        "format": FORMAT,
        "taken": asdict(taken),
        "variant": outcome.variant,
        "level": outcome.level,
        "layers": outcome.layers,
        "seconds": outcome.seconds,
        "records": [asdict(record) for record in outcome.records],
    }


def refusal(taken: Taken) -> dict[str, Any]:
    """What a job says of a submission that cannot be looked through."""
    return {"format": FORMAT, "taken": asdict(taken), "variant": None, "records": []}


def piece(document: Mapping[str, Any], group: Group) -> dict[str, Any]:
    """What an answer says of one group of test files, to be stored."""
    files = set(group.files)
    records = [record for record in document["records"] if record["nodeid"].partition("::")[0] in files]
    return {"level": document["level"], "layers": document["layers"], "records": records}


def is_complete(found: Mapping[str, Any], group: Group) -> bool:
    """Whether a piece has each test once."""
    return sorted(record["nodeid"] for record in found["records"]) == sorted(record["nodeid"] for record in group.records)


def is_final(found: Mapping[str, Any]) -> bool:
    """Whether a piece may be kept: what went wrong on this side may have been the machine, and is tried again."""
    return not any(record["status"] == "broken" or record["needs_human"] for record in found["records"])


def outcome_of(assignment: Assignment, taken: Taken, pieces: Sequence[Mapping[str, Any]], variant: str | None) -> Outcome:
    """The result of a submission, put together."""
    records = [record_of(record) for found in pieces for record in found["records"]]
    return Outcome(
        assignment,
        records,
        seconds=round(sum(record.seconds for record in records), 3),
        remarks=list(taken.remarks),
        notes=[*staff_notes(assignment, Ran(records)), *notes_on_claims(records)],
        level=max((found["level"] for found in pieces), key=LEVELS.find, default="none"),
        layers=next((found["layers"] for found in pieces), None),
        variant=variant,
        submission_sha256=taken.sha256,
    )


def record_of(document: Mapping[str, Any]) -> Record:
    return Record(**{**document, "tags": tuple(document["tags"])})


def without_times(outcome: Outcome) -> Outcome:
    """The same result on any machine: without what was measured."""
    return replace(outcome, seconds=0.0, records=[replace(record, seconds=0.0, usage={}) for record in outcome.records])
