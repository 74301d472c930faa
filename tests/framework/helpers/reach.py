"""Which test files a change reaches, in the assignments of this repository."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from autograder.assignment import Assignment, Suite
from autograder.audit import reach


class Reach(reach.Reach):
    """As the product tells it, but that no suite of ours finds what is handed in by looking for modules at run time alone."""

    def __init__(self, assignment: Assignment) -> None:
        paths = [path for suite in assignment.suites for path in files_of(suite)]
        super().__init__(assignment, [id_of(assignment, path) for path in paths])

    def files_in(self, found: Sequence[reach.Mentioned]) -> set[str]:
        return super().files_in([replace(each, anything=False) for each in found])

    def imports(self, suite: str, library: str) -> bool:
        """Whether a test file imports a library, by itself or by way of other files of the assignment."""
        return any(library == name.partition(".")[0] for each in self.mentioned[suite] for name in each.modules)


def files_of(suite: Suite) -> list[Path]:
    """The files with the tests of a suite of assignment.toml."""
    return sorted(suite.path.rglob("test_*.py")) if suite.path.is_dir() else [suite.path]


def id_of(assignment: Assignment, path: Path) -> str:
    """How the ids of the tests in a file begin."""
    return os.path.relpath(path, assignment.folder).replace(os.sep, "/")


def suite_of(test: str) -> str:
    """Return "tests/public/test_1_layers.py" for "tests/public/test_1_layers.py::test_relu_forward", the id of a test."""
    return test.partition("::")[0]
