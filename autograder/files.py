"""Writing a file so that it is there complete, or as it was before."""

import contextlib
import os
import secrets
from pathlib import Path

from autograder.errors import REMEDIES, AutograderError
from autograder.signals import held


def write_atomically(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file so that it is there complete, or as it was before.

    Args:
        mode: of the file, less what the umask takes away.

    Raises:
        AutograderError: it cannot be written; the message says why and what to do.
    """
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(content)  # a pipe, /dev/stdout: not to be replaced by a file
        else:
            with held():
                write_beside(target, content, mode)
    except OSError as error:
        untouched = f"; what stood in {path.name} before still does" if path.is_file() else ""
        remedy = REMEDIES.get(error.errno or 0)
        raise AutograderError(
            f"{path} was not written: {error.strerror or error}{f'; {remedy}' if remedy else ''}{untouched}"
        ) from error


def write_beside(path: Path, content: bytes, mode: int) -> None:
    """Write a file of another name, then rename it."""
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
