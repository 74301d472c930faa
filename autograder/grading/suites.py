"""The call of pytest on the suites of an assignment, and what surrounds it."""

import contextlib
import importlib
import importlib.machinery
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from autograder import fixtures, outline
from autograder.assignment import Assignment
from autograder.errors import AssignmentError, AutograderError
from autograder.grading.explanations import explained_in_time
from autograder.grading.headroom import bounded_memory
from autograder.grading.inside.plugin import InsideTests
from autograder.grading.keeping import keeper_for, libraries_of, reference_outlines
from autograder.grading.leftovers import processes_ended
from autograder.grading.plugin import GradingPlugin
from autograder.grading.records import Ran, Record
from autograder.grading.remedies import Remedies
from autograder.grading.sharing import Sharing
from autograder.grading.standby import NotBegun, Standby, begin
from autograder.grading.submission import Submission
from autograder.grading.verdicts import Judge
from autograder.handed_in import HandedIn
from autograder.intake.stage import Stage
from autograder.sandbox.ladder import Ladder
from autograder.standins.elsewhere import Elsewhere
from autograder.standins.emptiness import empty_is_different
from autograder.standins.foreign_code import kept_out
from autograder.standins.importer import sandboxed_imports
from autograder.standins.keeper import Keeper
from autograder.standins.local import local_imports
from autograder.standins.places import Places
from autograder.standins.programs import Programs
from autograder.standins.starting import started_in_sandbox
from autograder.suite_files import Given

UNUSED = ("pastebin", "setuponly", "setupplan", "stepwise")  # of pytest's own plugins: they have options and no more


def run_suites(
    assignment: Assignment,
    submission: Submission,
    on_collected: Callable[[list[Record]], None] = lambda records: None,
    on_record: Callable[[Record], None] = lambda record: None,
    *,
    collect_only: bool = False,
    only: Sequence[str] = (),
    first_failure: bool = False,
    stand_by: "Callable[[Standby], None] | None" = None,
    watching: Sequence[object] = (),
) -> Ran:
    """Run the suites with pytest in this process.

    Args:
        on_collected: called with the records of all tests before the first one runs; what it raises ends the run.
        on_record: called with each test's record as soon as its verdict is known.
        collect_only: put all tests on record and run none of them.
        only: numbers and ids of the tests that are run; empty for all.
        first_failure: end at the first test that fails.
        stand_by: called when all tests are collected, with the session, which then waits for submissions: `submission` has no
            file, and this is called to have the session's forks grade some. See `standby.py`.
        watching: further pytest plugins.

    Raises:
        AssignmentError: there are no tests.
        AutograderError: a suite, or `on_collected`, has raised it.
        KeyboardInterrupt: a person has interrupted.
    """
    stage = submission.stage
    modules = {assignment.module_name(file): file for file in assignment.files if file.endswith(".py")}
    places = places_for(assignment, submission)
    sandbox = submission.sandbox or (NotBegun() if stand_by else None)
    libraries = libraries_of(assignment, stage, submission.sandbox) if submission.sandbox else None
    keeper = keeper_for(assignment, sandbox, stage, places, libraries) if sandbox else None

    programs = programs_for(assignment, stage, keeper, modules, places)

    def problem_with(module: str) -> str | None:
        return stage.problem_with(modules[module]) if module in modules else None

    remedies = Remedies([*assignment.files, *assignment.also], stage.ignored, submission.beside)
    judge = Judge(keeper is not None, problem_with, stage.path, remedies)
    plugin = GradingPlugin(
        assignment.suites, assignment.limits, keeper, judge, on_collected, on_record, only, first_failure, libraries
    )
    if keeper and submission.ladders and not collect_only:
        plugin.sharing = Sharing(submission.ladders, submission.work, partial(be_another, keeper, places, programs))
    plugins: list[Any] = [plugin, fixtures, *watching]
    if keeper:
        plugins.append(InsideTests(assignment, modules, plugin, keeper, stage, submission.variant))
    watch: AbstractContextManager[Any] = contextlib.nullcontext()
    if keeper and stand_by:
        waiting = Standby(assignment, keeper, places, programs, judge, plugin, plugins[-1])
        plugin.stand_by = partial(begin, waiting, stand_by)
        watch = waiting.watch.active()
    with (
        imports_of(assignment, modules, keeper, stage.path),
        suite_surroundings(assignment),
        processes_ended(),
        bounded_memory() if keeper else contextlib.nullcontext(),
        empty_is_different(),
        explained_in_time(),
        plugin.background.active(),
        HandedIn(stage.path, stage.problem_with, submission.variant).active(),
        Given(assignment.settings, submission.shared).active(),
        places.active(),
        programs.active(),
        started_in_sandbox(programs),
        kept_out(places, programs),
        watch,
    ):
        try:
            status = pytest.main(options(assignment, places, collect_only), plugins=plugins)
        finally:
            if plugin.sharing:
                plugin.sharing.end()
    if status == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if isinstance(plugin.error, AutograderError):
        raise plugin.error
    if not plugin.records:
        where = ", ".join(suite.name for suite in assignment.suites)
        raise AssignmentError(f"pytest found no tests in {where} ({pytest.ExitCode(status).name})") from plugin.error
    return plugin.ran()


def be_another(keeper: Keeper, places: Places, programs: Programs, number: int, ladder: Ladder) -> None:
    """In a fork of the grader: use processes of the submission and folders of its own."""
    keeper.sandbox.hand_over()
    keeper.elsewhere = Elsewhere()
    keeper.sandbox = keeper.endings.sandbox = ladder
    places.move(number)
    keeper.surroundings.files = places.files
    programs.cwd = places.cwd


def options(assignment: Assignment, places: Places, collect_only: bool) -> list[str]:
    """Return pytest's arguments."""
    paths = [str(suite.path) for suite in assignment.suites]
    collect = ["--collect-only"] if collect_only else []
    return [*settings(assignment.folder), "--basetemp", places.pytest_folder, *collect, *paths]


def settings(folder: Path, capture: str = "sys") -> list[str]:
    """Return pytest's settings: none but these, whatever the assignment's folder or the machine has.

    Args:
        folder: of the assignment.
        capture: "sys", or "no" for what is printed to go where it would.
    """
    return [
        "-c", os.devnull,
        "--rootdir", str(folder),
        "--confcutdir", str(folder),
        "--import-mode=importlib",
        "--continue-on-collection-errors",
        f"--capture={capture}",
        "-p", "no:cacheprovider",
        "-p", "no:terminal",
        *(word for name in UNUSED for word in ("-p", f"no:{name}")),
        "--disable-plugin-autoload",
    ]  # fmt: skip


def places_for(assignment: Assignment, submission: Submission) -> Places:
    """Return where the suites have their files."""
    return Places(
        submission.work,
        submission.stage.path,
        assignment.folder,
        assignment.files,
        assignment.support_files(),
        suites=[suite.path if suite.path.is_dir() else suite.path.parent for suite in assignment.suites],
        max_bytes=assignment.limits.box_mb << 20,
        own=submission.sandbox is None,
    )


def programs_for(
    assignment: Assignment, stage: Stage, keeper: Keeper | None, modules: dict[str, str], places: Places
) -> Programs:
    """Return what runs the submission's programs."""

    def ask(operation: str, arguments: Sequence[Any]) -> Any:
        assert keeper
        return keeper.current().ask(operation, arguments)

    roots = [assignment.root] if assignment.root else []
    return Programs(
        ask if keeper else None,
        stage.path,
        assignment.folder,
        assignment.files,
        list(modules),
        roots,
        stage.problem_with,
        places.cwd,
    )


def imports_of(
    assignment: Assignment, modules: dict[str, str], keeper: Keeper | None, stage: Path
) -> AbstractContextManager[Any]:
    """Return the context in which importing a module of the submission gives stand-ins, or without a keeper the module.

    Args:
        modules: name -> file.
    """
    if keeper is None:
        return local_imports(list(modules), stage, [assignment.root] if assignment.root else [])
    known = reference_outlines(assignment) or keeper.classes.outlines
    names = {name: outline.exports(known, name) for name in modules}
    return sandboxed_imports(keeper, names, {name: outline.libraries(known, name) for name in modules})


@contextmanager
def suite_surroundings(assignment: Assignment) -> Iterator[None]:
    """What a suite finds around it: its own folder and the trusted support files to import from; nothing of it stays."""
    path, before = list(sys.path), set(sys.modules)
    options = {name: os.environ.pop(name) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS") if name in os.environ}
    alarms = (
        {number: signal.getsignal(number) for number in (signal.SIGALRM, signal.SIGPROF)} if hasattr(signal, "SIGALRM") else {}
    )
    support = SupportFinder({assignment.module_name(name): file for name, file in assignment.support_files().items()})
    sys.path += [str(suite.path if suite.path.is_dir() else suite.path.parent) for suite in assignment.suites]
    sys.meta_path.insert(0, support)
    try:
        yield
    finally:
        sys.meta_path.remove(support)
        sys.path[:] = path
        os.environ.update(options)
        for name in set(sys.modules) - before:
            file = Path(getattr(sys.modules[name], "__file__", None) or "/")
            if file in support.files.values() or any(is_of(file, suite.path) for suite in assignment.suites):
                del sys.modules[name]
        for number, handler in alarms.items():
            if handler is not None:  # Python's
                signal.signal(number, handler)


def is_of(file: Path, suite: Path) -> bool:
    """Whether a module belongs to a suite: it lies in its folder, or beside its file."""
    return suite in (file, *file.parents) or (suite.is_file() and file.parent == suite.parent)


class SupportFinder:
    """Finds the assignment's support files, and only those, beside the reference."""

    def __init__(self, files: dict[str, Path]) -> None:
        self.files = files

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name not in self.files:
            return None
        spec = importlib.util.spec_from_file_location(name, self.files[name])
        if spec:
            spec.loader_state = "support"
        return spec
