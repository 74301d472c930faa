"""Which part tests belong to, and which part's tests should see a mutant."""

from collections.abc import Sequence

from autograder.assignment import Assignment, belongs
from autograder.audit.mutants import Mutant
from autograder.audit.tracing import Test

NO_PART = "–"


class Parts:
    """The parts of an assignment, as its tests and tasks are numbered.

    Attributes:
        of_test: id of a test -> its part.
    """

    def __init__(self, assignment: Assignment, tests: Sequence[Test]) -> None:
        self.assignment = assignment
        known = {number: self.of(number) for number in {test.number for test in tests}}
        self.of_test = {test.nodeid: known[test.number] for test in tests}
        self.tested = {*self.of_test.values()}

    def of(self, number: str | None) -> str:
        """The part of a number: one of assignment.toml, or else what stands before the first dot."""
        parts = (part.number for part in self.assignment.parts if belongs(number, part.number))
        return next(parts, (number or NO_PART).partition(".")[0])

    def own(self, mutant: Mutant, reaching: Sequence[Test]) -> str:
        """The part whose tests should see a mutant.

        It is the part of the task that its line was written for, as the marker numbers it. Where there are no markers, or the
        part has no tests, it is the first part, by number, with a test that reaches the function.
        """
        part = self.of(mutant.task) if mutant.task else NO_PART
        return (
            part
            if part in self.tested
            else min((self.of_test[test.nodeid] for test in reaching), key=in_order, default=NO_PART)
        )


def in_order(part: str) -> tuple[bool, int, str]:
    """Part 2 before part 10, and what has no number last."""
    return (not part.isdecimal(), int(part) if part.isdecimal() else 0, part)
