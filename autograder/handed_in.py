"""Facts about a submission that a suite can read without its process: the bytes of a file, and whose submission it is."""

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
        problem_with: returns what the intake found wrong with a file, or None.
        variant: the code of the student's individual numbers; None if all students have the same.
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
    """Return the content of a submitted file; in plain pytest, that of the first file of this name on `sys.path`.

    Fails the test if there is none. The bytes come from the student: parse them with care and never execute them.
    """
    __tracebackhide__ = True
    current = ACTIVE.get()
    if current is None:
        found = next((path for path in (Path(folder, name) for folder in sys.path) if path.is_file()), None)
        if found is None:
            pytest.fail(f"{name} is missing: run the tests in the folder that contains it", pytrace=False)
        return found.read_bytes()
    path = current.stage / name
    if not path.is_file():
        raise SubmissionFailure(current.problem_with(name) or f"{name} is missing")
    return path.read_bytes()
