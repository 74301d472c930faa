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

import atexit
import copy
import functools
import inspect
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.assignment import settings_above
from autograder.errors import AssignmentError
from autograder.standins import files_for_submission
from autograder.standins.failures import SubmissionFailure
from autograder.verdicts import SuiteTimeout

if TYPE_CHECKING:
    from autograder.sandbox.client import Ending
    from autograder.standins.keeper import Keeper, Owner, Process

ACTIVE: ContextVar["Runs | None"] = ContextVar("autograder_runs", default=None)


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
        elif runs and runs.keeper:
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
        return self.out_of_time() if ending.killed == "time" else None


class Runs:
    """The runs of one grading.

    Args:
        keeper: the submission's processes; None when it runs in this one.
        settings: the table of assignment.toml.
        shared: a folder that every process of the submission may read.
        failed: whether all tests of a number, of those that have run, have failed.
        waiting: given seconds, a context in which the suite may wait so long for the submission.
    """

    def __init__(
        self,
        keeper: "Keeper | None",
        settings: dict[str, Any],
        shared: Path | None,
        failed: Callable[[str], bool],
        waiting: Callable[[float], AbstractContextManager],
    ) -> None:
        self.keeper = keeper
        self.settings = settings
        self.shared = shared
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
            run.process, run.request = self.keeper.start_apart(run.title, run.seconds, run.call, seconds, run.why_ended)
            run.deadline = time.monotonic() + run.seconds
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # pytest's outcomes and SubmissionFailure are none of Exception
            run.error = error

    def bring_in(self, run: Run) -> None:
        """Put value or error into a run that is to be waited for."""
        __tracebackhide__ = True
        if self.keeper:
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

    def take(self, run: Run, process: "Process", keeper: "Keeper") -> None:
        __tracebackhide__ = True
        keeper.take_over(process, keeper.running[-1])
        run.owner = process.owner
        try:
            with self.waiting(max(run.deadline - time.monotonic(), 0)):
                run.value = keeper.finish_apart(process, run.request)
        except (Exception, SubmissionFailure) as error:
            run.error = error

    def check_owner(self, run: Run) -> None:
        """Refuse to give the result where its process cannot be had."""
        __tracebackhide__ = True
        assert self.keeper
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
            self.keeper.end(run.process.door.serial)

    def end_all(self) -> None:
        for run in self.runs:
            self.end(run)


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


def read_settings(file: Path) -> dict[str, Any]:
    """The table [settings] of the assignment that is graded, or else of the one that a file of a suite belongs to."""
    runs = ACTIVE.get()
    return copy.deepcopy(runs.settings) if runs else settings_above(file.resolve())


def write_files(files: Mapping[str, bytes], folder: str | None = None) -> str:
    """Write files where the submission can read them; return their folder's path.

    While grading, the folder lies in the box of the process that runs the submission at the time of the call, which is
    its working directory; otherwise it is a temporary one.

    Args:
        files: name -> content.
        folder: relative path, if the submission looks for the files under one.
    """
    path = files_for_submission(dict(files), folder)
    return path if path is not None else str(written(files))


def shared_files(files: Mapping[str, bytes]) -> str:
    """Write files once for every process of the submission, to be read (or mapped) only; return their folder's path.

    Outside of grading, the folder is a temporary one.
    """
    folder = written(files)
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o755)
    return str(folder)


def written(files: Mapping[str, bytes]) -> Path:
    """Write files into a new folder, which is removed with the grading, or else when this process ends."""
    runs = ACTIVE.get()
    parent = runs.shared if runs else None
    folder = Path(tempfile.mkdtemp(dir=parent, prefix="" if parent else "autograder-"))
    if parent is None:
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, content in files.items():
        folder.joinpath(name).write_bytes(content)
    return folder
