"""Unpacking the zip of a download: whatever a student has put into it costs at most that student's file."""

from contextlib import ExitStack
from pathlib import Path

from autograder.errors import REMEDIES, SubmissionError, UsageError
from autograder.intake.entries import SubmissionEntry
from autograder.intake.reader import IntakeLimits, SubmissionReader
from autograder.intake.remark import shown

# Of a whole class. What one submission may be is decided when it is graded.
DOWNLOAD_LIMITS = IntakeLimits(
    files=1_000_000,
    zip_entries=1_000_000,
    file_mb=200.0,
    total_mb=100_000.0,
    zip_mb=50_000.0,
    depth=1000,
    ratio=float("inf"),  # file_mb is kept while a file is read, and leaves out that file alone
)


def unpack(archive: Path, into: Path) -> list[str]:
    """Unpack a zip into a folder that does not exist yet; return what was left out, in words.

    Raises:
        UsageError: it is no zip, is damaged, or holds too much; or the folder cannot be written.
    """
    notes = []
    with ExitStack() as still_open:
        reader = SubmissionReader(DOWNLOAD_LIMITS, still_open)
        try:
            stream = still_open.enter_context(open(archive, "rb"))
            into.mkdir(parents=True)
            entries = reader.list_zip(stream, archive.name)
        except OSError as error:
            raise UsageError(f"{archive} cannot be unpacked into {into}: {error.strerror}") from error
        except SubmissionError as error:
            problem = str(error).partition(". ")[0]  # what follows is for a student
            raise UsageError(f"{archive}: {problem}. Download it again, or unpack it yourself and give the folder") from error
        for entry in entries:
            problem = entry.refusal or unpacked(reader, entry, into)
            if problem:
                notes.append(f"left out of {archive.name}: {shown(entry.name)} ({problem})")
    return notes


def unpacked(reader: SubmissionReader, entry: SubmissionEntry, into: Path) -> str:
    """Write one entry; return why that was not possible.

    Raises:
        UsageError: the machine refuses, such as a full disk.
    """
    target = into.joinpath(*entry.parts)
    try:
        content = reader.read(entry, DOWNLOAD_LIMITS.file_mb)
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "xb") as file:  # two names may be one on this disk
            file.write(content)
    except SubmissionError as error:
        return str(error)
    except FileExistsError:
        return "the same name as another file"
    except OSError as error:
        if error.errno in REMEDIES:  # the machine's fault, not that of the name
            raise UsageError(f"{target} cannot be written: {error.strerror}; {REMEDIES[error.errno]}") from error
        return f"cannot be written here: {error.strerror}"
    return ""
