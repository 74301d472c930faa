import contextlib
import ctypes
import os
import platform
import resource

IOPRIO_SET, PRLIMIT = {"x86_64": (251, 302), "aarch64": (30, 261)}[platform.machine()]


def attempt(paths, pattern, pids):
    libc = ctypes.CDLL(None, use_errno=True)
    found = []
    for pid in {*pids, os.getppid()}:
        calls = {
            "affinity": lambda: os.sched_setaffinity(pid, {0}),
            "priority": lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
            "scheduler": lambda: os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0)),
            "limit": lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, 3)),
        }
        for name, call in calls.items():
            with contextlib.suppress(OSError):
                call()
                found.append(f"{name} of {pid}")
        if libc.syscall(IOPRIO_SET, 1, pid, 3 << 13) == 0:
            found.append(f"input and output of {pid}")
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_USER, os.getuid(), 19)
        if os.stat(paths[0]).st_uid == os.getuid():  # the grader's user
            found.append("all processes of the user")
    return found
