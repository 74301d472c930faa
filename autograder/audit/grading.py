"""Mutants graded as submissions: the reference with one file changed, by the tests that reach the changed function.

Graders are forks of one session that has collected the suites, as for a class. First come the quick tests of the mutant's own
part, all of them. Those of other parts, and those that take long, such as training runs, are run only on mutants that the
first have not killed; "not run" stands for others. With `matrix`, the quick tests of all parts are run on every mutant.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.assignment import Assignment
from autograder.audit.mutants import Mutant
from autograder.audit.parts import Parts
from autograder.audit.tracing import Test
from autograder.course.jobs import Answer, Job
from autograder.course.pool import Engine
from autograder.grading.mistakes.fingerprint import Answer as Answered
from autograder.grading.records import TOLERANCE

SLOW_SECONDS = 1.0  # without a sandbox, and with tracing: longer tests wait for the survivors
TIMES = 10.0  # as long as on the reference a test may take on a mutant, which may never come to its end
LEAST_SECONDS = 2.0
TOTAL_SECONDS = 120.0  # for all tests of a mutant: an endless loop in each of many is found in the first of them

Status = str  # "killed", "survived", "not run" or "broken"
KILLED, SURVIVED, NOT_RUN, BROKEN = "killed", "survived", "not run", "broken"


@dataclass
class GradedMutant:
    """What the suites make of a mutant.

    Attributes:
        reaching: the tests that execute its function.
        part: whose tests should see it.
        verdicts: id of each of them -> status, BROKEN where the suite or the machine is at fault.
        margins: id of each test that it has passed -> the largest share of its tolerance that an answer has used there.
        answers: id of each test that it has failed -> what came there.
        faults: what was at fault, for staff.
    """

    mutant: Mutant
    reaching: Sequence[Test]
    part: str
    verdicts: dict[str, Status] = field(default_factory=dict)
    margins: dict[str, float] = field(default_factory=dict)
    answers: dict[str, tuple[Answered, ...]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def reached(self) -> bool:
        return bool(self.reaching)

    @property
    def killers(self) -> list[Test]:
        """The tests that it loses points of."""
        return [test for test in self.reaching if self.verdicts.get(test.nodeid) == KILLED]

    def take(self, answer: Answer, wanted: Sequence[Test]) -> None:
        """Note what has come of some tests."""
        if answer.document is None:
            self.faults.append(answer.fault.strip())
            self.verdicts |= {test.nodeid: BROKEN for test in wanted}
            return
        records = {document["nodeid"]: document for document in answer.document["records"]}
        refused = answer.document["taken"]["refused"]
        for test in wanted:
            found = records.get(test.nodeid)
            self.verdicts[test.nodeid] = verdict(found, test.score) if found else BROKEN
            if found and "margin" in found["usage"] and self.verdicts[test.nodeid] == SURVIVED:
                self.margins[test.nodeid] = found["usage"]["margin"]
            if found and self.verdicts[test.nodeid] == KILLED:
                self.answers[test.nodeid] = tuple(map(Answered.read, found["answers"]))
            if self.verdicts[test.nodeid] == BROKEN:
                told = found["staff"] or found["reason"] if found else refused or "it has no record"
                self.faults.append(f"{test.nodeid}: {told.strip()}")


def verdict(record: Mapping[str, object], score: float | None) -> Status:
    """What a record says of a mutant.

    Args:
        score: of the reference in this test.
    """
    if record["status"] == "broken":
        return BROKEN
    if record["status"] == "failed":
        return NOT_RUN if str(record["reason"]).startswith("not run") else KILLED  # see `grading.endings.cut_off`
    lost = score is not None and float(record["score"] or 0.0) < score - TOLERANCE  # type: ignore[arg-type]
    return KILLED if lost else SURVIVED


def with_limits(assignment: Assignment, tests: Iterable[Test]) -> Assignment:
    """The assignment with less patience: a mutant that never ends has one test after the other waiting for it."""
    longest = max((test.seconds for test in tests if is_quick(test)), default=0.0)
    limits = assignment.limits
    seconds = min(limits.test_seconds, max(LEAST_SECONDS, TIMES * longest))
    return replace(
        assignment, limits=replace(limits, test_seconds=seconds, total_seconds=min(limits.total_seconds, TOTAL_SECONDS))
    )


def is_quick(test: Test) -> bool:
    return not test.waits and test.seconds < SLOW_SECONDS


class Grading:
    """The grading of mutants.

    Args:
        engine_for: gives what has jobs done; with True, for tests that need no heavy library.
        light: the test files that need none.
        work: a folder of ours, for the submissions.
        on_done: called with each mutant whose verdict is known.
        matrix: run all quick tests on every mutant.
    """

    def __init__(
        self,
        assignment: Assignment,
        engine_for: Callable[[bool], Engine],
        light: Set[str],
        work: Path,
        on_done: Callable[[GradedMutant], None] = lambda graded: None,
        matrix: bool = False,
    ) -> None:
        self.assignment = assignment
        self.reference = assignment.folder / str(assignment.reference)
        self.engine_for = engine_for
        self.light = light
        self.work = work
        self.on_done = on_done
        self.matrix = matrix

    def grade(self, mutants: Sequence[Mutant], tests: Sequence[Test], parts: Parts) -> list[GradedMutant]:
        """Grade mutants by the tests that reach them."""
        graded = []
        for mutant in mutants:
            reaching = [test for test in tests if test.reaches(mutant.file, mutant.function)]
            graded.append(GradedMutant(mutant, reaching, parts.own(mutant, reaching)))
        first: dict[int, list[Test]] = {}
        later: dict[int, list[Test]] = {}
        for number, one in enumerate(graded):
            one.verdicts = {test.nodeid: NOT_RUN for test in one.reaching}
            early = [
                test for test in one.reaching if is_quick(test) and (self.matrix or parts.of_test[test.nodeid] == one.part)
            ]
            first[number] = early
            later[number] = [test for test in one.reaching if test not in early]
            if not one.reached:
                self.on_done(one)
        self.run(graded, first, lambda number: bool(graded[number].killers) or not later[number])
        left = {number: tests for number, tests in later.items() if not graded[number].killers}
        self.run(graded, left, lambda number: True)
        return graded

    def run(self, graded: Sequence[GradedMutant], wanted: Mapping[int, Sequence[Test]], is_done: Callable[[int], bool]) -> None:
        """Run some tests on each mutant.

        Args:
            wanted: place of a mutant -> the tests.
            is_done: whether that was all for the mutant of this place.
        """

        def on_answer(answer: Answer) -> None:
            number = answer.job.number
            graded[number].take(answer, wanted[number])
            if is_done(number):
                self.on_done(graded[number])

        for light in (True, False):
            jobs = [
                Job(number, (str(self.submission(number, graded[number].mutant)),), only=tuple(test.nodeid for test in tests))
                for number, tests in wanted.items()
                if tests and self.is_light(tests) == light
            ]
            if jobs:
                self.engine_for(light).run(jobs, on_answer)

    def is_light(self, tests: Sequence[Test]) -> bool:
        return all(test.nodeid.partition("::")[0] in self.light for test in tests)

    def submission(self, number: int, mutant: Mutant) -> Path:
        """A folder with the files that are asked for, one of which is the mutant."""
        folder = self.work / str(number)
        for name in (*self.assignment.files, *self.assignment.helper_files(self.reference)):
            place, original = folder / name, self.reference / name
            if place.exists() or not original.is_file():  # in the second run it is there
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            if name == mutant.file:
                place.write_text(mutant.source, encoding="utf-8", newline="")
            else:
                os.link(self.shared(name), place)
        return folder

    def shared(self, name: str) -> Path:
        """A copy of a file of the reference, which lies on the disk once, however many submissions have it."""
        place = self.work / "reference" / name
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes((self.reference / name).read_bytes())
        return place
