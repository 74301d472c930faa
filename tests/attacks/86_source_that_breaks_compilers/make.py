"""A deep expression."""

from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def make(folder):
    (folder / "submitted.py").write_bytes(RIGHT + b"\n" + b"x = " + b"-" * 200_000 + b"1\n")
