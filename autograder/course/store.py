"""Results by the digests of what they depend on: one JSON file each, below a folder that several runs may share.

    DIR/results/ab/cdef....json     the result of one submission in one group of test files
    DIR/intake/ab/cdef....json      what was taken of a submission
    DIR/suites/ab/cdef....json      which tests there are

A file is there completely or not at all. Two runs that work out the same result write the same file. What cannot be read is as
if it were not there: it is worked out again.
"""

import json
from pathlib import Path
from typing import Any, Literal

from autograder.errors import AutograderError
from autograder.files import write_atomically

Kind = Literal["results", "intake", "suites"]
# What each kind has, at least; see `jobs.piece`, `jobs.Taken` and `suites.Suites`.
KEYS: dict[Kind, set[str]] = {
    "results": {"level", "layers", "records"},
    "intake": {"digest", "sha256", "remarks", "files", "refused"},
    "suites": {"groups", "imported"},
}


class Store:
    """The results in a folder, which is made when the first one is written; only its owner may look into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, kind: Kind, key: str) -> Path:
        return self.folder / kind / key[:2] / f"{key[2:]}.json"

    def read(self, kind: Kind, key: str) -> dict[str, Any] | None:
        """What is stored under a key; None where that is nothing, or nothing that can be read."""
        try:
            document = json.loads(self.path(kind, key).read_bytes())
        except (OSError, ValueError):
            return None
        return document if isinstance(document, dict) and document.keys() >= KEYS[kind] else None

    def write(self, kind: Kind, key: str, document: dict[str, Any]) -> None:
        path = self.path(kind, key)
        private_folder(path.parent)
        write_atomically(path, json.dumps(document, ensure_ascii=True, separators=(",", ":")).encode(), 0o600)


def private_folder(folder: Path) -> None:
    """Make a folder, and those above it, for their owner alone.

    Raises:
        AutograderError: it cannot be made.
    """
    try:
        for path in reversed([folder, *folder.parents]):
            if not path.exists():
                path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise AutograderError(f"{error.filename} cannot be made: {error.strerror}; choose another folder with --out") from error
