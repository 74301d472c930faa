"""Exceptions of the submission in words: which one it was, and the traceback as its author knows the files."""

import importlib
import os
import traceback
from typing import Any

MAX_MESSAGE = 20_000  # characters of an exception's message or traceback
HELPER = "<helper "  # what the file names of a suite's helpers begin with
OUR_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
DEBUGGER = tuple(os.path.join(os.path.dirname(os.path.abspath(os.__file__)), name) for name in ("bdb.py", "pdb.py"))
IMPORTLIB_FOLDER = os.path.dirname(os.path.abspath(importlib.__file__)) + os.sep


class SuiteInterrupt(BaseException):
    """The suite ends the test; code of the submission that catches exceptions does not catch this."""


def plain_text(value: Any) -> str:
    """A string of the type str itself, whatever its class says it is."""
    return str.__str__(value)


def describe(error: BaseException) -> str:
    """An exception's type and message, also if it raises when it is asked for them."""
    name = type(error).__name__
    try:
        message = plain_text(str(error))[:MAX_MESSAGE]
    except BaseException as problem:
        return f"{name} (its message cannot be shown: {type(problem).__name__})"
    return f"{name}: {message}" if message else name


def import_failure(module: str, error: BaseException, stage: str) -> str:
    """Why a module of the submission cannot be imported."""
    if isinstance(error, ModuleNotFoundError) and error.name == module:
        return f"{module.replace('.', '/')}.py is missing"
    if isinstance(error, SystemExit):
        return f"importing {module}.py ends the program ({describe(error)})\n{student_traceback(error, stage)}"
    return f"importing {module}.py failed: {describe(error)}\n{student_traceback(error, stage)}".rstrip()


def student_traceback(error: BaseException, stage: str) -> str:
    """The traceback without the frames of this package, of suites' helpers and of the debugger; files named as submitted.

    It is empty if it ends in a suite's helper: then the submission has not raised the exception.
    """
    report = traceback.TracebackException.from_exception(error, limit=-30)
    seen: set[int] = set()
    part: Any = report
    while part is not None and id(part) not in seen:
        seen.add(id(part))
        part.stack = traceback.StackSummary.from_list(frame for frame in part.stack if not is_ours(frame.filename))
        if part is report and part.stack and part.stack[-1].filename.startswith(HELPER):
            return ""
        part.stack = traceback.StackSummary.from_list(without_tools(part.stack))
        part = part.__cause__ or part.__context__
    return "".join(report.format()).replace(stage + os.sep, "")


def without_tools(stack: traceback.StackSummary) -> list[traceback.FrameSummary]:
    """The frames but for those of helpers and of the debugger, which adds the one that it stops in a second time."""
    frames = [frame for frame in stack if not frame.filename.startswith((HELPER, *DEBUGGER))]
    stopped = len(frames) < len(stack) and any(frame.filename in DEBUGGER for frame in stack)
    return [frame for index, frame in enumerate(frames) if not (stopped and frame in frames[:index])]


def is_ours(filename: str) -> bool:
    return filename.startswith((OUR_FOLDER, "<frozen importlib", IMPORTLIB_FOLDER))
