"""Semaphores for multiprocessing in a process that may create none in /dev/shm: a pipe that holds a byte for each permit.

multiprocessing's Lock, Queue, Pool and ProcessPoolExecutor are made of `_multiprocessing.SemLock`, which the kernel's named
semaphores would be visible through to other tests. Processes that are forked inherit a pipe, and no other process sees it.
"""

import array
import contextlib
import fcntl
import importlib
import os
import select
import sys
import termios
import threading
import time
from typing import Any

RECURSIVE_MUTEX, SEMAPHORE = 0, 1  # the kinds that multiprocessing.synchronize asks for
MAX_PERMITS = 1 << 14  # that a pipe holds; a semaphore with more (of a queue without a greatest length) never blocks


class SemLock:
    """In place of `_multiprocessing.SemLock`; its methods and their errors are those.

    Args:
        kind: RECURSIVE_MUTEX or SEMAPHORE.
        value: permits at first.
        maxvalue: greatest number of permits.
        name: ignored, since nobody else finds it.
        unlink: whether no other program is to find it, as with all that are forked.
    """

    SEM_VALUE_MAX = (1 << 31) - 1

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        self.kind = kind
        self.maxvalue = maxvalue
        self.name = None if unlink else name
        self.unlimited = value > MAX_PERMITS
        self.owner: tuple[int, int] | None = None  # process and thread that hold it
        self.count = 0  # how often this thread has acquired it
        self.reader, self.writer = os.pipe()
        for end in (self.reader, self.writer):
            os.set_blocking(end, False)
        if not self.unlimited:
            os.write(self.writer, bytes(value))

    @property
    def handle(self) -> int:
        return self.reader

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take a permit; False if there is none within the time."""
        if self.kind == RECURSIVE_MUTEX and self._is_mine():
            self.count += 1
            return True
        if not self.unlimited:
            end = None if timeout is None else time.monotonic() + max(timeout, 0)
            while not self.take():
                left = None if end is None else end - time.monotonic()
                if not block or (left is not None and left <= 0):
                    return False
                select.select([self.reader], [], [], left)
        self.owner, self.count = (os.getpid(), threading.get_ident()), self.count + 1
        return True

    def take(self) -> bool:
        try:
            return bool(os.read(self.reader, 1))
        except BlockingIOError:
            return False

    def release(self) -> None:
        """Give a permit back.

        Raises:
            AssertionError: the mutex belongs to somebody else.
            ValueError: there would be more permits than there may be.
        """
        if self.kind == RECURSIVE_MUTEX:
            if not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self.count > 1:
                self.count -= 1
                return
        elif not self.unlimited and self._get_value() >= self.maxvalue:
            raise ValueError("semaphore or lock released too many times")
        self.count -= 1
        if not self.unlimited:
            os.write(self.writer, b"\0")

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *error: Any) -> None:
        self.release()

    def __del__(self) -> None:
        for end in (self.reader, self.writer):
            with contextlib.suppress(OSError):
                os.close(end)

    def _count(self) -> int:
        return self.count

    def _is_mine(self) -> bool:
        return self.count > 0 and self.owner == (os.getpid(), threading.get_ident())

    def _get_value(self) -> int:
        if self.unlimited:
            return self.maxvalue
        waiting = array.array("i", [0])
        fcntl.ioctl(self.reader, termios.FIONREAD, waiting)
        return waiting[0]

    def _is_zero(self) -> bool:
        return self._get_value() == 0

    def _after_fork(self) -> None:
        self.count = 0


def install() -> None:
    """Have multiprocessing make its locks of pipes from now on."""
    vars(importlib.import_module("_multiprocessing"))["SemLock"] = SemLock
    os.environ["JOBLIB_MULTIPROCESSING"] = "0"  # joblib's workers need more; without them it works in this process
    if "multiprocessing.synchronize" in sys.modules:  # it has taken this number
        vars(sys.modules["multiprocessing.synchronize"])["SEM_VALUE_MAX"] = SemLock.SEM_VALUE_MAX
