"""Whose fault a failure is, and what its student reads about it.

A failure is the student's unless there is a reason to think otherwise, since a suite is tried out with a right solution
before it is used. The reasons: the error is of a kind that no submission can cause in code of the suite (a name or a
fixture that does not exist, an import), or the test had not used the submission when it happened.
"""

import errno
import os
import re
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import _pytest
import pluggy
import pytest

from autograder.compare import Mismatch
from autograder.errors import AutograderError
from autograder.grading.checks import WRONG, check_words, frames_of, module_of, text_of
from autograder.grading.endings import out_of_cpu_time, out_of_wall_time
from autograder.grading.explanations import is_explaining
from autograder.grading.remedies import Remedies
from autograder.sandbox.client import SandboxError
from autograder.standins.failures import SubmissionFailure, SuiteTimeout
from autograder.standins.importer import SubmissionModule
from autograder.text import shorten

UNEXPECTED = "passes, but was expected to fail"

# What only the suite can have done wrong. A variable without a value is not here: a loop over an empty answer leaves one.
SUITE_MISTAKES = (NameError, ImportError, SyntaxError, SystemExit, KeyboardInterrupt, pytest.FixtureLookupError)
LITTLE_ROOM = 1 << 20  # bytes; a submission whose box is full has more
PYTEST_FOLDERS = tuple(f"{os.path.dirname(os.path.abspath(module.__file__ or ''))}{os.sep}" for module in (_pytest, pluggy))
MODULE = re.compile(r"([\w<>]+\.)*")  # of an exception, before its name
OWN_FRAME = re.compile(r'  File "(?!/|<|[A-Za-z]:[\\/])')  # of a file of the submission, which has no folder before its name
MAX_MESSAGE = 20_000  # characters of an exception's message that are shown
CHECKS = (AssertionError, pytest.fail.Exception, pytest.exit.Exception)

# Messages of Python and NumPy that hold nothing but names of types and attributes, and shapes.
HARMLESS = re.compile(
    r"'[\w.]+' object (is not (subscriptable|iterable|callable)|has no attribute '\w+')"
    r"|'[\w.]+' object does not support item (assignment|deletion)"
    r"|object of type '[\w.]+' has no len\(\)|cannot unpack non-iterable [\w.]+ object"
    r"|(too many|not enough) values to unpack \(expected (at least )?\d+(, got \d+)?\)"
    r"|unsupported operand type\(s\) for [^:']{1,12}: '[\w.]+' and '[\w.]+'"
    r"|'[^']{1,2}' not supported between instances of '[\w.]+' and '[\w.]+'"
    r"|operands could not be broadcast together with shapes [(),\d ]+"
    r"|(only length-1 arrays|only 0-dimensional arrays) can be converted to Python scalars"
    r"|the submission gave a [\w.]+ object where (an|a number or an) array is expected"
    r"|the submission gave a [\w.]+ object that says it has \d+ items and shows \d+"
)


class SuiteStopped(pytest.fail.Exception):  # type: ignore[name-defined]
    """The suite tried to end the whole grading."""


@dataclass
class Failure:
    """Why one phase of a test, or one subtest, has failed.

    Attributes:
        phase: "setup", "call" or "teardown".
        words: for the student.
        staff: the same with everything that staff may see.
        broken: it is not the student's.
        full: the words with the values that the suite does not show to students; empty where they are the same.
        answer: what came, for whoever names mistakes; None where nobody has looked.
    """

    phase: str
    words: str
    staff: str
    broken: bool
    full: str = ""
    answer: dict[str, Any] | None = None


class Judge:
    """Decides about failures.

    Args:
        sandboxed: the submission runs in processes of its own, so that its exceptions bring its traceback.
        problem_with: what the intake found wrong with the file of a module, or None.
        stage: folder of the submission's files.
        remedies: what a student can do about an exception.
    """

    def __init__(
        self, sandboxed: bool, problem_with: Callable[[str], str | None], stage: Path, remedies: Remedies | None = None
    ) -> None:
        self.sandboxed = sandboxed
        self.problem_with = problem_with
        self.stage = f"{stage}{os.sep}"
        self.remedies = remedies or Remedies()

    def is_broken(self, error: BaseException, phase: str, used: bool, cls: type | None) -> bool:
        """Whether the suite or this tool is to blame.

        Args:
            phase: "setup", "call" or "teardown".
            used: the test, or a fixture of it, has used the submission.
            cls: of the test, if it is a method.
        """
        if isinstance(error, (AutograderError, SandboxError, SuiteStopped)):
            return True
        if self.is_students(error):
            return no_room(error)
        if isinstance(error, SuiteTimeout):
            return not is_explaining(error)
        if raised_by_pytest(error):
            return True
        if isinstance(error, CHECKS):
            return phase != "call" and not used
        if phase == "teardown":
            return True  # the submission has done its part by then
        if any(self.is_students(cause) for cause in causes(error)):
            return False
        if isinstance(error, SUITE_MISTAKES) and not (used and isinstance(error, UnboundLocalError)):
            return True
        return not used or missing_in_suite(error, cls)

    def is_students(self, error: BaseException) -> bool:
        """Whether the submission's process has raised it. What that process says of the frames decides nothing."""
        if isinstance(error, SubmissionFailure):
            return True
        return self.student_traceback(error) is not None

    def student_traceback(self, error: BaseException) -> str | None:
        """The part of a traceback that lies in the submission, which may be empty; None if the submission did not raise it."""
        if self.sandboxed:
            return getattr(error, "student_traceback", None)
        frames = traceback.extract_tb(error.__traceback__)
        first = next((index for index, frame in enumerate(frames) if self.is_submitted(frame.filename)), None)
        if first is None:
            return None
        shown = [frame for frame in frames[first:] if self.may_show(frame.filename)]
        lines = ["Traceback (most recent call last):\n", *traceback.format_list(shown)]
        lines += traceback.format_exception_only(type(error), error)
        return "".join(lines).replace(self.stage, "")

    def is_submitted(self, file: str) -> bool:
        """Whether a file is one of the submission."""
        return file.startswith(self.stage)

    def may_show(self, file: str) -> bool:
        """Whether a line of a file may stand in the traceback that a student reads."""
        return True

    def words(self, error: BaseException, shown: bool, author: str | None, seen: str = "") -> str:
        """Why the test failed, as its student reads it.

        Args:
            shown: whether values that the suite compares may be shown.
            author: the message that the suite gave to the assert method of unittest that failed.
            seen: where the suite was, and what the submission had given it last; told with an error of the suite's own code.
        """
        if isinstance(error, Mismatch):
            return str(error) if shown else error.without_values
        if isinstance(error, SubmissionFailure):
            return (error.module and self.problem_with(error.module)) or self.remedies.added_to(str(error))
        missing = getattr(error, "student_missing", None)
        if missing:
            module, name = missing
            words = f"{module.replace('.', '/')}.py does not define {name}"
            return self.problem_with(module) or self.remedies.added_to(words)
        if isinstance(error, SuiteTimeout) and is_explaining(error):
            return WRONG  # the time is used up by saying in what way
        if isinstance(error, SuiteTimeout):
            if error.clock == "cpu":
                return out_of_cpu_time(error.time.cpu_seconds)
            return out_of_wall_time(error.time.wall_seconds)
        own = self.raised(error)
        if own:
            return own
        cause = next((words for words in map(self.raised, causes(error)) if words), "")
        if isinstance(error, CHECKS):
            return "\n".join(filter(None, [check_words(error, shown, author), cause]))
        if cause:
            return cause
        message = text_of(error)
        told = f": {message}" if message and (shown or HARMLESS.fullmatch(message)) else ""
        words = f"the test could not use what your code gave back ({type(error).__name__}{told})"
        return f"{words}\n{seen}" if seen and shown else words

    def raised(self, error: BaseException) -> str:
        """An exception of the submission, or nothing."""
        if isinstance(error, SubmissionFailure):
            return self.remedies.added_to(str(error))
        report = (self.student_traceback(error) or "").rstrip()
        if not report:
            return ""  # of a helper that could not use what it was given, say
        name = getattr(error, "student_type", type(error).__name__)
        message = getattr(error, "student_beginning", None) or shorten(text_of(error), MAX_MESSAGE)
        headline = f"{name}: {message}" if message else name
        said = self.remedies.added_to(f"your code raised {headline}\n\n{without_headline(report, headline)}".rstrip())
        return without_library_frames(said)


def without_headline(report: str, headline: str) -> str:
    """A traceback without its last lines, where they only repeat the headline, with the module of the exception before it."""
    rest = report.removesuffix(headline.rstrip())
    before, _, module = rest.rpartition("\n")
    return before.rstrip() if rest != report and MODULE.fullmatch(module) else report


def without_library_frames(report: str) -> str:
    """A traceback without the frames of libraries after the last one of the student's: the headline says what they say."""
    kept: list[str] = []
    waiting: list[str] = []  # lines of such frames, until one of the student's follows
    in_own = in_library = False
    for line in report.split("\n"):
        if line.startswith('  File "'):
            in_library = not OWN_FRAME.match(line)
            if not in_library:
                kept += waiting
                waiting, in_own = [], True
        elif not line.startswith("  "):  # the end of these frames
            waiting, in_own, in_library = [], False, False
        (waiting if in_library and in_own else kept).append(line)
    return "\n".join(kept)


def no_room(error: BaseException) -> bool:
    """Whether the submission could not write a file because the disk is full: it says so, and the disk agrees."""
    if not isinstance(error, OSError) or error.errno != errno.ENOSPC or not hasattr(os, "statvfs"):
        return False
    disk = os.statvfs(tempfile.gettempdir())  # where the boxes are
    return disk.f_bavail * disk.f_frsize < LITTLE_ROOM or (disk.f_files > 0 and disk.f_favail == 0)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The exceptions that an exception came from, the nearest first."""
    seen = {id(error)}
    following = error.__cause__ or error.__context__
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__


def raised_by_pytest(error: BaseException) -> bool:
    """Whether pytest complains about the suite: a fixture called like a function, a scope that does not fit."""
    frames = [frame for frame in frames_of(error) if module_of(frame) != "_pytest.outcomes"]
    return bool(frames) and module_of(frames[-1]) in ("_pytest.fixtures", "_pytest.python")


def missing_in_suite(error: BaseException, cls: type | None) -> bool:
    """Whether an attribute is missing from a library, or from the test's own object."""
    if not isinstance(error, AttributeError):
        return False
    place = type(error.obj)
    if issubclass(place, ModuleType):
        return not issubclass(place, SubmissionModule)
    return cls is not None and issubclass(place, cls)


def line_of(error: BaseException, file: Path) -> str:
    """The line of a suite's file at which an exception was raised; empty if none is known."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return (frames[-1].line or "").strip() if frames else ""


def traceback_from(error: BaseException, file: Path) -> str:
    """The traceback from the first frame in a file of the suite on, for staff: the frames before it are pytest's.

    Where none is in that file, those of pytest are left out.
    """
    report = traceback.TracebackException.from_exception(error)
    first = next((index for index, frame in enumerate(report.stack) if frame.filename == str(file)), None)
    if first is None:
        report.stack = traceback.StackSummary.from_list(frame for frame in report.stack if not is_pytests(frame.filename))
    else:
        del report.stack[:first]
    return "".join(report.format())


def is_pytests(file: str) -> bool:
    return file.startswith(PYTEST_FOLDERS)


def whole_traceback(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
