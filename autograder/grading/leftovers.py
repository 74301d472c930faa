"""Processes that a suite has started end with it: none goes on as a second grader, and none is waited for without end."""

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

STRAY = 70  # exit status of a copy of the grader


def end_copy(pid: int) -> None:
    """End this process at once if it is a copy, made by os.fork in a test, of the one with that pid."""
    if os.getpid() != pid:
        os._exit(STRAY)


@contextmanager
def processes_ended() -> Iterator[None]:
    """Kill the processes of multiprocessing that were started in this context: Python would wait for them when it ends."""
    before = set(started())
    try:
        yield
    finally:
        for process in set(started()) - before:
            with contextlib.suppress(Exception):
                process.kill()
                process.join(1)


def started() -> list[Any]:
    multiprocessing = sys.modules.get("multiprocessing")
    return multiprocessing.active_children() if multiprocessing else []
