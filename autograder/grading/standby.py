"""A session of pytest that has collected the suites and waits: each submission is graded in a fork of it.

Pytest, the libraries and the suites are loaded once, and the cost of a submission is its tests. That is right only where what
was collected does not depend on the submission. So the session is collected with a submission that has no file, looks at files
of the submission are noticed meanwhile (`Watch`), and each submission is compared with what the suites were given for its names
(`Standby.fits`). Where a look was noticed, or a name is something else, a program of its own grades the submission.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from autograder import handed_in, suite_files
from autograder.assignment import Assignment
from autograder.grading import forks
from autograder.grading.carried import carries
from autograder.grading.inside.plugin import InsideTests
from autograder.grading.keeping import libraries_of, outlines
from autograder.grading.plugin import GradingPlugin, number_of
from autograder.grading.records import Record
from autograder.grading.remedies import Remedies
from autograder.grading.sharing import groups_of, has_threads
from autograder.grading.submission import Submission
from autograder.grading.verdicts import Judge
from autograder.intake.stage import Stage
from autograder.sandbox.ladder import Ladder
from autograder.standins import foreign_code, importer, looks
from autograder.standins.classes import Classes
from autograder.standins.elsewhere import Elsewhere
from autograder.standins.importer import names_bound
from autograder.standins.keeper import Keeper
from autograder.standins.places import Places
from autograder.standins.programs import Programs

# Events of Python's audit, and the modules by which a suite asks for the current folder.
LOOKS = ("open", "os.listdir", "os.scandir", "os.mkdir", "os.chdir", "glob.glob", "tempfile.mkdtemp", "tempfile.mkstemp")
OF_PYTHON = ("os", "pathlib", "pathlib._local", "posixpath", "genericpath")
# What a suite can ask for that is another in each grading.
ASKED = {
    "its process": [(os, "getpid")],
    "the folder for temporary files": [(tempfile, "gettempdir"), (tempfile, "gettempdirb")],
    "the time": [(time, name) for name in ("time", "time_ns", "monotonic", "perf_counter", "process_time")],
}


class NotBegun(Ladder):
    """In place of a sandbox where there is no submission yet."""

    def __init__(self) -> None:
        """There is nothing that could be used."""


class Watch:
    """Notices when a suite, while it is collected, looks at what a submission has handed in.

    Attributes:
        seen: what it has looked at and from which line, the first time; empty if it has not.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self.seen = ""
        self.opened: forks.Known = frozenset()  # before
        self.on = False

    @contextmanager
    def active(self) -> Iterator[None]:
        """While this lasts, looks are noticed; `stop` ends it before."""
        sys.addaudithook(self.hear)  # which cannot be taken back: it is off afterwards
        self.opened = forks.opened()
        originals = [(os, name, getattr(os, name)) for name in ("stat", "lstat", "access", "readlink", "getcwd")]
        changed = [self.noticing(function, name == "getcwd") for _, name, function in originals]
        for what, places in ASKED.items():
            for module, name in places:
                originals.append((module, name, getattr(module, name)))
                changed.append(self.asking(originals[-1][2], what))
        for (module, name, _), function in zip(originals, changed, strict=True):
            setattr(module, name, function)
        self.on = True
        try:
            yield
        finally:
            self.on = False
            for module, name, function in originals:
                setattr(module, name, function)

    def stop(self) -> None:
        self.on = False

    def wanted(self) -> None:
        self.see("whether a name of the submission is there")

    def hear(self, event: str, arguments: tuple) -> None:
        if self.on and event in LOOKS:
            self.look("." if arguments[0] is None else arguments[0])

    def noticing(self, function: Callable, current: bool) -> Callable:
        """A function of `os` that looks at a path, or with `current` at the current folder."""

        def look_first(*arguments: Any, **keywords: Any) -> Any:
            if self.on and not keywords.get("dir_fd") and self.counts(asker(), current):
                self.look(arguments[0] if arguments else keywords.get("path", "."))
            return function(*arguments, **keywords)

        return look_first

    def asking(self, function: Callable, what: str) -> Callable:
        """A function whose result is another in each grading."""

        def ask_first(*arguments: Any, **keywords: Any) -> Any:
            if self.on and self.is_suites(sys._getframe(1)):
                self.see(what)
            return function(*arguments, **keywords)

        return ask_first

    def look(self, path: Any) -> None:
        if isinstance(path, int):
            return
        try:
            name = os.path.normpath(os.path.join(self.places.cwd, os.fsdecode(path)))
        except (OSError, TypeError, ValueError):
            return
        for folder in (self.places.stage, self.places.cwd, self.places.files):
            if name == folder or name.startswith(folder + os.sep):
                self.see(os.path.relpath(name, folder))

    def counts(self, frame: FrameType | None, current: bool) -> bool:
        """Whether who looks may be a suite. Libraries that it imports ask for the current folder; the import hook for files.

        `inspect`, which looks for the source of a helper of the suite, asks where all modules lie.
        """
        if current:
            return frame is not None and self.is_suites(frame)
        return frame is None or frame.f_globals.get("__name__") not in (importer.__name__, "inspect")

    def is_suites(self, frame: FrameType) -> bool:
        file, places = frame.f_code.co_filename, self.places
        below = any(file.startswith(folder + os.sep) for folder in places.suites)
        return below or file in places.support or os.path.dirname(file) == places.assignment

    def see(self, what: str) -> None:
        frame = looks.caller()
        while frame is not None and not self.is_suites(frame):
            frame = frame.f_back
        if frame is not None and not self.seen:
            self.seen = f"{os.path.relpath(frame.f_code.co_filename, self.places.assignment)}, line {frame.f_lineno}: {what}"


def asker() -> FrameType | None:
    """Who has called a function of `os`, be it by way of Python's own modules."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__") in OF_PYTHON:
        frame = frame.f_back
    return frame


class Standby:
    """A collected session, and what it needs to be that of a submission.

    Attributes:
        session: set when it is collected.
        watch: of its collection.
    """

    def __init__(
        self,
        assignment: Assignment,
        keeper: Keeper,
        places: Places,
        programs: Programs,
        judge: Judge,
        plugin: GradingPlugin,
        inside: InsideTests,
    ) -> None:
        self.assignment = assignment
        self.keeper = keeper
        self.places = places
        self.programs = programs
        self.judge = judge
        self.plugin = plugin
        self.inside = inside
        self.session: pytest.Session | None = None
        self.watch = Watch(places)
        keeper.on_truth = self.watch.wanted

    @property
    def records(self) -> list[Record]:
        return self.plugin.records

    def groups(self) -> list[list[str]]:
        """The test files, by the beginnings of their tests' ids, in groups that do not depend on each other."""
        assert self.session
        groups = groups_of(self.session.items, self.plugin.background.runs, number_of)
        if carries(self.assignment.parts):
            groups = [self.session.items]  # what one file comes to can decide about another
        return [list(dict.fromkeys(item.nodeid.partition("::")[0] for item in group)) for group in groups]

    def why_not(self) -> str:
        """Why no submission can be graded in a fork of this session; empty if it can."""
        if self.assignment.variants:
            return "each student has other numbers"
        if self.watch.seen:
            return f"the suite looks at the submission while it is collected ({self.watch.seen})"
        if forks.connected_since(self.watch.opened):
            return "the suite has opened a pipe or socket"
        return "the suite has started a thread" if has_threads() else ""

    def fits(self, stage: Stage) -> bool:
        """Whether what the suites were given for the submission's names is what they would have been given for this one's."""
        theirs = Classes(outlines(self.assignment, stage))
        return all(self.keeper.classes.same(theirs, self.keeper, module, name) for module, name in names_bound())

    def go_on(self) -> None:
        """Raise a KeyboardInterrupt if one was lost: Python ignores what hooks of a fork raise."""
        if self.plugin.containment.interrupted:
            raise KeyboardInterrupt

    def let_go(self) -> None:
        """There is no submission any more: let pytest end without running a test."""
        assert self.session
        self.session.items.clear()
        self.plugin.idle = True
        self.plugin.unfinished.clear()

    def become(self, submission: Submission, only: Sequence[str] = ()) -> None:
        """In a fork: let this session be that of a submission, whose tests run when this returns to pytest.

        Args:
            only: ids of the tests that are run, or of the files whose tests are; empty for all.
        """
        assert self.session and submission.sandbox
        stage, keeper, places, plugin = submission.stage, self.keeper, self.places, self.plugin
        keeper.sandbox = keeper.endings.sandbox = submission.sandbox
        keeper.elsewhere = Elsewhere()
        keeper.stage = str(stage.path)
        keeper.classes.outlines = outlines(self.assignment, stage)
        places.serve(submission.work, stage.path)
        keeper.surroundings.files = places.files
        self.programs.serve(stage.path, stage.problem_with, places.cwd)
        modules = self.inside.modules
        self.judge.stage = f"{stage.path}{os.sep}"
        self.judge.problem_with = lambda module: stage.problem_with(modules[module]) if module in modules else None
        self.judge.remedies = Remedies([*self.assignment.files, *self.assignment.also], stage.ignored, submission.beside)
        self.inside.stage = stage
        handed_in.ACTIVE.set(handed_in.HandedIn(stage.path, stage.problem_with, submission.variant))
        suite_files.GIVEN.set(suite_files.Given(self.assignment.settings, submission.shared))
        foreign_code.SOURCES.set(tuple(foreign_code.sources(places)))
        plugin.serve(self.session, libraries_of(self.assignment, stage, submission.sandbox), only)


def begin(waiting: Standby, stand_by: Callable[[Standby], None], session: pytest.Session) -> None:
    """Call `stand_by` with a session that is collected."""
    waiting.watch.stop()
    waiting.keeper.on_truth = None
    waiting.session = session
    try:
        stand_by(waiting)
    except BaseException:
        waiting.let_go()
        raise
