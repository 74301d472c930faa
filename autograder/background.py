"""Long calls of the submission that start with the grading and run in the background, such as a training run.

    @background(seconds=60, needs=("5.2", "5.3"))
    def default_training():
        \"""Training with the default flags\"""
        folder = write_files(some_files(), "data")
        return partial(train, epochs=10, data_dir=folder)

    @pytest.fixture(scope="module")
    def trained():
        return default_training.result()

While grading, each run starts when grading starts and has its own process. The fixture that calls `result()` waits for the
run and takes over its process, so that the tests find everything that the run has made. In plain pytest, the call is made
when `result()` is called.
"""

import functools
import inspect
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from autograder.errors import AssignmentError
from autograder.sandbox.limits import TimeLimit
from autograder.standins.failures import SuiteTimeout
from autograder.suite_files import read_settings, shared_files, write_files

if TYPE_CHECKING:
    from autograder.sandbox.client import Ending
    from autograder.standins.keeper import Owner, Process

__all__ = ["BackgroundRun", "background", "read_settings", "shared_files", "write_files"]


class Grading(Protocol):
    """What a grading does for the background runs of its suites: `autograder.grading.background_runs.BackgroundRuns`."""

    def add(self, run: "BackgroundRun") -> None:
        """Start it with the grading."""

    def finish(self, run: "BackgroundRun") -> None:
        """Wait for it, and put its value or error into it."""

    def check_owner(self, run: "BackgroundRun") -> None:
        """Refuse the result where the process of the run cannot be had."""


ACTIVE: ContextVar[Grading | None] = ContextVar("autograder_background", default=None)


class BackgroundRun:
    """A long call of the submission. `background` makes these objects.

    Attributes:
        title: the run's name for students: the first line of the function's docstring, or the function's name.
        process: the process that makes the call; None before it has started, and in plain pytest.
        request: what the process is busy with.
        time: its limit, once a fixture waits for it.
        owner: the fixture that has taken over the process.
        record: the record of the test that asked first; set by the plugin.
        value, error: the result of the call, once it is `done`.
    """

    def __init__(self, prepare: Callable[..., Any], seconds: float, needs: tuple[str, ...]) -> None:
        self.prepare = prepare
        self.seconds = seconds
        self.needs = needs
        self.title = (inspect.getdoc(prepare) or prepare.__name__.replace("_", " ")).partition("\n")[0].rstrip(".")
        self.process: Process | None = None
        self.request: Any = None
        self.time: TimeLimit | None = None
        self.owner: Owner | None = None
        self.record: Any = None
        self.value: Any = None
        self.error: BaseException | None = None
        self.done = False

    def call(self) -> functools.partial:
        """Return the call with its arguments."""
        arguments = [read_settings(Path(inspect.getfile(self.prepare)))] if inspect.signature(self.prepare).parameters else []
        call = self.prepare(*arguments)
        if not isinstance(call, functools.partial):
            raise AssignmentError(
                f"@background: {self.prepare.__qualname__} returned a {type(call).__name__}; it must return a call of the "
                "submission, as functools.partial(function, arguments)"
            )
        return call

    def result(self) -> Any:
        """Wait for the call and return its value.

        While grading, call this in a fixture of scope class, module or session. The fixture takes over the process of the run.

        Raises:
            the submission's exception, or an exception of the function that prepares the call.
            SubmissionFailure: the run ran out of time or ended early, or was stopped because all tests of a number in `needs`
            fail. AssignmentError: called outside of such a fixture or in a second one, or the fixture's scope, or a wider
                one, has a process already.
        """
        __tracebackhide__ = True
        grading = ACTIVE.get()
        if not self.done and grading:
            grading.finish(self)
        elif not self.done:
            self.carry_out()
        elif grading:
            grading.check_owner(self)
        if self.error:
            raise self.error
        return self.value

    def carry_out(self) -> None:
        """Make the call in this process, once."""
        try:
            self.value = self.call()()
        except (KeyboardInterrupt, SuiteTimeout):
            raise
        except BaseException as error:  # pytest's outcomes are none of Exception
            self.error = error
        self.done = True

    def out_of_time(self, clock: Literal["cpu", "wall"]) -> str:
        if clock == "cpu":
            used = f"using {self.seconds:g} s of processor time"
            return f"{self.title}: your code was stopped after {used}, the time there is for it"
        waited = f"{self.time.wall_seconds:.3g} s of waiting" if self.time else "waiting too long"
        return f"{self.title}: your code was stopped after {waited} (sleep, input, a blocked socket or lock?)"

    def why_ended(self, ending: "Ending") -> str | None:
        if ending.killed_for == "cpu" or (ending.killed_for == "wall" and not (self.time and self.time.overall)):
            return self.out_of_time(ending.killed_for)
        return None


def background(seconds: float, needs: Sequence[str] = ()) -> Callable[[Callable[..., functools.partial]], BackgroundRun]:
    """Run a long call of the submission, such as a training run, in the background.

    Decorate a function that returns the call as `functools.partial(function, arguments)`. The function itself runs in the
    test's process; what it does with the submission (`write_files`, an object that it makes) happens in the process of the run.
    If it takes an argument, it gets the table [settings] of assignment.toml. The first line of its docstring names the run for
    students.

    Args:
        seconds: processor time of the call, with all processes that it starts. While a fixture waits for the result, a
            generous wall-clock limit applies, too.
        needs: numbers of tests, such as "5.2". When a fixture asks for the result, and every test of one of these numbers that
            has run by then has failed, the run is stopped.
    """

    def make(prepare: Callable[..., functools.partial]) -> BackgroundRun:
        run = BackgroundRun(prepare, seconds, (needs,) if isinstance(needs, str) else tuple(needs))
        grading = ACTIVE.get()
        if grading:
            grading.add(run)
        return run

    return make
