"""Errors, sorted by who can act on them."""

import errno
import os
import tempfile

# What to do about what the machine refuses.
REMEDIES = {
    errno.ENOSPC: "make room there",
    errno.EDQUOT: "make room there, or have the quota raised",
    errno.EFBIG: "allow larger files (ulimit -f unlimited)",
    errno.EROFS: "choose a folder that can be written to",
    errno.EACCES: "give this user the right to, or choose another folder",
    errno.EPERM: "give this user the right to, or choose another folder",
    errno.EMFILE: "let a process open more files (ulimit -n 1024)",
    errno.ENFILE: "the machine has too many files open: end other programs, or raise fs.file-max",
    errno.ENOMEM: "give the grading more memory (ulimit -v, or the limit of its container)",
    errno.EAGAIN: "allow more processes (ulimit -u, or the limit of its container)",
    errno.EIO: "the disk, or the terminal, is at fault",
}
NO_MEMORY = {"failed to map segment": errno.ENOMEM}  # of the dynamic loader


class AutograderError(Exception):
    """Ours or the suite's: staff see the traceback, the student a sentence without blame, and no score is lost silently."""


class AssignmentError(AutograderError):
    """The instructor's: assignment.toml, a suite or a reference says something that cannot be carried out."""


class UsageError(AutograderError):
    """Of who has called a command: an argument does not fit the assignment."""


class SubmissionError(Exception):
    """The student's: shown as it is, so it names the file, what was found and what was expected."""


def machine_fault(error: BaseException) -> str | None:
    """Return what the machine has refused and what to do about it, in a sentence; None for any other error."""
    code = getattr(error, "errno", None)
    if isinstance(error, MemoryError):
        code = errno.ENOMEM
    elif isinstance(error, ImportError):  # the loader of shared objects has words only
        known = {os.strerror(code): code for code in (errno.EMFILE, errno.ENFILE, errno.ENOMEM)} | NO_MEMORY
        code = next((code for words, code in known.items() if words in str(error)), None)
    if code not in REMEDIES:
        return None
    place = os.fsdecode(getattr(error, "filename", None) or "")
    if not place and code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        place = "what is printed, or a temporary file"
    elif tempfile.tempdir and place.startswith(os.path.join(tempfile.tempdir, "")):
        return f"{place}: {os.strerror(code)}; {REMEDIES[code]}, or let TMPDIR name another folder"
    return f"{place}{': ' if place else ''}{os.strerror(code)}; {REMEDIES[code]}"
