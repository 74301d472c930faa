"""Which files a confined process may reach, by Landlock: rules made once, which each child puts itself under."""

import ctypes
import os
import stat
from collections.abc import Iterable, Sequence

from autograder.sandbox import kernel
from autograder.sandbox.confine.paths import is_below, listable, outermost, without_hidden

PROC = "/proc"
FIRST_DESCRIPTOR = 64  # above what a fork server has open besides, so that its children can keep one block of numbers

READ = kernel.EXECUTE | kernel.READ_FILE | kernel.READ_DIR
FILE_RIGHTS = kernel.EXECUTE | kernel.WRITE_FILE | kernel.READ_FILE | kernel.TRUNCATE | kernel.IOCTL_DEV
WRITE_IN_BOX = (
    kernel.READ_FILE | kernel.READ_DIR | kernel.WRITE_FILE | kernel.TRUNCATE | kernel.REMOVE_DIR | kernel.REMOVE_FILE
) | (kernel.MAKE_DIR | kernel.MAKE_REG | kernel.MAKE_FIFO | kernel.MAKE_SYM | kernel.MAKE_SOCK | kernel.REFER)

READ_ONLY_EXTRAS = (
    "/dev/urandom", "/dev/random", "/dev/zero", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
    "/etc/localtime", "/etc/ld.so.cache",
)  # fmt: skip


class FileRules:
    """Landlock for the children of one fork server, in two layers: what either does not allow is forbidden.

    The first is made once and is the same for all: the files that children may read, however many rules that takes, every box
    and /proc. The second each child makes for itself. It leaves of the boxes and of /proc what is the child's own, and has a
    few rules for the folders high up in which everything else lies.

    Args:
        readable: files and folders to read and run; missing ones are left out.
        hidden: nothing in these can be read, even where a readable folder contains them.
        boxes: the folder of the boxes, without links.
        withheld: the same as hidden for files of libraries, whose names are no secret: the folders above them can be listed.

    Raises:
        OSError: there is no Landlock here.
    """

    def __init__(self, readable: list[str], hidden: list[str], boxes: str, withheld: Sequence[str] = ()) -> None:
        self.abi = kernel.landlock_abi()
        self.files, self.network, self.scopes = supported_rights(self.abi)
        shared = dict.fromkeys(READ_ONLY_EXTRAS, kernel.READ_FILE | kernel.READ_DIR)
        shared |= dict.fromkeys(listable(readable, list(withheld), [*hidden, boxes]), kernel.READ_DIR)
        shared |= dict.fromkeys(without_hidden(readable, [*hidden, boxes, *withheld]), READ)
        shared["/dev/null"] = kernel.READ_FILE | kernel.WRITE_FILE | kernel.TRUNCATE
        self.count = 0
        # The descriptors are inherited under the same numbers. The kernel reads a rule's memory, so it is kept.
        self.descriptors: list[int] = []
        self.ruleset = self.keep(kernel.landlock_ruleset(self.files, self.network, self.scopes))
        for path, rights in {**shared, boxes: WRITE_IN_BOX, PROC: kernel.READ_FILE | kernel.READ_DIR}.items():
            if rule := self.opened(path, rights):
                kernel.landlock_allow(self.ruleset, rule)
                os.close(self.descriptors.pop())
                self.count += 1
        own = dict.fromkeys(self.above(shared, boxes), READ) | {"/dev/null": shared["/dev/null"]}
        self.own_rules = [rule for path, rights in own.items() if (rule := self.opened(path, rights))]

    @staticmethod
    def above(paths: Iterable[str], boxes: str) -> list[str]:
        """Folders, as few as there can be, below which all the paths lie, and neither a box nor another process."""
        apart = (boxes, PROC)
        found = []
        for path in map(os.path.realpath, paths):
            folder = path
            while not any(is_below(place, os.path.dirname(folder)) for place in apart):
                folder = os.path.dirname(folder)
            found.append(folder)
        return outermost(list(dict.fromkeys(found)))

    def opened(self, path: str, rights: int) -> ctypes.Array[ctypes.c_char] | None:
        """A rule for what is at a path, which is opened for it; None where it is not there, or not for us."""
        try:
            low = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return None  # then not for the child either
        return self.rule(self.keep(low), rights)

    def keep(self, low: int) -> int:
        """Move a descriptor to where the children keep it."""
        import fcntl  # not on Windows, where this module must still load

        descriptor = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, FIRST_DESCRIPTOR)
        os.close(low)
        self.descriptors.append(descriptor)
        return descriptor

    def rule(self, descriptor: int, rights: int) -> ctypes.Array[ctypes.c_char]:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= FILE_RIGHTS
        return kernel.landlock_rule(rights & self.files, descriptor)

    def enforce(self) -> None:
        """Confine this process: the shared rules, its current folder to write in, and its own /proc/self."""
        ruleset = kernel.landlock_ruleset(self.files, 0, 0)
        for rule in self.own_rules:
            kernel.landlock_allow(ruleset, rule)
        # Opened here, because /proc/self means the process that opens it. "." needs no way through the folders above.
        for path, rights in ((".", WRITE_IN_BOX), ("/proc/self", kernel.READ_FILE | kernel.READ_DIR)):
            try:
                descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except FileNotFoundError:
                continue  # a system without /proc
            kernel.landlock_allow(ruleset, self.rule(descriptor, rights))
            os.close(descriptor)
        kernel.landlock_enforce(ruleset)
        kernel.landlock_enforce(self.ruleset)  # last, because a second one has the kernel copy the rules of the first
        os.close(ruleset)


def supported_rights(abi: int) -> tuple[int, int, int]:
    """(files, network, scopes) that this kernel accepts: those of its version, or fewer where that promised too much."""
    last = kernel.MAKE_SYM
    for version, right in ((2, kernel.REFER), (3, kernel.TRUNCATE), (5, kernel.IOCTL_DEV), (9, kernel.RESOLVE_UNIX)):
        if abi >= version:
            last = right
    files = (last << 1) - 1
    network = kernel.NET_BIND_AND_CONNECT_TCP if abi >= 4 else 0
    scopes = kernel.SCOPE_ABSTRACT_UNIX | kernel.SCOPE_SIGNAL if abi >= 6 else 0
    base = kernel.MAKE_SYM << 1
    attempts = [(files, network, scopes), (files & ~kernel.RESOLVE_UNIX, network, scopes), (files, network, 0)]
    for attempt in [*attempts, (files, 0, 0)]:
        try:
            os.close(kernel.landlock_ruleset(*attempt))
        except OSError:
            continue
        return attempt
    return base - 1, 0, 0
