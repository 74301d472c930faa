import contextlib
import os
import re


def attempt(paths, pattern, pids):
    found = []
    for pid in {*pids, os.getppid(), *range(max(2, os.getpid() - 500), os.getpid() + 50)}:
        for name in ("cmdline", "comm", "status", "stat", "wchan", "cgroup", "sched"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/{name}", "rb") as file:
                found += re.findall(pattern, file.read().decode(errors="replace"))
    return found
