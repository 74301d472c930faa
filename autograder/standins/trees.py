"""A folder whose files are kept in step with another's: listed, read and written without following a link.

One of the two is in the hands of the submission, which may change it at any moment. So every step from folder to folder is
made by an open descriptor, nothing but regular files and folders is opened, and what is read is counted.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from autograder.sandbox.confine import boxes

NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
FOLDER = os.O_RDONLY | NO_FOLLOW | getattr(os, "O_DIRECTORY", 0)
READ = os.O_RDONLY | NO_FOLLOW | getattr(os, "O_NONBLOCK", 0)  # a pipe would keep us waiting for its other end
WRITE = os.O_WRONLY | NO_FOLLOW | getattr(os, "O_NONBLOCK", 0)
MAX_ENTRIES = 5000
MAX_DEPTH = 32
CHUNK_BYTES = 1 << 20

Parts = tuple[str, ...]  # of a path below the folder


class TooMuch(Exception):
    """A folder holds more than is carried over. The message says what, as the end of a sentence."""


class NotPlain(Exception):
    """A folder holds a link, a pipe or the like. The message says what and where."""


@dataclass(frozen=True)
class Stamp:
    """What tells that a file has changed. Of a folder only that it is one."""

    folder: bool
    mtime_ns: int = 0
    size: int = 0
    inode: int = 0


def stamp_of(status: os.stat_result) -> Stamp:
    if stat.S_ISDIR(status.st_mode):
        return Stamp(True)
    return Stamp(False, status.st_mtime_ns, status.st_size, status.st_ino)


class Tree:
    """The files below one folder.

    Args:
        path: of the folder; the folders above it are ours.
        max_bytes: of all its files together.
        skip_links: links are left out; otherwise they are refused.
    """

    def __init__(self, path: str, max_bytes: int, skip_links: bool = True) -> None:
        self.path = path
        self.max_bytes = max_bytes
        self.skip_links = skip_links

    @contextmanager
    def opened(self, parts: Parts) -> Iterator[tuple[int, int]]:
        """The folder that these parts lead to, as a descriptor, and the user that the whole tree belongs to.

        Raises:
            OSError: there is none, or a link is on the way.
        """
        here = os.open(self.path, FOLDER)
        try:
            owner = os.fstat(here).st_uid
            for part in parts:
                below = os.open(part, FOLDER, dir_fd=here)
                os.close(here)
                here = below
            yield here, owner
        finally:
            os.close(here)

    def look(self, unit: Parts) -> dict[Parts, Stamp]:
        """Everything at and below one place, folders before what is in them; empty if there is nothing.

        Raises:
            TooMuch, NotPlain: see there.
        """
        found: dict[Parts, Stamp] = {}
        try:
            if not unit:
                self.list_into(found, unit)
                return found
            with self.opened(unit[:-1]) as (folder, _):
                stamp = self.stamp(os.stat(unit[-1], dir_fd=folder, follow_symlinks=False), unit)
        except OSError:
            return found
        if stamp:
            found[unit] = stamp
            if stamp.folder:
                self.list_into(found, unit)
        return found

    def list_into(self, found: dict[Parts, Stamp], top: Parts) -> None:
        total = 0
        waiting = [top]
        while waiting:
            above = waiting.pop()
            for name, status in self.statuses(above):
                parts = (*above, name)
                stamp = self.stamp(status, parts)
                if stamp is None:
                    continue
                found[parts] = stamp
                total += stamp.size
                if len(found) > MAX_ENTRIES:
                    raise TooMuch(f"more than {MAX_ENTRIES} files")
                if total > self.max_bytes:
                    raise TooMuch(f"more than {self.max_bytes >> 20} MB")
                if len(parts) > MAX_DEPTH:
                    raise TooMuch(f"more than {MAX_DEPTH} folders in folders")
                if stamp.folder:
                    waiting.append(parts)

    def statuses(self, folder: Parts) -> Iterator[tuple[str, os.stat_result]]:
        """What is in a folder, as far as it is still there."""
        with (
            contextlib.suppress(OSError),
            self.opened(folder) as (descriptor, _),
            os.scandir(descriptor) as entries,
        ):
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    yield entry.name, entry.stat(follow_symlinks=False)

    def stamp(self, status: os.stat_result, parts: Parts) -> Stamp | None:
        if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode):
            return stamp_of(status)
        if self.skip_links:
            return None
        kind = "a symbolic link" if stat.S_ISLNK(status.st_mode) else "a pipe, a socket or a device"
        raise NotPlain(f"{kind} ({parts[-1]!a})")

    def read(self, parts: Parts) -> tuple[bytes, Stamp] | None:
        """A file's content and its stamp from before it was read; None if it is not there any more.

        Raises:
            TooMuch: it is larger than the whole tree may be.
        """
        try:
            with self.opened(parts[:-1]) as (folder, _):
                descriptor = os.open(parts[-1], READ, dir_fd=folder)
        except OSError:  # gone, or a link by now
            return None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return None
            content = bytearray()
            while chunk := file.read(CHUNK_BYTES):
                content += chunk
                if len(content) > self.max_bytes:
                    raise TooMuch(f"more than {self.max_bytes >> 20} MB")
            return bytes(content), stamp_of(status)

    def write(self, parts: Parts, content: bytes) -> Stamp:
        """Give a file this content, which stays the same file where it can: somebody may have it open.

        Raises:
            OSError: it cannot be written.
        """
        with self.opened(parts[:-1]) as (folder, owner):
            descriptor = self.open_again(folder, parts[-1], owner)
            if descriptor is None:
                self.clear(folder, parts[-1])
                descriptor = os.open(parts[-1], WRITE | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
                give_to(descriptor, owner)
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                view = memoryview(content)
                while view:
                    view = view[file.write(view) :]
                file.truncate()
                return stamp_of(os.fstat(descriptor))

    def open_again(self, folder: int, name: str, owner: int) -> int | None:
        """Open a file that is there; None if it is none, or could be reached from elsewhere by another name."""
        try:
            descriptor = os.open(name, WRITE, dir_fd=folder)
        except OSError:
            return None
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and status.st_uid == owner:
            return descriptor
        os.close(descriptor)
        return None

    def make_folder(self, parts: Parts) -> None:
        """Make a folder, and those above it, unless they are there.

        Raises:
            OSError: it cannot be made.
        """
        for depth in range(1, len(parts) + 1):
            with self.opened(parts[: depth - 1]) as (folder, owner):
                name = parts[depth - 1]
                with contextlib.suppress(FileNotFoundError):
                    if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                        os.unlink(name, dir_fd=folder)
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, 0o700, dir_fd=folder)
                    descriptor = os.open(name, FOLDER, dir_fd=folder)
                    try:
                        give_to(descriptor, owner)
                    finally:
                        os.close(descriptor)

    def remove(self, parts: Parts) -> None:
        """Delete a file or a folder with all that is in it."""
        with contextlib.suppress(OSError), self.opened(parts[:-1]) as (folder, _):
            self.clear(folder, parts[-1])

    def clear(self, folder: int, name: str) -> None:
        try:
            os.unlink(name, dir_fd=folder)
        except FileNotFoundError:
            return
        except OSError:  # a folder
            boxes.remove_in(folder, name)


def give_to(descriptor: int, owner: int) -> None:
    if owner != os.geteuid():
        os.fchown(descriptor, owner, owner)
