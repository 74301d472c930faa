"""The intake: a folder, a zip or single files become a read-only stage that holds regular files under known names.

Only the files that the assignment asks for are opened; of everything else the name is looked at and nothing more. No
link is followed, no path of the submission is ever written to, and what is read is counted while it is read, because
sizes in an archive are claims. A problem of one file is a Finding, so that the rest can still be graded; a submission
that cannot be looked through at all is a SubmissionError.
"""

from __future__ import annotations

import difflib
import errno
import functools
import hashlib
import importlib.machinery
import io
import os
import re
import shutil
import stat
import struct
import sys
import sysconfig
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from autograder.diagnose import CompileCheck, Finding, check_bytes, shown, signature
from autograder.errors import AssignmentError, AutograderError, SubmissionError

__all__ = ["Finding", "IntakeLimits", "Stage", "stage_submission"]


@dataclass(frozen=True)
class IntakeLimits:
    """What a submission may be; one that goes over is not graded. 1 MB is 10**6 bytes."""

    files: int = 2000  # names looked at, without folders that are skipped (a virtual environment has 20,000)
    zip_entries: int = 20_000  # entries of one zip, the skipped ones included: reading its list takes 1 kB for each
    file_mb: float = 10.0  # each file taken; source code has kilobytes, a small trained model megabytes
    total_mb: float = 50.0  # everything read out of the submission
    zip_mb: float = 100.0  # the zip itself, packed; platforms allow about as much
    depth: int = 16  # folders in folders
    ratio: float = 200.0  # unpacked to packed bytes; source code has 3 to 10, a bomb 1000
    zips_in_zips: int = 1


@dataclass(frozen=True)
class Stage:
    """What was taken: path holds `files` and the support files, nothing else, all of it read-only.

    digest is a SHA-256 over names and contents of the files taken. Whether they compile is still being checked while
    this object is new; `findings` and `problem_with` wait for the answer, which takes some 30 ms from the start.
    """

    path: Path
    files: tuple[str, ...]
    ignored: tuple[str, ...]  # in the submission, not asked for; names made safe to show
    digest: str
    _intake_findings: tuple[Finding, ...] = field(repr=False)
    _compile_check: CompileCheck = field(repr=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All remarks: on names and places, on bytes, on what does not compile."""
        return self._intake_findings + self._compile_check.findings()

    def problem_with(self, name: str) -> str | None:
        """What tests that need this file show, or None: it is there and compiles. name: as the assignment writes it."""
        fatal = [str(finding) for finding in self.findings if finding.fatal and finding.file == name]
        return "\n".join(fatal) or None

    def discard(self) -> None:
        """Delete the stage and end the compile check."""
        self._compile_check.stop()
        for folder, _, _ in os.walk(self.path):
            os.chmod(folder, 0o700)  # a read-only folder does not let its entries go
        shutil.rmtree(self.path)


def stage_submission(
    sources: Sequence[Path],
    into: Path,
    wanted: Sequence[str],
    support: Mapping[str, Path],
    optional: Sequence[str] = (),
    limits: IntakeLimits = IntakeLimits(),
) -> Stage:
    """Take the files an assignment asks for out of a submission.

    Args:
        sources: one folder, one zip, or files.
        into: the stage; created, or an empty folder.
        wanted: names to submit, relative, with "/"; one that is missing is a fatal finding.
        support: name -> trusted file; always taken from there, whatever the submission holds under that name.
        optional: names taken when they are there.

    Raises:
        SubmissionError: a source is missing, damaged, encrypted, unreadable or over a limit.
        AssignmentError: a name leads outside the stage or stands twice; a support file is missing.
        AutograderError: the stage is not empty.
    """
    asked = [*wanted, *optional, *support]
    _check_names(asked)
    with ExitStack() as still_open:
        reader = _Reader(limits, still_open)
        entries = reader.look_through(sources, asked)
        findings = _refusals(entries)
        taken: dict[str, bytes] = {}
        absent: list[str] = []
        used: set[int] = set()
        for name in [*wanted, *optional]:
            candidates = _candidates(name, entries, asked)
            used.update(map(id, candidates))
            if len(candidates) == 1 and candidates[0].refusal is None:
                findings += _remarks_on_place(name, candidates[0])
                taken[name] = reader.read(candidates[0], limits.file_mb)
            elif candidates:
                findings.append(_unusable(name, candidates))
            elif name in wanted:
                absent.append(name)
        findings += _missing(absent, entries, asked)
        for name, trusted in support.items():
            candidates = _candidates(name, entries, asked)
            used.update(map(id, candidates))
            if not all(_same_text(reader, entry, trusted) for entry in candidates):
                message = "This copy differs from the assignment's file and is ignored; the assignment's is used."
                findings.append(Finding(name, None, None, message, fatal=False))
    ignored = [entry for entry in entries if id(entry) not in used]
    findings += _shadows([*wanted, *optional], ignored)
    _write_stage(into, taken, support)
    checked = {name: check_bytes(name, taken[name]) for name in sorted(taken) if name.endswith(".py")}
    findings += [finding for remarks in checked.values() for finding in remarks]
    sound = {name: taken[name] for name, remarks in checked.items() if not any(remark.fatal for remark in remarks)}
    return Stage(
        path=into,
        files=tuple(sorted(taken)),
        ignored=tuple(sorted(shown(entry.name) for entry in ignored)),
        digest=_digest(taken),
        _intake_findings=tuple(findings),
        _compile_check=CompileCheck(sound),
    )


def _check_names(names: Sequence[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise AssignmentError(f"The file {name} stands {times} times among submit, optional and support.")
        if "\\" in name or ":" in name or any(part in ("", ".", "..") for part in name.split("/")):
            raise AssignmentError(f'The file name "{shown(name)}" must be relative, with "/" between folders, without "..".')


# Looking through what was handed in:

_SKIPPED = frozenset(
    {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", "__pycache__", ".git", ".venv", ".ipynb_checkpoints"}
    | {".idea", ".vscode", ".pytest_cache", ".mypy_cache", ".ruff_cache"}
)
_CHUNK_BYTES = 1 << 16
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
# A FIFO would block at open without O_NONBLOCK; Windows has neither flag.
_OPEN_UNTRUSTED = _OPEN_FLAGS | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_HAS_OPENAT = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
# What zipfile lets through when an archive lies about itself.
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, LookupError, ValueError, ArithmeticError)


@dataclass(frozen=True)
class _Entry:
    """One name in the submission. parts: its place, without enclosing folders; empty if it lies outside."""

    name: str  # as found, with the enclosing folders
    parts: tuple[str, ...]
    open: Callable[[], IO[bytes]]
    packed_bytes: int | None = None  # in a zip
    declared_bytes: int | None = None
    refusal: str | None = None  # why it is never opened: "is a symbolic link"


class _Reader:
    """Lists and reads sources under the limits; everything read counts towards one total."""

    def __init__(self, limits: IntakeLimits, still_open: ExitStack):
        self._limits = limits
        self._still_open = still_open
        self._listed = 0
        self._read_bytes = 0

    def look_through(self, sources: Sequence[Path], asked: Collection[str]) -> list[_Entry]:
        """All entries of all sources, enclosing folders and zips looked through."""
        zip_levels = 0
        entries: list[_Entry] = []
        for source in sources:
            if os.path.isdir(source):
                entries += _without_enclosing(self._list_folder(source), asked)
                continue
            single = _Entry(source.name, (source.name,), functools.partial(_open_below, source.parent, (source.name,)))
            archive = self._still_open.enter_context(self._open(single))
            head = archive.read(8)
            archive.seek(0)
            if _is_zip_name(source.name) or (head[:4] == b"PK\x03\x04" and source.name not in asked):
                zip_levels = 1
                size = os.fstat(archive.fileno()).st_size
                self._limit(f"{shown(source.name)} has", size / 1e6, self._limits.zip_mb, "MB", "zip_mb")
                entries += _without_enclosing(self._list_zip(archive, source.name), asked)
            else:
                entries.append(single)
        while zip_levels <= self._limits.zips_in_zips:
            zips = [entry for entry in entries if _is_zip_name(entry.name) and not entry.refusal]
            if len(zips) != 1 or any(_candidates(name, entries, asked) for name in asked):
                break
            inner = io.BytesIO(self.read(zips[0], self._limits.total_mb))
            entries.remove(zips[0])
            entries += _without_enclosing(self._list_zip(inner, zips[0].name), asked)
            zip_levels += 1
        return sorted(entries, key=lambda entry: entry.name)

    def read(self, entry: _Entry, most_mb: float) -> bytes:
        """The content of one entry."""
        if entry.declared_bytes is not None:
            self._limit(f"{shown(entry.name)} has", entry.declared_bytes / 1e6, most_mb, "MB", "file_mb")
        content = bytearray()
        with self._open(entry) as stream:
            while chunk := self._chunk(entry, stream):
                content += chunk
                self._read_bytes += len(chunk)
                self._limit(f"{shown(entry.name)} has at least", len(content) / 1e6, most_mb, "MB", "file_mb")
                self._limit("The submission has at least", self._read_bytes / 1e6, self._limits.total_mb, "MB", "total_mb")
        return bytes(content)

    def _chunk(self, entry: _Entry, stream: IO[bytes]) -> bytes:
        try:
            return stream.read(_CHUNK_BYTES)
        except _DAMAGED as error:
            raise _unreadable(entry, error) from error

    def _open(self, entry: _Entry) -> IO[bytes]:
        try:
            return entry.open()
        except NotImplementedError as error:
            message = f"{shown(entry.name)} is packed in an unusual way ({error}); make the zip with your system's own tool."
            raise SubmissionError(message) from error
        except (*_DAMAGED, RuntimeError) as error:
            raise _unreadable(entry, error) from error

    def _limit(self, what: str, found: float, most: float, unit: str, name: str) -> None:
        if found > most:
            raise SubmissionError(
                f"{what} {found:.6g} {unit}, more than the limit of {most:.6g} ({name}). "
                "Hand in the files that the assignment asks for, without data and other large files."
            )

    def _count(self, entry: _Entry, label: str) -> None:
        self._listed += 1
        self._limit("The submission has at least", self._listed, self._limits.files, "files", "files")
        self._limit(f"{label} has", len(entry.parts) - 1, self._limits.depth, "folders in folders", "depth")

    def _list_folder(self, root: Path) -> list[_Entry]:
        entries: list[_Entry] = []
        folders: list[tuple[str, ...]] = [()]
        while folders:
            above = folders.pop()
            for name, mode, size in _scan(root, above):
                parts = (*above, name)
                if _is_skipped(parts[-1:]):
                    continue
                opener = functools.partial(_open_below, root, parts)
                entry = _Entry("/".join(parts), parts, opener, declared_bytes=size, refusal=_refusal(mode))
                self._count(entry, shown(entry.name))
                if stat.S_ISDIR(mode):
                    folders.append(parts)
                else:
                    entries.append(entry)
        return entries

    def _list_zip(self, stream: IO[bytes], label: str) -> list[_Entry]:
        """The entries of a zip. label: the name of the archive, for messages."""
        self._refuse_long_lists(stream, label)
        try:
            archive = self._still_open.enter_context(zipfile.ZipFile(stream))
        except (*_DAMAGED, RuntimeError) as error:
            stream.seek(0)
            what = signature(stream.read(8))
            reason = f"is {what}, not a zip" if what and "zip archive" not in what else "is damaged, cut off or no zip"
            advice = "Make the zip again, open it once to see that it works, and hand it in."
            raise SubmissionError(f"{shown(label)} {reason}. {advice}") from error
        return [entry for info in archive.infolist() if (entry := self._zip_entry(archive, info, label)) is not None]

    def _refuse_long_lists(self, stream: IO[bytes], label: str) -> None:
        """Count the signatures of list entries; zipfile would build an object for each, however many there are."""
        count, tail = 0, b""
        while chunk := stream.read(1 << 20):
            count += (tail + chunk).count(b"PK\x01\x02")
            tail = chunk[-3:]
        stream.seek(0)
        self._limit(f"{shown(label)} has", count, self._limits.zip_entries, "entries", "zip_entries")

    def _zip_entry(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str) -> _Entry | None:
        name = info.filename.replace("\\", "/")  # some Windows tools write backslashes, and nobody else means them
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        mode = info.external_attr >> 16
        if name.endswith("/") or not parts or _is_skipped(parts) or stat.S_ISDIR(mode):
            return None
        refusal = None if stat.S_IFMT(mode) == 0 else _refusal(mode)
        if name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in parts:
            refusal = "leads outside the submission"
        entry = _Entry(
            name=name,
            parts=() if refusal == "leads outside the submission" else parts,
            open=functools.partial(archive.open, info),
            packed_bytes=info.compress_size,
            declared_bytes=info.file_size,
            refusal=refusal,
        )
        self._count(entry, f"{shown(name)} in {shown(label)}")
        if info.flag_bits & 0x1:
            raise SubmissionError(f"{shown(name)} in {shown(label)} is encrypted. Make the zip without a password.")
        # Also asked of entries that nobody will unpack here: no honest file is both huge and that repetitive.
        if info.file_size > self._limits.file_mb * 1e6:
            self._limit(f"{shown(name)} in {shown(label)} has", *self._ratio(info), "unpacked bytes for each packed", "ratio")
        return entry

    def _ratio(self, info: zipfile.ZipInfo) -> tuple[float, float]:
        return info.file_size / max(info.compress_size, 1), self._limits.ratio


def _unreadable(entry: _Entry, error: Exception) -> SubmissionError:
    if isinstance(error, OSError) and entry.packed_bytes is None:
        link = error.errno in (errno.ELOOP, errno.EMLINK)
        why = "is a symbolic link; hand in the file itself" if link else f"cannot be read: {error.strerror}"
        return SubmissionError(f"{shown(entry.name)} {why}.")
    return SubmissionError(f"{shown(entry.name)} is damaged in the zip. Make the zip again and hand it in again.")


def _open_below(root: Path, parts: tuple[str, ...]) -> IO[bytes]:
    """Open a regular file without following a link at any step below root."""
    descriptor = _descend(root, parts, _OPEN_UNTRUSTED)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SubmissionError(f"{shown('/'.join(parts))} is no regular file. Hand in an ordinary copy of it.")
    return os.fdopen(descriptor, "rb")


def _descend(root: Path, parts: tuple[str, ...], flags: int) -> int:
    """A descriptor for root/parts, opened step by step where the system can."""
    if not _HAS_OPENAT:
        for depth in range(1, len(parts) + 1):
            if root.joinpath(*parts[:depth]).is_symlink():
                raise OSError(errno.ELOOP, "is a symbolic link")
        return os.open(root.joinpath(*parts), flags)
    here = os.open(root, _OPEN_FLAGS | os.O_DIRECTORY)
    for depth, part in enumerate(parts, start=1):
        try:
            below = os.open(part, flags if depth == len(parts) else _OPEN_UNTRUSTED | os.O_DIRECTORY, dir_fd=here)
        finally:
            os.close(here)
        here = below
    return here


def _scan(root: Path, parts: tuple[str, ...]) -> list[tuple[str, int, int]]:
    """Names in one folder, sorted, each with mode and size in bytes; links are not followed."""
    try:
        if not _HAS_OPENAT:
            return _statuses(root.joinpath(*parts))
        folder = _descend(root, parts, _OPEN_UNTRUSTED | os.O_DIRECTORY)
        try:
            return _statuses(folder)
        finally:
            os.close(folder)
    except OSError as error:
        place = shown("/".join(parts) or root.name)
        raise SubmissionError(f"The folder {place} cannot be read: {error.strerror}.") from error


def _statuses(folder: Path | int) -> list[tuple[str, int, int]]:
    with os.scandir(folder) as found:
        statuses = [(entry.name, entry.stat(follow_symlinks=False)) for entry in found]
    return sorted((name, status.st_mode, status.st_size) for name, status in statuses)


def _refusal(mode: int) -> str | None:
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return None
    return "is a symbolic link" if stat.S_ISLNK(mode) else "is no regular file"


def _is_skipped(parts: tuple[str, ...]) -> bool:
    return any(part in _SKIPPED or part.startswith("._") for part in parts)


def _is_zip_name(name: str) -> bool:
    return name.lower().endswith(".zip")


def _without_enclosing(entries: list[_Entry], asked: Collection[str]) -> list[_Entry]:
    """The entries with the folders removed that everything lies in.

    An assignment may itself ask for src/modules.py: of all ways to cut, the one where most names fit is right.
    """
    wanted = {_key(name.split("/")) for name in asked}
    best, most = entries, -1
    while True:
        fitting = sum(_key(entry.parts) in wanted for entry in entries)
        if fitting >= most:
            best, most = entries, fitting
        inside = [entry for entry in entries if entry.parts]
        if len({entry.parts[0] for entry in inside}) != 1 or any(len(entry.parts) == 1 for entry in inside):
            return best
        entries = [replace(entry, parts=entry.parts[1:]) for entry in entries]


def _key(parts: Iterable[str]) -> tuple[str, ...]:
    """What two names share that differ in case or in how accents are encoded."""
    return tuple(unicodedata.normalize("NFC", part).casefold() for part in parts)


# Which entry is meant by a name, and what to say where it is unclear:

_SHOWN_NAMES = 8  # of a list of file names
_COMPARED_NAMES = 200  # with the name of a missing file, letter by letter


def _candidates(name: str, entries: Sequence[_Entry], asked: Collection[str]) -> list[_Entry]:
    """The entries that may be meant: in the very place, else with other case, else the same name anywhere."""
    parts = tuple(name.split("/"))
    exact = [entry for entry in entries if entry.parts == parts]
    if exact:
        return exact
    in_place = [entry for entry in entries if _key(entry.parts) == _key(parts)]
    names = [_key(other.split("/")) for other in asked]
    if in_place or sum(other[-1:] == _key(parts[-1:]) for other in names) > 1:
        return in_place
    elsewhere = [entry for entry in entries if _key(entry.parts[-1:]) == _key(parts[-1:])]
    return [entry for entry in elsewhere if not entry.refusal] or elsewhere


def _remarks_on_place(name: str, entry: _Entry) -> list[Finding]:
    found = "/".join(entry.parts)
    if found == name:
        return []
    if _key(entry.parts) == _key(name.split("/")):
        why = "upper and lower case matter to Python's import on other computers"
    else:
        why = "the assignment wants it in another folder"
    message = f"It was found as {_quoted(entry.name)} and taken; {why}. Rename it."
    return [Finding(name, None, None, message, fatal=False)]


def _unusable(name: str, candidates: Sequence[_Entry]) -> Finding:
    if len(candidates) == 1:
        message = f"{_quoted(candidates[0].name)} {candidates[0].refusal} and was not opened. Hand in the file itself."
    elif len({entry.name for entry in candidates}) == 1:
        message = f"The submission holds it {len(candidates)} times. Hand in one."
    else:
        message = f"Unclear which file is meant: {_listed(candidates)}. Hand in one of them, with the name {name}."
    return Finding(name, None, None, message, fatal=True)


def _missing(absent: Sequence[str], entries: Sequence[_Entry], asked: Sequence[str]) -> list[Finding]:
    """One finding for each missing file: what resembles it and is no other file asked for, and what to do."""
    if not absent:
        return []
    names = {_key(name.split("/")[-1:]) for name in asked}
    extras = [entry for entry in entries if _key(entry.parts[-1:]) not in names][:_COMPARED_NAMES]
    meant = {id(entry): _most_like(entry.name, asked) for entry in extras}
    findings = []
    for name in absent:
        near = [entry for entry in extras if meant[id(entry)] == name]
        message = f"The file is missing. {_remedy(name, near, extras, entries)}"
        findings.append(Finding(name, None, None, message, fatal=True))
    return findings


def _remedy(name: str, near: Sequence[_Entry], extras: Sequence[_Entry], entries: Sequence[_Entry]) -> str:
    notebooks = _ending(near, ".ipynb") if near else _ending(extras, ".ipynb")
    archives = _ending(near or extras, ".zip", ".rar", ".7z", ".gz", ".tar", ".tgz")
    if notebooks and name.endswith(".py"):
        how = "export it as a Python script (File > Save and Export As > Executable Script)"
        return f"Found the notebook {_listed(notebooks)}: {how} named {name} and hand that in."
    if archives:
        return f"Found {_listed(archives)}, which was not opened: hand in the files themselves or one zip."
    if near and _ending(near, ".pyc") == near:
        return f"Found {_listed(near)}, which is compiled: hand in the source, {name}."
    if near:
        return f"Found {_listed(near)}: rename the right one to {name} and hand it in again."
    return f"Found only {_listed(entries)}." if entries else "The submission is empty."


def _ending(entries: Sequence[_Entry], *endings: str) -> list[_Entry]:
    return [entry for entry in entries if entry.name.lower().endswith(endings)]


def _most_like(found: str, asked: Sequence[str]) -> str | None:
    """Which of the names asked for this one is a variant of: "modules (1).py", "modules.py.txt", "moduels.py"."""
    likeness, name = max(((_likeness(found, name), name) for name in asked), default=(0.0, ""))
    return name if likeness else None


def _likeness(found: str, name: str) -> float:
    """0 for different names; from 1 to 2 for a name inside the other; below 1 for a slip of the pen."""
    base = unicodedata.normalize("NFKC", found.rsplit("/", 1)[-1]).casefold()
    theirs = re.sub(r"[\W_]", "", base.split(".")[0])
    ours = re.sub(r"[\W_]", "", name.rsplit("/", 1)[-1].casefold().split(".")[0])
    if ours and (ours == theirs or (len(ours) > 2 and ours in theirs)):
        return 1 + len(ours) / len(theirs)
    ratio = difflib.SequenceMatcher(None, theirs[:64], ours, autojunk=False).ratio()
    return ratio if ratio >= 0.8 else 0.0


def _refusals(entries: Sequence[_Entry]) -> list[Finding]:
    """One finding for each entry that is never opened; a flood of them is cut off."""
    refused = [entry for entry in entries if entry.refusal]
    findings = [
        Finding(shown(entry.name), None, None, f"This {entry.refusal}; it was not opened.", fatal=False)
        for entry in refused[:_SHOWN_NAMES]
    ]
    if more := len(refused) - len(findings):
        message = f"{more} more entries like this were not opened."
        findings.append(Finding(findings[-1].file, None, None, message, fatal=False))
    return findings


def _shadows(taken_or_missing: Sequence[str], ignored: Sequence[_Entry]) -> list[Finding]:
    """Findings on files that hide a library from every import on the student's own computer."""
    findings = []
    for name in taken_or_missing:
        if library := _library([*name.split("/")]):
            message = f"The file has the name of {library}; an import may find the one or the other."
            findings.append(Finding(name, None, None, message, fatal=False))
    for entry in ignored:
        if not entry.refusal and len(entry.parts) <= 2 and (library := _library(list(entry.parts))):
            message = (
                f"The file has the name of {library} and hides it on your computer. It is not asked for and "
                "is ignored; rename it."
            )
            findings.append(Finding(shown(entry.name), None, None, message, fatal=False))
    return findings[: 2 * _SHOWN_NAMES]


def _library(parts: list[str]) -> str | None:
    """The library that NAME.py or NAME/__init__.py hides, in words."""
    if len(parts) == 2 and parts[1] == "__init__.py":
        module = parts[0]
    elif len(parts) == 1 and parts[0].endswith(".py"):
        module = parts[0].removesuffix(".py")
    else:
        return None
    if module in sys.stdlib_module_names or module == "test":  # the names leave out the library's own tests
        return f"Python's own module {module}"
    installed = [
        sysconfig.get_path("purelib"),
        sysconfig.get_path("platlib"),
    ]  # not sys.path: it may hold the submission
    spec = importlib.machinery.PathFinder.find_spec(module, installed) if module.isidentifier() else None
    return f"the library {module}" if spec is not None and spec.origin is not None else None


def _same_text(reader: _Reader, entry: _Entry, trusted: Path) -> bool:
    """Whether a copy of a support file is as it was handed out; line ends may differ."""
    if entry.refusal:
        return False
    ours = trusted.read_bytes() if trusted.is_file() else b""
    if entry.declared_bytes is not None and entry.declared_bytes > 2 * len(ours):
        return False
    return reader.read(entry, float("inf")).replace(b"\r\n", b"\n") == ours.replace(b"\r\n", b"\n")


def _quoted(name: str) -> str:
    return f'"{shown(name)}"'


def _listed(entries: Sequence[_Entry]) -> str:
    names = [_quoted(entry.name) for entry in entries[:_SHOWN_NAMES]]
    more = len(entries) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


# Writing the stage:


def _write_stage(into: Path, taken: Mapping[str, bytes], support: Mapping[str, Path]) -> None:
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise AutograderError(f"The stage {into} is not empty.")
    for name, content in taken.items():
        _write(into, name, content)
    for name, trusted in support.items():
        try:
            content = trusted.read_bytes()
        except OSError as error:
            raise AssignmentError(f"The support file {trusted} cannot be read: {error.strerror}.") from error
        _write(into, name, content)
    for folder, _, _ in os.walk(into, topdown=False):
        os.chmod(folder, 0o555)  # noqa: S103 (an unprivileged child reads it)


def _write(into: Path, name: str, content: bytes) -> None:
    target = into.joinpath(*name.split("/"))
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "xb") as file:
        file.write(content)
    target.chmod(0o444)


def _digest(taken: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(taken.items()):
        digest.update(f"{len(name)} {name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
