"""A folder with links."""

import os
from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def make(folder):
    os.symlink(folder.parent / "assignment/reference/submitted.py", folder / "submitted.py")
    os.symlink(folder.parent / "assignment", folder / "assignment")
    os.symlink("circle", folder / "circle")
    os.symlink("..", folder / "upwards")
    os.symlink("/", folder / "root")
