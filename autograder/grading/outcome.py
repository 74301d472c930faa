"""What grading one submission has come to."""

from dataclasses import dataclass, field

from autograder.assignment import Assignment
from autograder.grading.order import in_number_order
from autograder.grading.records import Record, total


@dataclass
class Outcome:
    """What grading has come to.

    Attributes:
        records: one for each collected test, in the order of their numbers.
        seconds: that grading took.
        remarks: for the student: what the intake found.
        notes: for staff.
        level: of the sandbox, "A" to "F", or "off"; "none" where no test has run.
        layers: of the sandbox: whether each is on; None where no test has run in it.
        variant: the code of the student's own numbers, if each has others.
        submission_sha256: of the files that were graded.
        version: of the autograder zip that has graded.
        items: what the policies say, beside the tests.
        policies: the same for staff; None where the policies have no say.
        counted: the score that counts by the policies, if they have a say.
        needs_human: something beside the tests went wrong.
        not_run: why no test has run, for the student.
        partial: only a part of the tests was asked for.
    """

    assignment: Assignment
    records: list[Record]
    seconds: float
    remarks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    level: str = "off"
    layers: dict[str, bool] | None = None
    variant: str | None = None
    submission_sha256: str | None = None
    version: str | None = None
    items: list[Record] = field(default_factory=list)
    policies: list[str] | None = None
    counted: float | None = None
    needs_human: bool = False
    not_run: str = ""
    partial: bool = False

    def __post_init__(self) -> None:
        self.records = in_number_order(self.records)

    @property
    def score(self) -> tuple[float, float]:
        """(points that count, points possible)."""
        reached, possible = total(self.records)
        return (reached if self.counted is None else self.counted), possible
