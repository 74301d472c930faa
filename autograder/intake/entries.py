"""The names in a submission, and which entry belongs to a file that the assignment lists."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import IO


@dataclass(frozen=True)
class SubmissionEntry:
    """One name in the submission.

    Attributes:
        name: as found, with the enclosing folders.
        parts: its place, without enclosing folders; empty if it lies outside.
        packed_bytes: in a zip.
        declared_bytes: what folder or zip say that it has; a claim.
        refusal: why it is never opened, such as "is a symbolic link".
    """

    name: str
    parts: tuple[str, ...]
    open: Callable[[], IO[bytes]]
    packed_bytes: int | None = None
    declared_bytes: int | None = None
    refusal: str | None = None


def without_enclosing(entries: list[SubmissionEntry], asked: Collection[str]) -> list[SubmissionEntry]:
    """The entries with the folders removed that everything lies in.

    An assignment may itself ask for src/modules.py: of all ways to cut, the one where most names fit is right.
    """
    wanted = {name_key(name.split("/")) for name in asked}
    best, most = entries, -1
    while True:
        fitting = sum(name_key(entry.parts) in wanted for entry in entries)
        if fitting >= most:
            best, most = entries, fitting
        inside = [entry for entry in entries if entry.parts]
        if len({entry.parts[0] for entry in inside}) != 1 or any(len(entry.parts) == 1 for entry in inside):
            return best
        entries = [replace(entry, parts=entry.parts[1:]) for entry in entries]


def name_key(parts: Iterable[str]) -> tuple[str, ...]:
    """What two names share that differ in case or in how accents are encoded."""
    return tuple(unicodedata.normalize("NFC", part).casefold() for part in parts)


def candidates_for(
    name: str, entries: Sequence[SubmissionEntry], asked: Collection[str], in_place: bool = False
) -> list[SubmissionEntry]:
    """The entries that may be meant: in the very place, else with other case, else the same name anywhere.

    Args:
        in_place: and not anywhere.
    """
    parts = tuple(name.split("/"))
    exact = [entry for entry in entries if entry.parts == parts]
    if exact:
        return exact
    in_other_case = [entry for entry in entries if name_key(entry.parts) == name_key(parts)]
    names = [name_key(other.split("/")) for other in asked]
    if in_other_case or in_place or sum(other[-1:] == name_key(parts[-1:]) for other in names) > 1:
        return in_other_case
    elsewhere = of_the_same_name(name, entries)
    return [entry for entry in elsewhere if not entry.refusal] or elsewhere


def of_the_same_name(name: str, entries: Sequence[SubmissionEntry]) -> list[SubmissionEntry]:
    """The entries that differ from a name in their folders, or in case."""
    return [entry for entry in entries if name_key(entry.parts[-1:]) == name_key(name.split("/")[-1:])]
