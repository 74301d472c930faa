"""A class graded by the workers of a Dask cluster: which worker gets which job, and what happens when one is lost.

Dask carries bytes, and tells which workers there are. Who gets what is decided here: each task names its worker. So a job is
never in two places, a worker is compared before it gets any, and who was there when a worker died is known.

A worker that is lost costs its jobs a second try each, one at a time on a worker that has nothing else. A job with which a
second worker is lost is not tried again.
"""

import contextlib
import json
import os
import pkgutil
import queue
import time
import uuid
from asyncio import TimeoutError as NoAnswer  # of Dask; another one than Python's before 3.11
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import __version__
from autograder.assignment import Assignment
from autograder.course.cluster import parcel, task
from autograder.course.cluster.workers import Attempt, Item, Source, Worker, differences
from autograder.course.jobs import Answer, Job, Taken, refusal
from autograder.course.keys import of_environment, of_tool
from autograder.errors import AutograderError, SubmissionError
from autograder.grading.acceptance import SandboxMode

if TYPE_CHECKING:
    from distributed import Client

PATIENCE_SECONDS = 120.0  # of a worker with a job, when the time that all tests have together is over
GRACE_SECONDS = 60.0  # until an answer that is there must have come
TICK_SECONDS = 0.5
FETCH_SECONDS = 30.0  # for an answer that is there
REFUSED_SECONDS = 15.0  # for another worker, where all so far have been refused
LEAVING_SECONDS = 20.0  # for jobs to end, when they are not wanted any more
TOLD = 6  # differences of a worker, at most
DEATHS = 2  # of workers, that one job is given
INSTALLS = 4  # at a time: the scheduler has each assignment in its memory as often


class Cluster:
    """The engine; see `course.pool.Engine`.

    Args:
        client: of the scheduler.
        patience_seconds: how long to wait while there is no worker that can be used.

    Attributes:
        notes: for staff, when all is done: which workers were refused, and why.
    """

    def __init__(
        self, client: "Client", source: Source, assignment: Assignment, mode: SandboxMode, patience_seconds: float
    ) -> None:
        self.client = client
        self.source = source
        self.assignment = assignment
        self.mode = mode
        self.patience_seconds = patience_seconds
        self.notes: list[str] = []
        self.run_id = uuid.uuid4().hex
        self.workers: dict[str, Worker] = {}
        self.attempts: set[Attempt] = set()
        self.finished: queue.SimpleQueue[Attempt] = queue.SimpleQueue()
        self.waiting: deque[Item] = deque()
        self.suspects: deque[Item] = deque()
        self.numbers = 0

    def run(self, jobs: Sequence[Job], on_answer: Callable[[Answer], None]) -> None:
        """See `Engine.run`.

        Raises:
            AutograderError: no worker can be used, none is left, or the scheduler has gone. Answers that came are given.
        """
        self.here = {"tool": of_tool(), "version": __version__, "environment": of_environment()}
        self.bundle = parcel.packed_assignment(self.assignment)
        self.on_answer = on_answer
        self.left = deque(jobs)
        self.seen = self.useful = time.monotonic()
        self.see_workers()
        try:
            while self.left or self.waiting or self.suspects or self.attempts:
                if time.monotonic() - self.seen > TICK_SECONDS:
                    self.see_workers()
                self.prepare_workers()
                self.give_jobs()
                self.take_answers()
            self.notes += self.source.notes()
        finally:
            self.leave()

    # Workers.

    def see_workers(self) -> None:
        """Ask the scheduler which workers there are."""
        self.source.tend()
        try:
            found = self.client.nthreads()
        except Exception as error:  # of Dask, of many kinds
            raise AutograderError(
                f"the scheduler of the cluster does not answer any more ({error}); graded results are kept: restart the "
                "cluster, then run this command again"
            ) from error
        self.seen = time.monotonic()
        for address, slots in found.items():
            if address not in self.workers or self.workers[address].state == "gone":
                self.workers[address] = Worker(address, slots)
        for worker in self.workers.values():
            if worker.address not in found:
                worker.state = "gone"
        for attempt in list(self.attempts):
            if attempt.worker.state == "gone":
                self.lose(attempt)
            elif self.seen > attempt.until:
                self.refuse(attempt.worker, "it does not answer in time")
                self.lose(attempt)
        self.require_workers()

    def require_workers(self) -> None:
        """Raise an error where there is no worker that can be used, and none can be expected."""
        if any(worker.state not in ("gone", "refused") and not worker.is_at_its_end() for worker in self.workers.values()):
            self.useful = self.seen
            return
        why = self.source.hopeless()
        refused = any(worker.state == "refused" for worker in self.workers.values())
        patience = min(self.patience_seconds, REFUSED_SECONDS if refused else self.patience_seconds)
        if why or self.seen - self.useful > patience:
            reasons = [why or f"no usable worker has started within {patience:.0f} s", *self.notes, *self.source.notes()]
            raise AutograderError("the cluster cannot grade: " + "\n".join(reasons))

    def prepare_workers(self) -> None:
        """Have new workers looked at, and give the assignment to those that are fit.

        The first question is one of the standard library: a worker that cannot find a function of ours ends by being given it.
        """
        installing = sum(worker.state == "installing" for worker in self.workers.values())
        for worker in self.workers.values():
            if worker.state == "new":
                worker.state = "asked"
                self.submit(worker, self.patience_seconds + GRACE_SECONDS, pkgutil.resolve_name, f"{task.__name__}:LANGUAGE")
            elif worker.state == "known":
                worker.state = "looking"
                self.submit(worker, self.patience_seconds + GRACE_SECONDS, task.look)
            elif worker.state == "fit" and installing < INSTALLS:
                worker.state = "installing"
                installing += 1
                self.submit(worker, self.patience_seconds + GRACE_SECONDS, task.install, self.run_id, self.bundle)

    def take_preparation(self, worker: Worker, found: Any) -> None:
        if worker.state == "installing":
            worker.state = "ready"
            return
        if worker.state == "asked":
            if found == json.loads(task.LANGUAGE):
                worker.state = "known"
            else:
                self.refuse(worker, "its autograder is another version; install the one that is here")
            return
        worker.host, worker.ends = found["host"], found["ends"]
        different = differences(self.here, found)
        if different:
            more = f"; and {len(different) - TOLD} more" if len(different) > TOLD else ""
            self.refuse(worker, "; ".join(different[:TOLD]) + more)
        else:
            worker.state = "fit"

    def refuse(self, worker: Worker, why: str) -> None:
        worker.state = "refused"
        note = f"the worker on {worker.host or worker.address} gets no work: {why}"
        if note not in self.notes:
            self.notes.append(note)

    # Jobs.

    def give_jobs(self) -> None:
        """Give each free place a job; a suspect gets a worker for itself, and while it waits for one, nobody gets any."""
        ready = [worker for worker in self.workers.values() if worker.state == "ready" and not worker.is_at_its_end()]
        for worker in ready:
            if self.suspects and not worker.running:
                self.give(worker, self.suspects.popleft())
                worker.running = worker.slots
        while ready and not self.suspects:
            worker = min(ready, key=Worker.load)
            item = self.next_item() if worker.running < worker.slots else None
            if not item:
                return
            self.give(worker, item)

    def next_item(self) -> Item | None:
        if self.waiting:
            return self.waiting.popleft()
        while self.left:
            job = self.left.popleft()
            try:
                return Item(job, parcel.packed_submission([Path(source) for source in job.sources], self.assignment))
            except SubmissionError as error:
                self.on_answer(Answer(job, {**refusal(Taken.nothing(str(error))), "seconds": 0.0}))
            except OSError as error:
                self.on_answer(Answer(job, None, f"{error.filename} cannot be read: {error.strerror}"))
        return None

    def give(self, worker: Worker, item: Item) -> None:
        seconds = self.assignment.limits.total_seconds + PATIENCE_SECONDS
        job = item.job
        order = {
            "number": job.number,
            "students": job.students,
            "only": job.only,
            "mode": self.mode,
            "seconds": seconds,
            "places": task.places(self.assignment.folder),
        }
        worker.running += 1
        self.submit(
            worker, seconds + GRACE_SECONDS, task.grade, self.run_id, json.dumps(order).encode(), item.parcel, item=item
        )

    def submit(
        self, worker: Worker, seconds: float, function: Callable[..., bytes], *arguments: Any, item: Item | None = None
    ) -> None:
        self.numbers += 1
        future = self.client.submit(
            function, *arguments, key=f"autograder-{self.run_id}-{self.numbers}", workers=[worker.address], pure=False
        )
        attempt = Attempt(worker, future, time.monotonic() + seconds, item)
        self.attempts.add(attempt)
        future.add_done_callback(lambda future: self.finished.put(attempt))

    def take_answers(self) -> None:
        """Wait a little for an answer, and take all that are there."""
        with contextlib.suppress(queue.Empty):
            attempt = self.finished.get(timeout=TICK_SECONDS)
            while True:
                if attempt in self.attempts:
                    self.take(attempt)
                attempt = self.finished.get_nowait()

    def take(self, attempt: Attempt) -> None:
        from distributed import CancelledError, KilledWorker
        from distributed.comm import CommClosedError

        worker, item = attempt.worker, attempt.item
        try:
            found = json.loads(attempt.future.result(timeout=FETCH_SECONDS))
        except (KilledWorker, CancelledError, CommClosedError):
            worker.state = "gone"
            self.lose(attempt)
            return
        except NoAnswer:
            self.refuse(worker, "it has an answer and does not give it")
            self.lose(attempt)
            return
        except Exception as error:  # of a machine that is full, or that cannot even find the function
            self.forget(attempt)
            missing = isinstance(error, (ImportError, AttributeError)) or "deserialization" in str(error)
            remedy = "; install the autograder that is here, for scheduler and workers" if missing else ""
            self.refuse(worker, f"{type(error).__name__}: {str(error).partition(os.linesep)[0]}{remedy}")
            if item:
                self.waiting.appendleft(item)
            return
        self.forget(attempt)
        if not item:
            self.take_preparation(worker, found)
        elif found == task.NO_ASSIGNMENT:  # another program with the same address
            worker.state = "new"
            self.waiting.appendleft(item)
        else:
            self.on_answer(Answer(item.job, found.get("document"), found.get("fault", "")))

    def lose(self, attempt: Attempt) -> None:
        """Have the job of an attempt done again, or give it up: its worker has gone, or does not answer."""
        self.forget(attempt)
        worker, item = attempt.worker, attempt.item
        if not item:
            return
        if worker.is_at_its_end():
            self.waiting.appendleft(item)
            return
        item.lost.append(worker.host)
        if len(item.lost) < DEATHS:
            self.suspects.append(item)
        else:
            hosts = " and then the one on ".join(item.lost)
            why = f"the worker on {hosts} ended while it graded this submission, which is not tried again"
            self.on_answer(Answer(item.job, None, why))

    def forget(self, attempt: Attempt) -> None:
        self.attempts.discard(attempt)
        if attempt.item:
            alone = bool(attempt.item.lost)
            attempt.worker.running -= attempt.worker.slots if alone else 1
        attempt.future.release()

    def leave(self) -> None:
        """Have nothing left at the workers: wait until the jobs that are not wanted any more have ended."""
        until = time.monotonic() + LEAVING_SECONDS
        with contextlib.suppress(Exception):  # the scheduler may have gone, which is told already
            self.client.cancel([attempt.future for attempt in self.attempts], force=True)
            self.attempts.clear()
            present = self.client.nthreads()
            futures = [
                self.client.submit(task.leave, self.run_id, workers=[address], pure=False)
                for address, worker in self.workers.items()
                if address in present and worker.host
            ]
            for future in futures:
                with contextlib.suppress(Exception):  # a worker that has gone, or does not know how
                    future.result(timeout=max(0.0, until - time.monotonic()))
