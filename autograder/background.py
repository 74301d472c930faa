"""Long calls of the submission that begin with the grading, beside the unit tests: a training run, looked at later.

    @background(seconds=60, needs=("5.2", "5.3"))
    def default_training():
        \"""Training with the default flags\"""
        folder = write_files(some_files(), "data")
        return partial(train, epochs=10, data_dir=folder)

    @pytest.fixture(scope="module")
    def trained():
        return default_training.result()

While grading, each run has a process of its own from the beginning. The fixture that asks for the result takes that process
over, so that its tests find everything that the run has made. Elsewhere the call is carried out where it is asked for.
"""

import functools
import inspect
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from autograder.errors import AssignmentError
from autograder.standins.failures import SuiteTimeout
from autograder.suite_files import read_settings, shared_files, write_files

if TYPE_CHECKING:
    from autograder.sandbox.client import Ending
    from autograder.standins.keeper import Owner, Process

__all__ = ["Run", "background", "read_settings", "shared_files", "write_files"]


class Grading(Protocol):
    """What is told of the runs of a suite while it grades: `autograder.grading.runs.Runs`."""

    runs: "list[Run]"

    def bring_in(self, run: "Run") -> None:
        """Put value or error into a run that is to be waited for."""

    def check_owner(self, run: "Run") -> None:
        """Refuse to give the result where its process cannot be had."""


ACTIVE: ContextVar[Grading | None] = ContextVar("autograder_runs", default=None)


class Run:
    """A call of the submission; `background` makes them.

    Attributes:
        title: how students read of it: the first line of the function's docstring, or its name.
        owner: the fixture that has taken it over.
        record: of the test that asked first; the plugin's.
    """

    def __init__(self, prepare: Callable[..., Any], seconds: float, needs: tuple[str, ...]) -> None:
        self.prepare = prepare
        self.seconds = seconds
        self.needs = needs
        self.title = (inspect.getdoc(prepare) or prepare.__name__.replace("_", " ")).partition("\n")[0].rstrip(".")
        self.process: Process | None = None
        self.request: Any = None
        self.deadline = 0.0
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

        While grading, ask in a fixture of scope class, module or session. It takes the process of the run over.

        Raises:
            the submission's own exception, or what the preparing function has raised.
            SubmissionFailure: it was out of time, has ended, or is not waited for, because the tests it needs all fail.
            AssignmentError: asked outside of such a fixture, or a second fixture asks, or the fixture's scope or a wider
                one has a process already.
        """
        __tracebackhide__ = True
        runs = ACTIVE.get()
        if not self.done and runs:
            runs.bring_in(self)
        elif not self.done:
            self.carry_out()
        elif runs:
            runs.check_owner(self)
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

    def out_of_time(self) -> str:
        return f"{self.title}: your code was stopped after {self.seconds:g} s, the time there is for it"

    def why_ended(self, ending: "Ending") -> str | None:
        return self.out_of_time() if ending.killed_for == "time" else None


def background(seconds: float, needs: Sequence[str] = ()) -> Callable[[Callable[..., functools.partial]], Run]:
    """Mark a function of a suite that prepares a long call of the submission.

    It returns the call as `functools.partial(function, arguments)`. It runs on the suite's side, and what it does with the
    submission (`write_files`, an object that it makes) is done in the process of the run. If it takes an argument, that is
    the table [settings] of assignment.toml. The first line of its docstring names the run to students.

    Args:
        seconds: wall clock from the beginning of the call.
        needs: numbers of tests, or parts of them such as "5.2"; if every test of one of them that has run by the time the
            result is asked for has failed, it is not waited for.
    """

    def make(prepare: Callable[..., functools.partial]) -> Run:
        run = Run(prepare, seconds, (needs,) if isinstance(needs, str) else tuple(needs))
        runs = ACTIVE.get()
        if runs:
            runs.runs.append(run)
        return run

    return make
