"""The self-test of a fork server's confinement: one child tries what no child may do, before any submission is run.

What set-up calls returned is not evidence; what could be done afterwards is.
"""

import contextlib
import ctypes
import errno
import mmap
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable
from typing import Any

from autograder.sandbox import kernel
from autograder.sandbox.confine import probe
from autograder.sandbox.confine.confinement import Confinement
from autograder.sandbox.confine.paths import unreachable

OWN_SERIAL, OTHER_SERIAL = -2, -3
PTRACE, SEIZE, DETACH = {"x86_64": 101, "aarch64": 117}, 0x4206, 17
MEMFD_CREATE = {"x86_64": 319, "aarch64": 279}
IO_URING_SETUP = 425
EXTRA_PROCESSES = 4

# What a probe tries: it raises OSError (or its kind) when stopped, and returns what it could do when not.
Attempt = Callable[[], object]


def check(confinement: Confinement, secrets: dict[str, str]) -> dict[str, Any]:
    """Fork one child, confine it and try everything that must fail, and some things that must work.

    Args:
        confinement: as prepared by this process.
        secrets: name -> path of a file or folder of the grader that no child may read.

    Returns:
        Plain data: "probes": {what was tried: what happened}, "failures": the names of those that went against what the level
        promises (empty when all is well). Nothing is left running.
    """
    failures: list[str] = []
    outcomes: dict[str, str] = {}
    try:
        outcomes = outcomes_in_child(confinement, secrets)
    except OSError as error:
        failures.append(f"canary: {probe.failure(error)}")
    promised = promised_by(confinement, secrets)
    for name, outcome in outcomes.items():
        if outcome.startswith("NOT") and promised.get(name.split(":")[0], True):
            failures.append(name)
    return {"probes": outcomes, "failures": failures}


def outcomes_in_child(confinement: Confinement, secrets: dict[str, str]) -> dict[str, str]:
    for serial in (OWN_SERIAL, OTHER_SERIAL):
        confinement.remove_box(serial)
    try:
        box, other = confinement.make_box(OWN_SERIAL), confinement.make_box(OTHER_SERIAL)
        server, grader = os.getpid(), os.getppid()

        def work() -> dict[str, str]:
            confinement.enter(OWN_SERIAL, box, keep_fds=probe.REPORT_DESCRIPTOR + 1)
            forbidden = forbidden_attempts(confinement, secrets, server, grader, other)
            result = {name: outcome_of_forbidden(attempt) for name, attempt in forbidden.items()}
            result |= {f"allowed: {name}": outcome_of_allowed(attempt) for name, attempt in allowed_attempts().items()}
            result["process limit"] = outcome_of_forbidden(lambda: too_many_threads(confinement))
            return result

        answer: dict[str, str] = probe.report_of_child(work)
        return answer
    finally:
        for serial in (OWN_SERIAL, OTHER_SERIAL):
            confinement.remove_box(serial)


def outcome_of_forbidden(attempt: Attempt) -> str:
    try:
        done = attempt()
    except OSError as error:
        return f"stopped: {probe.failure(error)}"
    except (MemoryError, RuntimeError, ValueError) as error:
        return f"stopped: {type(error).__name__}"
    return f"NOT stopped: {done}"


def outcome_of_allowed(attempt: Attempt) -> str:
    try:
        attempt()
    except Exception as error:
        return f"NOT working: {type(error).__name__}: {error}"
    return "works"


def promised_by(confinement: Confinement, secrets: dict[str, str]) -> dict[str, bool]:
    """Which probes must be stopped, given the layers that are on; those not named always must."""

    def on(layer: str) -> bool:
        return bool(confinement.layers.get(layer, {}).get("on"))

    landlock, uid, seccomp = on("landlock"), on("uid"), on("seccomp")
    promises = dict.fromkeys(("socket", "io_uring", "memfd", "new session", "ptrace", "namespace"), seccomp)
    promises |= dict.fromkeys(("read environ", "read mem"), landlock or uid)
    promises |= dict.fromkeys(("write outside", "list another box", "list boxes"), landlock or uid)
    promises |= {"write /tmp": landlock, "write /dev/shm": landlock, "read cmdline": landlock}
    promises |= {"signal": uid or seccomp or on("signal scope"), "become root": uid or seccomp}
    promises |= {"process limit": on("process limit"), "private memory": on("rlimits"), "shared memory": on("rlimits")}
    for name, path in secrets.items():  # without Landlock only the modes of files hide them
        hidden_by_mode = confinement.uid_base is not None and unreachable([path], confinement.uid_base) is not None
        promises[f"read secret {name}"] = landlock or hidden_by_mode
    return promises


def forbidden_attempts(
    confinement: Confinement, secrets: dict[str, str], server: int, grader: int, other_box: str
) -> dict[str, Attempt]:
    attempts: dict[str, Attempt] = {f"read secret {name}": reading(path) for name, path in secrets.items()}
    for role, pid in (("fork server", server), ("grader", grader)):
        for name in ("environ", "cmdline", "mem"):
            attempts[f"read {name}: {role}"] = reading(f"/proc/{pid}/{name}")
        attempts[f"signal: {role}"] = lambda pid=pid: os.kill(pid, 0)  # type: ignore[misc]
        attempts[f"ptrace: {role}"] = lambda pid=pid: trace(pid)  # type: ignore[misc]
    for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"):
        number = getattr(socket, family)
        kind = socket.SOCK_RAW if family == "AF_NETLINK" else socket.SOCK_STREAM
        attempts[f"socket: {family}"] = lambda number=number, kind=kind: socket.socket(number, kind).close()  # type: ignore[misc]
    megabytes = confinement.memory_mb + 64
    attempts |= {
        "io_uring": lambda: with_buffer(256, lambda address: kernel.syscall(IO_URING_SETUP, 1, address)),
        "memfd": lambda: with_buffer(8, lambda address: numbered_call(MEMFD_CREATE, address, 0)),
        "new session": leave_session,
        "namespace": lambda: kernel.unshare(kernel.CLONE_NEWUSER),
        "become root": lambda: os.setresuid(0, 0, 0) if os.getuid() else os.setgroups([0]),
        "write outside": writing(confinement.boxes),
        "write /tmp": writing("/tmp"),  # noqa: S108
        "write /dev/shm": writing("/dev/shm"),  # noqa: S108
        "list another box": lambda: os.listdir(other_box),
        "list boxes": lambda: os.listdir(confinement.boxes),
        "inherited descriptors": stray_descriptors,
        "private memory": lambda: mmap.mmap(-1, megabytes << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close(),
        "shared memory": lambda: mmap.mmap(-1, (megabytes + 1536) << 20).close(),
    }
    return attempts


def allowed_attempts() -> dict[str, Attempt]:
    return {
        "write in the box": writing("."),
        "temporary file": lambda: tempfile.TemporaryFile().close(),
        "threads": start_thread,
        "socket pair": lambda: [end.fileno() for end in socket.socketpair()],
        "standard library": reading(os.__file__),
        "/dev/null": lambda: open("/dev/null", "w").close(),
        "random numbers": lambda: os.urandom(8),
        "signal itself": lambda: os.kill(os.getpid(), 0),
    }


def with_buffer(size: int, call: Callable[[int], int]) -> int:
    buffer = ctypes.create_string_buffer(size)  # zeros, alive until the call has returned
    return call(ctypes.addressof(buffer))


def numbered_call(numbers: dict[str, int], *arguments: int) -> int:
    return kernel.syscall(numbers[os.uname().machine], *arguments)


def reading(path: str) -> Attempt:
    def attempt() -> object:
        if os.path.isdir(path):
            return f"{len(os.listdir(path))} names"
        # os.open: a file of /proc/PID can be opened by anybody and refuse only the read
        descriptor = os.open(path, os.O_RDONLY)
        with contextlib.closing(os.fdopen(descriptor, "rb", buffering=0)) as file:
            return f"{len(file.read(16))} bytes"

    return attempt


def writing(folder: str) -> Attempt:
    def attempt() -> object:
        path = os.path.join(folder, f"canary-{os.getpid()}")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.close(descriptor)
        os.unlink(path)
        return "wrote a file"

    return attempt


def trace(pid: int) -> str:
    numbered_call(PTRACE, SEIZE, pid)  # which does not stop it, unlike attaching
    with contextlib.suppress(OSError):
        numbered_call(PTRACE, DETACH, pid)
    return "traced"


def leave_session() -> str:
    """From a process of our own, because the leader of a session is refused anyway."""
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            os._exit(0)
        finally:
            os._exit(1)
    if os.waitpid(child, 0)[1] == 0:
        return "a session of its own"
    raise PermissionError(errno.EPERM, "setsid")


def stray_descriptors() -> list[int]:
    """Those that are open but 0 to 3."""
    strays = []
    for descriptor in range(probe.REPORT_DESCRIPTOR + 1, 1024):
        with contextlib.suppress(OSError):
            os.fstat(descriptor)
            strays.append(descriptor)
    if not strays:
        raise FileNotFoundError(errno.ENOENT, "none")
    return strays


def start_thread() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.set)
    thread.start()
    thread.join()
    if not done.is_set():
        raise RuntimeError("the thread did not run")


def too_many_threads(confinement: Confinement) -> str:
    """Start threads, which count like processes, until refused, then try a process. RuntimeError or OSError: refused."""
    import resource  # not on Windows, where this module must still load

    room = min(confinement.limits.processes, EXTRA_PROCESSES)
    _, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    limit = confinement.process_base + room
    if hard > confinement.process_base + confinement.limits.processes:
        return f"the limit is {hard}"
    resource.setrlimit(resource.RLIMIT_NPROC, (limit, hard))  # a lower one is as good a proof, and quicker
    release = threading.Event()
    threading.stack_size(1 << 18)
    threads = []
    try:
        for _ in range(limit + 8):
            thread = threading.Thread(target=release.wait, daemon=True)
            thread.start()
            threads.append(thread)
    except RuntimeError:
        child = os.fork()  # BlockingIOError when stopped
        if child == 0:
            os._exit(0)
        os.kill(child, signal.SIGKILL)
        return "a process beyond the limit"
    finally:
        release.set()
        for thread in threads:
            thread.join()
    return f"{len(threads)} threads"
