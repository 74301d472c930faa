"""What a child does to itself on the way into confinement, for the layers that need no state of the fork server."""

import errno
import os
import signal
import sys
from collections.abc import Iterable

from autograder.sandbox import kernel
from autograder.sandbox.limits import Limits, rlimit_cpu

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

STACK_RESERVE = 1536 << 20  # address space that some thirty threads reserve without using it


def limit_resources(limits: Limits, memory_mb: int, cpu_seconds: float) -> None:
    """Bound memory, processor time, files and descriptors of this process from what it has now; the hard limits too.

    Args:
        memory_mb: that it may take on top of what it shares.
        cpu_seconds: processor time that it may need.
    """
    # Pages, from /proc: all address space, and private writable memory.
    descriptor = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
    fields = os.read(descriptor, 256).split()
    os.close(descriptor)
    page = os.sysconf("SC_PAGESIZE")
    memory = memory_mb << 20
    cpu = rlimit_cpu(cpu_seconds, limits.total_seconds)
    bounds = {
        resource.RLIMIT_CORE: (1, 1),  # none: 0 would still hand one to a program that core_pattern names (man 5 core)
        resource.RLIMIT_CPU: (cpu, cpu + 1),
        resource.RLIMIT_FSIZE: (limits.file_mb << 20,) * 2,
        resource.RLIMIT_NOFILE: (limits.open_files,) * 2,
        resource.RLIMIT_DATA: (int(fields[5]) * page + memory,) * 2,
        resource.RLIMIT_AS: (int(fields[0]) * page + memory + STACK_RESERVE,) * 2,
        resource.RLIMIT_MSGQUEUE: (0, 0),
    }
    for kind, (soft, hard) in bounds.items():
        lower_limit(kind, soft, hard)


def become(uid: int | None) -> None:
    """Take on an unprivileged uid, the gid of the same number, and no other groups."""
    if uid is None:
        raise OSError(errno.EINVAL, "no uid of its own")
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def lower_limit(kind: int, soft: int, hard: int) -> None:
    """Set a resource limit, but never above the hard limit there is."""
    _, allowed = resource.getrlimit(kind)
    if allowed != resource.RLIM_INFINITY:
        hard = min(hard, allowed)
    resource.setrlimit(kind, (min(soft, hard), hard))


def changed_signals() -> list[int]:
    """The signals that this process handles or ignores, where a fresh program does not."""
    usual = (signal.SIG_DFL, None)  # None: a library in C has it
    return [number for number in range(1, 32) if signal.getsignal(number) not in usual]  # nothing here uses those above


def reset_signals(changed: Iterable[int]) -> None:
    """Signals as a fresh Python has them, none blocked."""
    for number in changed:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # so that these are exceptions
        signal.signal(number, signal.SIG_IGN)
    signal.set_wakeup_fd(-1)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def move_to(box: str) -> None:
    """Make the box the current, home and temporary folder, and new files private."""
    os.chdir(box)
    os.umask(0o077)
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR"):  # without a home, a uid that has no account makes expanduser fail
        os.environ[name] = box
    if "tempfile" in sys.modules:
        vars(sys.modules["tempfile"])["tempdir"] = None  # what the fork server's process found is not ours


def die_first() -> None:
    """Ask the kernel to end this process before any other when memory runs out."""
    kernel.set_dumpable(True)  # else the file belongs to root
    try:
        descriptor = os.open("/proc/self/oom_score_adj", os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(descriptor, b"1000")
        finally:
            os.close(descriptor)
    finally:
        kernel.set_dumpable(False)
