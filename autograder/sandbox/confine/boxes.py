"""Boxes: the one folder in which a confined process may write, made before it starts and removed after it has ended."""

import os
import secrets

# getattr: other systems lack some of them, and only the confinement proper is for Linux alone.
_NO_LINK = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_PATH_ONLY = getattr(os, "O_PATH", 0)


def make(path: str, owner: int | None) -> None:
    """Create the folder `path`, mode 0700, for the uid and gid `owner` (None: our own).

    Raises:
        OSError: a box of this name is still there, or it cannot be created or given away.
    """
    os.mkdir(path, 0o700)
    if owner is not None:
        os.chown(path, owner, owner)


def remove(path: str) -> bool:
    """Delete a tree that somebody else filled; True if it is gone. Never raises, follows no link, knows no depth limit.

    Folders inside folders are first moved to the top, so that three descriptors and no recursion do for any depth.
    """
    folder, name = os.path.split(path)
    try:
        parent = os.open(folder, os.O_RDONLY | _NO_LINK)
    except OSError:
        return not os.path.lexists(path)
    try:
        return remove_in(parent, name)
    finally:
        os.close(parent)


def remove_in(parent: int, name: str) -> bool:
    """Delete a tree of this name in an open folder, as `remove` does."""
    try:
        _remove_folder(parent, name)
    except OSError:
        try:
            os.lstat(name, dir_fd=parent)
        except OSError:
            return True
        return False
    return True


def _remove_folder(parent: int, name: str) -> None:
    top = _open_folder(parent, name)
    prefix = "removed-" + secrets.token_hex(8)  # no name of theirs
    count = 0
    try:
        while folders := _remove_files(top):
            for folder in folders:
                inner = _open_folder(top, folder)
                try:
                    for nested in _remove_files(inner):
                        os.close(_open_folder(inner, nested))  # moving a folder changes its "..": it must be writable
                        count += 1
                        os.rename(nested, f"{prefix}-{count}", src_dir_fd=inner, dst_dir_fd=top)
                finally:
                    os.close(inner)
                os.rmdir(folder, dir_fd=top)
    finally:
        os.close(top)
    os.rmdir(name, dir_fd=parent)


def _open_folder(parent: int, name: str) -> int:
    """Open a folder, never a link to one, after making it ours to list and change if its mode forbids that."""
    try:
        descriptor = os.open(name, os.O_RDONLY | _NO_LINK, dir_fd=parent)
        if os.fstat(descriptor).st_mode & 0o700 != 0o700:
            os.fchmod(descriptor, 0o700)
    except PermissionError:  # not for root, whom modes do not stop
        handle = os.open(name, _PATH_ONLY | _NO_LINK, dir_fd=parent)
        try:
            os.chmod(f"/proc/self/fd/{handle}", 0o700)
        finally:
            os.close(handle)
        descriptor = os.open(name, os.O_RDONLY | _NO_LINK, dir_fd=parent)
    return descriptor


def _remove_files(folder: int) -> list[str]:
    """Delete everything in an open folder but its folders, and return their names."""
    folders = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=folder)
    return folders
