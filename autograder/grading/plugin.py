"""The pytest plugin that grades: points at collection, a process of the submission for each test, one record each.

`run_suites` registers it. Hooks stand in the order in which pytest calls them. How what it gives differs from what
gradescope-utils' own runner gives is listed in docs/moving-from-gradescope-utils.md.
"""

import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from _pytest.unraisableexception import gc_collect_iterations_key

from autograder.assignment import Suite, belongs
from autograder.compare.margins import MARGINS
from autograder.errors import AutograderError, machine_fault
from autograder.grading import accounting, decorations, endings, part, points
from autograder.grading.background_runs import BackgroundRuns
from autograder.grading.containment import Containment, FixtureNotEnded, Wrapper
from autograder.grading.helpers import helpers_among
from autograder.grading.inside import selection
from autograder.grading.inside.claims import Claim
from autograder.grading.libraries import Libraries
from autograder.grading.mistakes.fingerprint import answer_of
from autograder.grading.mistakes.surroundings import known_numbers
from autograder.grading.order import in_file_order
from autograder.grading.phases import NotRun, Phases, outcome_of_phase
from autograder.grading.records import Ran, Record
from autograder.grading.sharing import Report, Sharing, users_of
from autograder.grading.timekeeping import Timekeeper
from autograder.grading.verdicts import UNEXPECTED, Failure, Judge, SuiteStopped, line_of, traceback_from, whole_traceback
from autograder.grading.wide_fixtures import WIDE_SCOPES, WideFixtures
from autograder.sandbox.client import SandboxError
from autograder.sandbox.limits import Limits, TimeLimit
from autograder.standins.elsewhere import ADVICE
from autograder.standins.failures import SubmissionFailure, SuiteTimeout
from autograder.standins.keeper import Keeper, Owner
from autograder.text import shorten

RECORD = pytest.StashKey[Record]()
PATIENCE_SECONDS = 60.0  # with this process, when the time that all tests have together is over
NO_PLUGINS = (
    "Plugins of pytest are not loaded while grading. Use monkeypatch or unittest.mock in place of a plugin's fixture, or mark "
    "the test with @pytest.mark.inside, where plugins that are installed are there."
)


@dataclass
class Running:
    """The test that runs now.

    Attributes:
        time: its limit.
        author: the message that the suite gave to unittest's assert method that was called last.
        claim: what it has come to inside, if that is where it ran.
    """

    owner: Owner
    record: Record
    path: Path
    time: TimeLimit
    began: float
    phases: Phases = field(default_factory=Phases)
    author: str | None = None
    claim: Claim | None = None


class GradingPlugin:
    """Grades what pytest collects.

    Args:
        suites: what is graded.
        limits: per test and in all.
        keeper: the submission's processes; None when it runs in this process (one's own code, for debuggers).
        judge: decides whose fault a failure is.
        on_collected: called with all records when no test has run yet; what it raises ends the run.
        on_record: called with each record as soon as its verdict is known; its printed text may still grow.
        only: numbers and ids of the tests that are run; empty for all.
        first_failure: end at the first test that fails.
        libraries: which ones the process of a test will use; None where all processes have the same.

    Attributes:
        left_out: the records of tests that were not asked for.
        records: one for each test in the order of collection, complete with points before the first test runs.
        background: the background runs of the suites.
        notes: for staff.
        error: that ended pytest itself.
    """

    def __init__(
        self,
        suites: Sequence[Suite],
        limits: Limits,
        keeper: Keeper | None,
        judge: Judge,
        on_collected: Callable[[list[Record]], None] = lambda records: None,
        on_record: Callable[[Record], None] = lambda record: None,
        only: Sequence[str] = (),
        first_failure: bool = False,
        libraries: Libraries | None = None,
    ) -> None:
        self.libraries = libraries
        self.sharing: Sharing | None = None
        self.stand_by: Callable[[pytest.Session], None] | None = None
        self.suites = sorted(suites, key=lambda suite: len(suite.path.parts), reverse=True)  # the innermost counts
        self.limits = limits
        self.keeper = keeper
        self.judge = judge
        self.on_collected = on_collected
        self.on_record = on_record
        self.only = only
        self.first_failure = first_failure
        self.records: list[Record] = []
        self.left_out: list[Record] = []
        self.containment = Containment()
        self.time = Timekeeper(limits, keeper is not None)
        self.wide_fixtures = WideFixtures(keeper)
        prepared = libraries.prepared if libraries else {}
        self.background = BackgroundRuns(keeper, self.all_failed, self.time.limit, self.waiting, prepared)
        self.running: Running | None = None
        self.collected = False
        self.idle = False  # there is no submission, and none will come
        self.left = 0  # tests that are still to begin
        self.unfinished: dict[str, Record] = {}
        self.elsewhere: set[str] = set()  # ids of tests that another grader runs
        self.serials: list[tuple[Record, int]] = []  # of the processes that tests had
        self.judged: list[Record] = []  # tests that have passed or failed, by now
        self.not_run: list[Record] = []  # tests for which the time of all tests was not enough
        self.notes: list[str] = []
        self.error: BaseException | None = None

    def ran(self) -> Ran:
        """What has come of it, once pytest is done."""
        return Ran(self.records, self.notes, self.error, self.left_out)

    # Before collection.

    @pytest.hookimpl
    def pytest_configure(self, config: pytest.Config) -> None:
        config.option.tbstyle = "no"  # records have their own; pytest's takes 7 ms for each test that fails
        let_loggers_propagate("torch")
        config.stash[gc_collect_iterations_key] = 0  # of garbage collection at the end, 0.1 s each, for warnings nobody reads

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
            self.add_unreadable(path, f"{path.parent.name}/{path.name}", whole_traceback(error.__cause__ or error))
            return None

    @pytest.hookimpl
    def pytest_sessionstart(self) -> None:
        self.containment.begin()

    # Collection: every test is on record before any code of the submission runs.

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Wrapper:
        with self.time.at_most(TimeLimit(self.limits.total_seconds, self.limits.total_seconds)):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Wrapper:
        try:
            report = yield
        except (KeyboardInterrupt, SystemExit, pytest.exit.Exception) as error:
            if self.containment.interrupted:
                raise
            report = pytest.CollectReport(collector.nodeid, "failed", whole_traceback(error), [])
        if report.failed:
            self.add_unreadable(collector.path, collector.nodeid, str(report.longrepr))
        elif report.skipped:
            self.add_unreadable(collector.path, collector.nodeid, f"skipped as a whole: {report.longrepr}")
        return report

    def add_unreadable(self, path: Path, nodeid: str, staff: str) -> None:
        if all(record.nodeid != nodeid for record in self.records):
            self.records.append(accounting.unreadable(path, nodeid, self.suite_of(path), staff))

    @pytest.hookimpl
    def pytest_itemcollected(self, item: pytest.Item) -> None:
        suite = self.suite_of(item.path)
        if suite is None:
            raise AutograderError(f"{item.path} belongs to no suite of assignment.toml")
        record = Record(item.nodeid, decorations.title(item, suite.path), suite.path.name, show_output=suite.show_output)
        record.show_hints = suite.show_hints
        decorations.describe(item, record, suite.visibility)
        item.stash[RECORD] = record
        self.records.append(record)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Wrapper:
        """Part 2 runs before part 10, unless a suite orders its tests itself; when it has, they are put on record."""
        items[:] = in_file_order(items)
        result = yield
        for helper in helpers_among(items):
            items.remove(helper)
            self.notes.append(f"{helper.nodeid} is no test: it has arguments, and unittest runs no functions")
        for item, max_score in points.weights(items).items():
            item.stash[RECORD].max_score = max_score
        chosen = any(suite.inside for suite in self.suites)
        owners = [(item, self.suite_of(item.path) if chosen else None) for item in items]
        for item, suite in owners:
            item.stash[RECORD].inside = selection.is_inside(item, suite)
        if not any(record.unreadable for record in self.records):
            selection.require_found(self.suites, owners)
        if self.only:
            self.leave_out(items)
        self.unfinished = {item.nodeid: item.stash[RECORD] for item in items}
        self.records = [record for record in self.records if record.unreadable or record.nodeid in self.unfinished]
        self.tell_libraries(items)
        self.collected = True
        return result

    def tell_libraries(self, items: list[pytest.Item]) -> None:
        if self.libraries:
            self.libraries.items = {item.nodeid: item for item in items}
            self.libraries.inside = {item.nodeid for item in items if item.stash[RECORD].inside}

    def leave_out(self, items: list[pytest.Item]) -> None:
        """Keep the tests that are asked for."""
        if not any(record.unreadable for record in self.records):
            part.require_found([item.stash[RECORD] for item in items], self.only)
        self.left_out = [item.stash[RECORD] for item in items if not part.is_chosen(item.stash[RECORD], self.only)]
        items[:] = [item for item in items if part.is_chosen(item.stash[RECORD], self.only)]

    def keep(self, items: list[pytest.Item], wanted: Set[str]) -> None:
        """Keep the tests with these ids, and those of files with these ids. There may be many, so ids are looked up whole."""
        chosen = [item for item in items if not wanted.isdisjoint((item.nodeid, item.nodeid.partition("::")[0]))]
        kept = {item.nodeid for item in chosen}
        self.left_out = [item.stash[RECORD] for item in items if item.nodeid not in kept]
        items[:] = chosen

    def suite_of(self, path: Path) -> Suite | None:
        real = path.resolve()
        for suite in self.suites:
            if suite.path.resolve() in (real, *real.parents):
                return suite
        return None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        self.on_collected(self.records)
        if self.stand_by:
            self.stand_by(session)
            if self.idle:
                return
        if self.sharing and not self.first_failure:
            self.share_out(session, self.sharing)
        if self.keeper and not (self.sharing and self.sharing.number):
            with contextlib.suppress(SandboxError):  # each test will find that the server has ended
                self.keeper.sandbox.watch(max(self.time.seconds_left(), 0.0) + PATIENCE_SECONDS)
        if self.keeper and session.items:
            self.left = len(session.items)
            self.keeper.expect(Owner("function", session.items[0].nodeid), self.left)
        self.start_background()

    def share_out(self, session: pytest.Session, sharing: Sharing) -> None:
        """Have other graders, forks of this one, run a part of the tests."""
        sharing.divide(session.items, self.background.runs, number_of, self.weight)
        if not sharing.shared:
            return
        own = {item.nodeid for item in session.items}
        self.elsewhere = self.unfinished.keys() - own
        self.unfinished = {nodeid: record for nodeid, record in self.unfinished.items() if nodeid in own}
        self.background.runs = sharing.runs
        if sharing.number:
            self.be_fork(session)
            self.on_record = lambda record: None
            self.notes.clear()

    def be_fork(self, session: pytest.Session) -> None:
        """This process is a fork of the one that has collected the tests."""
        self.containment.pid = os.getpid()
        self.time.started_cpu = time.process_time()
        assert self.keeper and self.keeper.places
        # Pytest has named its folder already; there is no other way to name another.
        session.config._tmp_path_factory._given_basetemp = Path(self.keeper.places.pytest_folder)  # type: ignore[attr-defined]

    def serve(self, session: pytest.Session, libraries: Libraries | None, only: Sequence[str]) -> None:
        """In a fork of a session that waits for submissions: run the tests on the one that the keeper has by now."""
        self.be_fork(session)
        self.time.started = time.monotonic()
        self.only = only
        if only:
            self.keep(session.items, frozenset(only))
            self.unfinished = {item.nodeid: item.stash[RECORD] for item in session.items}
            self.records = [record for record in self.records if record.nodeid in self.unfinished]
            used = [run for run in self.background.runs if users_of(run, session.items)]
            self.background.runs = used
        self.libraries = libraries
        self.background.prepared = libraries.prepared if libraries else {}
        self.tell_libraries(session.items)

    def weight(self, item: pytest.Item) -> float:
        """How long a test takes, in comparison with others."""
        found = self.libraries.of_item(item, self.keeper) if self.libraries and self.keeper else None
        return 1.0 if found is not None and "torch" not in found else 2.0

    def start_background(self) -> None:
        for run in self.background.runs:
            try:
                time = self.time.limit(self.limits.test_seconds)
                with self.time.at_most(time):
                    self.background.start(run, time)
            except KeyboardInterrupt as error:
                if self.containment.interrupted:
                    raise
                run.error = SuiteStopped(f"the suite raised KeyboardInterrupt: {error}")

    # What background runs ask for.

    @contextmanager
    def waiting(self, limit: TimeLimit) -> Iterator[None]:
        """Wait for the submission, longer than the running test may take; afterwards the test has all of its own time."""
        assert self.running
        # In a process of its own, what is waited for is ended at its limit, before this alarm; this process has nothing to do.
        cpu_seconds = self.running.time.cpu_seconds if self.keeper else limit.cpu_seconds
        self.time.set_alarm(replace(limit, cpu_seconds=cpu_seconds))
        try:
            yield
        finally:
            self.renew(self.running)

    def renew(self, running: Running) -> None:
        """Let a test have all of its time from now on, as far as there is any for all tests together."""
        running.time = self.time.limit(running.time.cpu_seconds)
        self.time.set_alarm(running.time)
        if self.keeper:
            self.keeper.renew(running.time)

    def all_failed(self, number: str) -> bool:
        """Whether tests of this number have run and none of them has come to any points."""
        found = [record for record in self.judged if belongs(record.number, number)]
        return bool(found) and all(record.status == "failed" and not record.score for record in found)

    # One test: set-up, call and tear-down in one process of the submission.

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Wrapper:
        self.begin(item)
        if self.keeper:
            self.left -= 1
            self.keeper.expect(Owner("function", nextitem.nodeid) if nextitem else None, self.left)
        try:
            return (yield)
        except (Exception, SuiteTimeout) as error:  # from a hook of the suite's, outside of set-up, call and tear-down
            self.fail_outside(item, nextitem, error)
            return True
        finally:
            self.time.set_alarm(None)
            self.end(item, nextitem)

    def begin(self, item: pytest.Item) -> None:
        if self.containment.interrupted:
            raise KeyboardInterrupt  # a suite has caught the first one
        limit = self.time.limit_for(item)
        running = Running(Owner("function", item.nodeid), item.stash[RECORD], item.path, limit, time.monotonic())
        if self.time.seconds_left() <= 0:
            running.phases.not_run = f"not run: the {self.limits.total_seconds:g} s that all tests have together were over"
        self.running = running
        decorations.forget_scores(item)
        if self.keeper:
            self.keeper.notes.clear()
            self.keeper.swallowed.clear()
            self.keeper.answer.words = ""
            self.keeper.elsewhere.take()
            self.keeper.enter(running.owner, running.time)
        self.time.set_alarm(running.time)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self) -> Wrapper:
        if self.running and self.running.phases.not_run:
            raise NotRun(self.running.phases.not_run)
        return (yield from self.containment.phase())

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Wrapper:
        running = self.running if fixturedef.scope in WIDE_SCOPES else None
        limit = self.time.limit(self.running.time.cpu_seconds if self.running else self.limits.test_seconds)
        if running:
            self.time.set_alarm(limit)
        try:
            set_up = self.wide_fixtures.set_up(fixturedef, request, limit)
            return (yield from self.containment.fixture(fixturedef, request, set_up))
        finally:
            if running:
                self.renew(running)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Wrapper:
        if self.keeper and self.keeper.needs:
            self.keeper.check_imports(item.path)
        case = getattr(item, "instance", None)
        if hasattr(case, "_formatMessage"):
            self.listen(case)
        result = yield from self.containment.phase()
        if self.keeper and self.keeper.swallowed:  # by a context manager of the submission
            raise self.keeper.swallowed[0]
        return result

    def listen(self, case: Any) -> None:
        """Keep the message that the author of a unittest suite gives to a check: later, the values are mixed into it."""
        formatted = case._formatMessage

        def format_message(message: Any, standard: str) -> str:
            if self.running:
                self.running.author = message if isinstance(message, str) else None
            return formatted(message, standard)

        case._formatMessage = format_message

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_teardown(self) -> Wrapper:
        return (yield from self.containment.phase())

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
        marked = marked_as_failing(item)
        phases = running.phases
        if call.when == "call":
            phases.skipped = None  # by a subtest; the test itself went on
        outcome = outcome_of_phase(
            error, call.when, report.outcome, xfailed=hasattr(report, "wasxfail"), expects_failure=marked
        )
        if outcome.kind == "failed" and self.is_cut_off(error):
            phases.not_run = endings.cut_off(self.limits)
        elif outcome.kind == "failed":
            assert error
            phases.failures.append(self.failure(item, call.when, error, marked))
        elif outcome.kind == "passed unexpectedly":
            phases.failures.append(Failure(call.when, UNEXPECTED, str(report.longrepr), False))
        elif outcome.kind == "skipped":
            phases.skipped = outcome.words
        elif outcome.kind == "passed":
            phases.passed = True
        if call.when == "teardown":
            self.keep_printed(running.record, report)
        return report

    def is_cut_off(self, error: BaseException | None) -> bool:
        """Whether a test was ended because the time for all tests was over, before its own was."""
        if isinstance(error, SuiteTimeout):
            return not self.keeper and error.clock == "wall" and error.time.overall
        return isinstance(error, SubmissionFailure) and self.keeper is not None and self.keeper.endings.cut_off

    def failure(self, item: pytest.Item, phase: str, error: BaseException, marked: bool) -> Failure:
        assert self.running
        suite = self.suite_of(item.path)
        broken = self.judge.is_broken(error, phase, self.has_used_submission(item), getattr(item, "cls", None))
        told = (self.running.author, self.seen(error, item.path))
        full = self.judge.words(error, True, *told)
        words = full if suite is not None and suite.show_values else self.judge.words(error, False, *told)
        if marked and isinstance(error, pytest.fail.Exception):
            words = full = UNEXPECTED
        staff = traceback_from(error, item.path)
        if isinstance(error, pytest.FixtureLookupError):
            staff += f"\nthere is no fixture {error.argname!r}. {NO_PLUGINS}"
        if self.keeper and self.keeper.elsewhere.take():
            broken, staff = True, f"{staff}\n{ADVICE}"
        answer = None if broken else self.answer(error, full, item.path)
        return Failure(phase, words, staff, broken, "" if full == words else full, answer)

    def answer(self, error: BaseException, message: str, file: Path) -> dict[str, Any] | None:
        """What came where a test failed, for whoever names mistakes; None where that cannot be said."""
        try:
            return answer_of(error, message, known_numbers(error, file)).plain()
        except Exception as fault:  # names are a help, and no reason to lose a verdict
            self.notes.append(
                f"{file.name}: the answer could not be looked at for its mistake: {type(fault).__name__}: {fault}"
            )
            return None

    def seen(self, error: BaseException, file: Path) -> str:
        """Where the suite was when an exception came, and what a call of the submission had given it last."""
        line = line_of(error, file)
        answer = self.keeper.answer.words if self.keeper else ""
        told = [
            f"  the line of the test: {line}" if line else "",
            f"  the last answer of your code: {answer}" if answer else "",
        ]
        return "\n".join(filter(None, told))

    def has_used_submission(self, item: pytest.Item) -> bool:
        if self.keeper is None or self.running is None:
            return True  # nobody has counted
        return self.keeper.process_of(self.running.owner) is not None or self.wide_fixtures.used_by(item)

    def keep_printed(self, record: Record, report: pytest.TestReport) -> None:
        record.printed = shorten(record.printed + captured(report), self.limits.output_kb << 10)

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Only the reports of subtests say something new: which one it was, and what it printed."""
        if self.running is None or not isinstance(report, pytest.SubtestReport):
            return
        self.keep_printed(self.running.record, report)
        if report.failed and self.running.phases.failures:
            suite = self.suite_of(self.running.path)
            name_subtest(self.running.phases.failures[-1], report.context, suite is not None and suite.show_values)

    def fail_outside(self, item: pytest.Item, nextitem: pytest.Item | None, error: BaseException) -> None:
        assert self.running
        staff = [whole_traceback(error)]
        try:
            item.ihook.pytest_runtest_teardown(item=item, nextitem=nextitem)
        except (Exception, SuiteTimeout, SubmissionFailure) as another:
            staff.append(whole_traceback(another))
        self.running.phases.failures.append(Failure("setup", "", "\n".join(staff), True))

    def end(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        running = self.running
        assert running
        running.record.seconds = time.monotonic() - running.began
        for run in self.background.asked:
            run.record = run.record or running.record
        self.background.asked.clear()
        if self.keeper:
            try:
                self.end_processes(self.keeper, running, nextitem)
            except SandboxError as error:
                running.phases.failures.append(Failure("setup", "", whole_traceback(error), True))
            if self.libraries:
                self.libraries.learn(item.path, self.keeper.imports)
        if not self.containment.interrupted:
            self.conclude(item, running)
        self.running = None

    def end_processes(self, keeper: Keeper, running: Running, nextitem: pytest.Item | None) -> None:
        if keeper.elsewhere.take():
            running.phases.failures.append(Failure("call", "", ADVICE, True))
        keeper.leave(running.owner)
        serial = keeper.close(running.owner)
        if serial is not None:
            self.serials.append((running.record, serial))
        self.wide_fixtures.close_before(nextitem)

    def conclude(self, item: pytest.Item, running: Running) -> None:
        """Put the outcome of the test that has run into its record."""
        record = running.record
        margin = MARGINS.taken()
        if margin is not None:
            record.usage["margin"] = margin
        running.phases.conclude(record, self.keeper.notes if self.keeper else [])
        if running.claim:
            points.give(record, running.claim.score, running.claim.column)
        else:
            points.score(item, record)
        if running.phases.not_run and not running.phases.counted:
            self.not_run.append(record)
        if running.phases.counted or record.status == "passed":
            self.judged.append(record)
        self.unfinished.pop(record.nodeid, None)
        self.on_record(record)
        if self.first_failure and record.status != "passed":
            item.session.shouldfail = f"{record.nodeid} has failed"
            self.left_out += self.unfinished.values()
            self.records = [other for other in self.records if other.nodeid not in self.unfinished]
            self.unfinished.clear()

    # The end.

    @pytest.hookimpl
    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool | None:
        """Keep the error for `run_suites` to raise; True for pytest not to print one that explains itself."""
        self.error = excinfo.value
        return isinstance(self.error, AutograderError) or machine_fault(self.error) is not None or None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Wrapper:
        """Collect what the processes have left, and record what was never reached."""
        self.containment.end()
        if not self.collected:  # pytest ended before: which tests there are is not known
            for record in self.records:
                record.unreadable = True
        accounting.break_unfinished(list(self.unfinished.values()), self.error)
        try:
            self.background.end_all()
            if self.keeper and not self.idle:
                waited = 0.0
                for record, serial in self.serials:
                    ending = accounting.account_for_test(record, self.keeper, serial)
                    if ending.killed_for == "wall" and record.status == "failed":
                        waited += 0.0 if record in self.not_run else record.seconds
                own = time.process_time() - self.time.started_cpu
                for run in self.background.runs:
                    notes = accounting.account_for_background(run, self.keeper)
                    self.notes += [] if self.only else notes  # which say that no test has asked for it
                if self.containment.interrupted:
                    pass  # nobody waits for the rest
                elif self.sharing and self.sharing.number:
                    self.sharing.tell(self.report(waited, own))
                else:
                    self.finish(self.keeper, waited, own)
        except SandboxError as error:
            self.records.append(accounting.ending_failed(error))
        try:
            return (yield)
        except Exception as error:
            self.records.append(accounting.ending_failed(error))
            return None

    def finish(self, keeper: Keeper, waited: float, own_seconds: float) -> None:
        """Put what the other graders have come to into the records, and see what all of it says of the machine."""
        known = {record.nodeid: place for place, record in enumerate(self.records)}
        for other, report in self.sharing.hear(self.time.seconds_left()) if self.sharing else ():
            if report is None:
                lost = [self.records[known[item.nodeid]] for item in other.items]
                accounting.break_unfinished(lost, AutograderError("the grader that was to run this test has not ended well"))
                continue
            for record in report.records:
                if record.nodeid in known:
                    self.records[known[record.nodeid]] = record
                    self.on_record(record)
                else:
                    self.records.append(record)
            self.not_run += [self.records[known[nodeid]] for nodeid in report.not_run]
            waited, own_seconds = waited + report.waited, own_seconds + report.cpu_seconds
            keeper.imports += report.imports
            self.notes += report.notes
            if report.error:
                self.error = self.error or (AutograderError if report.explained else RuntimeError)(report.error)
        accounting.ask_where_machine_was_busy(self.records, self.not_run, waited, own_seconds, self.limits.total_seconds)
        self.notes += accounting.slow_imports(keeper.imports, keeper.sandbox.preload)

    def report(self, waited: float, own_seconds: float) -> Report:
        """What this grader, which is not the first one, has come to."""
        assert self.keeper
        return Report(
            [record for record in self.records if record.nodeid not in self.elsewhere],
            self.notes,
            [record.nodeid for record in self.not_run],
            waited,
            own_seconds,
            self.keeper.imports,
            "" if self.error is None else str(self.error),
            isinstance(self.error, AutograderError),
        )


def number_of(item: pytest.Item) -> str | None:
    """The number of a test."""
    return item.stash[RECORD].number


def let_loggers_propagate(library: str) -> None:
    """Let what a library logs reach the root, where `caplog` is.

    Pytest puts its handlers on each logger that does not propagate, three times a test; PyTorch has more than forty.
    """
    for name, logger in logging.root.manager.loggerDict.items():
        if name.partition(".")[0] == library and isinstance(logger, logging.Logger):
            logger.propagate = True


def marked_as_failing(item: pytest.Item) -> bool:
    """Whether unittest's expectedFailure stands at the test or its class; pytest reports such a test by `xfail`."""
    places = (decorations.function_of(item), getattr(item, "cls", None))
    return any(getattr(place, "__unittest_expecting_failure__", False) for place in places)


def name_subtest(failure: Failure, context: Any, shown: bool) -> None:
    """Put the message and the values of a subtest before its failure.

    Args:
        context: pytest's, of the subtest.
        shown: whether the student may read the values.
    """
    values = ", ".join(f"{name}={value}" for name, value in context.kwargs.items())
    failure.staff = f"subtest {context.msg or ''} ({values})\n{failure.staff}"
    if failure.full or not shown:
        failure.full = ": ".join(filter(None, [context.msg, values, failure.full or failure.words]))
    failure.words = ": ".join(filter(None, [context.msg, values if shown else "", failure.words]))


def captured(report: pytest.TestReport) -> str:
    return "".join(text for name, text in report.sections if name.startswith("Captured std"))
