"""The pytest plugin that grades: points at collection, a process of the submission for each test, one record each.

It is registered by `grading.py` and never by itself. Hooks stand in the order in which pytest calls them.

What it gives equals what gradescope-utils' own runner gives for the suites that this one handles. It differs on purpose in:

- A skipped test is there, with 0 points and the reason. So is one that ends itself by `pytest.xfail()`.
- A test marked as an expected failure (xfail, expectedFailure) passes if a check in it fails or its code raises, and fails
  if it passes, for xfail only when strict. A submission that is missing, ends or is not implemented is no expected failure.
- The failures of all subtests are in the one item of their test. A skipped subtest takes nothing away.
- An error in a fixture, setUpClass or setup_module fails the tests that need it, each with its own points; the original has
  one item without points in their place. A file of tests that cannot be read is one item that asks for staff.
- An error in tearDown beside one in the test is part of the same item, not a second one.
- A fixture whose end fails: a check in it, or the submission, fails the test (the last one of a wider scope); a mistake of
  the suite there leaves the test its verdict and asks for staff.
- A score or leaderboard value may be a NumPy scalar. One that is not a finite number counts as 0 points, or as null.
- Scores are compared with a tolerance and added as decimal numbers: ten times 0.1 of 1 passes.
- A test that has points and a leaderboard column gives an item and an entry, in whichever order it is decorated; the
  original loses the points.
- A score does not survive from one run of a test function to the next.
- Decorators on a class count for its tests; its weight is shared by them.
- A parametrised test is an item for each case, with its share of the weight.
- pytest.exit, sys.exit or KeyboardInterrupt in a suite, a crash and a hang end the test, not the grading.
- `@visibility` or a leaderboard order that Gradescope does not know, and negative weights, are refused.
- The output of a test holds its reason first, then what was printed. What the suite may not show is left out of it.
"""

import functools
import signal
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from autograder.assignment import Suite, belongs
from autograder.background import Run
from autograder.errors import AutograderError, machine_fault
from autograder.grading import decorations
from autograder.grading.records import TOLERANCE, Record
from autograder.grading.runs import Runs
from autograder.grading.verdicts import UNEXPECTED, Failure, Judge, SuiteStopped, traceback_from
from autograder.sandbox.client import SandboxError
from autograder.sandbox.limits import Limits
from autograder.standins.failures import SubmissionFailure, SuiteTimeout
from autograder.standins.keeper import Keeper, Owner

RECORD = pytest.StashKey[Record]()
SUITE_GRACE_SECONDS = 5.0  # a suite that computes for so long after its submission's time is up hangs
TEARDOWN_SECONDS = 1.0  # for ending fixtures when the time for all tests is over
WIDE_SCOPES = ("session", "package", "module", "class")

Wrapper = Generator[None, Any, Any]  # a hook wrapper: gets the result of the others, returns its own


class NotRun(Exception):
    """There was no time left for the test."""


class FixtureNotEnded(pytest.fail.Exception):  # type: ignore[name-defined]  # an attribute of a function
    """Carries an exception that pytest does not expect from the end of a fixture."""


@dataclass
class Running:
    """The test that runs now.

    Attributes:
        seconds: its limit, wall clock.
        skipped: why its body was skipped.
        passed: its body came to its end, or failed as expected.
        author: the message that the suite gave to unittest's assert method that was called last.
    """

    owner: Owner
    record: Record
    path: Path
    seconds: float
    began: float
    failures: list[Failure] = field(default_factory=list)
    not_run: str | None = None
    skipped: str | None = None
    passed: bool = False
    author: str | None = None


class GradingPlugin:
    """Grades what pytest collects.

    Args:
        suites: what is graded.
        limits: per test and in all.
        keeper: the submission's processes; None when it runs in this process (one's own code, for debuggers).
        problem_with: what the intake found wrong with the file of a module, or None.
        stage: folder of the submission's files.
        before_tests: called when all tests are on record and none has run; what it raises ends the run.
        on_record: called with each record as soon as its verdict is known; its printed text may still grow.

    Attributes:
        records: one for each test in the order of collection, complete with points before the first test runs.
        runs: of the submission beside the tests.
        notes: for staff.
        error: that ended pytest itself.
    """

    def __init__(
        self,
        suites: Sequence[Suite],
        limits: Limits,
        keeper: Keeper | None,
        problem_with: Callable[[str], str | None],
        stage: Path,
        before_tests: Callable[[], None] = lambda: None,
        on_record: Callable[[Record], None] = lambda record: None,
    ) -> None:
        self.suites = sorted(suites, key=lambda suite: len(suite.path.parts), reverse=True)  # the innermost counts
        self.limits = limits
        self.keeper = keeper
        self.judge = Judge(keeper is not None, problem_with, stage)
        self.before_tests = before_tests
        self.on_record = on_record
        self.records: list[Record] = []
        self.started = time.monotonic()
        self.running: Running | None = None
        self.unfinished: dict[str, Record] = {}
        self.serials: list[tuple[Record, int]] = []
        self.wide_fixtures: list[tuple[Owner, Any]] = []
        self.runs = Runs(keeper, self.all_failed, self.waiting)
        self.judged: list[Record] = []  # tests that have passed or failed, by now
        self.notes: list[str] = []
        self.error: BaseException | None = None
        self.interrupted = False  # by a person; a suite can raise KeyboardInterrupt as well
        self.former_interrupt: Any = None

    # Before collection.

    @pytest.hookimpl
    def pytest_configure(self, config: pytest.Config) -> None:
        config.option.tbstyle = "no"  # records have their own; pytest's takes 7 ms for each test that fails

    @pytest.hookimpl(wrapper=True)
    def pytest_load_initial_conftests(self) -> Wrapper:
        """Go on without a conftest.py that fails: its tests are put on record, each says what it lacks."""
        try:
            return (yield)
        except pytest.UsageError:
            raise
        except Exception as error:  # ConftestImportFailure, which pytest does not export
            path = getattr(error, "path", None)
            if path is None:
                raise
            self.unreadable(
                path, f"{path.parent.name}/{path.name}", "".join(traceback.format_exception(error.__cause__ or error))
            )
            return None

    @pytest.hookimpl
    def pytest_sessionstart(self) -> None:
        if self.can_signal():
            self.former_interrupt = signal.signal(signal.SIGINT, self.interrupt)

    def interrupt(self, signum: int, frame: FrameType | None) -> None:
        self.interrupted = True
        raise KeyboardInterrupt

    # Collection: every test is on record before any code of the submission runs.

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Wrapper:
        self.alarm(self.limits.total_seconds)
        try:
            return (yield)
        finally:
            self.alarm(0)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Wrapper:
        try:
            report = yield
        except (KeyboardInterrupt, SystemExit, pytest.exit.Exception) as error:
            if self.interrupted:
                raise
            text = "".join(traceback.format_exception(error))
            report = pytest.CollectReport(collector.nodeid, "failed", text, [])
        if report.failed:
            self.unreadable(collector.path, collector.nodeid, str(report.longrepr))
        elif report.skipped:
            self.unreadable(collector.path, collector.nodeid, f"skipped as a whole: {report.longrepr}")
        return report

    def unreadable(self, path: Path, nodeid: str, staff: str) -> None:
        """Put tests on record of which nothing but their place is known."""
        if all(record.nodeid != nodeid for record in self.records):
            suite = self.suite_of(path)
            record = Record(
                nodeid, f"The tests in {path.name} could not be read", status="broken", staff=staff, unreadable=True
            )
            record.suite, record.visibility = (suite.path.name, suite.visibility) if suite else ("", None)
            self.records.append(record)

    @pytest.hookimpl
    def pytest_itemcollected(self, item: pytest.Item) -> None:
        suite = self.suite_of(item.path)
        if suite is None:
            raise AutograderError(f"{item.path} belongs to no suite of assignment.toml")
        record = Record(item.nodeid, decorations.title(item), suite.path.name, show_output=suite.show_output)
        decorations.describe(item, record, suite.visibility)
        item.stash[RECORD] = record
        self.records.append(record)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item, points in decorations.weights(items).items():
            item.stash[RECORD].max_score = points
        self.unfinished = {item.nodeid: item.stash[RECORD] for item in items}
        self.records = [record for record in self.records if record.status == "broken" or record.nodeid in self.unfinished]

    def suite_of(self, path: Path) -> Suite | None:
        real = path.resolve()
        for suite in self.suites:
            if suite.path.resolve() in (real, *real.parents):
                return suite
        return None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        self.before_tests()
        self.start_runs()

    def start_runs(self) -> None:
        for run in self.runs.runs:
            run.seconds = max(min(run.seconds, round(self.seconds_left(), 1)), 0.0)
            self.alarm(self.limits.test_seconds + SUITE_GRACE_SECONDS)
            try:
                self.runs.start(run, self.limits.test_seconds)
            except KeyboardInterrupt as error:
                if self.interrupted:
                    raise
                run.error = SuiteStopped(f"the suite raised KeyboardInterrupt: {error}")
            finally:
                self.alarm(0)

    def seconds_left(self) -> float:
        return self.limits.total_seconds - (time.monotonic() - self.started)

    @contextmanager
    def waiting(self, seconds: float) -> Iterator[None]:
        """Wait for the submission, longer than the running test may take; afterwards it has all of its own time."""
        assert self.running
        own = self.running.seconds + (SUITE_GRACE_SECONDS if self.keeper else 0)
        self.alarm(seconds + (own if self.keeper else 0))  # its process is ended before that
        try:
            yield
        finally:
            self.alarm(own)

    def all_failed(self, number: str) -> bool:
        """Whether tests of this number have run and none of them has come to any points."""
        found = [record for record in self.judged if belongs(record.number, number)]
        return bool(found) and all(record.status == "failed" and not record.score for record in found)

    # One test: set-up, call and tear-down in one process of the submission.

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Wrapper:
        self.begin(item)
        try:
            return (yield)
        except (Exception, SuiteTimeout) as error:  # from a hook of the suite's, outside of set-up, call and tear-down
            self.fail_outside(item, nextitem, error)
            return True
        finally:
            self.alarm(0)
            self.end(item, nextitem)

    def begin(self, item: pytest.Item) -> None:
        if self.interrupted:
            raise KeyboardInterrupt  # a suite has caught the first one
        record, now = item.stash[RECORD], time.monotonic()
        left = round(self.seconds_left(), 1)
        seconds = min(seconds_for(item, self.limits.test_seconds), left)
        running = Running(Owner("function", item.nodeid), record, item.path, seconds, now)
        if left <= 0:
            running.not_run = f"not run: the {self.limits.total_seconds:g} s that all tests have together were over"
            running.seconds = TEARDOWN_SECONDS
        self.running = running
        decorations.forget_scores(item)
        if self.keeper:
            self.keeper.notes.clear()
            self.keeper.enter(running.owner, running.seconds)
        # Beside the submission's own deadline, which only a process of its own has.
        self.alarm(running.seconds + (SUITE_GRACE_SECONDS if self.keeper else 0))

    def fail_outside(self, item: pytest.Item, nextitem: pytest.Item | None, error: BaseException) -> None:
        assert self.running
        staff = ["".join(traceback.format_exception(error))]
        try:
            item.ihook.pytest_runtest_teardown(item=item, nextitem=nextitem)
        except (Exception, SuiteTimeout, SubmissionFailure) as another:
            staff.append("".join(traceback.format_exception(another)))
        self.running.failures.append(Failure("setup", "", "\n".join(staff), True))

    def end(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        running = self.running
        assert running
        running.record.seconds = time.monotonic() - running.began
        for run in self.runs.asked:
            run.record = run.record or running.record
        self.runs.asked.clear()
        if self.keeper:
            try:
                self.end_processes(self.keeper, running, nextitem)
            except SandboxError as error:
                running.failures.append(Failure("setup", "", "".join(traceback.format_exception(error)), True))
        if not self.interrupted:
            self.conclude(item, running)
        self.running = None

    def end_processes(self, keeper: Keeper, running: Running, nextitem: pytest.Item | None) -> None:
        keeper.leave(running.owner)
        serial = keeper.close(running.owner)
        if serial is not None:
            self.serials.append((running.record, serial))
        self.close_scopes(nextitem)

    def can_signal(self) -> bool:
        return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()

    def alarm(self, seconds: float) -> None:
        """Interrupt the suite after so many seconds, and again if it does not care; 0 calls it off."""
        if self.can_signal():
            signal.signal(signal.SIGALRM, suite_hangs)
            signal.setitimer(signal.ITIMER_REAL, max(seconds, 0), SUITE_GRACE_SECONDS)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self) -> Wrapper:
        if self.running and self.running.not_run:
            raise NotRun(self.running.not_run)
        return (yield from self.contained())

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Wrapper:
        case = getattr(item, "instance", None)
        if hasattr(case, "_formatMessage"):
            self.listen(case)
        return (yield from self.contained())

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_teardown(self) -> Wrapper:
        return (yield from self.contained())

    def contained(self) -> Wrapper:
        """Keep a suite from ending pytest."""
        try:
            return (yield)
        except KeyboardInterrupt as error:
            if self.interrupted:
                raise
            raise SuiteStopped("the suite raised KeyboardInterrupt") from error
        except pytest.exit.Exception as error:
            raise pytest.fail.Exception(str(error)) from None

    def listen(self, case: Any) -> None:
        """Keep the message that the author of a unittest suite gives to a check: later, the values are mixed into it."""
        formatted = case._formatMessage

        def format_message(message: Any, standard: str) -> str:
            if self.running:
                self.running.author = message if isinstance(message, str) else None
            return formatted(message, standard)

        case._formatMessage = format_message

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Wrapper:
        add = type(fixturedef).addfinalizer
        fixturedef.addfinalizer = lambda finalizer: add(fixturedef, functools.partial(self.finalize, finalizer))
        try:
            return (yield from self.fixture_in_its_process(fixturedef, request))
        except (KeyboardInterrupt, SubmissionFailure) as error:
            if self.interrupted:
                raise
            failure = error if isinstance(error, SubmissionFailure) else SuiteStopped("the suite raised KeyboardInterrupt")
            # As pytest does with an Exception: others that need the fixture fail in the same way.
            fixturedef.cached_result = (None, fixturedef.cache_key(request), (failure, error.__traceback__))
            raise failure from None

    def finalize(self, finalizer: Callable[[], object]) -> None:
        """End a fixture. What pytest does not expect there would keep it from ending the others, for the next test to find."""
        try:
            finalizer()
        except (KeyboardInterrupt, SubmissionFailure) as error:
            if self.interrupted:
                raise
            raise FixtureNotEnded(str(error)) from error

    def fixture_in_its_process(self, fixturedef: Any, request: Any) -> Wrapper:
        if self.keeper is None or fixturedef.scope not in WIDE_SCOPES:
            return (yield)
        owner = Owner(fixturedef.scope, request.node.nodeid)
        self.undo_narrower(owner, request)
        self.keeper.enter(owner, self.running.seconds if self.running else self.limits.test_seconds)
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
            if owner.node not in nodes:
                self.wide_fixtures.remove((owner, fixturedef))
                self.keeper.close(owner)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Wrapper:
        """Called for each phase, and within the call for each subtest."""
        report = yield
        running = self.running
        if running is None:
            return report
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, FixtureNotEnded):
            error = error.__cause__
        if call.when == "call":
            running.skipped = None  # by a subtest; the test itself went on
        if isinstance(error, NotRun):
            pass
        elif isinstance(error, pytest.xfail.Exception) and not marked_as_failing(item):
            running.skipped = f"ended by the test itself: {error.msg}"
        elif hasattr(report, "wasxfail") and not self.unexpected(error):
            running.passed = True
        elif error is not None and not isinstance(error, pytest.skip.Exception):
            running.failures.append(self.failure(item, call.when, error))
        elif report.skipped:
            running.skipped = f"skipped: {error}" if error else "skipped"
        elif report.failed:
            running.failures.append(Failure(call.when, UNEXPECTED, str(report.longrepr), False))
        elif call.when == "call":
            running.passed = True
        if call.when == "teardown":
            running.record.printed += captured(report)
        return report

    @staticmethod
    def unexpected(error: BaseException | None) -> bool:
        """Whether a test that is expected to fail has failed for a reason that cannot be meant."""
        return isinstance(error, (SubmissionFailure, NotImplementedError))

    def failure(self, item: pytest.Item, when: str, error: BaseException) -> Failure:
        assert self.running
        suite = self.suite_of(item.path)
        broken = self.judge.is_broken(error, when, self.has_used_submission(item), getattr(item, "cls", None))
        shown = suite is not None and suite.show_values
        words = self.judge.words(error, shown, self.running.author, self.running.seconds)
        if marked_as_failing(item) and isinstance(error, pytest.fail.Exception):
            words = UNEXPECTED
        return Failure(when, words, traceback_from(error, item.path), broken)

    def has_used_submission(self, item: pytest.Item) -> bool:
        if self.keeper is None or self.running is None:
            return True  # nobody has counted
        fixtures = getattr(item, "fixturenames", ())
        return self.keeper.process_of(self.running.owner) is not None or any(
            fixturedef.argname in fixtures for _, fixturedef in self.wide_fixtures
        )

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Only the reports of subtests say something new: which one it was, and what it printed."""
        if self.running is None or not isinstance(report, pytest.SubtestReport):
            return
        self.running.record.printed += captured(report)
        if report.failed and self.running.failures:
            failure, context = self.running.failures[-1], report.context
            values = ", ".join(f"{name}={value}" for name, value in context.kwargs.items())
            failure.staff = f"subtest {context.msg or ''} ({values})\n{failure.staff}"
            suite = self.suite_of(self.running.path)
            told = [context.msg, values if suite and suite.show_values else ""]
            failure.words = ": ".join(filter(None, [*told, failure.words]))

    def conclude(self, item: pytest.Item, running: Running) -> None:
        """Put the outcome of the test that has run into its record."""
        record = running.record
        late = [failure for failure in running.failures if failure.broken and failure.when == "teardown"]
        failures = [failure for failure in running.failures if failure not in late]
        if failures:
            broken = [failure for failure in failures if failure.broken]
            record.status = "broken" if broken else "failed"
            record.reason = "\n\n".join(dict.fromkeys(failure.words for failure in failures))
            record.staff = "\n\n".join(failure.staff for failure in broken or failures)
        elif running.not_run:
            record.status, record.reason, record.hide_errors = "failed", running.not_run, None
        elif running.skipped is not None:
            record.status, record.reason = "failed", running.skipped
        elif running.passed:
            record.status = "passed"
        else:
            record.status, record.staff = "broken", "pytest gave no outcome"
        record.needs_human = bool(late)
        notes = self.keeper.notes if self.keeper else []
        record.staff = "\n".join(filter(None, [*notes, record.staff, *(failure.staff for failure in late)]))
        score(item, record)
        if failures or record.status == "passed":
            self.judged.append(record)
        self.unfinished.pop(record.nodeid, None)
        self.on_record(record)

    # The end.

    @pytest.hookimpl
    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool | None:
        """Keep the error for `grading.py` to raise; True for pytest not to print one that explains itself."""
        self.error = excinfo.value
        return isinstance(self.error, AutograderError) or machine_fault(self.error) is not None or None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Wrapper:
        """Collect what the processes have left, and record what was never reached."""
        if self.former_interrupt is not None:
            signal.signal(signal.SIGINT, self.former_interrupt)
        staff = "".join(traceback.format_exception(self.error)) if self.error else "pytest ended before this test"
        for record in self.unfinished.values():
            record.status, record.staff = "broken", staff
        try:
            self.runs.end_all()
            for record, serial in self.serials:
                assert self.keeper
                ending = self.keeper.sandbox.ending(serial)
                record.printed += ending.output
                record.usage = {"cpu_seconds": round(ending.cpu_seconds, 4), "peak_mb": round(ending.peak_mb, 1)}
            for run in self.runs.runs:
                self.account_for(run)
        except SandboxError as error:
            self.finishing_failed(error)
        try:
            return (yield)
        except Exception as error:
            self.finishing_failed(error)
            return None

    def account_for(self, run: Run) -> None:
        """Put what a run has printed and used into the record of the test that has waited for it."""
        serial = run.process.door.serial if run.process else None
        if not self.keeper or serial not in self.keeper.ended:
            return  # it never began, or the grading was interrupted
        ending = self.keeper.sandbox.ending(serial)
        if run.record is None:
            self.notes.append(f"{run.title}: no test has asked for the result")
            return
        run.record.printed = ending.output + run.record.printed
        run.record.usage |= {"run_cpu_seconds": round(ending.cpu_seconds, 4), "run_peak_mb": round(ending.peak_mb, 1)}

    def finishing_failed(self, error: BaseException) -> None:
        """All verdicts are known: keep them, and have staff look at what failed after them."""
        staff = "".join(traceback.format_exception(error))
        self.records.append(Record("", "The end of the grading", status="broken", staff=staff))


def suite_hangs(signum: int, frame: FrameType | None) -> None:
    raise SuiteTimeout("the suite did not come to an end")


def seconds_for(item: pytest.Item, default: float) -> float:
    """Wall-clock limit of a test: `@pytest.mark.seconds(60)`, or that of all."""
    marker = item.get_closest_marker("seconds")
    return float(marker.args[0]) if marker else default


def marked_as_failing(item: pytest.Item) -> bool:
    """Whether unittest's expectedFailure stands at the test or its class; pytest reports such a test by `xfail`."""
    places = (decorations.function_of(item), getattr(item, "cls", None))
    return any(getattr(place, "__unittest_expecting_failure__", False) for place in places)


def captured(report: pytest.TestReport) -> str:
    return "".join(text for name, text in report.sections if name.startswith("Captured std"))


def score(item: pytest.Item, record: Record) -> None:
    """Give the points: those that the test has set, or all of them if it has passed."""
    if record.leaderboard is not None:
        value = decorations.given_value(item, "__leaderboard_value__")
        record.leaderboard["value"] = value if type(value) is str else decorations.plain_number(value)
    value = decorations.given_value(item, "__score__")
    if record.max_score is None and value is None:
        return
    record.max_score = record.max_score or 0.0
    if value is None:
        record.score = record.max_score if record.status == "passed" else 0.0
        return
    given = decorations.plain_number(value)
    if given is None:
        record.reason = "\n\n".join(
            filter(None, [record.reason, "the score that this test has come to is not a finite number"])
        )
    elif abs(given - record.max_score) <= TOLERANCE:
        given = record.max_score
    record.score = given or 0.0
    if record.status == "passed" and (given is None or given < record.max_score):
        record.status = "failed"
