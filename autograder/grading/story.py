"""Grading, from a student's files to the records of all tests: stage, start the sandbox, run the suites, total."""

import contextlib
import importlib
import importlib.machinery
import os
import signal
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from autograder.assignment import Assignment, belongs
from autograder.errors import AssignmentError, AutograderError
from autograder.results import TOLERANCE, Record, number, results, total
from autograder.sandbox.client import Ending, Launched, Sandbox, SandboxError, start_program
from autograder.sandbox.limits import Limits
from autograder.signals import held

SandboxMode = Literal["strict", "auto", "off"]
LEVELS = {"strict": "A", "auto": "ABCD"}
SERVER_FILES = 128  # that the fork server may have open; the rules for a submission's files are among them


@dataclass
class Outcome:
    """What grading has come to.

    Attributes:
        records: one for each collected test, in the order of the suites.
        remarks: for the student: what the intake found.
        notes: for staff.
        level: of the sandbox, "A" to "F", or "off"; "none" where no test has run.
        items: what the policies say, beside the tests.
        counted: the score that counts by the policies, if they have a say.
        not_run: why no test has run, for the student.
    """

    assignment: Assignment
    records: list[Record]
    seconds: float
    remarks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    level: str = "off"
    details: dict[str, Any] = field(default_factory=dict)
    items: list[Record] = field(default_factory=list)
    counted: float | None = None
    not_run: str = ""

    @property
    def score(self) -> tuple[float, float]:
        """(points that count, points possible)."""
        reached, possible = total(self.records)
        return (reached if self.counted is None else self.counted), possible

    def document(self) -> dict[str, Any]:
        """The content of results.json."""
        extra = {"sandbox": self.level, "notes": self.notes, **self.details}
        document = results([*self.items, *self.records], self.seconds, output="\n".join(self.remarks), extra=extra)
        return {**document, "score": number(self.score[0])}


def grade(
    assignment: Assignment,
    sources: Sequence[Path],
    mode: SandboxMode = "auto",
    on_record: Callable[[Record], None] = lambda record: None,
    server: Launched | None = None,
    students: Sequence[str] = (),
    on_collected: Callable[[list[Record]], None] = lambda records: None,
) -> Outcome:
    """Grade one submission.

    Args:
        sources: a folder, a zip, or files.
        mode: "strict" asks for every layer of the sandbox, "auto" for those that hide the tests; "off" runs the
            submission in this process.
        on_record: called with each test's record as soon as it is known.
        server: of `launch.fork_server`; without one a new program is started.
        students: ids of those who hand in, where each has numbers of one's own.
        on_collected: called with the records of all tests before the first one runs.

    Raises:
        SubmissionError: the submission cannot be looked at.
        AssignmentError: the assignment cannot be used.
        AutograderError: the sandbox is too weak or does not work.
    """
    started = time.monotonic()
    variant = None
    if assignment.variants:
        from autograder.variants import variant_code

        variant = variant_code(assignment.secret(), students)
    if mode != "off":
        require_limits(assignment.limits)
    from autograder.submission import remove_tree, stage_submission

    with cleaned_up() as cleanup:
        if mode != "off":
            server = server or start_program()  # before there is a folder, which it deletes should this process be killed
            cleanup.callback(server[1].close)
        work = new_folder()
        cleanup.callback(remove_tree, work)
        work.chmod(0o711)
        stage_folder = work / "stage"
        shared_folder = work / "shared"
        stage_folder.mkdir()
        shared_folder.mkdir()
        shared_folder.chmod(0o755)
        sandbox = None
        if mode != "off":
            # A new program loads NumPy while this one loads pytest.
            sandbox = start_sandbox(assignment, [stage_folder, shared_folder], server, scratch=work)
            cleanup.callback(sandbox.close)
        with named(work):
            stage = stage_submission(sources, stage_folder, assignment.files, assignment.support_files())
        cleanup.callback(stage.discard)

        plugin = run_suites(assignment, sandbox, stage, mode, on_record, shared_folder, variant, on_collected=on_collected)
        outcome = Outcome(assignment, plugin.records, 0.0)
        outcome.remarks = [str(finding) for finding in stage.findings]
        if variant:
            outcome.remarks.insert(0, f"The code of your own numbers is {variant}")
            outcome.details["variant"] = variant
        if stage.ignored:
            outcome.remarks.append(f"Not needed and ignored: {', '.join(stage.ignored)}")
        outcome.notes = notes(assignment, plugin)
        outcome.details["submission_sha256"] = stage.digest
        if sandbox:
            report = report_of(sandbox)
            outcome.level = report["level"]
            outcome.details["layers"] = {name: layer["on"] for name, layer in report["layers"].items()}
            outcome.notes += [f"not preloaded: {problem}" for problem in report["not_preloaded"]]
    outcome.seconds = time.monotonic() - started
    return outcome


@contextmanager
def cleaned_up() -> Iterator[contextlib.ExitStack]:
    """A stack of what is to be undone in the end, which no signal interrupts."""
    cleanup = contextlib.ExitStack()
    try:
        yield cleanup
    finally:
        with held():
            cleanup.close()


def new_folder() -> Path:
    """Return a new temporary folder."""
    try:
        return Path(tempfile.mkdtemp(prefix="autograder-"))
    except FileNotFoundError as error:
        raise AutograderError(f"{error.strerror}; make one of them writable, or let TMPDIR name a folder that is") from error


@contextmanager
def named(folder: Path) -> Iterator[None]:
    """Name the folder in errors of writing that name no file."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(folder)
        raise


def require_limits(limits: Limits) -> None:
    """Refuse to grade where this process may use less than is promised to a test.

    The processes of a submission inherit its limits, and right ones would fail.
    """
    try:
        import resource
    except ImportError:  # Windows, which has no such limits
        return
    promised = [
        ("NOFILE", "n", max(limits.open_files, SERVER_FILES), 1, "open files", "open_files"),
        ("AS", "v", limits.memory_mb, 1 << 20, "MB of memory", "memory_mb"),
        ("DATA", "d", limits.memory_mb, 1 << 20, "MB of memory", "memory_mb"),
        ("FSIZE", "f", limits.file_mb, 1 << 20, "MB in a file", "file_mb"),
    ]
    if os.geteuid() != 0:
        promised.append(("NPROC", "u", limits.processes, 1, "processes", "processes"))
    for name, option, wanted, unit, what, key in promised:
        allowed, _ = resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
        if allowed != resource.RLIM_INFINITY and allowed < wanted * unit:
            raise AutograderError(
                f"a test is promised {wanted} {what}, and the limit of this process is {allowed // unit}: raise it (ulimit "
                f"-{option}), or lower {key} in the [limits] of assignment.toml"
            )


def start_sandbox(
    assignment: Assignment, readable: Sequence[Path], server: Launched | None, scratch: Path | None = None
) -> Sandbox:
    packages = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *filter(os.path.isabs, sys.path)]
    secrets = {suite.name: str(suite.path) for suite in assignment.suites}
    if assignment.reference:
        secrets["the reference"] = str(assignment.folder / assignment.reference)
    if assignment.variants:
        secrets["the secret of the variants"] = str(assignment.folder / assignment.variant_secret)
    return Sandbox(
        assignment.limits,
        preload=assignment.sandbox.preload,
        readable=[str(folder) for folder in readable],
        hidden=[
            *secrets.values(),
            *filter(os.path.exists, (os.path.join(folder, path) for folder in packages for path in assignment.sandbox.hidden)),
        ],
        secrets=secrets,
        scratch=str(scratch) if scratch else None,
        server=server,
    )


def report_of(sandbox: Sandbox) -> dict[str, Any]:
    try:
        return sandbox.report()
    except SandboxError as error:
        raise AutograderError(f"the sandbox could not be started: {error}") from error


def require_level(report: dict[str, Any], mode: SandboxMode) -> None:
    """Refuse to grade behind a sandbox that is too weak, or that does not do what it says."""
    if report["level"] not in LEVELS[mode]:
        missing = ", ".join(name for name, layer in report["layers"].items() if not layer["on"])
        raise AutograderError(
            f"the sandbox reaches level {report['level']} here and --sandbox {mode} asks for "
            f"{' or '.join(LEVELS[mode])} (missing: {missing}). Grade as root, in a container with Docker 20.10.18 or newer, "
            "or on Linux 5.13 or newer; --sandbox off runs code that you trust"
        )
    if report["unreachable"]:
        raise AutograderError(
            f"the user that runs submissions cannot enter {report['unreachable']}, where Python or its packages lie; "
            "install them where everybody may read (make the environment with /usr/bin/python3, outside of a home directory)"
            f"{'; showing it to that user alone failed: ' + report['private_folders'] if report['private_folders'] else ''}"
        )
    probes = report["canary"]["probes"]
    exposed = [name for name, outcome in probes.items() if name.startswith("read secret") and outcome.startswith("NOT")]
    if exposed:
        raise AutograderError(
            f"a submission could read the tests here (self-test: {', '.join(exposed)}): this kernel has no Landlock, so their "
            "modes must hide them; chmod -R go-rwx these folders"
        )
    failures = report["canary"]["failures"]
    if failures and all(failure.startswith(("allowed: ", "canary: ")) for failure in failures):
        raise AutograderError(
            f"the sandbox's self-test could not do what submissions may ({', '.join(failures)}): see to room in the temporary "
            "folder, which TMPDIR names, and to the limits of this process (ulimit -a); no untrusted code was run"
        )
    if failures:
        raise AutograderError(f"the sandbox's self-test was not stopped at: {', '.join(failures)}; no untrusted code was run")


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
    from autograder.handed_in import HandedIn
    from autograder.headroom import bounded_memory
    from autograder.plugin import GradingPlugin
    from autograder.standins.emptiness import empty_is_different
    from autograder.standins.importer import operators, public_names, sandboxed_imports
    from autograder.standins.keeper import Keeper
    from autograder.standins.local import local_imports

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
        settings=assignment.settings,
        shared=shared,
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
    with imports, suite_surroundings(assignment), guards, empty_is_different(), plugin.runs.active(), handed_in.active():
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


def notes(assignment: Assignment, plugin: Any) -> list[str]:
    """What an instructor should know: parts whose points do not add up, tests that staff must look at."""
    found = unbalanced(assignment, plugin.records)
    broken = [record.nodeid for record in plugin.records if record.status == "broken"]
    if broken:
        found.append(f"needs a human: {', '.join(broken)} could not be run because of the suite or the autograder")
    if plugin.error:
        found.append(f"needs a human: pytest ended early with {type(plugin.error).__name__}: {plugin.error}")
    return found + plugin.notes


def unbalanced(assignment: Assignment, records: Sequence[Record]) -> list[str]:
    """The parts whose tests have other points together than assignment.toml says, and tests that belong to no part."""
    found = []
    for part in assignment.parts:
        points = total([record for record in records if belongs(record.number, part.number)])[1]
        if abs(points - part.points) > TOLERANCE:
            found.append(
                f"part {part.number} ({part.title}): the weights of its tests add up to {points:g}, "
                f"assignment.toml says {part.points:g}"
            )
    for record in records:
        if assignment.parts and record.max_score and not any(belongs(record.number, part.number) for part in assignment.parts):
            number = f"the number {record.number}, of which there is no part" if record.number else "no number"
            found.append(f"{record.nodeid} has {record.max_score:g} points and {number}")
    return found


SIGNALS = {
    signal.SIGSEGV: "it crashed (segmentation fault; endless recursion in compiled code is a usual cause)",
    signal.SIGFPE: "it crashed (arithmetic error in compiled code)",
    signal.SIGABRT: "it crashed (abort in compiled code; running out of memory is a usual cause)",
} | (
    {
        signal.SIGBUS: "it crashed (bus error)",
        signal.SIGKILL: "the system stopped it, most likely because it ran out of memory",
        signal.SIGXCPU: "it used more processor time than a test may",
        signal.SIGXFSZ: "it wrote a file that is larger than a test may write",
    }
    if hasattr(signal, "SIGKILL")
    else {}
)


def words_for(ending: Ending, seconds: float, limits: Limits) -> str:
    """Why a process of the submission has ended before it answered, for the student."""
    if ending.killed == "time":
        return f"your code was stopped after {seconds:g} s, the time there is for this test (an endless loop?)"
    if ending.killed == "box":
        return f"your code was stopped because it wrote more than {limits.box_mb} MB of files"
    if ending.status >= 0:
        return f"your code ended the program with status {ending.status} (os._exit?) before the test was done"
    reason = SIGNALS.get(signal.Signals(-ending.status), f"it was ended by signal {-ending.status}")
    return f"your code did not come to an end: {reason}"
