"""The background runs of one grading: each starts in a process of its own, which the fixture that asks takes over."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from autograder.background import ACTIVE, BackgroundRun
from autograder.errors import AssignmentError
from autograder.sandbox.limits import TimeLimit
from autograder.standins.apart import finish_apart, start_apart, take_over
from autograder.standins.failures import SubmissionFailure, SuiteTimeout
from autograder.standins.keeper import Keeper, Owner, Process


class BackgroundRuns:
    """The background runs of one grading, in the order of the suites.

    Args:
        keeper: the submission's processes; None when it runs in this one.
        failed: whether all tests of a number, of those that have run, have failed.
        limit: the limit of what may use so many seconds of processor time and begins now.
        waiting: given a limit, a context in which the suite may wait so long for the submission.
        prepared: is told which function has prepared the call of each process that runs apart.

    Attributes:
        asked: those whose result was asked for since the plugin has last looked.
    """

    def __init__(
        self,
        keeper: Keeper | None,
        failed: Callable[[str], bool],
        limit: Callable[[float], TimeLimit],
        waiting: Callable[[TimeLimit], AbstractContextManager],
        prepared: dict[Owner, Any],
    ) -> None:
        self.prepared = prepared
        self.keeper = keeper
        self.failed = failed
        self.limit = limit
        self.waiting = waiting
        self.runs: list[BackgroundRun] = []
        self.asked: list[BackgroundRun] = []

    @contextmanager
    def active(self) -> Iterator[None]:
        """While this lasts, `background` registers here."""
        token = ACTIVE.set(self)
        try:
            yield
        finally:
            ACTIVE.reset(token)

    def add(self, run: BackgroundRun) -> None:
        self.runs.append(run)

    def start(self, run: BackgroundRun, time: TimeLimit) -> None:
        """Start a run in a process of its own; `result` raises what is wrong with it.

        Args:
            time: for preparing the call.
        """
        if not self.keeper:
            return
        try:
            owner = Owner("session", f"beside the tests: {run.title}")
            self.prepared[owner] = run.prepare
            run.process, run.request = start_apart(self.keeper, owner, run.seconds, run.call, time, run.why_ended)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # pytest's outcomes and SubmissionFailure are none of Exception
            run.error = error

    def finish(self, run: BackgroundRun) -> None:
        """Wait for a run, and put its value or error into it."""
        __tracebackhide__ = True
        self.check_owner(run)
        self.asked.append(run)
        # Also where the result is there already: how fast the machine is must not decide about points.
        hopeless = next((number for number in run.needs if self.failed(number)), None)
        if hopeless is not None:
            self.end(run)
            run.error = SubmissionFailure(f"{run.title} was not waited for: all tests of {hopeless} fail; see to these first")
        elif not self.keeper:
            run.time = self.limit(run.seconds)
            try:
                with self.waiting(run.time):
                    run.carry_out()
            except SuiteTimeout as error:
                over = error.clock == "wall" and error.time.overall
                run.error = error if over else SubmissionFailure(run.out_of_time(error.clock))
        elif run.process:
            self.take_over(run, run.process, self.keeper)
        run.done = True

    def take_over(self, run: BackgroundRun, process: Process, keeper: Keeper) -> None:
        """Make the process of a run that of the fixture which asks, and wait for it there."""
        __tracebackhide__ = True
        take_over(keeper, process, keeper.running[-1])
        run.owner = process.owner
        run.time = keeper.endings.time = self.limit(run.seconds)
        try:
            with self.waiting(run.time):
                run.value = finish_apart(keeper, process, run.request)
        except (Exception, SubmissionFailure) as error:
            run.error = error

    def check_owner(self, run: BackgroundRun) -> None:
        """Refuse the result where the process of the run cannot be had."""
        __tracebackhide__ = True
        if not self.keeper:
            return
        where = f"@background: result() of {run.prepare.__qualname__}"
        owner = self.keeper.running[-1] if self.keeper.running else None
        if owner is None or owner.scope == "function":
            raise AssignmentError(
                f"{where} was asked for outside of a fixture of scope class, module or session; ask there, so that the tests "
                "share the process of the run"
            )
        if run.owner is None:
            return
        if run.owner != owner or run.process not in self.keeper.processes:
            raise AssignmentError(
                f"{where} belongs to the fixtures of {run.owner.node or 'the session'} already; give all tests that use it one "
                "fixture, of a scope that holds them all"
            )

    def end(self, run: BackgroundRun) -> None:
        """End the process of a run that nobody has taken over."""
        if self.keeper and run.process and run.owner is None:
            run.process.door.connection.close()
            self.keeper.endings.end(run.process.door.serial)

    def end_all(self) -> None:
        for run in self.runs:
            self.end(run)
