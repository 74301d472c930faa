"""System calls that the filter leaves out in silence, such as setting a file's time: they must still miss a missing file.

`Path.touch` makes a file where setting its time fails, so it would make none.
"""

import functools
import os
import pathlib
from collections.abc import Callable
from typing import Any

NAMES = ("utime", "chmod")


def miss_missing_files() -> None:
    """Let these functions of `os` raise what they raise for a file that is not there."""
    for name in NAMES:
        function = looking_first(getattr(os, name))
        setattr(os, name, function)
        accessor = getattr(pathlib, "_NormalAccessor", None)  # of Python 3.10, which has them by names of its own
        if accessor and hasattr(accessor, name):
            setattr(accessor, name, staticmethod(function))


def looking_first(function: Callable) -> Callable:
    @functools.wraps(function)
    def look(path: Any, *arguments: Any, dir_fd: int | None = None, follow_symlinks: bool = True, **keywords: Any) -> None:
        if isinstance(path, int):
            os.fstat(path)
        else:
            os.stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
        function(path, *arguments, dir_fd=dir_fd, follow_symlinks=follow_symlinks, **keywords)

    return look
