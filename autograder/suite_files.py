"""[settings] for suites, and files that a suite writes for the submission.

While grading, the grader provides them. In plain pytest, they come from the assignment.toml above the suite and from temporary
folders.
"""

import atexit
import copy
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.assignment import settings_above
from autograder.standins import files_for_submission


@dataclass(frozen=True)
class Given:
    """What the grader provides.

    Attributes:
        settings: the table of assignment.toml.
        shared: a folder that every process of the submission may read.
    """

    settings: dict[str, Any]
    shared: Path

    @contextmanager
    def active(self) -> Iterator[None]:
        """While this lasts, suites get these."""
        token = GIVEN.set(self)
        try:
            yield
        finally:
            GIVEN.reset(token)


GIVEN: ContextVar[Given | None] = ContextVar("autograder_given", default=None)


def read_settings(file: Path) -> dict[str, Any]:
    """Return the table [settings] of the current grading; in plain pytest, of the assignment of the suite's file."""
    given = GIVEN.get()
    return copy.deepcopy(given.settings) if given else settings_above(file.resolve())


def write_files(files: Mapping[str, bytes], folder: str | None = None) -> str:
    """Write files where the submission can read them; return their folder's path.

    While grading, the folder is in the working directory of the process that runs the submission at the time of the call.
    Otherwise it is a temporary folder.

    Args:
        files: name -> content.
        folder: a relative path below the working directory, if the submission expects one.
    """
    path = files_for_submission(dict(files), folder)
    return path if path is not None else str(written(files))


def shared_files(files: Mapping[str, bytes]) -> str:
    """Write files once, which every process of the submission can read (or map); return their folder's path.

    In plain pytest, the folder is a temporary one.
    """
    folder = written(files)
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o755)
    return str(folder)


def written(files: Mapping[str, bytes]) -> Path:
    """Write files into a new folder, which is removed with the grading, or else when this process ends."""
    given = GIVEN.get()
    parent = given.shared if given else None
    folder = Path(tempfile.mkdtemp(dir=parent, prefix="" if parent else "autograder-"))
    if parent is None:
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, content in files.items():
        folder.joinpath(name).write_bytes(content)
    return folder
