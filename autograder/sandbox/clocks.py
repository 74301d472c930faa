"""How long the processes of a submission have gone on, by the processor's clock and by the one on the wall.

Processor time is that of a family: a process, what it has started, and what these have started. Linux keeps the account in
/proc: each process knows the time of all its threads, and of the children that it has waited for. A child whose parent has
ended is a child of the fork server (a subreaper) and still belongs to the process group. A process that leaves nothing of its
children, because it ignores SIGCHLD, gets no more time than the wall clock allows.
"""

import contextlib
import math
import os
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from autograder.sandbox.strays import children

TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100  # in which /proc counts a second
LOOK_SECONDS = 0.1  # between two looks at a family that has not much left


@dataclass
class Clock:
    """What a family may still use.

    Attributes:
        began: of `time.monotonic`.
        used_before: processor time of the family at that time.
        cpu_seconds: that it may use from then on.
        until: of `time.monotonic`; None while nobody waits for it.
        look: when to look at it next.
        used: processor time when it was last looked at.
    """

    began: float
    used_before: float
    cpu_seconds: float
    until: float | None
    look: float = 0.0
    used: float = 0.0

    def __post_init__(self) -> None:
        self.plan(self.began + self.cpu_seconds)

    def wait_until(self, until: float) -> None:
        """From now on somebody waits for it, so long."""
        self.until = until
        self.look = min(self.look, until)

    def allow(self, more: float) -> None:
        """It may use so much more processor time."""
        self.cpu_seconds += more
        self.plan(self.began + self.cpu_seconds)

    def plan(self, look: float) -> None:
        self.look = look if self.until is None else min(look, self.until)

    @property
    def enough(self) -> float:
        """Processor time of the family with which it goes over its limit."""
        return self.used_before + self.cpu_seconds

    def over(self, now: float, used: float) -> Literal["cpu", "wall"] | None:
        """Which of its limits it has gone over, if one; otherwise note when to look again.

        Args:
            now: by `time.monotonic`.
            used: processor time of the family so far. What it has lost sight of since does not make it less.
        """
        self.used = max(self.used, used - self.used_before)
        if self.used >= self.cpu_seconds and now - self.began >= self.cpu_seconds:
            return "cpu"
        if self.until is not None and now >= self.until:
            return "wall"
        self.plan(now + max((self.cpu_seconds - self.used) / (os.cpu_count() or 1), LOOK_SECONDS))
        return None


def family_seconds(pid: int, known: Collection[int], own_group: bool, enough: float = math.inf) -> float:
    """Processor time that a process of the submission and all that it has started have used, counted until it is enough.

    Args:
        known: the processes that the fork server has made itself, which belong to no other's family.
        own_group: whether it leads a process group; else it belongs to the group of the process it is a copy of.
    """
    group = pid if own_group else group_of(pid)
    orphans = [child for child in children() if child not in known and group_of(child) == group]
    waiting, family, total = [pid, *orphans], set[int](), 0.0
    while waiting and total < enough:  # processes may be made faster than they are looked at
        member = waiting.pop()
        if member not in family:
            family.add(member)
            total += seconds_of(member)
            waiting += [child for child in children(member) if child not in known]
    return total


def has_loaded(pid: int, libraries: Collection[str]) -> bool:
    """Whether a process has compiled code of a library in memory; also true where it cannot be looked at."""
    try:
        with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as file:
            maps = file.read()
    except OSError:
        return True
    return any(f"/{library}/" in maps for library in libraries)


def seconds_of(pid: int) -> float:
    """Processor time of a process, and of its children that it has waited for; 0 where there is no such process."""
    return sum(map(int, stat_of(pid)[11:15])) / TICKS  # utime, stime, cutime, cstime: man proc_pid_stat


def group_of(pid: int) -> int:
    fields = stat_of(pid)
    return int(fields[2]) if fields else 0


def stat_of(pid: int) -> list[bytes]:
    """What Linux says of a process, from its state on; nothing where it does not."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", "rb") as file:
        return file.read().rpartition(b")")[2].split()  # its name may hold anything
    return []
