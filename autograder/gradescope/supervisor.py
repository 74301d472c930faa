"""Run a command within the platform's limits, without a container. Nothing that it starts outlives it.

    contained(["/tmp/x/run_autograder"], folder, environment, output, PlatformLimits())

A process of its own starts the command, adopts what becomes an orphan, and at the end, or when its caller is gone, kills all
that is left. It keeps the limits by what /proc says and by signals. Control groups, which the platform has, belong to whatever
manages this machine's, and nobody else may make some below them.

memory      The proportional set sizes of all processes are added up, and beyond the limit the process that the kernel would
            choose is killed. Who may not read them (only root may those of the grader) sees the largest process alone.
processor   All processes are stopped once they have used up their share, until they have made up for it.
"""

import contextlib
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NamedTuple

from autograder.errors import AutograderError
from autograder.sandbox.programs import PACKAGE_ROOT

PERIOD_SECONDS = 0.1  # within which the share of the processor is used, as the kernel's own limit has it
STEP_SECONDS = 0.02  # between two looks at the processes
ENDING_SECONDS = 10.0  # for processes that are killed to be gone
NOT_STARTED = 127  # the shell's exit status for a program that it cannot start
MB = 1 << 20
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from autograder.gradescope.supervisor import main
main(sys.argv[2])
"""


@dataclass(frozen=True)
class PlatformLimits:
    """What the platform gives to the grading of a submission: Gradescope's defaults, where an instructor has set no others.

    Attributes:
        seconds: by the clock, for run_autograder as a whole.
        memory_mb: of all processes together.
        cpus: processors; 0.5 is half of one.
    """

    seconds: float = 600.0
    memory_mb: float = 768.0
    cpus: float = 0.5


@dataclass(frozen=True)
class Completed:
    """How a command that has been run to its end went.

    Attributes:
        status: its exit status, negative for a signal; None if it was killed because the time was up.
        seconds: by the clock.
        cpu_seconds: of the processor, of all processes together.
        memory_mb: the highest use; 0 where there was no limit.
        memory_exact: whether that is of all processes together, and not of the largest one.
        memory_kills: how many processes were killed because memory had run out.
    """

    status: int | None
    seconds: float
    cpu_seconds: float
    memory_mb: float = 0.0
    memory_exact: bool = True
    memory_kills: int = 0


def contained(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    output: Path,
    limits: PlatformLimits | None = None,
) -> Completed:
    """Run a command to its end, and kill all that it has left.

    Args:
        output: the file for what it prints.
        limits: None for none.

    Raises:
        AutograderError: the supervisor itself was ended.
    """
    task = {
        "command": list(command),
        "folder": str(folder),
        "environment": dict(environment),
        "output": str(output),
        "limits": limits and asdict(limits),
    }
    supervisor = subprocess.Popen(
        [sys.executable, "-I", "-B", "-c", PROGRAM, str(PACKAGE_ROOT), json.dumps(task)],
        stdin=subprocess.PIPE,  # it ends everything when this is closed: by us, or because we are gone
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for this process
    )
    assert supervisor.stdin and supervisor.stdout  # for mypy
    try:
        answer = supervisor.stdout.read()
    finally:
        supervisor.stdin.close()
        supervisor.wait()
        supervisor.stdout.close()
    if supervisor.returncode:
        raise AutograderError(f"the process that watches over {command[0]} ended with status {supervisor.returncode}")
    return Completed(**json.loads(answer))


# The supervisor


def main(task: str) -> None:
    """Carry out what `contained` asks for, and print the Completed as JSON."""
    from autograder.sandbox.kernel import become_subreaper

    become_subreaper()
    run = supervise(**json.loads(task))
    with contextlib.suppress(BrokenPipeError):  # the caller is gone
        os.write(1, json.dumps(asdict(run)).encode())


def supervise(
    command: Sequence[str],
    folder: str,
    environment: Mapping[str, str],
    output: str,
    limits: Mapping[str, float] | None,
) -> Completed:
    given = PlatformLimits(**limits) if limits else None
    memory = Memory(given.memory_mb) if given else None
    throttle = Throttle(given.cpus) if given else None
    try:
        started = time.monotonic()
        with open(output, "wb") as file:
            try:
                child = subprocess.Popen(
                    command,
                    cwd=folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=file,
                    start_new_session=True,
                )
            except OSError as error:  # such as an interpreter that is not there, in a script with the line ends of Windows
                file.write(f"{command[0]} cannot be started: {error.strerror}\n".encode())
                return Completed(NOT_STARTED, 0.0, 0.0)
        status = None
        while status is None and not caller_is_gone():
            status = reap(child.pid)
            for limiter in (memory, throttle):
                if limiter:
                    limiter.step()
            if given and time.monotonic() - started > given.seconds:
                child.kill()  # as the platform does, and no other process: the rest goes with the container
                break
        child.returncode = status or 0  # `reap` has waited for it
        seconds = time.monotonic() - started
        kill_all()
        run = Completed(status, seconds, reaped_seconds())
        if memory:
            run = replace(run, memory_mb=memory.highest_mb, memory_exact=memory.exact, memory_kills=memory.kills)
        return run
    finally:
        kill_all()


def caller_is_gone() -> bool:
    """Wait for a step; say whether the other end of standard input is closed."""
    return bool(select.select([0], [], [], STEP_SECONDS)[0])


def reap(wanted: int = 0) -> int | None:
    """Take leave of all children that have ended; return the exit status of the wanted one if it is among them."""
    found = None
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            if pid == wanted:
                found = os.waitstatus_to_exitcode(status)
    return found


def reaped_seconds() -> float:
    """Processor time of all that has ended and was waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def kill_all() -> None:
    """Kill all descendants. New ones may appear while this looks, so it looks until there is none."""
    limit = time.monotonic() + ENDING_SECONDS
    while (found := descendants()) and time.monotonic() < limit:
        for pid in found:
            send(pid, signal.SIGKILL)
        reap()
        time.sleep(0.002)
    reap()


def send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


class ProcessInfo(NamedTuple):
    """What /proc/PID/stat says of a process.

    Attributes:
        state: a letter; T is stopped, Z has ended.
        cpu_seconds: of itself and of those children that it has waited for.
    """

    parent: int
    state: str
    cpu_seconds: float


def processes() -> Iterator[tuple[int, ProcessInfo]]:
    """Yield all processes of this machine with their ids."""
    ticks = os.sysconf("SC_CLK_TCK")
    for name in os.listdir("/proc"):
        if name.isdecimal():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()  # the name before it may hold anything
                yield int(name), ProcessInfo(int(fields[1]), fields[0].decode(), sum(map(int, fields[11:15])) / ticks)


def descendants() -> dict[int, ProcessInfo]:
    """Return this process' descendants by their ids. Orphans count: this process adopts them."""
    everything = dict(processes())
    children: dict[int, list[int]] = {}
    for pid, process in everything.items():
        children.setdefault(process.parent, []).append(pid)
    found, waiting = {}, list(children.get(os.getpid(), []))
    while waiting:
        pid = waiting.pop()
        found[pid] = everything[pid]
        waiting += children.get(pid, [])
    return found


# Limits


class Memory:
    """Kills what the kernel would kill as soon as all descendants together use more than they may."""

    def __init__(self, limit_mb: float) -> None:
        self.limit_mb = limit_mb
        self.highest_mb = 0.0
        self.exact = True
        self.kills = 0
        self.next = 0.0

    def step(self) -> None:
        if time.monotonic() < self.next:
            return
        self.next = time.monotonic() + PERIOD_SECONDS  # the kernel walks through all pages for this
        found = descendants()
        try:
            used = sum(map(proportional_mb, found))
        except PermissionError:
            used = max(map(resident_mb, found), default=0.0)
            self.exact = False
        self.highest_mb = max(self.highest_mb, used)
        if used > self.limit_mb:
            send(max(found, key=out_of_memory_score), signal.SIGKILL)
            self.kills += 1


def proportional_mb(pid: int) -> float:
    """What a process has in memory, of shared pages its share. PermissionError: it is not for this user to know."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return next((float(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("Pss:")), 0.0)
    return 0.0


def resident_mb(pid: int) -> float:
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / MB
    return 0.0


def out_of_memory_score(pid: int) -> int:
    """The kernel's own: the process with the highest is killed first."""
    with contextlib.suppress(OSError, ValueError):
        return int(Path(f"/proc/{pid}/oom_score").read_text())
    return 0


class Throttle:
    """Stops all descendants while they have used more of the processor than their share."""

    def __init__(self, cpus: float) -> None:
        self.cpus = cpus
        self.credit = cpus * PERIOD_SECONDS  # seconds of the processor
        self.then = time.monotonic()
        self.used = 0.0
        self.stopped: set[int] = set()

    def step(self) -> None:
        found = descendants()
        now = time.monotonic()
        used = max(sum(process.cpu_seconds for process in found.values()) + reaped_seconds(), self.used)
        # What is not used is lost after a period, as in the kernel; what was used too much is not forgotten.
        self.credit = min(self.credit + self.cpus * (now - self.then) - (used - self.used), self.cpus * PERIOD_SECONDS)
        self.then, self.used = now, used
        if self.credit < 0:
            for pid, process in found.items():
                if process.state not in "TtZX":  # what has stopped by itself stays as it is afterwards
                    send(pid, signal.SIGSTOP)
                    self.stopped.add(pid)
        else:
            for pid in self.stopped & found.keys():
                send(pid, signal.SIGCONT)
            self.stopped.clear()
