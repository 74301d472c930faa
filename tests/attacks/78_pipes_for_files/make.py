"""A folder with a pipe, and a device where that is allowed."""

import contextlib
import os
import stat
from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def make(folder):
    os.mkfifo(folder / "submitted.py")
    os.mkfifo(folder / "right.py")
    with contextlib.suppress(OSError):
        os.mknod(folder / "zero", stat.S_IFCHR | 0o666, os.makedev(1, 5))
