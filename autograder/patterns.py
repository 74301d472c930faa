"""Patterns of file names, as in shells: `*` and `?` within one folder, `**/` for any number of folders."""

import functools
import os
import re
from collections.abc import Sequence
from pathlib import Path


def matches(name: str, patterns: Sequence[str]) -> bool:
    """Whether a relative path, with "/", is one that a pattern admits. Names and folders that begin with a dot never are."""
    if any(part.startswith(".") for part in name.split("/")):
        return False
    return any(expression(pattern).fullmatch(name) for pattern in patterns)


@functools.lru_cache(maxsize=100)
def expression(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression."""
    parts = re.split(r"(\*\*/|\*|\?)", pattern)
    meaning = {"**/": "(?:[^/]+/)*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(part, re.escape(part)) for part in parts))


def found(folder: Path, patterns: Sequence[str]) -> list[str]:
    """The files in a folder that the patterns admit, sorted; links are not followed."""
    if not patterns:
        return []
    names = []
    for above, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        names += [Path(above, name).relative_to(folder).as_posix() for name in files]
    return sorted(name for name in names if matches(name, patterns) and not folder.joinpath(name).is_symlink())
