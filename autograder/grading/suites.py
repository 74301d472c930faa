"""The call of pytest on the suites of an assignment, and what surrounds it."""

import contextlib
import importlib
import importlib.machinery
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.assignment import Assignment
from autograder.errors import AssignmentError, AutograderError
from autograder.grading.acceptance import SandboxMode, report_of, require_level
from autograder.grading.endings import words_for
from autograder.grading.records import Record
from autograder.sandbox.client import Sandbox

if TYPE_CHECKING:
    pass


def run_suites(
    assignment: Assignment,
    sandbox: Sandbox | None,
    stage: Any,
    mode: SandboxMode,
    on_record: Callable[[Record], None],
    shared: Path,
    variant: str | None = None,
    collect_only: bool = False,
    on_collected: Callable[[list[Record]], None] = lambda records: None,
) -> Any:
    """Run the suites with pytest in this process, or only put their tests on record; return the plugin with its records."""
    import pytest

    from autograder import fixtures
    from autograder.grading.headroom import bounded_memory
    from autograder.grading.plugin import GradingPlugin
    from autograder.handed_in import HandedIn
    from autograder.standins.emptiness import empty_is_different
    from autograder.standins.importer import operators, public_names, sandboxed_imports
    from autograder.standins.keeper import Keeper
    from autograder.standins.local import local_imports
    from autograder.suite_files import Given

    modules = {module_name(file): file for file in assignment.files if file.endswith(".py")}
    reference = assignment.folder / assignment.reference if assignment.reference else None
    known = {file: reference / file for file in modules.values() if reference and (reference / file).is_file()}
    if sandbox and "torch" in assignment.sandbox.preload:
        with contextlib.suppress(ImportError):  # the suite that needs it will say so
            importlib.import_module("autograder.standins.tensors")
    keeper = None
    imports: contextlib.AbstractContextManager
    if sandbox:
        keeper = Keeper(
            sandbox,
            stage=str(stage.path),
            budget_bytes=assignment.limits.reply_mb << 20,
            operators=frozenset(pair for file in known.values() for pair in operators(file)),
            words=lambda ending, seconds: words_for(ending, seconds, assignment.limits),
            copy_arguments=assignment.sandbox.copy_arguments,
        )
        names = {name: public_names(known[file]) if file in known else [] for name, file in modules.items()}
        imports = sandboxed_imports(keeper, names)
    else:
        imports = local_imports(list(modules), stage.path)
    handed_in = HandedIn(stage.path, stage.problem_with, variant)

    def before_tests() -> None:
        if sandbox:
            require_level(report_of(sandbox), mode)
        on_collected(plugin.records)

    plugin = GradingPlugin(
        assignment.suites,
        assignment.limits,
        keeper,
        problem_with=lambda module: stage.problem_with(modules[module]) if module in modules else None,
        stage=stage.path,
        before_tests=before_tests,
        on_record=on_record,
    )
    arguments = [
        "-c", os.devnull,
        "--rootdir", str(assignment.folder),
        "--confcutdir", str(assignment.folder),
        "--import-mode=importlib",
        "--continue-on-collection-errors",
        "--capture=sys",
        "-p", "no:cacheprovider",
        "-p", "no:terminal",
        "--disable-plugin-autoload",
        *(["--collect-only"] if collect_only else []),
        *(str(suite.path) for suite in assignment.suites),
    ]  # fmt: skip
    guards = bounded_memory() if sandbox else contextlib.nullcontext()
    given = Given(assignment.settings, shared)
    with (
        imports,
        suite_surroundings(assignment),
        guards,
        empty_is_different(),
        plugin.runs.active(),
        handed_in.active(),
        given.active(),
    ):
        status = pytest.main(arguments, plugins=[plugin, fixtures])
    if status == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if isinstance(plugin.error, AutograderError):
        raise plugin.error
    if not plugin.records:
        where = ", ".join(suite.name for suite in assignment.suites)
        raise AssignmentError(f"pytest found no tests in {where} ({pytest.ExitCode(status).name})") from plugin.error
    return plugin


def module_name(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".")


@contextmanager
def suite_surroundings(assignment: Assignment) -> Iterator[None]:
    """What a suite finds around it: its own folder and the trusted support files to import from; nothing of it stays."""
    path, before = list(sys.path), set(sys.modules)
    options = {name: os.environ.pop(name) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS") if name in os.environ}
    alarm = signal.getsignal(signal.SIGALRM) if hasattr(signal, "SIGALRM") else None
    support = SupportFinder({module_name(name): file for name, file in assignment.support_files().items()})
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
            if file in support.files.values() or any(suite.path in (file, *file.parents) for suite in assignment.suites):
                del sys.modules[name]
        if alarm is not None:
            signal.signal(signal.SIGALRM, alarm)


class SupportFinder:
    """Finds the assignment's support files, and only those, beside the reference."""

    def __init__(self, files: dict[str, Path]) -> None:
        self.files = files

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name not in self.files:
            return None
        return importlib.util.spec_from_file_location(name, self.files[name])
