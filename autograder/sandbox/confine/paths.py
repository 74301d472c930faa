"""Paths that a confined process needs, those that it must not see, and which of them another user can reach."""

import contextlib
import os
import sys
import sysconfig

SYSTEM = (
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
    paths = [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, *sys.path, *SYSTEM]
    paths += [path for path in (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")) if path]
    paths.append(os.path.dirname(os.path.realpath(sys.executable)))
    real = dict.fromkeys(os.path.realpath(path) for path in paths if path)
    return outermost([path for path in real if path != "/" and os.path.exists(path)])


def is_below(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies in it; both without links."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def outermost(paths: list[str]) -> list[str]:
    """The paths that lie in no other of them, in the order of their names."""
    found: list[str] = []
    for path in sorted(set(paths), key=lambda path: path.rstrip("/") + "/"):  # a folder comes straight before what is in it
        if not found or not is_below(path, found[-1]):
            found.append(path)
    return found


def without_hidden(readable: list[str], hidden: list[str]) -> list[str]:
    """Readable paths, without links, that together hold nothing of the hidden ones.

    A folder that contains a hidden path is replaced by its other entries, level by level, and can then not be listed
    itself: its listing would name what is hidden. Modules straight in such a folder must be imported beforehand, unless it
    is one of those that `listable` names.
    """
    secret = [os.path.realpath(path) for path in hidden]
    result: list[str] = []
    waiting = outermost(list(dict.fromkeys(os.path.realpath(path) for path in readable)))
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


def listable(readable: list[str], hidden: list[str], secrets: list[str]) -> list[str]:
    """Folders in which some hidden paths lie and no secret, each as far up as a readable path goes: these can be listed.

    An import looks for a module in the listing of its folder: what cannot be listed has no modules.
    """
    found = []
    kept = [os.path.realpath(path) for path in secrets]
    roots = outermost(list(dict.fromkeys(os.path.realpath(path) for path in readable)))
    for path in (os.path.realpath(path) for path in hidden):
        above = os.path.dirname(path)
        best = ""
        while any(is_below(above, root) for root in roots) and not any(is_below(secret, above) for secret in kept):
            best, above = above, os.path.dirname(above)
        found += [best] if best else []
    return outermost(list(dict.fromkeys(found)))


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
            if not permits(form, uid, os.R_OK | (os.X_OK if os.path.isdir(form) else 0)):
                return form
    return None


def closed_folder(path: str, uid: int) -> str | None:
    """The first folder above `path` that `uid` cannot pass through; None if there is none."""
    parts = path.strip("/").split("/")
    folders = ["/" + "/".join(parts[:count]) for count in range(len(parts))]
    return next((folder for folder in folders if not permits(folder, uid, os.X_OK)), None)


def permits(path: str, uid: int, mode: int) -> bool:
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
