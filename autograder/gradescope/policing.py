"""The policies of an assignment, applied to one submission by its metadata."""

from collections.abc import Sequence
from pathlib import Path

from autograder.assignment import Assignment, Policies
from autograder.errors import AutograderError
from autograder.gradescope import metadata
from autograder.gradescope.policies import Judgement, judge
from autograder.grading.outcome import Outcome


class Policing:
    """The policies of an assignment and the metadata of one submission.

    Attributes:
        wanted: whether the assignment has any.
        students: ids of those who hand in, where each has individual numbers.
        refused: set if the submission is not graded.
        fault: what is wrong with the metadata, so that policies cannot be applied; whoever grades decides what follows.
    """

    def __init__(self, assignment: Assignment, path: Path) -> None:
        """Read the metadata.

        Raises:
            AutograderError: they do not say whose numbers are asked for, without which nothing can be graded.
        """
        self.policies = assignment.policies
        self.wanted = self.policies != Policies()
        self.students: Sequence[str] = ()
        self.refused: Judgement | None = None
        self.fault: AutograderError | None = None
        try:
            self.metadata = metadata.load(path)
            if assignment.variants:
                self.students = metadata.student_ids(self.metadata)
            if self.wanted:
                judgement = judge(self.policies, self.metadata, 0, 0)  # what the metadata lack does not depend on the points
                self.refused = None if judgement.allowed else judgement
        except AutograderError as error:
            if assignment.variants and not self.students:
                raise
            self.fault = error

    def apply(self, outcome: Outcome) -> None:
        """Put what the policies make of it into the result of a grading."""
        if not self.wanted:
            return
        if self.fault:
            outcome.notes.append(f"needs a human: the policies were not applied: {self.fault}")
            outcome.needs_human = True
            return
        judgement = judge(self.policies, self.metadata, *outcome.score)
        outcome.items, outcome.counted = list(judgement.items), float(judgement.score)
        outcome.policies = list(judgement.notes)
