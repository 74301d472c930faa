"""List the folder of a download, and copy files out of it, without following links."""

import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.model import HandIn
from autograder.errors import AutograderError, SubmissionError, UsageError
from autograder.intake.folders import open_below, scan
from autograder.intake.reader import CHUNK_BYTES, is_skipped
from autograder.intake.remark import shown

ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")  # what may be all that one student has handed in


@dataclass(frozen=True)
class Listing:
    """What lies in a folder.

    Attributes:
        folders, files: names, sorted.
        ignored: what is never looked at, in words.
    """

    root: Path
    folders: tuple[str, ...]
    files: tuple[str, ...]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What a download holds.

    Attributes:
        hand_ins: in the order of their names.
        notes: for staff.
    """

    hand_ins: Sequence[HandIn]
    notes: Sequence[str] = ()


def listing(root: Path) -> Listing:
    """Look into a folder.

    Raises:
        UsageError: it cannot be read.
    """
    folders, files, ignored = [], [], []
    try:
        found = scan(root, ())
    except SubmissionError as error:
        raise UsageError(f"{root}: {error}") from error
    for name, mode, _ in found:
        if is_skipped((name,)) or name.startswith("."):
            ignored.append(shown(name))
        elif stat.S_ISDIR(mode):
            folders.append(name)
        elif stat.S_ISREG(mode):
            files.append(name)
        else:
            kind = "a symbolic link, which is not followed" if stat.S_ISLNK(mode) else "no regular file"
            ignored.append(f"{shown(name)} ({kind})")
    return Listing(root, tuple(folders), tuple(files), tuple(ignored))


def is_archive(name: str) -> bool:
    """Whether a file may hold all that somebody has handed in."""
    return name.lower().endswith(ARCHIVES)


def gathered(root: Path, files: Sequence[tuple[str, str]], into: Path) -> tuple[tuple[Path, ...], list[str]]:
    """Return the sources of a hand-in whose files lie among those of others, and what was left out, in words.

    An archive alone is taken where it lies. Other files are copied under the names that they had when they were handed in.

    Args:
        root: the folder of the download.
        files: (name there, name as handed in).
        into: a folder for the copies, which does not exist.

    Raises:
        AutograderError: a copy cannot be written.
    """
    if len(files) == 1 and is_archive(files[0][0]):
        return (root / files[0][0],), []
    into.mkdir(parents=True)
    notes = []
    for name, original in files:
        target = into / (name if (into / original).exists() else original)  # ".." exists too
        try:
            copy(root, name, target)
        except SubmissionError as error:
            notes.append(f"left out: {error}")
    return (into,), notes


def copy(root: Path, name: str, target: Path) -> None:
    """Copy a regular file of a folder.

    Raises:
        SubmissionError: it is no regular file.
        AutograderError: the copy cannot be written.
    """
    try:
        with open_below(root, (name,)) as source, open(target, "xb") as file:
            while chunk := source.read(CHUNK_BYTES):
                file.write(chunk)
    except OSError as error:
        raise AutograderError(f"{root / name} cannot be copied to {target}: {error.strerror}") from error
