"""Processes that nobody waits for any more: what a submission has started outlives its parent, and is found and killed.

Linux makes such orphans children of the nearest ancestor that has asked for them (a subreaper): the fork server, or the
grader if the fork server has ended.
"""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from autograder.sandbox import kernel

ROUNDS = 50  # what is killed may have started others, which become our children by that


@contextlib.contextmanager
def strays_ended() -> Iterator[None]:
    """On leaving, kill what the submission has left running.

    The fork server does so itself. This is for the case that it was killed: the processes of the submission have then become
    children of this process. So all its children are killed that were not there on entering.
    """
    if not kernel.LINUX:
        yield
        return
    before = children()
    kernel.become_subreaper()
    try:
        yield
    finally:
        end_strays(before)
        kernel.become_subreaper(False)


def end_strays(known: set[int]) -> None:
    """Kill and wait for the children of this process but the known ones, then for those that become its children by that."""
    for _ in range(ROUNDS):
        strays = children() - known
        if not strays:
            return
        for pid in strays:
            os.kill(pid, signal.SIGKILL)
        for pid in strays:
            os.waitpid(pid, 0)


def children(parent: int | None = None) -> set[int]:
    """The pids of the children of a process, by default of this one; empty where the kernel does not list them."""
    found = set[int]()
    for listing in Path(f"/proc/{parent or os.getpid()}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread has ended meanwhile
            found.update(map(int, listing.read_text().split()))
    return found
