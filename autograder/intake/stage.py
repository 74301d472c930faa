"""The intake: a folder, a zip or single files become a read-only stage that holds regular files under known names.

Only the files that the assignment asks for are opened; of everything else the name is looked at and nothing more. No
link is followed, no path of the submission is ever written to, and what is read is counted while it is read, because
sizes in an archive are claims. A problem of one file is a Remark, so that the rest can still be graded; a submission
that cannot be looked through at all is a SubmissionError.
"""

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from autograder.assignment import Restriction
from autograder.errors import AssignmentError, AutograderError
from autograder.intake.compile_check import CompileCheck
from autograder.intake.entries import SubmissionEntry, candidates_for
from autograder.intake.places import (
    misplaced_files,
    missing_files,
    refused_entries,
    remarks_on_place,
    shadowing_files,
    unusable_file,
)
from autograder.intake.reader import IntakeLimits, SubmissionReader, same_text
from autograder.intake.remark import Remark, shown
from autograder.intake.source_bytes import check_bytes
from autograder.outline import Outline
from autograder.patterns import matches


@dataclass(frozen=True)
class Stage:
    """What was taken of a submission.

    Attributes:
        path: holds `files` and the support files, nothing else, all of it read-only.
        files: that were taken, as the assignment names them.
        ignored: in the submission, not asked for; names made safe to show.
        digest: SHA-256 over names and contents of the files taken.
        early_remarks: on names, places and bytes.
        compile_check: still at work while this object is new; `remarks` and `problem_with` wait for its answer, which takes
            some 30 ms from the start.
    """

    path: Path
    files: tuple[str, ...]
    ignored: tuple[str, ...]
    digest: str
    early_remarks: tuple[Remark, ...] = field(repr=False)
    compile_check: CompileCheck = field(repr=False)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """All remarks: on names and places, on bytes, on what does not compile."""
        return self.early_remarks + self.compile_check.remarks()

    def outlines(self) -> dict[str, Outline]:
        """What each Python file that compiles defines."""
        self.compile_check.remarks()
        return self.compile_check.outlines

    def uses(self) -> dict[str, set[str]]:
        """The top-level names of the modules that each Python file which compiles imports."""
        self.compile_check.remarks()
        return {file: {name.partition(".")[0] for _, name in found} for file, found in self.compile_check.uses.items()}

    def problem_with(self, name: str) -> str | None:
        """What tests show that need the file of this name; None where it is there and compiles."""
        fatal = [str(remark) for remark in self.remarks if remark.fatal and remark.file == name]
        return "\n".join(fatal) or None

    def discard(self) -> None:
        """Delete the stage and end the compile check."""
        self.compile_check.stop()
        remove_tree(self.path)


def remove_tree(path: Path) -> None:
    """Delete a folder of ours, whatever its modes are by now."""
    for folder, _, files in os.walk(path):
        os.chmod(folder, 0o700)  # a read-only folder does not let its entries go
        for file in (os.path.join(folder, name) for name in files):
            if not os.path.islink(file):  # whose target is none of ours
                os.chmod(file, 0o600)  # nor does Windows let go a read-only file
    shutil.rmtree(path, ignore_errors=True)


def stage_submission(
    sources: Sequence[Path],
    into: Path,
    wanted: Sequence[str],
    support: Mapping[str, Path],
    limits: IntakeLimits = IntakeLimits(),  # noqa: B008  it is frozen
    also: Sequence[str] = (),
    restrictions: Sequence[Restriction] = (),
    root: str = "",
    exact_places: bool = False,
    instead: Mapping[str, Path] = MappingProxyType({}),
) -> Stage:
    """Take the files an assignment asks for out of a submission.

    Args:
        sources: one folder, one zip, or files.
        into: the stage; created, or an empty folder.
        wanted: names to submit, relative, with "/"; one that is missing is a fatal remark.
        support: name -> trusted file; always taken from there, whatever the submission holds under that name.
        also: patterns of further files that are taken where they are there.
        restrictions: of what files may use; what goes against one gets a remark.
        root: the folder from which modules are imported.
        exact_places: a file in another folder than its name says does not count.
        instead: name -> trusted file, which is taken in place of the submission's of that name.

    Raises:
        SubmissionError: a source is missing, damaged, encrypted, unreadable or over a limit.
        AssignmentError: a name leads outside the stage or stands twice; a support file is missing.
        AutograderError: the stage is not empty.
    """
    asked = [*wanted, *support]
    check_names(asked)
    with ExitStack() as still_open:
        reader = SubmissionReader(limits, still_open)
        entries = reader.look_through(sources, asked)
        remarks = refused_entries(entries)
        taken: dict[str, bytes] = {}
        absent: list[str] = []
        used: set[int] = set()
        for name in wanted:
            candidates = candidates_for(name, entries, asked, exact_places)
            used.update(map(id, candidates))
            if name in instead:
                taken[name] = instead[name].read_bytes()
            elif len(candidates) == 1 and candidates[0].refusal is None:
                remarks += remarks_on_place(name, candidates[0])
                taken[name] = reader.read(candidates[0], limits.file_mb)
            elif candidates:
                remarks.append(unusable_file(name, candidates))
            else:
                absent.append(name)
        remarks += missing_files(absent, entries, asked, exact_places)
        if exact_places:
            remarks += misplaced_files([name for name in wanted if name not in absent], entries)
        for name, trusted in support.items():
            candidates = candidates_for(name, entries, asked, exact_places)
            used.update(map(id, candidates))
            if not all(same_text(reader, entry, trusted) for entry in candidates):
                message = "This copy differs from the assignment's file and is ignored; the assignment's is used"
                remarks.append(Remark(name, None, None, message, fatal=False))
        for entry in helper_files(entries, used, asked, also):
            taken["/".join(entry.parts)] = reader.read(entry, limits.file_mb)
            used.add(id(entry))
    ignored = [entry for entry in entries if id(entry) not in used]
    remarks += shadowing_files([*wanted, *(name for name in taken if name not in wanted)], ignored)
    write_stage(into, taken, support)
    checked = {
        name: check_bytes(name, taken[name])
        for name in sorted(taken)
        if name.endswith(".py") and (name in wanted or taken[name].strip())
    }
    for found in checked.values():
        remarks += found
    sound = {name: taken[name] for name, found in checked.items() if not any(remark.fatal for remark in found)}
    return Stage(
        path=into,
        files=tuple(sorted(taken)),
        ignored=tuple(sorted(shown(entry.name) for entry in ignored)),
        digest=digest_of(taken),
        early_remarks=tuple(remarks),
        compile_check=CompileCheck(sound, restrictions, {top_level(name, root) for name in (*taken, *asked)}),
    )


def empty_stage(into: Path, support: Mapping[str, Path], outlines: Mapping[str, Outline] | None = None) -> Stage:
    """The stage of a submission that has no file.

    Args:
        outlines: of files that it is taken to have.
    """
    write_stage(into, {}, support)
    check = CompileCheck({})
    check.outlines.update(outlines or {})
    return Stage(into, (), (), digest_of({}), (), check)


def top_level(name: str, root: str) -> str:
    """The module at top level that a file is, or lies in."""
    below = name.removeprefix(f"{root}/") if root else name
    return below.partition("/")[0].removesuffix(".py")


def helper_files(
    entries: Sequence[SubmissionEntry], used: Collection[int], asked: Sequence[str], also: Sequence[str]
) -> list[SubmissionEntry]:
    """The entries that patterns admit beside the files that are asked for: each can be written under its own name."""
    free = [entry for entry in entries if id(entry) not in used and entry.refusal is None and entry.parts]
    names = Counter("/".join(entry.parts) for entry in free)
    places = {"/".join(name.split("/")[:depth]) for name in (*names, *asked) for depth in range(1, name.count("/") + 1)}
    return [
        entry
        for entry in free
        if matches(name := "/".join(entry.parts), also) and names[name] == 1 and name not in places and is_plain(name)
        if not any("/".join(entry.parts[:depth]) in (*asked, *names) for depth in range(1, len(entry.parts)))
    ]


def is_plain(name: str) -> bool:
    """Whether a file can have this name below the stage."""
    return name.isprintable() and "\\" not in name and ":" not in name and all(len(part) < 200 for part in name.split("/"))


def check_names(names: Sequence[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise AssignmentError(f"The file {name} is listed {times} times in files and support")
        if "\\" in name or ":" in name or any(part in ("", ".", "..") for part in name.split("/")):
            raise AssignmentError(f'The file name "{shown(name)}" must be relative, with "/" between folders, without ".."')


def write_stage(into: Path, taken: Mapping[str, bytes], support: Mapping[str, Path]) -> None:
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise AutograderError(f"The stage {into} is not empty")
    for name, content in taken.items():
        write(into, name, content)
    for name, trusted in support.items():
        try:
            content = trusted.read_bytes()
        except OSError as error:
            raise AssignmentError(f"The support file {trusted} cannot be read: {error.strerror}") from error
        write(into, name, content)
    for folder, _, _ in os.walk(into, topdown=False):
        os.chmod(folder, 0o555)  # noqa: S103  an unprivileged child reads it


def write(into: Path, name: str, content: bytes) -> None:
    target = into.joinpath(*name.split("/"))
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "xb") as file:
        file.write(content)
    target.chmod(0o444)


def digest_of(taken: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(taken.items()):
        digest.update(f"{len(name)} {name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
