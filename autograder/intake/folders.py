"""Read an untrusted folder: follow no links, and open only regular files."""

import errno
import os
import stat
from pathlib import Path
from typing import IO

from autograder.errors import SubmissionError
from autograder.intake.remark import shown

OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
# A FIFO would block at open without O_NONBLOCK; Windows has neither flag.
OPEN_UNTRUSTED = OPEN_FLAGS | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
HAS_OPENAT = os.open in os.supports_dir_fd and os.scandir in os.supports_fd


def open_below(root: Path, parts: tuple[str, ...]) -> IO[bytes]:
    """Open a regular file without following a link at any step below root."""
    descriptor = descend(root, parts, OPEN_UNTRUSTED)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SubmissionError(f"{shown('/'.join(parts))} is no regular file. Hand in an ordinary copy of it")
    return os.fdopen(descriptor, "rb")


def descend(root: Path, parts: tuple[str, ...], flags: int) -> int:
    """A descriptor for root/parts, opened step by step where the system can."""
    if not HAS_OPENAT:
        for depth in range(1, len(parts) + 1):
            if root.joinpath(*parts[:depth]).is_symlink():
                raise OSError(errno.ELOOP, "is a symbolic link")
        return os.open(root.joinpath(*parts), flags)
    here = os.open(root, OPEN_FLAGS | os.O_DIRECTORY)
    for depth, part in enumerate(parts, start=1):
        try:
            below = os.open(part, flags if depth == len(parts) else OPEN_UNTRUSTED | os.O_DIRECTORY, dir_fd=here)
        finally:
            os.close(here)
        here = below
    return here


def scan(root: Path, parts: tuple[str, ...]) -> list[tuple[str, int, int]]:
    """Names in one folder, sorted, each with mode and size in bytes; links are not followed."""
    try:
        if not HAS_OPENAT:
            return statuses_in(root.joinpath(*parts))
        folder = descend(root, parts, OPEN_UNTRUSTED | os.O_DIRECTORY)
        try:
            return statuses_in(folder)
        finally:
            os.close(folder)
    except OSError as error:
        place = shown("/".join(parts) or root.name)
        raise SubmissionError(f"The folder {place} cannot be read: {error.strerror}") from error


def statuses_in(folder: Path | int) -> list[tuple[str, int, int]]:
    with os.scandir(folder) as found:
        statuses = [(entry.name, entry.stat(follow_symlinks=False)) for entry in found]
    return sorted((name, status.st_mode, status.st_size) for name, status in statuses)


def refusal_of(mode: int) -> str | None:
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return None
    return "is a symbolic link" if stat.S_ISLNK(mode) else "is no regular file"
