"""Forks of a process that has collected suites: what they would share, or lose, unlike programs of their own."""

import os
import random
import stat
from contextlib import suppress

Known = frozenset[tuple[int, int]]  # device and inode of each descriptor that was open
FIRST = 3  # descriptor after the standard streams


def fork() -> int:
    """Fork this process; return 0 in the child, which goes on with the random numbers and files as they are.

    Python gives a fork another seed, although the suite may have set one. And it shares the places in open files: what one
    process reads of an archive that `np.load` has opened, the other would find read.
    """
    state = random.getstate()
    pid = os.fork()
    if pid == 0:
        random.setstate(state)
        for descriptor in descriptors():
            with suppress(OSError):  # it is not there any more under any name, or not for us
                reopen(descriptor)
    return pid


def reopen(descriptor: int) -> None:
    """Open a file that is open for reading once more, at the same place and under the same number."""
    import fcntl  # not on Windows, where this module must still load

    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode) or flags & os.O_ACCMODE == os.O_WRONLY:
        return
    place, inheritable = os.lseek(descriptor, 0, os.SEEK_CUR), os.get_inheritable(descriptor)
    own = os.open(f"/proc/self/fd/{descriptor}", flags)
    os.lseek(own, place, os.SEEK_SET)
    os.dup2(own, descriptor, inheritable)
    os.close(own)


def descriptors() -> list[int]:
    """The open descriptors beside the standard streams."""
    return [number for number in map(int, os.listdir("/proc/self/fd")) if number >= FIRST]


def opened() -> Known:
    """What is open now, to compare with later."""
    found = set()
    for descriptor in (*range(FIRST), *descriptors()):
        with suppress(OSError):  # the listing's own
            status = os.fstat(descriptor)
            found.add((status.st_dev, status.st_ino))
    return frozenset(found)


def connected_since(known: Known) -> bool:
    """Whether there is a pipe or socket that was not: what one fork reads or writes there, no other can."""
    for descriptor in descriptors():
        with suppress(OSError):
            status = os.fstat(descriptor)
            kinds = stat.S_ISSOCK(status.st_mode) or stat.S_ISFIFO(status.st_mode)
            if kinds and (status.st_dev, status.st_ino) not in known:
                return True
    return False
