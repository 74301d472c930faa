"""Programs of the submission, each run by a fresh Python in the box of the process of the test; `run_script`."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.errors import AutograderError
from autograder.sandbox.wire import WireError
from autograder.standins.failures import SubmissionFailure

ENDINGS = ("ended", "too long")


class Programs:
    """The programs of one submission.

    Args:
        ask: has an operation carried out in the process of the test; None where the submission runs in this one.
        stage: folder of its files.
        folder: of the assignment.
        files: that are asked for.
        modules: names by which they are imported.
        roots: folders of the stage that modules are imported from.
        problem_with: what the intake found wrong with a file, or None.
        cwd: the current folder of the suite.
    """

    def __init__(
        self,
        ask: Callable[[str, Sequence[Any]], Any] | None,
        stage: Path,
        folder: Path,
        files: Sequence[str],
        modules: Sequence[str] = (),
        roots: Sequence[str] = (),
        problem_with: Callable[[str], str | None] = lambda name: None,
        cwd: str = "",
    ) -> None:
        self.ask = ask
        self.folder = folder
        self.files = files
        self.modules = modules
        self.roots = roots
        self.serve(stage, problem_with, cwd)

    def serve(self, stage: Path, problem_with: Callable[[str], str | None], cwd: str) -> None:
        """Be the programs of this submission from here on."""
        self.stage = stage
        self.path = [str(stage / root) for root in self.roots] + [str(stage)]
        self.problem_with = problem_with
        self.cwd = cwd

    @contextmanager
    def active(self) -> Iterator[None]:
        """While this lasts, `run_script` runs the programs of this submission."""
        token = ACTIVE.set(self)
        try:
            yield
        finally:
            ACTIVE.reset(token)

    def script(self, name: str) -> str:
        """The path of a submitted file that is to be run.

        Raises:
            SubmissionFailure: it was not handed in.
            AutograderError: the assignment does not ask for it.
        """
        path = self.stage / name
        if path.is_file():
            return str(path)
        if name not in self.files:
            raise AutograderError(f"run_script: the assignment asks for no file {name}; name it in submission.files")
        raise SubmissionFailure(self.problem_with(name) or f"{name} is missing")

    def run(
        self,
        words: Sequence[str],
        given: bytes = b"",
        seconds: float | None = None,
        merged: bool = False,
        folder: str = "",
        variables: Mapping[str, str] | None = None,
    ) -> tuple[int | None, bytes, bytes]:
        """Run Python with these words as its command line; return its exit status, None if it took too long, and its output."""
        assert self.ask
        told = self.ask("run_script", [list(words), folder, self.path, given, seconds, merged, dict(variables or {})])
        if type(told) is not tuple or len(told) != 4 or told[0] not in ENDINGS or type(told[1]) is not int:
            raise SubmissionFailure("your program has ended in an unknown way")
        streams = told[2:]
        if any(type(stream) is not np.ndarray or stream.dtype != np.uint8 or stream.ndim != 1 for stream in streams):
            raise WireError("what a program has printed is malformed")
        ended, status = told[:2]
        return (status if ended == "ended" else None), streams[0].tobytes(), streams[1].tobytes()


ACTIVE: ContextVar[Programs | None] = ContextVar("autograder_programs", default=None)


def run_script(
    script: str | os.PathLike,
    *,
    args: Sequence[Any] = (),
    input: str | None = None,
    timeout: float | None = None,
) -> "subprocess.CompletedProcess[str]":
    """Run a submitted program by a fresh Python; while grading, in the sandbox. See the fixture of this name.

    Raises:
        subprocess.TimeoutExpired: it took longer than `timeout` seconds.
    """
    __tracebackhide__ = True
    name, words = os.fspath(script), [str(word) for word in args]
    current = ACTIVE.get()
    if current is None or current.ask is None:
        return subprocess.run(
            [sys.executable, local_script(name, current), *words],
            input=input or "", capture_output=True, timeout=timeout, encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
    status, out, err = current.run([current.script(name), *words], (input or "").encode(), timeout)
    if status is None:
        raise subprocess.TimeoutExpired([name, *words], timeout or 0, out, err)
    return subprocess.CompletedProcess([name, *words], status, text_of(out), text_of(err))


def local_script(name: str, current: Programs | None) -> str:
    """The path of a program that is our own: in the current folder, or else on the path that modules are found by."""
    if current:
        return current.script(name)
    found = next((path for path in (Path(folder, name) for folder in ("", *sys.path)) if path.is_file()), None)
    if found is None:
        pytest.fail(f"{name} is missing: run the tests in the folder where it lies", pytrace=False)
    return str(found)


def text_of(printed: bytes, encoding: str | None = None, errors: str | None = None) -> str:
    text = printed.decode(encoding or "utf-8", errors or "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
