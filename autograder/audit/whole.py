"""An audit in one function: make the mutants, find out which tests reach them, grade them, compare with the list."""

import contextlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import FILE, Assignment
from autograder.audit.equivalent import Equivalent, matched, read_equivalents
from autograder.audit.grading import GradedMutant, Grading, with_limits
from autograder.audit.light import light_files, without_heavy
from autograder.audit.mutants import Made, mutants_of
from autograder.audit.parts import Parts
from autograder.audit.tracing import Test, reach_of
from autograder.authoring.markers import regions
from autograder.compare.margins import MARGINS
from autograder.course.pool import Engine
from autograder.errors import AssignmentError, UsageError
from autograder.grading.carried import uncarried


@dataclass(frozen=True)
class Audit:
    """What has come of an audit.

    Attributes:
        files: of the reference, that they change.
        made: the mutants, and how many were dropped.
        tests: of the assignment.
        graded: the mutants with their verdicts.
        numbering: what belongs to which part.
        equivalents: id of a mutant -> its entry in the list.
        faults: what is wrong with the list.
    """

    assignment: Assignment
    files: Sequence[str]
    made: Made
    tests: Sequence[Test]
    graded: Sequence[GradedMutant]
    numbering: Parts
    equivalents: dict[str, Equivalent]
    faults: Sequence[str]

    @property
    def survivors(self) -> list[GradedMutant]:
        """The mutants that no test sees, and that nobody has explained; those that could not be judged are not among them."""
        return [one for one in self.graded if not (one.killers or one.faults or one.mutant.id in self.equivalents)]

    @property
    def unjudged(self) -> list[GradedMutant]:
        """The mutants that no test has killed, where the suite or the machine was at fault."""
        return [one for one in self.graded if one.faults and not one.killers and one.mutant.id not in self.equivalents]

    @property
    def sound(self) -> bool:
        return not (self.survivors or self.unjudged or self.faults)

    @property
    def parts(self) -> dict[str, str]:
        """Id of a test -> its part."""
        return self.numbering.of_test

    def own_part(self, one: GradedMutant) -> str:
        """The part whose tests should see a mutant; see `Parts.own`."""
        return one.part

    def own_killers(self, one: GradedMutant) -> list[Test]:
        """The tests of its own part that see a mutant."""
        return [test for test in one.killers if self.parts[test.nodeid] == self.own_part(one)]

    def idle_tests(self) -> list[Test]:
        """Tests that were run on mutants of their own part and have killed none of these."""
        ran: set[str] = set()
        killed: set[str] = set()
        for one in self.graded:
            own = [test for test in one.reaching if self.parts[test.nodeid] == self.own_part(one)]
            ran |= {test.nodeid for test in own if one.verdicts[test.nodeid] != "not run"}
            killed |= {test.nodeid for test in self.own_killers(one)}
        return [test for test in self.tests if test.nodeid in ran - killed]


def audit(
    assignment: Assignment,
    files: Sequence[str],
    engine_for: Callable[[Assignment, bool], Engine],
    tell: Callable[[str], None] = lambda words: None,
    begin: Callable[[int], Callable[[GradedMutant], None]] = lambda total: lambda graded: None,
    matrix: bool = False,
    solution: bool = False,
) -> Audit:
    """Audit the suites of an assignment by mutants of its reference.

    Args:
        files: of the reference, to make mutants of; empty for all that students write Python in.
        engine_for: gives what has jobs done for an assignment; with True, by the first rung of the ladder alone.
        tell: is told how far it is.
        begin: called with the number of mutants; what it returns is called with each that is done.
        matrix: run all tests on all mutants that they reach.
        solution: the reference is another solution, which may have no markers and of which the list of equivalents is not.

    Raises:
        UsageError: a file is none of the assignment's.
        AssignmentError: there is no reference, it fails a test, or the list of equivalents is wrong.
        AutograderError: nothing can be graded.
    """
    entries = [] if solution else read_equivalents(assignment.folder)
    made, names = all_mutants(assignment, files, solution)
    tell(f"{len(made.mutants)} mutants of {', '.join(names)}; running the tests on the reference to see what they reach")
    tests = reach_of(assignment)
    with contextlib.ExitStack() as cleanup:
        work = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="autograder-")))
        numbering = Parts(assignment, tests)
        limited = with_limits(uncarried(assignment), tests)

        def engine(light: bool) -> Engine:
            return engine_for(without_heavy(limited) if light else limited, light)

        grading = Grading(assignment, engine, light_files(assignment), work, begin(len(made.mutants)), matrix)
        with MARGINS.watching():
            graded = grading.grade(made.mutants, tests, numbering)
    equivalents, faults = matched(graded, entries, names)
    return Audit(assignment, names, made, tests, graded, numbering, equivalents, faults)


def all_mutants(assignment: Assignment, files: Sequence[str], solution: bool = False) -> tuple[Made, list[str]]:
    """The mutants of some files, or of all; and the names of the files that have some.

    Args:
        solution: all functions of a file without markers are changed, even if other files have some.

    Raises:
        UsageError: a file is none that is handed in, or no Python.
        AssignmentError: there is no reference, or nothing in it can be changed.
    """
    if not assignment.reference:
        raise AssignmentError(f"{assignment.folder / FILE} has no reference; an audit makes its mutants from it")
    reference = assignment.folder / assignment.reference
    there = [name for name in assignment.files if name.endswith(".py") and (reference / name).is_file()]
    for name in files:
        if name not in there:
            raise UsageError(f"--files {name}: the reference has no such Python file; there are {', '.join(there)}")
    marked = {name for name in there if regions((reference / name).read_text(encoding="utf-8"), name)}
    made = [
        (name, mutants_of(reference, name, everything=not marked or (solution and name not in marked)))
        for name in files or there
    ]
    found = [name for name, of_file in made if of_file.mutants]
    if not found:
        raise AssignmentError(f"{', '.join(files or there)}: nothing between the markers can be changed; choose other --files")
    return sum((of_file for _, of_file in made), Made([])), found
