"""A folder with odd names."""

import contextlib
import os
from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


NAMES = [b"a\nTest failed.py", b"\x1b[31mred.py", b"$(id >x).py", b"`id`.py", b"-rf", b"--help.py", b";id;.py", b"\xff\xfe.py"]
NAMES += ["\u202eyp.txt".encode(), "\u2066x.py".encode(), "\u200bsubmitted.py".encode(), b" ", b"x" * 255, b"a'b\"c.py"]
NAMES += [b"CON.py", b"NUL", b"<script>.py", b"test_attacked.py", b"test_unharmed.py", b"conftest.py", b"pytest.ini"]
NAMES += [b"assignment.toml", b"results.json", b"right.py"]


def make(folder):
    (folder / "submitted.py").write_bytes(RIGHT)
    for name in NAMES:
        with contextlib.suppress(OSError), open(os.path.join(os.fsencode(folder), name), "wb") as file:  # not all take them
            file.write(b"raise SystemExit(0)\n")
