"""Listing and reading folders, zips and single files under the limits of an intake."""

import errno
import functools
import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from autograder.errors import SubmissionError
from autograder.intake.entries import SubmissionEntry, candidates_for, without_enclosing
from autograder.intake.folders import open_below, refusal_of, scan
from autograder.intake.remark import shown
from autograder.intake.source_bytes import signature

SKIPPED = frozenset(
    {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", "__pycache__", ".git", ".venv", ".ipynb_checkpoints"}
    | {".idea", ".vscode", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".last_run.json"}
)
CHUNK_BYTES = 1 << 16
# What every system's own tool writes. zipfile unpacks other packings in one piece, however large that becomes.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What zipfile lets through when an archive lies about itself.
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, LookupError, ValueError, ArithmeticError)


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


class SubmissionReader:
    """Lists and reads what was handed in, under the limits; everything read counts towards one total.

    Args:
        still_open: closes the archives when all is read.
    """

    def __init__(self, limits: IntakeLimits, still_open: ExitStack) -> None:
        self.limits = limits
        self.still_open = still_open
        self.listed = 0
        self.bytes_read = 0

    def look_through(self, sources: Sequence[Path], asked: Collection[str]) -> list[SubmissionEntry]:
        """All entries of all sources, enclosing folders and zips looked through."""
        zip_levels = 0
        entries: list[SubmissionEntry] = []
        for source in sources:
            if os.path.isdir(source):
                entries += without_enclosing(self.list_folder(source), asked)
                continue
            single = SubmissionEntry(source.name, (source.name,), functools.partial(open_below, source.parent, (source.name,)))
            archive = self.still_open.enter_context(self.opened(single))
            head = archive.read(8)
            archive.seek(0)
            if is_zip_name(source.name) or (head[:4] == b"PK\x03\x04" and source.name not in asked):
                zip_levels = 1
                size = os.fstat(archive.fileno()).st_size
                self.refuse_above(f"{shown(source.name)} has", size / 1e6, self.limits.zip_mb, "MB", "zip_mb")
                entries += without_enclosing(self.list_zip(archive, source.name), asked)
            else:
                entries.append(single)
        while zip_levels <= self.limits.zips_in_zips:
            zips = [entry for entry in entries if is_zip_name(entry.name) and not entry.refusal]
            if len(zips) != 1 or any(candidates_for(name, entries, asked) for name in asked):
                break
            inner = io.BytesIO(self.read(zips[0], self.limits.total_mb))
            entries.remove(zips[0])
            entries += without_enclosing(self.list_zip(inner, zips[0].name), asked)
            zip_levels += 1
        return sorted(entries, key=lambda entry: entry.name)

    def read(self, entry: SubmissionEntry, most_mb: float) -> bytes:
        """The content of one entry."""
        if entry.declared_bytes is not None:
            self.refuse_above(f"{shown(entry.name)} has", entry.declared_bytes / 1e6, most_mb, "MB", "file_mb")
        content = bytearray()
        with self.opened(entry) as stream:
            while chunk := self.next_chunk(entry, stream):
                content += chunk
                self.bytes_read += len(chunk)
                self.refuse_above(f"{shown(entry.name)} has at least", len(content) / 1e6, most_mb, "MB", "file_mb")
                self.refuse_above("The submission has at least", self.bytes_read / 1e6, self.limits.total_mb, "MB", "total_mb")
        return bytes(content)

    def next_chunk(self, entry: SubmissionEntry, stream: IO[bytes]) -> bytes:
        try:
            return stream.read(CHUNK_BYTES)
        except DAMAGED as error:
            raise unreadable(entry, error) from error

    def opened(self, entry: SubmissionEntry) -> IO[bytes]:
        try:
            return entry.open()
        except NotImplementedError as error:
            message = f"{shown(entry.name)} is packed in an unusual way ({error}); make the zip with your system's own tool"
            raise SubmissionError(message) from error
        except (*DAMAGED, RuntimeError) as error:
            raise unreadable(entry, error) from error

    def refuse_above(self, what: str, found: float, most: float, unit: str, name: str) -> None:
        if found > most:
            raise SubmissionError(
                f"{what} {found:.6g} {unit}, more than the limit of {most:.6g} ({name}). "
                "Hand in the files that the assignment asks for, without data and other large files"
            )

    def count(self, entry: SubmissionEntry, label: str) -> None:
        self.listed += 1
        self.refuse_above("The submission has at least", self.listed, self.limits.files, "files", "files")
        self.refuse_above(f"{label} has", len(entry.parts) - 1, self.limits.depth, "folders in folders", "depth")

    def list_folder(self, root: Path) -> list[SubmissionEntry]:
        entries: list[SubmissionEntry] = []
        folders: list[tuple[str, ...]] = [()]
        while folders:
            above = folders.pop()
            for name, mode, size in scan(root, above):
                parts = (*above, name)
                if is_skipped(parts[-1:]):
                    continue
                opener = functools.partial(open_below, root, parts)
                entry = SubmissionEntry("/".join(parts), parts, opener, declared_bytes=size, refusal=refusal_of(mode))
                self.count(entry, shown(entry.name))
                if stat.S_ISDIR(mode):
                    folders.append(parts)
                else:
                    entries.append(entry)
        return entries

    def list_zip(self, stream: IO[bytes], label: str) -> list[SubmissionEntry]:
        """The entries of a zip. label: the name of the archive, for messages."""
        self.refuse_long_lists(stream, label)
        try:
            archive = self.still_open.enter_context(zipfile.ZipFile(stream))
        except (*DAMAGED, RuntimeError) as error:
            stream.seek(0)
            what = signature(stream.read(8))
            reason = f"is {what}, not a zip" if what and "zip archive" not in what else "is damaged, incomplete or not a zip"
            advice = "Make the zip again, open it once to see that it works, and hand it in"
            raise SubmissionError(f"{shown(label)} {reason}. {advice}") from error
        return [entry for info in archive.infolist() if (entry := self.zip_entry(archive, info, label)) is not None]

    def refuse_long_lists(self, stream: IO[bytes], label: str) -> None:
        """Count the signatures of list entries; zipfile would build an object for each, however many there are."""
        count, tail = 0, b""
        while chunk := stream.read(1 << 20):
            count += (tail + chunk).count(b"PK\x01\x02")
            tail = chunk[-3:]
        stream.seek(0)
        self.refuse_above(f"{shown(label)} has", count, self.limits.zip_entries, "entries", "zip_entries")

    def zip_entry(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str) -> SubmissionEntry | None:
        name = info.filename.replace("\\", "/")  # some Windows tools write backslashes, and nobody else means them
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        mode = info.external_attr >> 16
        if name.endswith("/") or not parts or is_skipped(parts) or stat.S_ISDIR(mode):
            return None
        refusal = None if stat.S_IFMT(mode) == 0 else refusal_of(mode)
        if info.compress_type not in PACKINGS:
            refusal = "is packed in an unusual way"
        if name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in parts:
            refusal = "leads outside the submission"
        entry = SubmissionEntry(
            name=name,
            parts=() if refusal == "leads outside the submission" else parts,
            open=functools.partial(archive.open, info),
            packed_bytes=info.compress_size,
            declared_bytes=info.file_size,
            refusal=refusal,
        )
        self.count(entry, f"{shown(name)} in {shown(label)}")
        if info.flag_bits & 0x1:
            raise SubmissionError(f"{shown(name)} in {shown(label)} is encrypted. Make the zip without a password")
        # Also asked of entries that nobody will unpack here: no honest file is both huge and that repetitive.
        if info.file_size > self.limits.file_mb * 1e6:
            ratio, what = info.file_size / max(info.compress_size, 1), f"{shown(name)} in {shown(label)} has"
            self.refuse_above(what, ratio, self.limits.ratio, "unpacked bytes for each packed", "ratio")
        return entry


def unreadable(entry: SubmissionEntry, error: Exception) -> SubmissionError:
    if isinstance(error, OSError) and entry.packed_bytes is None:
        link = error.errno in (errno.ELOOP, errno.EMLINK)
        why = "is a symbolic link; hand in the file itself" if link else f"cannot be read: {error.strerror}"
        return SubmissionError(f"{shown(entry.name)} {why}")
    return SubmissionError(f"{shown(entry.name)} is damaged in the zip. Make the zip again and hand it in again")


def is_skipped(parts: tuple[str, ...]) -> bool:
    return any(part in SKIPPED or part.startswith("._") for part in parts)


def is_zip_name(name: str) -> bool:
    return name.lower().endswith(".zip")


def same_text(reader: SubmissionReader, entry: SubmissionEntry, trusted: Path) -> bool:
    """Whether a copy of a support file is as it was handed out; line ends may differ."""
    if entry.refusal:
        return False
    ours = trusted.read_bytes() if trusted.is_file() else b""
    if entry.declared_bytes is not None and entry.declared_bytes > 2 * len(ours):
        return False
    return reader.read(entry, float("inf")).replace(b"\r\n", b"\n") == ours.replace(b"\r\n", b"\n")
