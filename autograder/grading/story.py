"""Grading, from a student's files to the records of all tests: stage, start the sandbox, run the suites, total."""

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from autograder.assignment import Assignment
from autograder.errors import AutograderError
from autograder.grading import part
from autograder.grading.acceptance import SandboxMode, report_of, require_level, require_limits, start_sandbox
from autograder.grading.carried import carry
from autograder.grading.outcome import Outcome
from autograder.grading.records import Ran, Record
from autograder.grading.staff_notes import notes_on_claims, staff_notes
from autograder.grading.submission import Submission
from autograder.intake.stage import Stage, remove_tree, stage_submission
from autograder.sandbox.client import Launched, start_program
from autograder.sandbox.loading import loading, one_thread
from autograder.signals import held


def grade(
    assignment: Assignment,
    sources: Sequence[Path],
    mode: SandboxMode = "auto",
    on_record: Callable[[Record], None] = lambda record: None,
    server: Launched | None = None,
    students: Sequence[str] | None = (),
    on_collected: Callable[[list[Record]], None] = lambda records: None,
    only: Sequence[str] = (),
    first_failure: bool = False,
    beside: Sequence[str] = (),
    others: Sequence[Launched] = (),
) -> Outcome:
    """Grade one submission.

    Args:
        sources: a folder, a zip, or files.
        mode: "strict" asks for every layer of the sandbox, "auto" for those that hide the tests; "off" runs the
            submission in this process.
        on_record: called with each test's record as soon as it is known.
        server: of `launch.fork_server`; without one a new program is started.
        students: ids of those who hand in, where each has individual numbers; None for the common numbers.
        on_collected: called with the records of all tests before the first one runs.
        only: numbers and ids of the tests that are run, the outcome is no complete one then; empty for all.
        first_failure: end at the first test that fails, which makes it incomplete, too.
        beside: names of files that lie beside the submission and are not handed in, for messages.
        others: like `server`, for other graders that may run a part of the tests beside this one; see `sharing.py`.

    Raises:
        UsageError: `only` has something that chooses no test.
        SubmissionError: the submission cannot be looked at.
        AssignmentError: the assignment cannot be used.
        AutograderError: the sandbox is too weak or does not work.
    """
    started = time.monotonic()
    with prepared(assignment, sources, mode, server, students, beside, others) as submission:

        def before_tests(records: list[Record]) -> None:
            require_sandboxes(submission, mode)
            on_collected(records)

        # Not before now: this loads NumPy and pytest, while the server's new program, started above, loads its own.
        with loading(), one_thread() if submission.sandbox else contextlib.nullcontext():
            from autograder.grading.suites import run_suites

        ran = run_suites(assignment, submission, before_tests, on_record, only=only, first_failure=first_failure)
        if not first_failure:
            carry_errors(assignment, sources, mode, students, ran, time.monotonic() - started)
        outcome = outcome_of(assignment, submission, ran, only)
    outcome.seconds = time.monotonic() - started
    return outcome


@contextmanager
def prepared(
    assignment: Assignment,
    sources: Sequence[Path],
    mode: SandboxMode = "auto",
    server: Launched | None = None,
    students: Sequence[str] | None = (),
    beside: Sequence[str] = (),
    others: Sequence[Launched] = (),
    readable: Sequence[Path] = (),
    instead: Mapping[str, Path] = MappingProxyType({}),
) -> Iterator[Submission]:
    """Stage a submission and start its sandboxes; when the context is left, nothing of both is there any more.

    Args:
        readable: further folders that the submission may read.
        instead: name -> a file of ours, in place of the submission's of that name.
        others: see `grade`, which this is the beginning of.
    """
    variant = variant_of(assignment, students)
    sandbox = None
    ladders = []
    with cleaned_up() as cleanup:
        if mode != "off":
            require_limits(assignment.limits)
            server = server or start_program()  # before there is a folder, which it deletes should this process be killed
            for _, control in (*server, *(each for launched in others for each in launched)):
                cleanup.callback(control.close)
        work = new_folder()
        cleanup.callback(remove_tree, work)
        stage_folder, shared_folder = folders_in(work)
        shown = [stage_folder, shared_folder, *readable]
        if mode != "off":
            sandbox = start_sandbox(assignment, shown, server, scratch=work)
            cleanup.callback(sandbox.close)
            for launched in others:
                ladders.append(start_sandbox(assignment, shown, launched))
                cleanup.callback(ladders[-1].close)
        with named(work):
            stage = stage_submission(
                sources,
                stage_folder,
                assignment.files,
                assignment.support_files(),
                also=assignment.also,
                restrictions=assignment.restrictions,
                root=assignment.root,
                exact_places=assignment.exact_places,
                instead=instead,
            )
        cleanup.callback(stage.discard)
        yield Submission(stage, shared_folder, work, sandbox, variant, beside, ladders)


def carry_errors(
    assignment: Assignment, sources: Sequence[Path], mode: SandboxMode, students: Sequence[str] | None, ran: Ran, used: float
) -> None:
    """Let errors of a part cost no points in parts that stand on it; see `carried.py`.

    Args:
        ran: what the submission has come to, which this changes.
        used: seconds of the time for all tests. Tests that run again have the rest of it.
    """

    def again(twins: Mapping[str, Path], tests: Sequence[str]) -> Ran:
        from autograder.grading.suites import run_suites

        seconds = max(1.0, assignment.limits.total_seconds - used)
        limited = replace(assignment, limits=replace(assignment.limits, total_seconds=seconds))
        with prepared(limited, sources, mode, students=students, instead=twins) as submission:
            return run_suites(limited, submission, lambda records: require_sandboxes(submission, mode), only=tests)

    if ran.error is None:
        carry(assignment, ran, again)


def require_sandboxes(submission: Submission, mode: SandboxMode) -> None:
    """Refuse to run the submission where one of its sandboxes is too weak."""
    for ladder in (*([submission.sandbox] if submission.sandbox else []), *submission.ladders):
        require_level(report_of(ladder), mode)


def outcome_of(assignment: Assignment, submission: Submission, ran: Ran, only: Sequence[str] = ()) -> Outcome:
    """What the tests of a submission have come to, with what is to be said beside them."""
    stage = submission.stage
    outcome = Outcome(
        assignment,
        ran.records,
        seconds=0.0,
        remarks=[
            *remarks(stage, submission.variant),
            *([part.words(ran.left_out, len(ran.records), only)] if ran.left_out else []),
        ],
        notes=staff_notes(assignment, ran),
        variant=submission.variant,
        submission_sha256=stage.digest,
        partial=bool(ran.left_out),
    )
    if submission.sandbox:
        add_report(outcome, report_of(submission.sandbox))
        outcome.notes += notes_on_claims(ran.records)
    return outcome


def variant_of(assignment: Assignment, students: Sequence[str] | None) -> str | None:
    """Return the code of the students' own numbers; None where all have the same, or these are asked for."""
    if not assignment.variants or students is None:
        return None
    from autograder.variants import variant_code  # loads NumPy, which is not to be waited for without need

    return variant_code(assignment.secret(), students)


def remarks(stage: Stage, variant: str | None) -> list[str]:
    """Return what a student reads above the tests: the code of the numbers, what the intake found and what it left."""
    return [
        *([f"The code of your own numbers is {variant}"] if variant else []),
        *map(str, stage.remarks),
        *([f"Ignored, since this assignment does not ask for it: {', '.join(stage.ignored)}"] if stage.ignored else []),
    ]


def add_report(outcome: Outcome, report: dict[str, Any]) -> None:
    """Put into an outcome what the sandbox reports about itself."""
    outcome.level = report["level"]
    outcome.layers = {name: layer["on"] for name, layer in report["layers"].items()}
    outcome.notes += [f"not preloaded: {problem}" for problem in report["not_preloaded"]]


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


def folders_in(work: Path) -> tuple[Path, Path]:
    """Make a folder for the submission's files, and one for files that all its processes share; return both."""
    work.chmod(0o711)  # they may pass through it, and not look around
    stage, shared = work / "stage", work / "shared"
    stage.mkdir()
    shared.mkdir()
    shared.chmod(0o755)
    return stage, shared


@contextmanager
def named(folder: Path) -> Iterator[None]:
    """Name the folder in errors of writing that name no file."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(folder)
        raise
