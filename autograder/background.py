"""Long calls of the submission that start with the grading and run in the background, such as a training run.

    @background(seconds=60, needs=("5.2", "5.3"))
    def default_training():
        \"""Training with the default flags\"""
        folder = write_files(some_files(), "data")
        return partial(train, epochs=10, data_dir=folder)

    @pytest.fixture(scope="module")
    def trained():
        return default_training.result()

While grading, each background run starts with the grading and has a process of its own. The fixture that asks for its result
waits for it and takes the process over, so that the tests find everything that the run has made. In plain pytest, the call is
made where its result is asked for.
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
    """A long call of the submission; `background` makes them.

    Attributes:
        title: the run's name for students: the first line of the function's docstring, or the function's name.
        process: of the submission, which makes the call; None before it has started, and in plain pytest.
        request: that the process is busy with.
        time: its limit, once it is waited for.
        owner: the fixture that has taken the process over.
        record: of the test that asked first; the plugin's.
        value, error: what the call has come to, once it is `done`.
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
        """The call, with everything it needs."""
        arguments = [read_settings(Path(inspect.getfile(self.prepare)))] if inspect.signature(self.prepare).parameters else []
        call = self.prepare(*arguments)
        if not isinstance(call, functools.partial):
            raise AssignmentError(
                f"@background: {self.prepare.__qualname__} returned a {type(call).__name__}; it must return the call of the "
                "submission that is to be made, as functools.partial(function, arguments)"
            )
        return call

    def result(self) -> Any:
        """Wait for the call and return its value.

        While grading, ask in a fixture of scope class, module or session. That fixture takes the process of the run over.

        Raises:
            the submission's own exception, or what the preparing function has raised.
            SubmissionFailure: the run was out of time, has ended, or is not waited for, because the tests it needs all fail.
            AssignmentError: asked outside of such a fixture, or a second fixture asks, or the fixture's scope or a wider
                one has a process already.
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
    """Make a background run of a function of a suite that prepares a long call of the submission.

    The function returns the call as `functools.partial(function, arguments)`. It is carried out on the suite's side, and what
    it does with the submission (`write_files`, an object that it makes) is done in the process of the run. If it takes an
    argument, that is the table [settings] of assignment.toml. The first line of its docstring is the run's name for students.

    Args:
        seconds: processor time of the call, all processes that it starts together. While somebody waits for the result, there
            is a wide limit by the clock on the wall as well.
        needs: numbers of tests, or parts of them such as "5.2". When the result is asked for and every test of one of these
            numbers that has run by then has failed, the run is not waited for.
    """

    def make(prepare: Callable[..., functools.partial]) -> BackgroundRun:
        run = BackgroundRun(prepare, seconds, (needs,) if isinstance(needs, str) else tuple(needs))
        grading = ACTIVE.get()
        if grading:
            grading.add(run)
        return run

    return make
