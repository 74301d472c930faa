"""The pytest plugin that grades: weights at collection, a process of the submission for each test, one record each.

It is registered by `grading.py` and never by itself. Hooks stand in the order in which pytest calls them.
"""

import os
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from autograder.compare import Mismatch
from autograder.errors import AssignmentError, AutograderError
from autograder.results import TOLERANCE, VISIBILITIES, Record
from autograder.sandbox.client import SandboxError
from autograder.sandbox.limits import Limits
from autograder.standins.door import SubmissionFailure
from autograder.standins.keeper import Keeper, Owner
from autograder.standins.standin import Standin

RECORD = pytest.StashKey[Record]()
SUITE_GRACE_SECONDS = 5.0  # a suite that computes for so long after its test's limit hangs
WIDE_SCOPES = ("session", "package", "module", "class")


class SuiteTimeout(BaseException):
    """The suite itself did not come to an end."""


@dataclass(frozen=True)
class Suite:
    """A folder or file of tests, and what students may see of it."""

    path: Path
    show_output: bool = True
    show_values: bool = True
    visibility: str | None = None


@dataclass
class Failure:
    """What one phase of a test, or one subtest, has come to."""

    when: str
    error: BaseException
    record_text: str
    staff_text: str
    broken: bool


@dataclass
class Running:
    """The test that runs now."""

    owner: Owner
    record: Record
    failures: list[Failure] = field(default_factory=list)
    skipped: str | None = None
    expected_failure: str | None = None
    passed: bool = False


class GradingPlugin:
    """Grades what pytest collects.

    Args:
        suites: the suites in the order of their items.
        limits: per test and in all.
        keeper: the submission's processes; None when it runs in this process (one's own code, for debuggers).
        problem_with: what the intake found wrong with the file of a module, or None.
        stage: folder of the submission's files.
        on_record: called with each finished record.
    """

    def __init__(
        self,
        suites: list[Suite],
        limits: Limits,
        keeper: Keeper | None,
        problem_with: Callable[[str], str | None],
        stage: Path,
        on_record: Callable[[Record], None] = lambda record: None,
    ) -> None:
        self.suites = suites
        self.limits = limits
        self.keeper = keeper
        self.problem_with = problem_with
        self.stage = stage
        self.on_record = on_record
        self.records: list[Record] = []
        self.started = time.monotonic()
        self.running: Running | None = None
        self.serials: list[tuple[Record, int]] = []
        self.wide_fixtures: list[tuple[Owner, Any]] = []
        self.error: BaseException | None = None  # that ended pytest itself

    @pytest.hookimpl
    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo) -> None:
        self.error = excinfo.value

    # Collection: every test is on record before any code of the submission runs.

    @pytest.hookimpl
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            name = f"The tests in {report.nodeid or 'this suite'} could not be read"
            self.records.append(Record(report.nodeid, name, status="broken", staff=str(report.longrepr)))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        shares = weights(items)
        for item in items:
            suite = self.suite_of(item)
            function = getattr(item, "obj", None)
            record = Record(item.nodeid, title(item), suite.path.name, show_output=suite.show_output)
            item.stash[RECORD] = record
            self.records.append(record)
            record.max_score = shares[item]
            number = getattr(function, "__number__", None)
            record.number = None if number is None else str(number)
            record.tags = tuple(getattr(function, "__tags__", ()))
            record.hide_errors = getattr(function, "__hide_errors__", None)
            record.visibility = getattr(function, "__visibility__", suite.visibility)
            if record.visibility not in (None, *VISIBILITIES):
                raise AssignmentError(f"{item.nodeid}: @visibility({record.visibility!r}) is none of {', '.join(VISIBILITIES)}")
            column = getattr(function, "__leaderboard_column__", None)
            if column is not None:
                order = getattr(function, "__leaderboard_sort_order__", "desc")
                record.leaderboard = {"name": str(column), "value": None, "order": order}
                record.max_score = None

    def suite_of(self, item: pytest.Item) -> Suite:
        for suite in self.suites:
            if item.path == suite.path or suite.path in item.path.parents:
                return suite
        raise AutograderError(f"{item.path} belongs to no suite")

    # One test: set-up, call and tear-down in one process of the submission.

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[Any]:
        record = item.stash[RECORD]
        left = self.limits.total_seconds - (time.monotonic() - self.started)
        self.running = running = Running(Owner("function", item.nodeid), record)
        seconds = min(seconds_for(item, self.limits.test_seconds), left)
        began = time.monotonic()
        if left <= 0:
            running.skipped = f"not run: the tests before it took the {self.limits.total_seconds:g} s there are for all"
            self.conclude(item, running)
            return True
        for function in wrapped(item):
            for name in ("__score__", "__leaderboard_value__"):
                function.__dict__.pop(name, None)
        if self.keeper:
            self.keeper.notes.clear()
            self.keeper.enter(running.owner, seconds)
        self.alarm(seconds + SUITE_GRACE_SECONDS)
        try:
            return (yield)
        finally:
            self.alarm(0)
            record.seconds = time.monotonic() - began
            if self.keeper:
                self.keeper.leave(running.owner)
                serial = self.keeper.close(running.owner)
                if serial is not None:
                    self.serials.append((record, serial))
                self.close_scopes(nextitem)
            self.conclude(item, running)

    def alarm(self, seconds: float) -> None:
        """Interrupt the suite after so many seconds; 0 calls it off."""
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, suite_hangs)
            signal.setitimer(signal.ITIMER_REAL, max(seconds, 0))

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[Any]:
        if self.keeper is None or fixturedef.scope not in WIDE_SCOPES:
            return (yield)
        owner = Owner(fixturedef.scope, request.node.nodeid)
        self.undo_narrower(owner, request)
        self.keeper.enter(owner, seconds_for(request._pyfuncitem, self.limits.test_seconds))
        try:
            return (yield)
        finally:
            self.keeper.leave(owner)
            if self.keeper.process_of(owner):
                self.wide_fixtures.append((owner, fixturedef))

    def undo_narrower(self, owner: Owner, request: Any) -> None:
        """A wide fixture comes after narrower ones: have those set up again, on top of it."""
        assert self.keeper
        for other, fixturedef in list(self.wide_fixtures):
            if other.rank > owner.rank:
                fixturedef.finish(request)
                self.wide_fixtures.remove((other, fixturedef))
                self.keeper.close(other)

    def close_scopes(self, nextitem: pytest.Item | None) -> None:
        """End the processes of scopes that the next test is not part of."""
        assert self.keeper
        nodes = {node.nodeid for node in nextitem.listchain()} if nextitem else set()
        for owner, fixturedef in list(self.wide_fixtures):
            if nextitem is None or owner.node not in nodes:
                self.wide_fixtures.remove((owner, fixturedef))
                self.keeper.close(owner)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo) -> Iterator[Any]:
        report = yield
        running = self.running
        if running is None:
            return report
        excinfo = call.excinfo
        if hasattr(report, "wasxfail"):
            running.expected_failure = report.wasxfail or "expected"
            if report.outcome == "failed":
                running.failures.append(Failure(call.when, AssertionError(), "passes, but was expected to fail", "", False))
        elif report.skipped:
            running.skipped = f"skipped: {excinfo.value}" if excinfo else "skipped"
        elif excinfo is not None:
            running.failures.append(self.failure(item, call.when, excinfo.value, str(report.longrepr)))
        elif report.failed:
            text = str(report.longrepr)
            running.failures.append(Failure(call.when, AssertionError(text), text, text, False))
        elif call.when == "call":
            running.passed = True
        if call.when == "teardown":
            running.record.printed = "".join(text for name, text in report.sections if name.startswith("Captured std"))
        return report

    def failure(self, item: pytest.Item, when: str, error: BaseException, staff: str) -> Failure:
        used = self.keeper is None or bool(self.keeper.processes)
        broken = isinstance(error, (AutograderError, SandboxError, SuiteTimeout)) or (
            not (used and when == "call") and not self.concerns_submission(error)
        )
        return Failure(when, error, self.words(item, error), staff, broken)

    def concerns_submission(self, error: BaseException | None) -> bool:
        """Whether an exception, or one it came from, is the submission's or a check that it did not pass."""
        while error is not None:
            if isinstance(error, (SubmissionFailure, AssertionError)) or self.student_traceback(error):
                return True
            error = error.__cause__ or error.__context__
        return False

    def student_traceback(self, error: BaseException) -> str:
        """The part of a traceback that lies in the submission; empty if the submission did not raise it."""
        if self.keeper:
            return getattr(error, "student_traceback", "")
        frames = traceback.extract_tb(error.__traceback__)
        first = next((index for index, frame in enumerate(frames) if frame.filename.startswith(f"{self.stage}{os.sep}")), None)
        if first is None:
            return ""
        lines = ["Traceback (most recent call last):\n", *traceback.format_list(frames[first:])]
        lines += traceback.format_exception_only(type(error), error)
        return "".join(lines).replace(f"{self.stage}{os.sep}", "")

    def words(self, item: pytest.Item, error: BaseException) -> str:
        """Why the test failed, as its student reads it."""
        shown = self.suite_of(item).show_values
        if isinstance(error, Mismatch):
            return str(error) if shown else error.without_values
        if isinstance(error, SubmissionFailure):
            return (error.module and self.problem_with(error.module)) or str(error)
        text = self.student_traceback(error)
        if text:
            return f"your code raised {getattr(error, 'student_type', type(error).__name__)}: {error}\n\n{text.rstrip()}"
        if isinstance(error, (AssertionError, pytest.fail.Exception)):
            return assertion(str(error), shown)
        return f"the test could not use what your code gave back ({type(error).__name__}: {error})"

    def conclude(self, item: pytest.Item, running: Running) -> None:
        """Put the outcome of the test that has run into its record."""
        record, failures = running.record, running.failures
        broken = [failure for failure in failures if failure.broken]
        if failures:
            record.status = "broken" if broken else "failed"
            record.reason = "\n\n".join(dict.fromkeys(failure.record_text for failure in failures))
            record.staff = "\n\n".join(failure.staff_text for failure in broken or failures)
        elif running.skipped is not None:
            record.status, record.reason = "failed", running.skipped
        elif running.expected_failure is not None or running.passed:
            record.status = "passed"
        else:
            record.status, record.staff = "broken", "pytest gave no outcome"
        if self.keeper and self.keeper.notes:
            record.staff = "\n".join([*self.keeper.notes, record.staff]).rstrip()
        self.score(item, record)
        self.running = None
        self.on_record(record)

    def score(self, item: pytest.Item, record: Record) -> None:
        value = called_with(item, "__score__")
        if record.leaderboard is not None:
            value = called_with(item, "__leaderboard_value__")
            record.leaderboard["value"] = plain_number(value) if value is not None else None
            return
        if record.max_score is None and value is None:
            return
        record.max_score = record.max_score or 0.0
        given = plain_number(value) if value is not None else None
        if value is not None and given is None:
            record.status = "failed"
            record.reason = record.reason or "the score of this test is not a finite number"
        if record.status == "broken":
            record.score = 0.0
        elif given is not None:
            record.score = given
            if given < record.max_score - TOLERANCE:
                record.status = "failed"
            elif abs(given - record.max_score) <= TOLERANCE:
                record.score = record.max_score
        else:
            record.score = record.max_score if record.status == "passed" else 0.0

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Collect what the processes have left, and record what was never reached."""
        for record, serial in self.serials:
            assert self.keeper
            ending = self.keeper.sandbox.ending(serial)
            record.printed += ending.output
            record.usage = {"cpu_seconds": round(ending.cpu_seconds, 4), "peak_mb": round(ending.peak_mb, 1)}


def suite_hangs(signum: int, frame: FrameType | None) -> None:
    raise SuiteTimeout("the suite did not come to an end")


def seconds_for(item: Any, default: float) -> float:
    """Wall-clock limit of a test: `@pytest.mark.seconds(60)`, or that of all."""
    marker = item.get_closest_marker("seconds")
    return float(marker.args[0]) if marker else default


def title(item: pytest.Item) -> str:
    """What gradescope-utils shows: the docstring's first line, or unittest's name of the test; a case's id behind it."""
    function = getattr(item, "obj", None)
    text = (getattr(function, "__doc__", None) or "").strip().split("\n")[0].strip()
    callspec = getattr(item, "callspec", None)
    if not text:
        case = getattr(item, "instance", None)
        if hasattr(case, "_testMethodName"):
            return str(case)
        unittest_class = getattr(item.parent, "obj", None)
        if hasattr(unittest_class, "assertEqual") and unittest_class is not None:
            return str(unittest_class(item.name))
        return item.name
    return f"{text} [{callspec.id}]" if callspec else text


def weights(items: list[pytest.Item]) -> dict[pytest.Item, float | None]:
    """Points of each item. What a decorator gives to a parametrised test, or to a class, is shared by its items."""
    groups: dict[pytest.Item, tuple[Any, Any]] = {}
    for item in items:
        function = getattr(item, "function", None) or getattr(item, "obj", None)
        owner, given = (item.parent, item.originalname if hasattr(item, "originalname") else item.name), None
        given = getattr(function, "__weight__", None)
        if given is None and getattr(item, "cls", None) is not None:
            owner, given = (item.cls, None), getattr(item.cls, "__weight__", None)
        groups[item] = (owner, given)
    sizes = Counter(owner for owner, _ in groups.values())
    seen: Counter = Counter()
    shares: dict[pytest.Item, float | None] = {}
    for item, (owner, given) in groups.items():
        if given is None:
            shares[item] = None
            continue
        value = plain_number(given)
        if value is None or value < 0:
            raise AssignmentError(f"{item.nodeid}: @weight({given!r}) is not a number of points")
        shares[item] = share(value, sizes[owner], seen[owner])
        seen[owner] += 1
    return shares


def share(points: float, parts: int, index: int) -> float:
    """Part `index` of points split into parts of at most four decimals that add up exactly."""
    if parts == 1:
        return points
    units = Fraction(str(points)) * 10_000
    return float((units * (index + 1) // parts - units * index // parts) / Fraction(10_000))


def plain_number(value: Any) -> float | None:
    """A finite Python float, or None."""
    if isinstance(value, Standin) or isinstance(value, complex):
        return None
    try:
        value = float(value)
    except (TypeError, ValueError):
        return None
    return value if abs(value) < float("inf") else None


def wrapped(item: pytest.Item) -> Iterator[Any]:
    """The test function and those it wraps: each decorator of gradescope-utils keeps its value on its own wrapper."""
    function = getattr(item, "function", None) or getattr(item, "obj", None)
    function = getattr(function, "__func__", function)
    while function is not None:
        yield function
        function = getattr(function, "__wrapped__", None)


def called_with(item: pytest.Item, name: str) -> Any:
    return next((function.__dict__[name] for function in wrapped(item) if name in function.__dict__), None)


def assertion(message: str, shown: bool) -> str:
    """The message of a plain `assert`; pytest has put the values into it, which a hidden suite does not show."""
    if shown and message:
        return message
    text = message.split("\nassert ")[0].strip()
    if not text or text.startswith("assert "):
        return "the result is not what the task asks for"
    return text
