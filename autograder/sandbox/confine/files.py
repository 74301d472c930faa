"""Which files a confined process may reach: paths to Landlock rules, and the checks around them."""

import contextlib
import ctypes
import os
import stat
import sys
import sysconfig

from autograder.sandbox import kernel

_FIRST_DESCRIPTOR = 64  # above what a fork server has open besides, so that its children can keep one block of numbers

_READ = kernel.EXECUTE | kernel.READ_FILE | kernel.READ_DIR
_FILE_RIGHTS = kernel.EXECUTE | kernel.WRITE_FILE | kernel.READ_FILE | kernel.TRUNCATE | kernel.IOCTL_DEV
_WRITE_IN_BOX = (
    kernel.READ_FILE | kernel.READ_DIR | kernel.WRITE_FILE | kernel.TRUNCATE | kernel.REMOVE_DIR | kernel.REMOVE_FILE
) | (kernel.MAKE_DIR | kernel.MAKE_REG | kernel.MAKE_FIFO | kernel.MAKE_SYM | kernel.MAKE_SOCK | kernel.REFER)

_READ_ONLY_EXTRAS = (
    "/dev/urandom", "/dev/random", "/dev/zero", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
    "/etc/localtime", "/etc/ld.so.cache",
)  # fmt: skip
_SYSTEM = (
    "/bin",  # programs that libraries ask about the machine; where Python is the system's, its prefix holds them anyway
    "/usr/bin",
    "/lib",
    "/lib32",
    "/lib64",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share/zoneinfo",
)


def default_readable() -> list[str]:
    """The paths that this interpreter and the libraries it can import need; never "/" or the current folder."""
    paths = [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, *sys.path, *_SYSTEM]
    paths += [path for path in (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")) if path]
    paths.append(os.path.dirname(os.path.realpath(sys.executable)))
    real = dict.fromkeys(os.path.realpath(path) for path in paths if path)
    return _outermost([path for path in real if path != "/" and os.path.exists(path)])


def is_below(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies in it; both without links."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _outermost(paths: list[str]) -> list[str]:
    """The paths that lie in no other of them."""
    return [path for path in paths if not any(path != other and is_below(path, other) for other in paths)]


def without_hidden(readable: list[str], hidden: list[str]) -> list[str]:
    """Readable paths, without links, that together hold nothing of the hidden ones.

    A folder that contains a hidden path is replaced by its other entries, level by level, and can then not be listed
    itself: its listing would name what is hidden. Modules straight in such a folder must be imported beforehand.
    """
    secret = [os.path.realpath(path) for path in hidden]
    result: list[str] = []
    waiting = _outermost(list(dict.fromkeys(os.path.realpath(path) for path in readable)))
    while waiting:
        path = waiting.pop()
        if any(is_below(path, other) for other in secret):
            continue
        if not any(is_below(other, path) for other in secret):
            result.append(path)
            continue
        with contextlib.suppress(NotADirectoryError, FileNotFoundError, PermissionError), os.scandir(path) as entries:
            # A link needs no right of its own; where it leads to is readable only if it is listed.
            waiting += [entry.path for entry in entries if not entry.is_symlink()]
    return sorted(result)


def unreachable(paths: list[str], uid: int) -> str | None:
    """The first part of the existing paths that `uid`, without any group, cannot enter or read; None if all is well.

    Links are followed: the folders before and behind them count. Access lists (ACLs) are not looked at.
    """
    for path in paths:
        for form in dict.fromkeys((os.path.abspath(path), os.path.realpath(path))):
            if not os.path.lexists(form):
                continue
            if closed := closed_folder(form, uid):
                return closed
            if not _permits(form, uid, os.R_OK | (os.X_OK if os.path.isdir(form) else 0)):
                return form
    return None


def closed_folder(path: str, uid: int) -> str | None:
    """The first folder above `path` that `uid` cannot pass through; None if there is none."""
    parts = path.strip("/").split("/")
    folders = ["/" + "/".join(parts[:count]) for count in range(len(parts))]
    return next((folder for folder in folders if not _permits(folder, uid, os.X_OK)), None)


def _permits(path: str, uid: int, mode: int) -> bool:
    if uid == 0:
        return True
    if uid == os.geteuid():
        return os.access(path, mode, effective_ids=True)
    try:
        status = os.stat(path)
    except OSError:
        return False
    bits = status.st_mode >> 6 if status.st_uid == uid else status.st_mode
    return bits & mode == mode


class FileRules:
    """Landlock for the children of one fork server: descriptors and rules made once, a ruleset for each child.

    Args:
        readable: files and folders to read and run; missing ones are left out.
        hidden: nothing in these can be read, even where a readable folder contains them.

    Raises:
        OSError: there is no Landlock here.
    """

    def __init__(self, readable: list[str], hidden: list[str]):
        self.abi = kernel.landlock_abi()
        self.files, self.network, self.scopes = _supported_rights(self.abi)
        self.descriptors: list[int] = []
        # The kernel reads a rule's memory, so it is kept; the descriptors are inherited under the same numbers.
        self._rules: list[ctypes.Array[ctypes.c_char]] = []
        for path in without_hidden(readable, hidden):
            self._add(path, _READ)
        for path in _READ_ONLY_EXTRAS:
            self._add(path, kernel.READ_FILE | kernel.READ_DIR)
        self._add("/dev/null", kernel.READ_FILE | kernel.WRITE_FILE | kernel.TRUNCATE)

    def _add(self, path: str, rights: int) -> None:
        try:
            low = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return  # it is not there, or not for us: then not for the child either
        import fcntl  # not on Windows, where this module must still load

        descriptor = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, _FIRST_DESCRIPTOR)
        os.close(low)
        self.descriptors.append(descriptor)
        self._rules.append(self._rule(descriptor, rights))

    def _rule(self, descriptor: int, rights: int) -> ctypes.Array[ctypes.c_char]:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _FILE_RIGHTS
        return kernel.landlock_rule(rights & self.files, descriptor)

    def enforce(self) -> None:
        """Confine this process: the shared rules, its current folder to write in, and its own /proc/self."""
        ruleset = kernel.landlock_ruleset(self.files, self.network, self.scopes)
        for rule in self._rules:
            kernel.landlock_allow(ruleset, rule)
        # Opened here, because /proc/self means the process that opens it. "." needs no way through the folders above.
        for path, rights in ((".", _WRITE_IN_BOX), ("/proc/self", kernel.READ_FILE | kernel.READ_DIR)):
            try:
                descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except FileNotFoundError:
                continue  # a system without /proc
            kernel.landlock_allow(ruleset, self._rule(descriptor, rights))
            os.close(descriptor)
        kernel.landlock_enforce(ruleset)
        os.close(ruleset)

    def close(self) -> None:
        """Close the descriptors; nothing can be confined afterwards."""
        while self.descriptors:
            os.close(self.descriptors.pop())


def _supported_rights(abi: int) -> tuple[int, int, int]:
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
