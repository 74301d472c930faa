"""Two folders kept in step: one of the suite, here, and its twin in the box of the submission's process.

What the suite has changed is carried over before a request, what the submission has changed after the reply. Nothing runs on
both sides at once, so a file that has changed has changed on one of them.
"""

import contextlib
import errno
import hashlib
import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from autograder.errors import AutograderError
from autograder.standins.failures import SubmissionFailure, TrustedValueError
from autograder.standins.trees import FOLDER, NotPlain, Parts, Stamp, TooMuch, Tree, stamp_of

CLOCK_NS = 50_000_000  # a file that was written so shortly before it was looked at may change and keep its time
CODE = (".py", ".pyc", ".pyd", ".so", ".pth")
FULL_DISK = (errno.ENOSPC, errno.EDQUOT)
OF_FOLDER = b""  # in place of a digest
MAX_WATCHED = 20  # files and folders that came later than the start and are looked at one by one


@dataclass
class Known:
    """A file or folder that is alike on both sides.

    Attributes:
        stamps: here and there, as they were at the time `at`; None where it was not carried over.
    """

    stamps: list[Stamp | None]
    digest: bytes
    at: int


HERE, THERE = 0, 1


class InStep:
    """A folder here and its twin there.

    Args:
        here: the suite's.
        there: the submission's.
        brought: called with the parts and the size of each file that has come from there.
    """

    def __init__(self, here: Tree, there: Tree, brought: Callable[[Parts, int], None] = lambda parts, size: None) -> None:
        self.trees = (here, there)
        self.brought = brought
        self.units: list[Parts] = []
        self.known: dict[Parts, Known] = {}
        self.theirs: set[Parts] = set()  # what came from there

    def add(self, unit: Parts) -> None:
        """Keep in step what is at this place and below it, from the next message on."""
        if not any(unit[: len(known)] == known for known in self.units):
            self.units = [known for known in self.units if known[: len(unit)] != unit] + [unit]

    def push(self) -> None:
        """Carry over what the suite has changed.

        Raises:
            TrustedValueError: it is more than may be carried over.
        """
        try:
            self.carry(HERE, THERE)
        except TooMuch as error:
            raise TrustedValueError(
                f"a folder that the suite handed to the submission holds {error}; give large files by shared_files() of "
                "autograder.suite_files, or name them under submission.support"
            ) from None

    def pull(self) -> None:
        """Carry over what the submission has changed.

        Raises:
            SubmissionFailure: it is more than may be carried over.
            TrustedValueError: it is something else than files and folders.
        """
        try:
            self.carry(THERE, HERE)
        except TooMuch as error:
            raise SubmissionFailure(f"your code has left {error} in a folder of the test") from None
        except NotPlain as error:
            raise TrustedValueError(
                f"the submission has made {error} in a folder of the suite, and only files and folders are carried over; "
                "let this test run inside the submission's process (@pytest.mark.inside)"
            ) from None
        except OSError as error:
            raise AutograderError(f"a file of the submission could not be brought to the suite: {error}") from error

    def carry(self, source: int, target: int) -> None:
        found: dict[Parts, Stamp] = {}
        for unit in self.units:
            found.update(self.trees[source].look(unit))
        if len(self.units) > 1 and sum(stamp.size for stamp in found.values()) > self.trees[source].max_bytes:
            raise TooMuch(f"more than {self.trees[source].max_bytes >> 20} MB")
        for parts in [parts for parts in self.known if parts not in found]:
            if parts in self.known and self.known[parts].stamps[source] is not None and self.in_units(parts):
                self.drop(target, parts)
                del self.known[parts]
                self.theirs.discard(parts)
        for parts, stamp in found.items():
            if self.changed(source, parts, stamp):
                self.copy(source, target, parts, stamp)

    def drop(self, target: int, parts: Parts) -> None:
        """Delete what the other side has deleted."""
        self.trees[target].remove(parts)

    def in_units(self, parts: Parts) -> bool:
        return any(parts[: len(unit)] == unit for unit in self.units)

    def changed(self, source: int, parts: Parts, stamp: Stamp) -> bool:
        known = self.known.get(parts)
        before = known.stamps[source] if known else None
        if known is None or before is None or stamp != before:
            return True
        if stamp.folder or stamp.mtime_ns + CLOCK_NS < known.at:
            return False
        now = time.time_ns()
        read = self.trees[source].read(parts)
        if read is None or digest_of(read[0]) != known.digest:
            return True
        known.at = now
        return False

    def copy(self, source: int, target: int, parts: Parts, stamp: Stamp) -> None:
        """Carry one file or folder over. What cannot be put where the submission has made a mess is missing there."""
        now = time.time_ns()
        stamps: list[Stamp | None] = [None, None]
        try:
            if stamp.folder:
                self.trees[target].make_folder(parts)
                stamps[:] = [stamp, stamp]
                digest = OF_FOLDER
            else:
                read = self.trees[source].read(parts)
                if read is None:
                    return
                content, stamps[source] = read
                self.trees[target].make_folder(parts[:-1])
                stamps[target] = self.trees[target].write(parts, content)
                digest = digest_of(content)
        except OSError as error:
            if target == HERE or error.errno in FULL_DISK:
                raise
            return
        self.known[parts] = Known(stamps, digest, now)
        if target == HERE:
            self.theirs.add(parts)
            self.brought(parts, stamp.size)

    def take_back(self) -> None:
        """Delete here what the submission has made."""
        for parts in sorted(self.theirs, reverse=True):
            self.trees[HERE].remove(parts)
            self.known.pop(parts, None)
        self.theirs.clear()


class Flat(InStep):
    """The current folders of both sides. Most requests change nothing there, and then it must cost little to see that.

    Each change of a folder sets its time, so the times are put back to 0 and looked at; files that came later than the start
    are looked at one by one. A file that is there from the start and is written into keeps the folder's time: that is seen as
    soon as there is any other change.

    Args:
        fixed: names of what a suite finds here by links into the assignment's folder. A submission puts nothing in its place.

    Attributes:
        made: names of what the suite has had made over there, which may be among those, and then stays there.
    """

    def __init__(
        self,
        here: Tree,
        there: Tree,
        brought: Callable[[Parts, int], None] = lambda parts, size: None,
        fixed: Collection[str] = (),
    ) -> None:
        super().__init__(here, there, brought)
        self.fixed = frozenset(fixed)
        self.made: set[str] = set()
        self.shown: set[Parts] = set()
        self.units = [()]
        self.start: set[Parts] = set()
        self.later: set[Parts] = set()  # what is known since, as far as `folders` has the folders of it
        self.folders: tuple[dict[Parts, int], dict[Parts, int]] = ({}, {})  # of either side, as descriptors

    def given(self, parts: Parts, here: Stamp | None, there: Stamp | None, content: bytes) -> None:
        """A file or folder that is there from the start, on one side or on both."""
        self.known[parts] = Known([here, there], digest_of(content), time.time_ns())
        self.start.add(parts)

    def show(self, parts: Parts, path: str) -> None:
        """Let the submission find a file of ours that the suite finds by a link."""
        if parts in self.known:
            return
        with open(path, "rb") as file:
            content = file.read()
        self.push()
        there = self.trees[THERE]
        for depth in range(1, len(parts)):
            there.make_folder(parts[:depth])
            self.given(parts[:depth], None, Stamp(True), b"")
        self.given(parts, None, there.write(parts, content), content)
        self.shown.add(parts)
        self.settle_again()

    def begin(self) -> None:
        """The start is over: from here on every change over there is the submission's."""
        for tree, folders in zip(self.trees, self.folders, strict=True):
            folders[()] = os.open(tree.path, FOLDER)
        os.utime(self.folders[THERE][()], ns=(0, 0))

    def push(self) -> None:
        if self.stirred(HERE):
            super().push()
            self.settle_again()

    def pull(self) -> None:
        if self.stirred(THERE):
            super().pull()
            self.settle_again()

    def stirred(self, side: int) -> bool:
        """Whether a file or folder has come or gone, or one that was shown, or came later than the start, is another now."""
        if not self.folders[side]:
            return False
        return (
            self.known.keys() - self.start != self.later
            or any(os.fstat(folder).st_mtime_ns != 0 for folder in self.folders[side].values())
            or any(self.is_written(side, parts) for parts in self.later)
            or (side == THERE and any(map(self.rewritten, self.shown)))
        )

    def is_written(self, side: int, parts: Parts) -> bool:
        """Whether a file that came later than the start has changed since it was carried over."""
        stamp = self.known[parts].stamps[side]
        if stamp is None or stamp.folder:
            return stamp is None
        try:
            status = os.stat(parts[-1], dir_fd=self.folders[side][parts[:-1]], follow_symlinks=False)
            return stamp_of(status) != stamp or super().changed(side, parts, stamp)
        except (OSError, TooMuch):
            return True

    def rewritten(self, parts: Parts) -> bool:
        return parts in self.known and self.trees[THERE].look(parts).get(parts) != self.known[parts].stamps[THERE]

    def settle_again(self) -> None:
        """From here on only what changes now is a change."""
        later = self.known.keys() - self.start
        if later or self.later:
            self.open_folders_of(later)
        if later == self.later:
            for folders in self.folders:
                for folder in folders.values():
                    os.utime(folder, ns=(0, 0))

    def open_folders_of(self, later: set[Parts]) -> None:
        """Open the folders that files are in which came later than the start, unless there are many or one has been moved."""
        self.later = set()
        if len(later) > MAX_WATCHED:
            return
        wanted = {parts[:-1] for parts in later} | {parts for parts in later if self.known[parts].digest == OF_FOLDER}
        with contextlib.suppress(OSError):
            for tree, folders in zip(self.trees, self.folders, strict=True):
                for parts in folders.keys() - {()}:  # another folder may be there by now
                    os.close(folders.pop(parts))
                for parts in wanted - {()}:
                    with tree.opened(parts) as (folder, _):
                        folders[parts] = os.dup(folder)
            self.later = later

    def close(self) -> None:
        for folders in self.folders:
            for folder in folders.values():
                os.close(folder)
            folders.clear()

    def changed(self, source: int, parts: Parts, stamp: Stamp) -> bool:
        if source == THERE and parts[-1].endswith(CODE):
            return False  # what Python finds in the current folder it may import, and this is the trusted process
        known = self.known.get(parts)
        if known and parts in self.start and stamp == known.stamps[source]:
            return False
        if source == THERE and parts[0] in self.fixed:
            if parts[0] in self.made:
                return False
            raise TrustedValueError(written_to(parts))
        return super().changed(source, parts, stamp)

    def drop(self, target: int, parts: Parts) -> None:
        if target == THERE or parts[0] not in self.fixed:
            super().drop(target, parts)


def written_to(parts: Parts) -> str:
    """What staff read where a submission writes to the assignment's folder."""
    return (
        f"the submission has written to {'/'.join(parts)}, and a grading leaves the assignment's folder as it is: "
        "let the suite copy the file into tmp_path, or name a file there"
    )


def digest_of(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()
