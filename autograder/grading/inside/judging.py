"""Whose fault a failure is where the submission's modules are imported by Python itself."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType

from autograder.grading.verdicts import Judge

MISSING_NAME = re.compile(r"cannot import name '(\w+)'")


class InsideJudge(Judge):
    """A name or module that is missing is the submission's fault if it should have been there.

    Args:
        modules: module name -> file, of the submission.
        suite: the files that the test was given, which may lie among those of the submission.
    """

    def __init__(
        self, problem_with: Callable[[str], str | None], stage: Path, modules: Mapping[str, str], suite: Iterable[str]
    ) -> None:
        super().__init__(False, problem_with, stage)
        self.modules = modules
        self.suite = frozenset(map(os.path.abspath, suite))

    def is_broken(self, error: BaseException, phase: str, used: bool, cls: type | None) -> bool:
        # What the sandbox refuses to the suite itself: semaphores, sockets.
        refused = isinstance(error, PermissionError) and not self.is_students(error)
        return refused or super().is_broken(error, phase, used, cls)

    def is_submitted(self, file: str) -> bool:
        return super().is_submitted(file) and file not in self.suite

    def may_show(self, file: str) -> bool:
        return file not in self.suite

    def is_students(self, error: BaseException) -> bool:
        return super().is_students(error) or bool(self.missing(error))

    def raised(self, error: BaseException) -> str:
        return self.missing(error) or super().raised(error)

    def missing(self, error: BaseException) -> str:
        """What the submission lacks, for the student; empty where that is not the reason."""
        if isinstance(error, SyntaxError) and self.is_submitted(error.filename or ""):
            file = os.path.relpath(error.filename or "", self.stage)
            name = next((name for name, known in self.modules.items() if known == file), "")
            return self.problem_with(name) or f"{file} cannot be imported: {error}"
        if isinstance(error, ImportError) and error.name in self.modules:
            name = error.name or ""
            if isinstance(error, ModuleNotFoundError):
                return self.problem_with(name) or f"{self.modules[name]} is missing"
            wanted = MISSING_NAME.search(str(error))
            return f"{self.modules[name]} does not define {wanted[1]}" if wanted else ""
        if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType) and error.obj.__name__ in self.modules:
            return f"{self.modules[error.obj.__name__]} does not define {error.name}"
        return ""
