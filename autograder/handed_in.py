"""What a suite may know of a submission without asking its process: the bytes of a file that is no code, and whose it is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.standins.failures import SubmissionFailure


@dataclass(frozen=True)
class HandedIn:
    """The submission that is being graded.

    Attributes:
        stage: folder of its files.
        problem_with: what the intake found wrong with a file, or None.
        variant: the code of the student's own numbers; None where all have the same.
    """

    stage: Path
    problem_with: Callable[[str], str | None]
    variant: str | None = None

    @contextmanager
    def active(self) -> Iterator[None]:
        """While this lasts, the fixtures `handed_in` and `variant` are about this submission."""
        token = ACTIVE.set(self)
        try:
            yield
        finally:
            ACTIVE.reset(token)


ACTIVE: ContextVar[HandedIn | None] = ContextVar("autograder_handed_in", default=None)


def content(name: str) -> bytes:
    """Return the content of a submitted file; in plain pytest, of the first one on the path that modules are found by.

    Fails the test if there is none. The bytes come from the student: they are to be read with care and never executed.
    """
    __tracebackhide__ = True
    current = ACTIVE.get()
    if current is None:
        found = next((path for path in (Path(folder, name) for folder in sys.path) if path.is_file()), None)
        if found is None:
            pytest.fail(f"{name} is missing: run the tests in the folder where it lies", pytrace=False)
        return found.read_bytes()
    path = current.stage / name
    if not path.is_file():
        raise SubmissionFailure(current.problem_with(name) or f"{name} is missing")
    return path.read_bytes()
