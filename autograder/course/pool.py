"""A class graded on this machine: forks of a session that has collected the suites, several at a time.

    head: collects once ── fork, for each submission ──► grader: its session, with fork servers of its own
      │                                                      │
    nurseries, one a rung ── fork ──► fork server ── fork ──► processes of the submission

The head never touches a submission's files. A grader that dies costs its own submission. Where the session cannot be forked for
a submission (see `grading/standby.py`), a program of its own grades it.
"""

import contextlib
import json
import os
import select
import signal
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from subprocess import Popen  # that of now: a suite is given another
from typing import Any, NoReturn, Protocol

from autograder.assignment import Assignment
from autograder.course import program
from autograder.course.jobs import Answer, Job, Taken, answer, refusal
from autograder.errors import AutograderError, SubmissionError, machine_fault
from autograder.grading.acceptance import SandboxMode, report_of, require_level, start_sandbox
from autograder.grading.forks import fork
from autograder.grading.standby import Standby
from autograder.grading.story import (
    carry_errors,
    folders_in,
    new_folder,
    outcome_of,
    prepared,
    remarks,
    remove_tree,
    require_sandboxes,
)
from autograder.grading.submission import Submission
from autograder.grading.suites import run_suites
from autograder.intake.stage import empty_stage, stage_submission
from autograder.outline import Outline
from autograder.sandbox.client import SandboxError
from autograder.sandbox.forked import Nursery, NurseryServer
from autograder.sandbox.kernel import end_with
from autograder.sandbox.strays import children, end_strays

PATIENCE_SECONDS = 120.0  # with a grader, when the time that all tests have together is over
TAIL_BYTES = 4000  # of what a grader that has died has printed
SAMPLES = 20  # submissions that are looked at, at most, for what all of them should define
APART = "AB"  # levels at which the processes of each submission have users of their own
NOT_HERE = 75  # status of a grader whose submission does not fit what was collected


class Engine(Protocol):
    """What has jobs done: a pool on this machine, or a cluster."""

    def run(self, jobs: Sequence[Job], on_answer: Callable[[Answer], None]) -> None:
        """Have all jobs done; `on_answer` is called once for each, in any order.

        Raises:
            AutograderError: none can be done.
            KeyboardInterrupt: a person has interrupted; nothing of the jobs is left running.
        """


@dataclass(frozen=True)
class Grader:
    """A grader that runs.

    Attributes:
        handle: a descriptor of its process.
        until: when it is killed, by `time.monotonic`.
    """

    job: Job
    pid: int
    handle: int
    until: float


@dataclass(frozen=True)
class Mine:
    """In a grader: its job, and what is to be undone in the end."""

    job: Job
    submission: Submission
    taken: Taken
    cleanup: contextlib.ExitStack
    started: float


class Pool:
    """Graders on this machine.

    Args:
        nurseries: of fork servers, one for each rung.
        count: of graders at a time.
        is_known: whether the result of what was taken of a submission, with a variant, is stored already.
        note: is told what staff should know.
    """

    def __init__(
        self,
        assignment: Assignment,
        nurseries: Sequence[Nursery],
        count: int,
        mode: SandboxMode = "auto",
        is_known: Callable[[Taken, str | None, Job], bool] = lambda taken, variant, job: False,
        note: Callable[[str], None] = lambda words: None,
    ) -> None:
        self.assignment = assignment
        self.nurseries = nurseries
        self.count = count
        self.mode = mode
        self.is_known = is_known
        self.waiting: deque[Job] = deque()
        self.alone: deque[Job] = deque()  # for programs of their own
        self.running: list[Grader] = []
        self.mine: Mine | None = None
        self.note = note

    def run(self, jobs: Sequence[Job], on_answer: Callable[[Answer], None]) -> None:
        """See `Engine.run`."""
        self.waiting.extend(jobs)
        self.on_answer = on_answer
        self.temporary = tempfile.gettempdir()
        self.head = os.getpid()
        self.out = new_folder()
        work = new_folder()
        try:
            stage, self.shared = folders_in(work)
            known = {} if self.assignment.reference else outlines_of_one(self.assignment, jobs, work / "sample")
            submission = Submission(empty_stage(stage, self.assignment.support_files(), known), self.shared, work)
            self.see_level([stage, self.shared])
            ran = run_suites(self.assignment, submission, stand_by=self.serve)
            if self.mine:
                job, used = self.mine.job, time.monotonic() - self.mine.started
                carry_errors(self.assignment, list(map(Path, job.sources)), self.mode, job.students or None, ran, used)
                self.finish(self.mine, lambda mine: answer(outcome_of(self.assignment, mine.submission, ran), mine.taken))
        except BaseException as error:
            if os.getpid() != self.head:
                self.fail(error)
            raise
        finally:
            self.end_all()
            for folder in (work, self.out):
                remove_tree(folder)

    def serve(self, standby: Standby) -> None:
        """Have all jobs done; return once more in each fork that is to run the tests of a submission."""
        assert standby.session
        why = standby.why_not()
        if why:
            self.note(f"each submission needs its own program, which is slower: {why}")
            self.alone, self.waiting = self.waiting, self.alone
        known = children()
        while self.waiting or self.alone or self.running:
            while len(self.running) < self.count and (self.waiting or self.alone):
                if self.alone:
                    self.start_program(self.alone.popleft())
                elif self.start_fork(self.waiting.popleft(), standby):
                    return
            standby.go_on()
            self.wait()
            end_strays(known | {grader.pid for grader in self.running})
        standby.let_go()

    # In the head.

    def see_level(self, folders: Sequence[Path]) -> None:
        """Find out how submissions will be confined, and whether several can be at a time.

        Args:
            folders: that they may read.

        Raises:
            AutograderError: the sandbox is too weak or does not work, for whatever submission.
        """
        sandbox = start_sandbox(self.assignment, folders, [nursery.server() for nursery in self.nurseries])
        try:
            report = report_of(sandbox)
        finally:
            sandbox.close()
        require_level(report, self.mode)
        if report["level"] not in APART and self.count > 1:
            self.count = 1
            self.note(
                f"one submission is graded at a time: all have the same user here (sandbox level {report['level']}), and the "
                "processes of one would count against the limits of another"
            )

    def start_fork(self, job: Job, standby: Standby) -> bool:
        """Start a grader; True in it, if it has tests to run."""
        servers: list[tuple[NurseryServer, socket]] = []
        try:
            servers.extend(nursery.server() for nursery in self.nurseries)
            pid = fork()
        except (SandboxError, OSError) as error:
            let_go(servers)
            self.on_answer(Answer(job, None, str(error)))
            return False
        if pid == 0:
            try:
                self.be_grader(job, servers, standby)
            except BaseException as error:
                self.fail(error)
            return True
        let_go(servers)
        self.add(job, pid)
        return False

    def start_program(self, job: Job) -> None:
        with open(self.out / f"{job.number}.in", "w+b") as given, open(self.path(job), "wb") as out:
            given.write(program.request(job, self.head))
            given.seek(0)
            with open(self.errors(job), "wb") as errors:
                process = Popen(
                    program.command(self.assignment.folder, self.mode),
                    stdin=given, stdout=out, stderr=errors, start_new_session=True,
                )  # fmt: skip
        process.returncode = 0  # it is waited for here, and by nobody else
        self.add(job, process.pid)

    def add(self, job: Job, pid: int) -> None:
        until = time.monotonic() + self.assignment.limits.total_seconds + PATIENCE_SECONDS
        self.running.append(Grader(job, pid, os.pidfd_open(pid), until))

    def wait(self) -> None:
        """Wait until a grader has ended, or is over its time."""
        poll = select.poll()
        for grader in self.running:
            poll.register(grader.handle, select.POLLIN)
        until = min(grader.until for grader in self.running)
        ended = {handle for handle, _ in poll.poll(max(0.0, until - time.monotonic()) * 1000 + 1)}
        for grader in list(self.running):
            if grader.handle in ended:
                self.take(grader)
            elif time.monotonic() >= grader.until:
                os.kill(grader.pid, signal.SIGKILL)

    def take(self, grader: Grader) -> None:
        """Hand on the answer of a grader that has ended."""
        self.running.remove(grader)
        _, found = os.waitpid(grader.pid, 0)
        status = os.waitstatus_to_exitcode(found)
        os.close(grader.handle)
        document = None
        with contextlib.suppress(OSError, ValueError):
            document = json.loads(self.path(grader.job).read_bytes())
        printed = (
            self.errors(grader.job).read_text(encoding="utf-8", errors="replace") if self.errors(grader.job).exists() else ""
        )
        for path in (self.path(grader.job), self.errors(grader.job)):
            path.unlink(missing_ok=True)
        if status == NOT_HERE:
            self.alone.append(grader.job)
        elif status == 0 and document:
            self.on_answer(Answer(grader.job, document))
        else:
            over = time.monotonic() >= grader.until
            why = "it took longer than [limits] total_seconds allows" if over else f"status {status}"
            self.on_answer(Answer(grader.job, None, f"the grader ended early ({why})\n{printed[-TAIL_BYTES:]}".strip()))

    def end_all(self) -> None:
        for grader in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(grader.pid, signal.SIGKILL)  # its fork servers see that, and end and remove what it has
            os.waitpid(grader.pid, 0)
            os.close(grader.handle)
        self.running.clear()

    def path(self, job: Job) -> Path:
        return self.out / f"{job.number}.json"

    def errors(self, job: Job) -> Path:
        return self.out / f"{job.number}.err"

    # In a grader.

    def be_grader(self, job: Job, servers: Sequence[tuple[NurseryServer, socket]], standby: Standby) -> None:
        """Be the grader of a submission: this returns when its tests are to run."""
        started = time.monotonic()
        end_with(self.head)
        os.setsid()
        for other in self.running:
            os.close(other.handle)
        self.running.clear()
        for nursery in self.nurseries:
            nursery.close()
        descriptor = os.open(self.errors(job), os.O_WRONLY | os.O_CREAT, 0o600)
        for stream in (1, 2):
            os.dup2(descriptor, stream)
        tempfile.tempdir = self.temporary
        students = job.students or None
        cleanup = contextlib.ExitStack()
        try:
            submission = cleanup.enter_context(
                prepared(
                    self.assignment,
                    [Path(source) for source in job.sources],
                    self.mode,
                    list(servers),
                    students,
                    readable=[self.shared],
                )
            )
        except SubmissionError as error:
            self.tell(job, refusal(Taken.nothing(str(error))))
        taken = Taken.of(submission.stage, remarks(submission.stage, submission.variant))
        mine = Mine(job, submission, taken, cleanup, started)
        if self.is_known(taken, submission.variant, job):
            self.finish(mine, lambda mine: {**refusal(taken), "variant": submission.variant})
        if not standby.fits(submission.stage):
            self.finish(mine, None)
        require_sandboxes(submission, self.mode)
        standby.become(submission, job.only)
        self.mine = mine

    def finish(self, mine: Mine, document: Callable[[Mine], dict[str, Any]] | None) -> NoReturn:
        """Leave what there is to say, and end; without a document, say that this submission is none for this session."""
        found = document(mine) if document else None
        with contextlib.suppress(OSError):
            os.chdir("/")
        mine.cleanup.close()
        if found is None:
            os._exit(NOT_HERE)
        self.tell(mine.job, {**found, "seconds": round(time.monotonic() - mine.started, 3)})

    def tell(self, job: Job, document: dict[str, Any]) -> NoReturn:
        self.path(job).write_text(json.dumps(document), encoding="utf-8")
        os._exit(0)

    def fail(self, error: BaseException) -> NoReturn:
        """Say what went wrong, and end."""
        with contextlib.suppress(BaseException):
            told = str(error) if isinstance(error, AutograderError) else machine_fault(error)
            os.write(2, (told or "".join(traceback.format_exception(error))).encode("utf-8", "replace"))
        os._exit(3)


def let_go(servers: Sequence[tuple[NurseryServer, socket]]) -> None:
    """Close what this process has of fork servers that are another's."""
    for server, control in servers:
        server.let_go()
        control.close()


def outlines_of_one(assignment: Assignment, jobs: Sequence[Job], into: Path) -> dict[str, Outline]:
    """What the modules of a submission define, of the first one in which all can be read, for lack of a reference."""
    modules = {name for name in assignment.files if name.endswith(".py")}
    for job in jobs[:SAMPLES]:
        with contextlib.suppress(SubmissionError):
            sources = [Path(source) for source in job.sources]
            stage = stage_submission(sources, into, assignment.files, assignment.support_files())
            try:
                found = stage.outlines()
            finally:
                stage.discard()
            if modules <= set(found):
                return found
    return {}
