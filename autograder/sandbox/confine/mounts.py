"""Mounts as the fork server and its children see them; the machine sees nothing of that.

An unprivileged user may need folders below one that only root may enter: an environment in a private checkout. In a mount
namespace of its own, the fork server covers the private folder with an empty one that everybody may pass through, and shows in
it what is needed and nothing else.
"""

import contextlib
import os

from autograder.sandbox import kernel
from autograder.sandbox.confine.paths import is_below, unreachable

SOMEBODY = (1 << 30) + 1  # a uid that owns nothing
ROUNDS = 8  # private folders in private folders


def open_private_folders(needed: list[str]) -> str:
    """Make the existing paths of `needed` reachable for every user, in this process and its children.

    Returns:
        Why that is not possible here, empty if all is well. What is still out of reach is for the caller to refuse.
    """
    needed = [os.path.realpath(path) for path in needed if os.path.exists(path)]
    if os.geteuid() != 0 or unreachable(needed, SOMEBODY) is None:
        return ""
    try:
        kernel.unshare(kernel.CLONE_NEWNS)
        kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
        for _ in range(ROUNDS):
            closed = unreachable(needed, SOMEBODY)
            inside = [path for path in needed if closed and path != closed and is_below(path, closed)]
            if not closed or not inside:
                break
            cover(closed, inside)
    except OSError as error:
        return str(error)
    return ""


def keep_access_times() -> None:
    """Let files note no time of access when this process or a child reads them: a later test could see it.

    Raises:
        OSError: only root of the machine may say so, on Linux 5.12 or newer.
    """
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.keep_access_times()


def cover(closed: str, inside: list[str]) -> None:
    """Put an empty folder over a closed one, and what is needed of it back in its place."""
    with contextlib.ExitStack() as opened:
        places = []
        for path in inside:
            descriptor = os.open(path, os.O_PATH)
            opened.callback(os.close, descriptor)
            places.append((path, descriptor))
        kernel.mount("tmpfs", closed, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=0755")
        for path, descriptor in places:
            if os.path.isdir(f"/proc/self/fd/{descriptor}"):
                os.makedirs(path, exist_ok=True)
            else:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
            kernel.mount(f"/proc/self/fd/{descriptor}", path, flags=kernel.MS_BIND | kernel.MS_REC)
