"""A program of the submission, run by a fresh interpreter in the process' own box."""

import os
import runpy
import subprocess
import sys
import tempfile
from typing import IO, Any

import numpy as np

MAX_PRINTED = 16 << 20  # bytes of one stream that are told to the suite
ENDED, TOO_LONG = "ended", "too long"


def run_script(
    words: list[str], folder: str, path: list[str], given: bytes, seconds: float | None, merged: bool, variables: dict[str, str]
) -> tuple[str, int, np.ndarray, np.ndarray]:
    """Run Python with these words as its command line.

    Args:
        folder: that it runs in; empty for the current one.
        path: folders that modules are imported from, beside the script's own.
        given: what it reads from its standard input.
        seconds: wall clock after which it is ended; None: as long as the test may take.
        merged: its standard error goes where its output goes.
        variables: of its environment, beside those of this process.

    Returns:
        How it came to an end, its exit status, and what it has printed on its standard output and error.
    """
    environment = {**os.environ, **variables, "PYTHONPATH": os.pathsep.join(path), "PYTHONIOENCODING": "utf-8"}
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        stdin.write(given)
        stdin.seek(0)
        ended, status = ENDED, 0
        try:
            status = subprocess.run(
                [sys.executable, "-B", *words],
                stdin=stdin,
                stdout=stdout,
                stderr=subprocess.STDOUT if merged else stderr,
                cwd=folder or None,
                env=environment,
                timeout=seconds,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            ended = TOO_LONG
        return ended, status, printed(stdout), printed(stderr)


def run_path(path: str, names: dict[str, Any], run_name: str) -> dict[str, Any]:
    """Run a file of the submission in this process, as `runpy.run_path` does; return the names that it has defined."""
    made = runpy.run_path(path, names, run_name)
    return {name: value for name, value in made.items() if name not in ("__builtins__", "__loader__", "__spec__")}


def printed(file: IO[Any]) -> np.ndarray:
    file.seek(0)
    return np.frombuffer(file.read(MAX_PRINTED), np.uint8)
