"""The functions of a worker. Each is called by name in a thread of the worker; arguments and results are plain bytes.

A job is our own command, a fresh program in a session of its own. The worker holds the other end of its standard input: when
the worker ends, however that is, the kernel kills the job (`autograder job`), and its fork servers see that and remove what it
has. A signal on the death of the parent would not do: that is the end of a thread here.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sysconfig
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder import __version__
from autograder.course import program
from autograder.course.cluster.parcel import unpack, unpack_assignment
from autograder.course.jobs import Job
from autograder.course.keys import PACKAGE, of_environment, of_tool

TAIL_BYTES = 4000  # of what a job that has not ended well has printed
LOOK_SECONDS = 0.2  # between two looks at whether a job is still wanted
SERVERS_SECONDS = 10.0  # that the servers of a job have to tidy up after it
ASSIGNMENTS: dict[str, Path] = {}  # run -> folder; the worker's memory is all that its tasks have in common
AT_WORK: set[tuple[str, int]] = set()  # run and thread of each job
LANGUAGE = b"1"  # JSON; another one when functions here are called in another way
NO_ASSIGNMENT = {"missing": "assignment"}


def look() -> bytes:
    """What this machine has: its name, the digest of the tool, the environment, and when this Slurm job ends (epoch, s)."""
    return as_json(
        {
            "host": socket.gethostname(),
            "version": __version__,
            "tool": of_tool(),
            "environment": of_environment(),
            "ends": end_by_slurm(),
        }
    )


def end_by_slurm() -> float | None:
    """When the time of the Slurm job is over in which this worker is, by `time.time`; None where there is no such limit."""
    job = os.environ.get("SLURM_JOB_ID")
    if job:
        with contextlib.suppress(OSError, ValueError, subprocess.SubprocessError):
            asked = ["squeue", "--noheader", f"--jobs={job}", "--format=%e"]
            return datetime.fromisoformat(subprocess.check_output(asked, text=True, timeout=30).strip()).timestamp()
    return None


def install(run: str, bundle: bytes) -> bytes:
    """Unpack the assignment of a run into a folder for this user alone."""
    remove(run)
    folder = Path(tempfile.mkdtemp(prefix="autograder-", dir=local_folder()))  # 0700
    unpack_assignment(bundle, folder)
    ASSIGNMENTS[run] = folder
    return as_json({})


def grade(run: str, order: bytes, parcel: bytes) -> bytes:
    """Grade a submission.

    Args:
        order: JSON of `number`, `students` and `only` of the job, `mode` of the sandbox, the `seconds` it may take, and
            `places` of the machine that asks.
        parcel: the submission.

    Returns:
        JSON: the `document` of the answer, or the `fault`; NO_ASSIGNMENT where this worker has not got the assignment.
    """
    assignment = ASSIGNMENTS.get(run)
    if assignment is None:
        return as_json(NO_ASSIGNMENT)
    mine = (run, threading.get_ident())
    AT_WORK.add(mine)
    try:
        asked = json.loads(order)
        with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as folder:
            received, scratch = folders_in(Path(folder))
            sources = tuple(map(str, unpack(parcel, received)))
            job = Job(asked["number"], sources, tuple(asked["students"]), tuple(asked["only"]))
            command = program.command(assignment, asked["mode"])
            found = as_json(carried_out(job, command, environment(scratch), asked["seconds"], wish()))
        return with_places(found, places(assignment), asked["places"])
    except Exception:
        return as_json({"fault": f"the worker on {socket.gethostname()} has failed\n{traceback.format_exc()[-TAIL_BYTES:]}"})
    finally:
        AT_WORK.discard(mine)


def folders_in(folder: Path) -> tuple[Path, Path]:
    """Make a folder for the submission, and one for what the job makes; return both.

    A job may be killed before its servers know of a folder that it has made, so the worker removes them all.
    """
    received, scratch = folder / "received", folder / "scratch"
    received.mkdir(0o700)
    for passed in (folder, scratch):  # the children of the sandbox pass through to their own boxes
        passed.mkdir(exist_ok=True)
        passed.chmod(0o711)
    return received, scratch


def places(assignment: Path) -> list[str]:
    """Folders that tracebacks name: of the assignment, this package, the libraries, and Python's own."""
    return [str(assignment), str(PACKAGE), sysconfig.get_path("purelib"), sysconfig.get_path("stdlib")]


def with_places(document: bytes, ours: Sequence[str], theirs: Sequence[str]) -> bytes:
    """JSON in which texts name the places of the machine that has asked, as if it had done the job."""
    for our, their in zip(ours, theirs, strict=True):
        if our != their:
            document = document.replace(as_json(our)[1:-1], as_json(their)[1:-1])
    return document


def leave(run: str) -> bytes:
    """Wait until the jobs of a run have ended, and remove what it has left here."""
    while any(other == run for other, _ in tuple(AT_WORK)):
        time.sleep(LOOK_SECONDS)
    remove(run)
    return as_json({})


def carried_out(
    job: Job, command: list[str], env: Mapping[str, str], seconds: float, is_wanted: Callable[[], bool]
) -> dict[str, Any]:
    """Run a job as a program, and end it when its time is over or nobody wants it any more."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=out, stderr=errors, cwd="/", env=env, start_new_session=True
        )
        assert process.stdin
        try:
            with contextlib.suppress(BrokenPipeError):  # it has ended, and says why
                process.stdin.write(program.request(job, program.STDIN))
                process.stdin.flush()
            over = not ended(process, seconds, is_wanted)
        finally:
            end(process)
        for file in (out, errors):
            file.seek(0)
        printed = errors.read().decode("utf-8", "replace")[-TAIL_BYTES:]
        if process.returncode == 0:
            with contextlib.suppress(ValueError):
                return {"document": json.loads(out.read())}
    why = "it has taken longer than all tests together may" if over else f"status {process.returncode}"
    return {"fault": f"the grader on {socket.gethostname()} has not ended well ({why})\n{printed}".strip()}


def ended(process: "subprocess.Popen[bytes]", seconds: float, is_wanted: Callable[[], bool]) -> bool:
    """Wait for a program; False where its time is over or it is not wanted any more."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and is_wanted():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(LOOK_SECONDS)
            return True
    return False


def end(process: "subprocess.Popen[bytes]") -> None:
    """Have nothing of a job left: kill it, let its servers tidy up, and kill what is left of its group."""
    process.kill()  # nothing, where it has ended
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()  # type: ignore[union-attr]
    process.wait()
    until = time.monotonic() + SERVERS_SECONDS
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < until:
            os.killpg(process.pid, 0)
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)


def wish() -> Callable[[], bool]:
    """A question to the worker of this thread: whether the task in it is still wanted, and the worker goes on."""
    from distributed import get_worker
    from distributed.core import Status
    from distributed.worker import thread_state

    worker, key = get_worker(), thread_state.key

    def is_wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state == "executing" and worker.status in (Status.running, Status.paused)

    return is_wanted


def environment(scratch: Path) -> dict[str, str]:
    """That of this worker with a folder for temporary files, without settings of Dask, which may hold keys."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DASK_")}
    return {**inherited, "TMPDIR": str(scratch)}


def local_folder() -> str | None:
    """Where this worker has its files, and removes them."""
    from distributed import get_worker

    return get_worker().local_directory


def remove(run: str) -> None:
    folder = ASSIGNMENTS.pop(run, None)
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()
