"""Compare both trials: tests with another verdict in the sandbox become inside tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import PurePosixPath

from autograder.assignment import Part, belongs
from autograder.authoring.adopt.trial import Tried, Verdict
from autograder.grading.order import number_key
from autograder.grading.records import number

NOT_RUN = "has no verdict"


@dataclass
class Comparison:
    """What the two tries say together; each test of the try in one process is in one of these, in order.

    Attributes:
        same: nodeids of tests with the same verdict, which pass or are skipped.
        failing: nodeid -> cause of tests that fail in one process, and in the sandbox.
        inside: nodeid -> cause of tests whose verdicts differ.
        uncollected: nodeid -> cause of tests that there are in one process only, which the key cannot name.
        unknown: nodeids of tests that have no verdict in one process.
        differing_inside: nodeid -> cause of those that differ inside as well.
    """

    same: list[str] = field(default_factory=list)
    failing: dict[str, str] = field(default_factory=dict)
    inside: dict[str, str] = field(default_factory=dict)
    uncollected: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    differing_inside: dict[str, str] = field(default_factory=dict)

    @property
    def tests(self) -> int:
        return sum(map(len, (self.same, self.failing, self.inside, self.uncollected, self.unknown)))


def compared(plain: Tried, boxed: Tried) -> Comparison:
    """Compare the try in one process with the one in the sandbox."""
    found = Comparison()
    collected = set(map(base_of, boxed.verdicts))
    unreadable = {nodeid: each for nodeid, each in boxed.verdicts.items() if each and each.unreadable}
    for nodeid, here in plain.verdicts.items():
        there = boxed.verdicts.get(nodeid) or unreadable.get(nodeid.partition("::")[0])
        if here is None:
            found.unknown.append(nodeid)
        elif not here.fine and not (there and there.fine):
            found.failing[nodeid] = here.cause()
        elif there and here.same(there):
            found.same.append(nodeid)
        elif base_of(nodeid) not in collected:
            found.uncollected[nodeid] = difference(here, there, boxed)
        else:
            found.inside[nodeid] = difference(here, there, boxed)
    return found


def difference(here: Verdict, there: Verdict | None, boxed: Tried) -> str:
    """Return why a test goes inside."""
    if there is None:
        return f"{NOT_RUN} in the sandbox{f': {boxed.fault}' if boxed.fault else ''}"
    if there.fine and not here.fine:
        return f"passes in the sandbox, fails in one process: {here.cause()}"
    if here.skipped != there.skipped:
        skipped, where = (here, "in one process") if here.skipped else (there, "in the sandbox")
        return f"skipped {where} only: {skipped.cause()}"
    if there.cause():
        return there.cause()
    if here.score is not None and there.score is not None and here.score != there.score:
        return f"{there.score:g} points in the sandbox, {here.score:g} in one process"
    return f"{there.status} in the sandbox, {here.status} in one process"


def inside_keys(comparison: Comparison, suites: Sequence[str]) -> dict[str, list[str] | bool]:
    """Return what each suite says in its key `inside`: its tests, relative to its folder, or True for all of them.

    A parametrised test is named without its brackets: all of its cases go inside.
    """
    found: dict[str, list[str]] = {}
    others = {
        base_of(nodeid) for nodeid in [*comparison.same, *comparison.failing, *comparison.uncollected, *comparison.unknown]
    }
    outside: set[str] = {
        suite for nodeid in others - set(map(base_of, comparison.inside)) if (suite := suite_of(nodeid, suites))
    }
    for nodeid in comparison.inside:
        suite = suite_of(nodeid, suites)
        if suite:
            name = relative_name(base_of(nodeid), suite)
            names = found.setdefault(suite, [])
            if name not in names:
                names.append(name)
    return {suite: names if suite in outside else True for suite, names in found.items()}


def base_of(nodeid: str) -> str:
    """The test function of a nodeid, without the case."""
    return nodeid.partition("[")[0] if "::" in nodeid else nodeid


def suite_of(nodeid: str, suites: Sequence[str]) -> str | None:
    """Return the suite that a test belongs to: the innermost."""
    file = PurePosixPath(nodeid.partition("::")[0])
    return max((suite for suite in suites if PurePosixPath(suite) in (file, *file.parents)), key=len, default=None)


def relative_name(nodeid: str, suite: str) -> str:
    file, _, name = nodeid.partition("::")
    folder = PurePosixPath(suite).parent if suite.endswith(".py") else PurePosixPath(suite)
    return f"{PurePosixPath(file).relative_to(folder).as_posix()}::{name}"


def parts_of(*tries: Tried) -> list[Part]:
    """Return a part for each first component of the tests' numbers, by the first try that knows all points.

    There are none unless every test with points has a number.
    """
    complete = next((each for each in tries if None not in each.verdicts.values()), None)
    weighted = [each for each in complete.verdicts.values() if each and each.max_score] if complete else []
    if not all(each.number for each in weighted):
        return []
    numbers = {str(each.number).partition(".")[0] for each in weighted}
    return [
        Part(first, f"Part {first}", points([each for each in weighted if belongs(each.number, first)]))
        for first in sorted(numbers, key=number_key)
    ]


def points(verdicts: Sequence[Verdict]) -> float:
    """What tests add up to, without the rounding errors of adding floats."""
    return float(sum(Fraction(str(number(each.max_score or 0.0))) for each in verdicts))
