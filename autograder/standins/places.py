"""Where the files of a suite are while it is run, and which of them may be shown to the submission.

| here | in the box of a process | |
| --- | --- | --- |
| `files/`: pytest's and tempfile's folders | `suite/` | a folder crosses when a path in it does, and is in step from then on |
| `cwd/`: the suite's current folder | `submission/`: the current folder | in step; over there with the submission's files |
| the stage | `submission/` | |
| the assignment's folder | `given/` | a file crosses when its path does; it must not be changed |

`box.py` has the right column.
"""

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.standins.in_step import CODE
from autograder.standins.trees import Parts, Tree

COPIED_BYTES = 1 << 20  # of a file of the submission; over there, a larger one is a link, and can only be read
ENTRY_BYTES = 4096  # that a file counts beside its content
PART = r"[^/\0\s\"'<>|:;,)\]}]+"  # of a path in the middle of a text


class Places:
    """The folders of one grading.

    Args:
        work: a new folder of ours.
        stage: the submission's files, below `work`.
        assignment: its folder, whose content the suite finds in its current folder.
        files: that are handed in. Those of them that the assignment's folder holds are not this submission's.
        support: name -> file, of what everybody gets; the suite finds it in its current folder as well.
        suites: folders of tests. What lies beside the tests, and is no code, may be handed to the submission.
        max_bytes: that one process may have in files.
        own: the submission runs in this process, as it is ours.

    Attributes:
        current: the suite's current folder, without links.
        linked: names there that lead into the assignment's folder.
    """

    def __init__(
        self,
        work: Path,
        stage: Path,
        assignment: Path,
        files: Sequence[str] = (),
        support: Mapping[str, Path] | None = None,
        suites: Sequence[Path] = (),
        max_bytes: int = 256 << 20,
        own: bool = False,
    ) -> None:
        self.work = os.path.realpath(work)
        self.stage = os.path.realpath(stage)
        self.assignment = os.path.realpath(assignment)
        self.not_shown = {name.split("/")[0] for name in files}
        self.support = {os.path.realpath(file): name for name, file in (support or {}).items()}
        self.suites = [os.path.realpath(folder) for folder in suites]
        self.max_bytes = max_bytes
        self.own = own
        self.linked: set[str] = set()
        self.brought: dict[tuple[str, Parts], int] = {}  # what submissions have left here, the oldest first
        self.bytes_brought = 0
        self.staged = staged(self.stage)
        self.name_folders()

    def name_folders(self, suffix: str = "") -> None:
        self.files = os.path.join(self.work, f"files{suffix}")
        self.cwd = os.path.join(self.work, f"cwd{suffix}")
        self.temporary = os.path.join(self.files, "tmp")
        self.pytest_folder = os.path.join(self.files, "pytest")
        self.unit_in_text = re.compile(f"{re.escape(self.files)}((?:/{PART}){{0,2}})")
        self.current = self.cwd

    def make_folders(self) -> None:
        for folder in (self.files, self.temporary, self.cwd):
            os.mkdir(folder, 0o700)
        self.furnish()
        os.utime(self.cwd, ns=(0, 0))  # see in_step.Flat

    def move(self, number: int) -> None:
        """In another grader of the same submission, which is a fork: have folders of its own from here on."""
        gone_to = self.gone_to()
        self.name_folders(f"-{number}")
        self.enter(gone_to)

    def serve(self, work: Path, stage: Path) -> None:
        """In a grader that was collected without a submission: be the folders of this one from here on."""
        gone_to = self.gone_to()
        self.work, self.stage = os.path.realpath(work), os.path.realpath(stage)
        self.staged = staged(self.stage)
        self.name_folders()
        self.enter(gone_to)

    def gone_to(self) -> str | None:
        """Where the suite has gone while it was collected; None if it has stayed."""
        return self.current if self.current != self.cwd else None

    def enter(self, folder: str | None) -> None:
        self.linked.clear()
        self.make_folders()
        tempfile.tempdir = self.temporary
        os.chdir(folder or self.cwd)

    @contextmanager
    def active(self) -> Iterator[None]:
        """While this lasts, the suite's current folder and its temporary files are here."""
        self.make_folders()
        before, chdir, path, tempdir = os.getcwd(), os.chdir, list(sys.path), tempfile.tempdir

        def follow(*arguments: Any, **keywords: Any) -> None:
            chdir(*arguments, **keywords)
            with contextlib.suppress(OSError):
                self.current = os.getcwd()

        # "" would be the current folder, where the submission may put a module of any name.
        sys.path[:] = [os.path.abspath(entry) for entry in path]
        tempfile.tempdir = self.temporary
        chdir(self.cwd)
        os.chdir = follow
        try:
            yield
        finally:
            os.chdir = chdir
            tempfile.tempdir = tempdir
            sys.path[:] = path
            chdir(before)

    def furnish(self) -> None:
        """Let the suite find in its current folder what is in the stage, and the assignment, as far as it is not there."""
        for parts, content in self.staged:
            source, target = os.path.join(self.stage, *parts), os.path.join(self.cwd, *parts)
            if os.path.lexists(target):
                continue
            if os.path.isdir(source):
                os.makedirs(target, exist_ok=True)
            elif content is None or (target.endswith(CODE) and not self.own and "/".join(parts) not in self.support.values()):
                os.symlink(source, target)  # by which foreign_code.py sees what it is
            else:
                Path(target).write_bytes(content)
        for entry in os.scandir(self.assignment):
            if entry.name not in self.not_shown and not os.path.lexists(os.path.join(self.cwd, entry.name)):
                os.symlink(entry.path, os.path.join(self.cwd, entry.name))
                self.linked.add(entry.name)

    def keep(self, tree: str, parts: Parts, size: int) -> None:
        """Count a file that has come from a submission. The oldest go when there are too many for the disk."""
        self.bytes_brought += size + ENTRY_BYTES - self.brought.pop((tree, parts), 0)
        self.brought[tree, parts] = size + ENTRY_BYTES
        while self.bytes_brought > 4 * self.max_bytes:
            place, oldest = next(iter(self.brought))
            self.bytes_brought -= self.brought.pop((place, oldest))
            Tree(place, self.max_bytes).remove(oldest)

    def is_theirs(self, path: str) -> bool:
        """Whether a file is of the submission: it was handed in, or written by it."""
        real = os.path.realpath(path)
        if real.startswith(self.stage + os.sep):
            name = os.path.relpath(real, self.stage)
            return name not in self.support.values()
        return any((tree, tuple(os.path.relpath(real, tree).split(os.sep))) in self.brought for tree in (self.files, self.cwd))

    def why_not_given(self, path: str) -> str:
        """Why a file or folder of the assignment is not shown to the submission; empty if it is data beside the tests."""
        beside = any(path.startswith(folder + os.sep) for folder in self.suites)
        names = [path]
        if os.path.isdir(path):
            names += [name for _, _, files in os.walk(path) for name in files]
        if beside and not any(name.endswith(CODE) for name in names):
            return ""
        return (
            f"{os.path.relpath(path, self.assignment)} of the assignment was handed in, and a submission is shown data beside "
            "the tests only: copy what it is to read into tmp_path, or name it under submission.support"
        )


def staged(stage: str) -> list[tuple[Parts, bytes | None]]:
    """What the stage holds, folders before what is in them; a folder and a large file have no content."""
    found: list[tuple[Parts, bytes | None]] = []
    for folder, folders, files in os.walk(stage):
        above = Path(folder).relative_to(stage).parts
        found += [((*above, name), None) for name in sorted(folders)]
        for name in sorted(files):
            path = os.path.join(folder, name)
            small = os.path.getsize(path) <= COPIED_BYTES
            found.append(((*above, name), Path(path).read_bytes() if small else None))
    return found
