"""Right source behind a declaration of UTF-7."""

from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def make(folder):
    hidden = "+AAo-SECRET +AD0 1"
    (folder / "submitted.py").write_bytes(b"# coding: utf-7\n# " + hidden.encode() + b"\nfrom right import *\n")
