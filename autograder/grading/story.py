"""Grading, from a student's files to the records of all tests: stage, start the sandbox, run the suites, total."""

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from autograder.assignment import Assignment
from autograder.errors import AutograderError
from autograder.grading.acceptance import SandboxMode, report_of, require_limits, start_sandbox
from autograder.grading.outcome import Outcome
from autograder.grading.points import notes
from autograder.grading.records import Record
from autograder.grading.suites import run_suites
from autograder.sandbox.client import Launched, start_program
from autograder.signals import held


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
    from autograder.intake.stage import remove_tree, stage_submission

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
        outcome.remarks = [str(remark) for remark in stage.remarks]
        if variant:
            outcome.remarks.insert(0, f"The code of your own numbers is {variant}")
            outcome.variant = variant
        if stage.ignored:
            outcome.remarks.append(f"Not needed and ignored: {', '.join(stage.ignored)}")
        outcome.notes = notes(assignment, plugin)
        outcome.submission_sha256 = stage.digest
        if sandbox:
            report = report_of(sandbox)
            outcome.level = report["level"]
            outcome.layers = {name: layer["on"] for name, layer in report["layers"].items()}
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
