"""Which of the files that were handed out, and are not the student's to change, are still as they were."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.archive import VERSION

LIST = "autograder/handed_out.txt"  # a line for each file: its digest and its name, as sha256sum writes them
EDITOR = ".vscode/settings.json"
TO_READ = ("README.md", "handout.html", EDITOR)  # whether they are there is of no matter
# What may be changed: run_tests.py does not go by it. Of the checks, there may be some for a student's own numbers.
FREE = ("conftest.py", "pytest.ini", "requirements.txt", "answer_checks.toml")
SHOWN = 5  # names in a message


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file, whichever ends its lines have: git and editors change them."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def listing(files: Mapping[str, bytes], own: tuple[str, ...]) -> bytes:
    """Return the list for these files, name -> content, but for the student's `own`."""
    names = sorted(name for name in files if name not in (*own, *TO_READ))
    return "".join(f"{digest(files[name])}  {name}\n" for name in names).encode()


def version_of(folder: Path) -> str:
    """Return the version of the handout."""
    return (folder / VERSION).read_text(encoding="utf-8").strip()


def listed(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the digest of each file that was handed out."""
    try:
        text = (folder / LIST).read_text(encoding="utf-8")
    except FileNotFoundError:
        text = f"{digest(b'')}  {LIST}"  # which is missing then
    for line in text.splitlines():
        expected, _, name = line.partition("  ")
        yield name, expected


def changes(folder: Path) -> tuple[list[str], list[str]]:
    """Return the names of the files in `folder` that differ from what was handed out, and of those that are not there."""
    differing, missing = [], []
    for name, expected in listed(folder):
        try:
            content = (folder / name).read_bytes()
        except OSError:
            missing.append(name)
            continue
        if digest(content) != expected and name not in FREE:
            differing.append(name)
    return differing, missing


def shown(names: list[str]) -> str:
    more = [f"{len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return " and ".join(filter(None, [", ".join(names[:SHOWN]), *more]))


def sentence_on(differing: list[str]) -> str:
    """Return what a student should know about files that were changed, "" where none was."""
    if not differing:
        return ""
    verb = "differs" if len(differing) == 1 else "differ"
    return f"{shown(differing)} {verb} from what was handed out: unpack the zip again, or undo the change"
