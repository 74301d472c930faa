"""Boxes: the one folder in which a confined process may write, made before it starts and removed after it has ended."""

import contextlib
import errno
import os
import secrets

ENTRY_BYTES = 4096  # that a file or folder counts beside its content: empty ones fill a disk's tables, too
# getattr: other systems lack some of them, and only the confinement proper is for Linux alone.
NO_LINK = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
PATH_ONLY = getattr(os, "O_PATH", 0)


def make(path: str, owner: int | None) -> None:
    """Create the folder `path`, mode 0700, for the uid and gid `owner` (None: our own).

    Raises:
        OSError: a box of this name is still there, or it cannot be created or given away.
    """
    os.mkdir(path, 0o700)
    if owner is not None:
        os.chown(path, owner, owner)


def size(path: str, enough: int) -> int:
    """Bytes in a box, counted until there are more than `enough`; what cannot be counted is too much."""
    total = 0
    folders = [path]
    while folders and total <= enough:
        try:
            entries = os.scandir(folders.pop())
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return enough + 1
            continue  # it is gone
        with entries:
            for entry in entries:
                total += ENTRY_BYTES
                with contextlib.suppress(OSError):  # this one is gone, and the next must be seen all the same
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
    return total


def remove(path: str) -> bool:
    """Delete a tree that somebody else filled; True if it is gone. Never raises, follows no link, knows no depth limit.

    Folders inside folders are first moved to the top, so that three descriptors and no recursion do for any depth.
    """
    folder, name = os.path.split(path)
    try:
        parent = os.open(folder, os.O_RDONLY | NO_LINK)
    except OSError:
        return not os.path.lexists(path)
    try:
        return remove_in(parent, name)
    finally:
        os.close(parent)


def remove_in(parent: int, name: str) -> bool:
    """Delete a tree of this name in an open folder, as `remove` does."""
    try:
        remove_folder(parent, name)
    except OSError:
        try:
            os.lstat(name, dir_fd=parent)
        except OSError:
            return True
        return False
    return True


def remove_folder(parent: int, name: str) -> None:
    top = open_folder(parent, name)
    prefix = "removed-" + secrets.token_hex(8)  # no name of theirs
    count = 0
    try:
        while folders := remove_files(top):
            for folder in folders:
                inner = open_folder(top, folder)
                try:
                    for nested in remove_files(inner):
                        os.close(open_folder(inner, nested))  # moving a folder changes its "..": it must be writable
                        count += 1
                        os.rename(nested, f"{prefix}-{count}", src_dir_fd=inner, dst_dir_fd=top)
                finally:
                    os.close(inner)
                os.rmdir(folder, dir_fd=top)
    finally:
        os.close(top)
    os.rmdir(name, dir_fd=parent)


def open_folder(parent: int, name: str) -> int:
    """Open a folder, never a link to one, after making it ours to list and change if its mode forbids that."""
    try:
        descriptor = os.open(name, os.O_RDONLY | NO_LINK, dir_fd=parent)
        if os.fstat(descriptor).st_mode & 0o700 != 0o700:
            os.fchmod(descriptor, 0o700)
    except PermissionError:  # not for root, whom modes do not stop
        handle = os.open(name, PATH_ONLY | NO_LINK, dir_fd=parent)
        try:
            os.chmod(f"/proc/self/fd/{handle}", 0o700)
        finally:
            os.close(handle)
        descriptor = os.open(name, os.O_RDONLY | NO_LINK, dir_fd=parent)
    return descriptor


def remove_files(folder: int) -> list[str]:
    """Delete everything in an open folder but its folders, and return their names."""
    folders = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=folder)
    return folders
