"""The background runs of one grading: each is started in a process of its own, and taken over by the fixture that asks."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from autograder.background import ACTIVE, Run
from autograder.errors import AssignmentError
from autograder.standins.apart import finish_apart, start_apart, take_over
from autograder.standins.failures import SubmissionFailure, SuiteTimeout
from autograder.standins.keeper import Keeper, Process


class Runs:
    """The runs of one grading.

    Args:
        keeper: the submission's processes; None when it runs in this one.
        failed: whether all tests of a number, of those that have run, have failed.
        waiting: given seconds, a context in which the suite may wait so long for the submission.
    """

    def __init__(
        self,
        keeper: Keeper | None,
        failed: Callable[[str], bool],
        waiting: Callable[[float], AbstractContextManager],
    ) -> None:
        self.keeper = keeper
        self.failed = failed
        self.waiting = waiting
        self.runs: list[Run] = []
        self.asked: list[Run] = []  # since the plugin has last looked

    @contextmanager
    def active(self) -> Iterator[None]:
        """While this lasts, `background` registers here."""
        token = ACTIVE.set(self)
        try:
            yield
        finally:
            ACTIVE.reset(token)

    def start(self, run: Run, seconds: float) -> None:
        """Have a process begin with a run; `seconds` is the time for preparing it. Its faults are raised by `result`."""
        if not self.keeper:
            return
        try:
            run.process, run.request = start_apart(self.keeper, run.title, run.seconds, run.call, seconds, run.why_ended)
            run.deadline = time.monotonic() + run.seconds
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # pytest's outcomes and SubmissionFailure are none of Exception
            run.error = error

    def bring_in(self, run: Run) -> None:
        """Put value or error into a run that is to be waited for."""
        __tracebackhide__ = True
        self.check_owner(run)
        self.asked.append(run)
        # Whether it is done already is not looked at: how fast the machine is must not decide.
        hopeless = next((number for number in run.needs if self.failed(number)), None)
        if hopeless is not None:
            self.end(run)
            run.error = SubmissionFailure(f"{run.title} was not waited for: all tests of {hopeless} fail; see to these first")
        elif not self.keeper:
            try:
                with self.waiting(run.seconds):
                    run.carry_out()
            except SuiteTimeout:
                run.error = SubmissionFailure(run.out_of_time())
        elif run.process:
            self.take(run, run.process, self.keeper)
        run.done = True

    def take(self, run: Run, process: Process, keeper: Keeper) -> None:
        __tracebackhide__ = True
        take_over(keeper, process, keeper.running[-1])
        run.owner = process.owner
        try:
            with self.waiting(max(run.deadline - time.monotonic(), 0)):
                run.value = finish_apart(keeper, process, run.request)
        except (Exception, SubmissionFailure) as error:
            run.error = error

    def check_owner(self, run: Run) -> None:
        """Refuse to give the result where its process cannot be had."""
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

    def end(self, run: Run) -> None:
        """End the process of a run that nobody has taken over."""
        if self.keeper and run.process and run.owner is None:
            run.process.door.connection.close()
            self.keeper.endings.end(run.process.door.serial)

    def end_all(self) -> None:
        for run in self.runs:
            self.end(run)
