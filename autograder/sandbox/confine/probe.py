"""Finding out what this machine allows: by doing it in a process that ends right after."""

import bisect
import contextlib
import errno
import json
import os
import secrets
import select
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

from autograder.sandbox import kernel

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

REPORT_DESCRIPTOR = 3  # where a probe writes to, so that it can close everything from 4 on
RESERVED_SERIALS = 8  # uids just below the range, for probes
ATTEMPTS = 256  # to find a range that is free; there are two million, or fifty in a container with 65,536 uids
PREFERRED_UIDS = (1 << 20, 1 << 31)  # no accounts live there, and containers rarely share it by chance
# Boxes are given away and removed, whatever their modes; processes are ended; and a child takes on its user.
CAPABILITIES = {"CAP_CHOWN": 0, "CAP_DAC_OVERRIDE": 1, "CAP_FOWNER": 3, "CAP_KILL": 5, "CAP_SETGID": 6, "CAP_SETUID": 7}
MOST_PROCESSES = 1 << 22  # the kernel's largest number of processes


def failure(error: OSError) -> str:
    """One short text for a failed layer: "EPERM: setresuid: Operation not permitted"."""
    return f"{errno.errorcode.get(error.errno or 0, 'error')}: {error.strerror or error}"


def report_of_child(work: Callable[[], Any], seconds: float = 5.0) -> Any:
    """Fork, run `work` there, and return its plain (JSON-able) result; the child and its process group are ended.

    Raises:
        OSError: from `work`; or the child ended or hung without a result, and the message says which.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.dup2(writer, REPORT_DESCRIPTOR, inheritable=False)
            try:
                message: dict[str, Any] = {"result": work()}
            except OSError as error:
                message = {"error": [error.errno, error.strerror or str(error)]}
            answer = json.dumps(message).encode()
            while answer:
                answer = answer[os.write(REPORT_DESCRIPTOR, answer) :]
        finally:
            os._exit(1)  # whatever happened: a child that returns from here would go on as a second parent
    os.close(writer)
    received = bytearray()
    deadline = time.monotonic() + seconds
    try:
        while (left := deadline - time.monotonic()) > 0:
            if select.select([reader], [], [], left)[0]:
                piece = os.read(reader, 65536)
                if not piece:
                    break
                received += piece
    finally:
        os.close(reader)
        end_group(child)
    try:
        message = json.loads(received)
    except ValueError:
        cause = "hung" if left <= 0 else "ended early"
        raise OSError(errno.EIO, f"the probe process {cause}") from None
    if "error" in message:
        raise OSError(*message["error"])
    return message["result"]


def end_group(child: int) -> None:
    """Kill a child of ours and everything in its process group, and reap what is ours of it."""
    for end in (os.killpg, os.kill):  # by group first; it may not have come to have one
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-child, 0)


def claim_uids(span: int) -> tuple[int, socket.socket | None]:
    """Choose `span` numbers that are valid as uid and as gid here, and that no other fork server of this machine uses.

    Returns:
        The first one, and what keeps others off as long as this process has it open: a name among the abstract sockets. None
        where there are no sockets, or no more numbers: then another server may use the same ones.

    Raises:
        OSError: this user namespace has no such range (a rootless container with one uid, say).
    """
    for _ in range(ATTEMPTS):
        first = first_uid(span)
        try:
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        except OSError:
            break
        try:
            claim.bind(f"\0autograder-uids-{first}")
        except OSError:
            claim.close()
            continue
        return first, claim
    return first, None


def first_uid(span: int) -> int:
    """The start of one of the ranges of `span` numbers, drawn at random. No two of them overlap.

    Raises:
        OSError: see `claim_uids`.
    """
    uids, gids = mapped_ranges("/proc/self/uid_map"), mapped_ranges("/proc/self/gid_map")
    common = [(max(a, c), min(b, d)) for a, b in uids for c, d in gids]
    preferred = [(max(low, PREFERRED_UIDS[0]), min(high, PREFERRED_UIDS[1])) for low, high in common]
    for low, high in [*preferred, *((max(low, 10_000), min(high, 60_000)) for low, high in common)]:
        count = (high - low) // (span + RESERVED_SERIALS)
        if count > 0:
            return low + RESERVED_SERIALS + secrets.randbelow(count) * (span + RESERVED_SERIALS)
    raise OSError(errno.EINVAL, f"no {span} free uids in /proc/self/uid_map")


def missing_capabilities() -> str:
    """What root lacks here, by name, to work with processes of other users; empty if it has all of it."""
    with open("/proc/self/status", encoding="utf-8", errors="replace") as file:
        effective = next(int(line.split()[1], 16) for line in file if line.startswith("CapEff:"))
    return ", ".join(name for name, bit in CAPABILITIES.items() if not effective >> bit & 1)


def mapped_ranges(path: str) -> list[tuple[int, int]]:
    with open(path, encoding="ascii") as file:
        rows = [[int(word) for word in line.split()] for line in file]
    return [(first, first + count) for first, _, count in rows]


def processes_of(uid: int) -> int:
    """How many processes and threads have this real uid; the kernel counts them together."""
    total = 0
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/status", encoding="utf-8", errors="replace") as file:
                fields = dict(line.split(":", 1) for line in file if line.startswith(("Uid:", "Threads:")))
        except OSError:
            continue  # it has ended
        if int(fields["Uid"].split()[0]) == uid:
            total += int(fields["Threads"])
    return total


def processes_counted(seen: int) -> int:
    """In a probe process: how many of its user the kernel counts without it, which is at least the `seen` ones.

    Containers in which the same uid is used share one count and do not see each other's processes. So it is found by trying:
    the smallest limit under which one more can be started, beside the probe itself.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    most = MOST_PROCESSES if hard == resource.RLIM_INFINITY else hard

    def enough(count: int) -> bool:
        resource.setrlimit(resource.RLIMIT_NPROC, (min(count + 2, most), hard))
        return can_fork()

    return seen if enough(seen) else bisect.bisect_left(range(most), True, lo=seen, key=enough)


NAMESPACES = (("net", kernel.CLONE_NEWNET), ("ipc", kernel.CLONE_NEWIPC), ("uts", kernel.CLONE_NEWUTS))


def join_namespaces() -> dict[str, str]:
    """Move this process into fresh net, ipc and uts namespaces: for each name an empty text, or why not."""
    result = {}
    for name, flag in NAMESPACES:
        try:
            before = os.readlink(f"/proc/self/ns/{name}")
            kernel.unshare(flag)
            moved = os.readlink(f"/proc/self/ns/{name}") != before
            result[name] = "" if moved else "unshare had no effect"
        except OSError as error:
            result[name] = failure(error)
    return result


def join_user_namespace() -> None:
    """Move this process into a user namespace in which its uid and gid, and no others, mean what they meant."""
    uid, gid = os.geteuid(), os.getegid()
    kernel.unshare(kernel.CLONE_NEWUSER)
    maps = (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1"))
    for name, text in maps:
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def try_user_namespace() -> dict[str, Any]:
    """In a probe process: what join_user_namespace would bring. Some systems create one and then deny everything in it.

    Returns:
        "error": why there is none, or an empty text; "own_count": whether processes are counted per namespace there.
    """
    try:
        join_user_namespace()
        refused = [f"{name}: {why}" for name, why in join_namespaces().items() if why]
    except OSError as error:
        return {"error": failure(error), "own_count": False}
    if refused:
        return {"error": "it is powerless: " + "; ".join(refused), "own_count": False}
    return {"error": "", "own_count": counts_processes_of_its_own()}


def counts_processes_of_its_own() -> bool:
    # Kernels from 5.14 on count per user namespace: here that is this process and the next. Older ones count all of the
    # user's, at least the grader, the fork server and us, and refuse.
    _, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    resource.setrlimit(resource.RLIMIT_NPROC, (2, hard))
    return can_fork()


def process_limit_holds() -> bool:
    """In a probe process: whether the kernel refuses a second process to a user who may have one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    resource.setrlimit(resource.RLIMIT_NPROC, (1, hard))
    return not can_fork()


def can_fork() -> bool:
    try:
        child = os.fork()
    except OSError:
        return False
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return True
