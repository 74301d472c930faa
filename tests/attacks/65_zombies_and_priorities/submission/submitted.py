import contextlib
import os
import resource
import signal

from right import *
from right import counts as right_counts


def counts(labels, classes):
    for _ in range(20):
        if os.fork() == 0:
            os._exit(0)
    for what in (signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
        signal.setitimer(what, 1000)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    with contextlib.suppress(OSError):
        os.nice(19)
    return right_counts(labels, classes)


def attempt(paths, pattern, pids):
    got = []
    for name in dir(resource):
        if name.startswith("RLIMIT_"):
            kind = getattr(resource, name)
            soft, hard = resource.getrlimit(kind)
            try:
                resource.setrlimit(kind, (hard, resource.RLIM_INFINITY))
                if hard != resource.RLIM_INFINITY:
                    got.append(f"raised {name}")
            except (ValueError, OSError):
                pass
    for pid in {*pids, 1, os.getppid()}:
        for name, call in {
            "priority": lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
            "affinity": lambda: os.sched_setaffinity(pid, {0}),
            "scheduler": lambda: os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0)),
            "limits": lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, 3)),
        }.items():
            try:
                call()
                got.append(f"{name} of {pid}")
            except OSError:
                pass
    for name, call in {
        "higher priority": lambda: os.nice(-5),
        "real time": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
    }.items():
        try:
            call()
            got.append(name)
        except OSError:
            pass
    return got
