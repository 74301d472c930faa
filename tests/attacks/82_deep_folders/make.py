"""A deep folder."""

import os
from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def make(folder):
    (folder / "submitted.py").write_bytes(RIGHT)
    os.makedirs(folder / "/".join("d" * 100))
