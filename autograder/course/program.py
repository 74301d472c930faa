"""A job as a program: our own command, with the job on its standard input and the answer on its standard output."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from autograder.course.jobs import Job
from autograder.errors import AutograderError

STDIN = "stdin"


def command(assignment: Path, mode: str) -> list[str]:
    """The command line, on a machine that has the assignment in that folder."""
    return [sys.executable, "-m", "autograder", "job", "--assignment", str(assignment), "--sandbox", mode]


def request(job: Job, parent: int | str | None = None) -> bytes:
    """What the program reads: a line.

    Args:
        parent: pid of the process with which it is to end; STDIN where it is to end with its standard input, a pipe.
    """
    return json.dumps({**asdict(job), "parent": parent}).encode() + b"\n"


def read(content: bytes) -> tuple[Job, int | str | None]:
    """A job and its parent, as `request` has written them.

    Raises:
        AutograderError: it is none.
    """
    try:
        document = json.loads(content)
        parent = document.pop("parent")
        lists = {name: tuple(document[name]) for name in ("sources", "students", "only")}
        return Job(**{**document, **lists}), parent
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise AutograderError(
            f"standard input holds no job ({error}); `autograder job` is for `autograder class` to call"
        ) from error
