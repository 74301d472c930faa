"""What this machine has, as its kernel tells: memory and control groups."""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path


def memory_mb() -> float | None:
    """Memory that this process can have: the machine's, or less where a container has a limit. None where it cannot be seen."""
    found = re.search(r"^MemTotal:\s*(\d+) kB$", read(Path("/proc/meminfo")), re.MULTILINE)
    values = [int(found[1]) * 1024] if found else []
    for folder in cgroups("memory"):
        for name in ("memory.max", "memory.limit_in_bytes"):  # versions 2 and 1
            text = read(folder / name)
            values += [int(text)] if text.isdecimal() else []  # or "max"
    return min(values) / (1 << 20) if values else None


def processors() -> int:
    """How many processors this process can keep busy, where a container may have a share of them; at least 1."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    for folder in cgroups("cpu"):
        quota, _, period = read(folder / "cpu.max").partition(" ")  # version 2
        if not quota:
            quota, period = read(folder / "cpu.cfs_quota_us"), read(folder / "cpu.cfs_period_us")  # version 1
        if quota.isdecimal() and period.isdecimal() and int(period):
            count = min(count, int(quota) // int(period))
    return max(count, 1)


def cgroups(controller: str) -> Iterator[Path]:
    """The control groups of this process for a controller, and those above them; in a container, as far as it sees them."""
    root = Path("/sys/fs/cgroup")
    for row in read(Path("/proc/self/cgroup")).split("\n"):
        _, _, rest = row.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and controller not in controllers.split(","):
            continue
        top = root / controllers if controllers else root
        group = top / path.lstrip("/")
        yield from (folder for folder in (group, *group.parents) if folder == top or top in folder.parents)


def read(path: Path) -> str:
    """The content of a small file of the system; empty where there is none."""
    with contextlib.suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace").strip()
    return ""
