"""The files of one process of the submission: its current folder, and twins of what the suite has shown it.

See the table in `places.py`. Paths in what crosses are replaced by those of the same files on the other side.
"""

import contextlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from autograder.standins.failures import TrustedValueError
from autograder.standins.in_step import Flat, InStep, written_to
from autograder.standins.places import Places
from autograder.standins.trees import Parts, Stamp, Tree, give_to, stamp_of

FOLLOW = "\0current folder: "  # before the path of the folder that the process is to be in
MAX_RELATIVE = 256  # characters of a relative path
QUOTED = re.compile(r"'([^'\0]{1,256})'")  # the path in the message of an OSError


class Box:
    """What one process, and the copies that are made of it, have in files.

    Args:
        path: of the box, as the process itself sees it. Nothing of the submission has run in it.
    """

    def __init__(self, places: Places, path: str) -> None:
        self.places = places
        self.path = path
        self.marker = path.encode()
        self.suite, self.submission, self.given = (os.path.join(path, name) for name in ("suite", "submission", "given"))
        self.whole = Tree(path, places.max_bytes)
        here, there = Tree(places.files, places.max_bytes), Tree(self.suite, places.max_bytes, skip_links=False)
        self.files = InStep(here, there, brought=partial(places.keep, places.files))
        here, there = Tree(places.cwd, places.max_bytes), Tree(self.submission, places.max_bytes)
        self.cwd = Flat(here, there, brought=partial(places.keep, places.cwd), fixed=places.linked)
        self.handed_in: dict[Parts, Stamp | None] = {}  # copies of the assignment's files; None for one that is not there
        self.giving = True  # whether the message that is being sent names nothing that the process must not see
        self.refused: dict[str, str] = {}  # name of a file that the process must not see -> what staff are told
        self.fill()

    def fill(self) -> None:
        """Make the current folder of the process, with the submission's files and the support files."""
        owner = os.stat(self.path).st_uid
        here = self.cwd.trees[0].look(())
        for parts, content in (((), None), *self.places.staged):
            path = os.path.join(self.submission, *parts)
            if content is not None:
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
                with os.fdopen(descriptor, "wb", buffering=0) as file:
                    give_to(descriptor, owner)
                    file.write(content)
                    self.cwd.given(parts, here.get(parts), stamp_of(os.fstat(descriptor)), content)
            elif not parts or os.path.isdir(os.path.join(self.places.stage, *parts)):
                os.mkdir(path, 0o700)
                if owner != os.geteuid():
                    os.chown(path, owner, owner)
                if parts:
                    self.cwd.given(parts, here.get(parts), Stamp(True), b"")
            else:
                os.symlink(os.path.join(self.places.stage, *parts), path)
        self.cwd.begin()

    # In step

    def push(self) -> None:
        """Before a message: carry over what the suite has changed."""
        self.cwd.push()
        if self.files.units:
            self.whole.make_folder(("suite",))
            self.files.push()

    def pull(self) -> None:
        """After a message: carry over what the submission has changed.

        Raises:
            SubmissionFailure: it is too much.
            TrustedValueError: it cannot be carried over.
        """
        self.cwd.pull()
        if self.files.units:
            self.files.pull()
        if self.handed_in:
            self.check_given()

    def check_given(self) -> None:
        now = Tree(self.given, self.places.max_bytes).look(())
        for parts, stamp in self.handed_in.items():
            if now.get(parts) != stamp:
                raise TrustedValueError(written_to(parts))

    def left(self) -> None:
        """The process has ended: what it has left in the suite's current folder is not for the next test."""
        self.cwd.take_back()
        self.cwd.close()
        self.places.furnish()

    # Paths in what crosses

    def outward(self, structure: Any) -> Any:
        """A message that is on its way to the process, with its paths."""
        self.giving = all(self.permitted(path) for path in self.paths_in(structure))
        return self.translated(structure, self.text_outward)

    def paths_in(self, node: Any) -> Iterator[str]:
        """The files and folders of the assignment that a message names."""
        if type(node) is list:
            for part in node:
                yield from self.paths_in(part)
        elif type(node) is str and node.startswith(self.places.assignment + os.sep) and os.path.exists(node):
            yield os.path.realpath(node)

    def translated(self, node: Any, change: Callable[[str], str]) -> Any:
        if type(node) is list:
            return [self.translated(part, change) for part in node]
        if type(node) is str:
            return change(node)
        if type(node) is bytes and node.startswith(b"/"):
            return os.fsencode(change(os.fsdecode(node)))
        return node

    def text_outward(self, text: str) -> str:
        places = self.places
        if text.startswith(FOLLOW):
            return self.folder_outward(text[len(FOLLOW) :])
        if places.work in text:
            if text.startswith(places.files):
                self.files.add(tuple(text[len(places.files) :].split("/")[1:3]))
            for found in places.unit_in_text.finditer(text):
                self.files.add(tuple(found[1].split("/")[1:]))
            for ours, theirs in ((places.files, self.suite), (places.cwd, self.submission), (places.stage, self.submission)):
                text = text.replace(ours, theirs)
        elif text.startswith(places.assignment + os.sep):
            return self.given_path(text)
        elif text in places.support:  # taken from elsewhere
            return os.path.join(self.submission, places.support[text])
        return text

    def folder_outward(self, folder: str) -> str:
        """The folder over there for the suite's current one. In one of the assignment only what is handed in is found."""
        if folder.startswith(self.places.assignment):
            parts = ("given", *os.path.relpath(folder, self.places.assignment).split(os.sep))
            self.whole.make_folder(parts)
            return os.path.join(self.path, *parts)
        return self.text_outward(folder)

    def given_path(self, text: str) -> str:
        """The path over there of a file or folder of the assignment, of which a copy is made."""
        path = os.path.realpath(text)
        parts = tuple(os.path.relpath(path, self.places.assignment).split(os.sep))
        if not self.giving or ".." in parts or not os.path.isdir(os.path.dirname(path)):
            return text
        if path in self.places.support:
            return os.path.join(self.submission, self.places.support[path])
        self.copy(path, ("given", *parts))
        return os.path.join(self.given, *parts)

    def copy(self, path: str, parts: Parts) -> None:
        """Put a file or folder of ours into the box, unless it is there; where there is none, a folder for it."""
        if parts[1:] in self.handed_in:
            return
        self.whole.make_folder(parts[:-1])
        if os.path.isdir(path):
            self.whole.make_folder(parts)
            for name in os.listdir(path):
                self.copy(os.path.join(path, name), (*parts, name))
            return
        stamp = None
        if os.path.exists(path):
            if os.path.getsize(path) > self.places.max_bytes // 4:
                raise TrustedValueError(f"{os.path.basename(path)} is too large to be handed in; give it by shared_files()")
            with open(path, "rb") as file:
                stamp = self.whole.write(parts, file.read())
        if parts[0] == "given":
            self.handed_in[parts[1:]] = stamp

    def show_relative(self, arguments: list) -> None:
        """Show the process the files of the assignment that a call names by relative paths."""
        for part in arguments[2:]:  # after the tag, and what is called
            for text in part if type(part) is list else (part,):
                if type(text) is str and ("." in text or "/" in text) and len(text) < MAX_RELATIVE:
                    self.show(text)

    def show(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # no path, or one that leads nowhere
            if text.startswith("/") or not stat.S_ISREG(os.stat(text).st_mode):
                return
            path = os.path.realpath(text)
            parts = tuple(os.path.normpath(text).split(os.sep))
            if not path.startswith(self.places.assignment + os.sep) or path in self.places.support or ".." in parts:
                return
            self.giving = self.permitted(path)
            if self.places.current != self.places.cwd:
                self.given_path(path)
            elif self.giving:
                self.cwd.show(parts, path)

    def permitted(self, path: str) -> bool:
        """Whether the process may see a file or folder of the assignment; if not, it is noted for when it looks for it."""
        reason = "" if path in self.places.support else self.places.why_not_given(path)
        if reason:
            self.refused[os.path.basename(path)] = reason
        return not reason

    def look_into(self, error: OSError) -> None:
        """Look whether the submission has not found a file that it would have found in one process.

        Raises:
            TrustedValueError: so it is.
        """
        if not isinstance(error, (FileNotFoundError, PermissionError, NotADirectoryError)):
            return
        message = str(error)
        for name, reason in self.refused.items():
            if name in message:
                raise TrustedValueError(reason)
        looked_for = QUOTED.search(message)
        with contextlib.suppress(OSError, ValueError):
            if looked_for and not looked_for[1].startswith("/") and os.path.exists(looked_for[1]):
                raise TrustedValueError(
                    f"the submission looks for {looked_for[1]}, which is in the current folder of the suite and not in its "
                    "own: name it under submission.support, or copy it into tmp_path and let the test change to that folder"
                )

    def inward(self, structure: Any) -> Any:
        """A message that has come from the process, with the paths of this side."""
        return self.translated(structure, self.text_inward)

    def text_inward(self, text: str) -> str:
        places = self.places
        if self.path not in text:
            return text
        for parts, _ in reversed(places.staged):
            text = text.replace(os.path.join(self.submission, *parts), os.path.join(places.stage, *parts))
        text = text.replace(self.submission, places.cwd).replace(self.suite, places.files)
        return text.replace(self.given, places.assignment)
