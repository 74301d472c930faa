"""Clones of GitHub Classroom's repositories: a folder assignment-username for each, often in one named assignment-submissions.

Nothing in a clone is believed but the objects of git themselves: its configuration can name programs that git runs.
"""

import itertools
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from autograder.course.downloads.listing import Found, Listing
from autograder.course.model import HandIn, Person
from autograder.errors import SubmissionError
from autograder.gradescope.wording import plural
from autograder.intake.folders import open_below, scan
from autograder.text import line

WORDS = "clones of GitHub repositories"
COLLECTION = "-submissions"
SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
COMMITTER = re.compile(
    rb"^committer .*> (?P<seconds>\d{1,11}) (?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>[0-5]\d)$", re.MULTILINE
)
MAX_REFS_BYTES = 10_000_000
GIT_SECONDS = 20.0  # for one commit


def claims(listing: Listing, wanted: Sequence[str]) -> set[str]:
    """The folders that are clones."""
    return {name for name in listing.folders if is_clone(listing.root / name)}


def is_clone(folder: Path) -> bool:
    try:
        return any(name == ".git" and stat.S_ISDIR(mode) for name, mode, _ in scan(folder, ()))
    except SubmissionError:
        return False


def read(listing: Listing, wanted: Sequence[str], work: Path) -> Found:
    """Read clones: the user is what follows the assignment's name, the time that of the last commit."""
    names = sorted(claims(listing, wanted))
    prefix = assignment_prefix(listing.root.name, names)
    hand_ins = []
    for name in names:
        user = line(name.removeprefix(prefix))
        person = Person(user, accounts=(("github", user),))
        hand_ins.append(HandIn((listing.root / name,), (person,), line(name), commit_time(listing.root / name)))
    notes = [
        f"the names of the repositories begin with {line(prefix)}" if prefix else "the names of the repositories are the users"
    ]
    dated = sum(hand_in.time is not None for hand_in in hand_ins)
    if dated:
        notes.append("the time of handing in is that of the last commit, which the student's own computer sets")
    if dated < len(hand_ins):
        notes.append(
            f"the time of handing in is not known of {plural(len(hand_ins) - dated, 'clone')}, whose last commit cannot be read"
        )
    return Found(hand_ins, notes)


def assignment_prefix(folder: str, names: Sequence[str]) -> str:
    """What comes before the user in the names of repositories: by the folder's name, else what all have in common."""
    named = f"{folder.removesuffix(COLLECTION)}-"
    if folder.endswith(COLLECTION) and all(name.startswith(named) and name != named for name in names):
        return named
    if len(names) < 2:
        return ""
    parts = zip(*(name.split("-")[:-1] for name in names), strict=False)  # the last part belongs to the user
    return "".join(f"{each[0]}-" for each in itertools.takewhile(lambda each: len(set(each)) == 1, parts))


def commit_time(clone: Path) -> datetime | None:
    """The committer's time of what HEAD names; None without git, or if it cannot be read."""
    git = shutil.which("git")
    commit = head(clone)
    if not git or not commit:
        return None
    with tempfile.TemporaryDirectory() as folder:
        # A repository of ours that has the clone's objects: of the clone's own configuration git sees nothing.
        for name in ("objects", "refs"):
            Path(folder, name).mkdir()
        Path(folder, "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")
        if len(commit) == 64:
            text = "[core]\nrepositoryformatversion = 1\n[extensions]\nobjectformat = sha256\n"
            Path(folder, "config").write_text(text, encoding="ascii")
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "GIT_DIR": folder,
            "GIT_OBJECT_DIRECTORY": str((clone / ".git/objects").absolute()),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "HOME": folder,
        }
        try:
            done = subprocess.run(
                [git, "cat-file", "commit", commit],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=GIT_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
    match = COMMITTER.search(done.stdout.partition(b"\n\n")[0]) if done.returncode == 0 else None
    if not match:
        return None
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
    try:
        zone = timezone(offset if match["sign"] == b"+" else -offset)
        return datetime.fromtimestamp(int(match["seconds"]), zone)
    except (ValueError, OverflowError, OSError):
        return None


def head(clone: Path) -> str | None:
    """The commit that is checked out."""
    found = content(clone, ".git/HEAD").strip()
    name = found.removeprefix("ref: ")
    if name != found:
        if ".." in name or not name.startswith("refs/"):
            return None
        found = content(clone, f".git/{name}").strip()
        if not found:
            packed = (line.split(" ") for line in content(clone, ".git/packed-refs").splitlines())
            found = next((parts[0] for parts in packed if parts[1:] == [name]), "")
    return found if SHA.fullmatch(found) else None


def content(clone: Path, name: str) -> str:
    """The text of a file in a clone; empty if there is none that can be read. No link is followed."""
    try:
        with open_below(clone, tuple(name.split("/"))) as file:
            return file.read(MAX_REFS_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError, SubmissionError):
        return ""
