"""Pack a submission and the assignment for a worker, each as a zip with the same bytes for the same content.

The intake must say the same about a submission there as here. Files whose content it does not read arrive as empty files of the
same size, and a link arrives as a link to nowhere.
"""

import io
import json
import os
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from autograder.archive import zip_bytes
from autograder.assignment import Assignment
from autograder.gradescope.autograder_zip import assignment_files
from autograder.intake.entries import SubmissionEntry, name_key
from autograder.intake.folders import open_below
from autograder.intake.reader import IntakeLimits, SubmissionReader, is_zip_name
from autograder.patterns import matches

LIST = "list.json"  # of [source, name of it, path below it, kind, bytes, entry of the zip that holds its first bytes]
FOLDER, FILE, LINK, OTHER = "folder", "file", "link", "other"
HEAD_BYTES = 8  # by which the intake tells a zip
LIMITS = IntakeLimits()


def packed_assignment(assignment: Assignment) -> bytes:
    """The files of an assignment that grading needs, as they are in the autograder zip."""
    return zip_bytes({name: path.read_bytes() for name, path in assignment_files(assignment)})


def packed_submission(sources: Sequence[Path], assignment: Assignment) -> bytes:
    """A submission, for `unpack`.

    Args:
        sources: as for `grade`: a folder, a zip, or files.

    Raises:
        SubmissionError: it cannot be looked through; the message is that of the intake.
        OSError: a file here cannot be read.
    """
    rows: list[list[object]] = []
    contents: dict[str, bytes] = {}

    def add(source: int, name: str, below: str, kind: str, size: int, content: bytes = b"") -> None:
        entry = ""
        if content:
            entry = str(len(contents))
            contents[entry] = content
        rows.append([source, name, below, kind, size, entry])

    with ExitStack() as still_open:
        for number, source in enumerate(sources):
            reader = SubmissionReader(LIMITS, still_open)
            if os.path.isdir(source):
                add(number, source.name, "", FOLDER, 0)
                for entry in reader.list_folder(source):
                    size = entry.declared_bytes or 0
                    wanted = may_be_read(entry, assignment) and size <= LIMITS.total_mb * 1e6
                    content = first_bytes(reader, entry, size) if wanted else b""
                    add(number, source.name, entry.name, kind_of(entry), size, content)
            else:
                size = source.lstat().st_size
                single = SubmissionEntry(source.name, (source.name,), partial(open_below, source.parent, (source.name,)))
                wanted = size <= LIMITS.zip_mb * 1e6
                add(number, source.name, "", FILE, size, first_bytes(reader, single, size if wanted else HEAD_BYTES))
    return zip_bytes({LIST: json.dumps(rows).encode(), **contents})


def may_be_read(entry: SubmissionEntry, assignment: Assignment) -> bool:
    """Whether the intake may open a file, wherever in the submission it looks for what it asks for."""
    if entry.refusal:
        return False
    asked = {name_key(name.split("/")[-1:]) for name in (*assignment.files, *assignment.support_files())}
    below = ["/".join(entry.parts[depth:]) for depth in range(len(entry.parts))]
    return (
        name_key(entry.parts[-1:]) in asked or is_zip_name(entry.name) or any(matches(name, assignment.also) for name in below)
    )


def first_bytes(reader: SubmissionReader, entry: SubmissionEntry, size: int) -> bytes:
    with reader.opened(entry) as file:
        return file.read(size)


def kind_of(entry: SubmissionEntry) -> str:
    if not entry.refusal:
        return FILE
    return LINK if "link" in entry.refusal else OTHER


def unpack(content: bytes, into: Path) -> list[Path]:
    """Write what `packed_submission` has packed into an empty folder; return the sources."""
    found: dict[int, Path] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for source, name, below, kind, size, entry in json.loads(archive.read(LIST)):
            found[source] = into / str(source) / name
            path = found[source] / below
            path.parent.mkdir(parents=True, exist_ok=True)
            if kind == FOLDER:
                path.mkdir()
            elif kind == LINK:
                path.symlink_to("nowhere")
            elif kind == OTHER:
                os.mkfifo(path)
            else:
                with open(path, "wb") as file:
                    file.write(archive.read(entry) if entry else b"")
                    file.truncate(size)
    return list(found.values())


def unpack_assignment(content: bytes, into: Path) -> None:
    """Write what `packed_assignment` has packed into a folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(into)
