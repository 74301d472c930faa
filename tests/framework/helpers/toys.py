"""Tiny assignments to grade: one suite, one submission, and what came of it."""

import ast
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from files import write_files

from autograder.assignment import load
from autograder.commands.launch import fork_server
from autograder.grading.acceptance import SandboxMode
from autograder.grading.outcome import Outcome
from autograder.grading.records import Record
from autograder.grading.story import grade
from autograder.results.gradescope import document

SHOWN = "show_values = true\nshow_output = true"
HIDDEN = "show_values = false\nshow_output = false"

HEADER = """
import unittest
import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import hide_errors, leaderboard, number, partial_credit, weight
from autograder.compare import assert_close
"""  # of a suite


@dataclass
class Graded:
    """The outcome of a toy; a record is found by the end of its nodeid."""

    outcome: Outcome

    def __getitem__(self, name: str) -> Record:
        found = [record for record in self.outcome.records if record.nodeid.endswith(f"::{name}")]
        assert len(found) == 1, f"{name}: {len(found)} of {[record.nodeid for record in self.outcome.records]}"
        return found[0]

    def names(self) -> list[str]:
        return [record.nodeid.rpartition("::")[2] for record in self.outcome.records]

    def verdicts(self) -> dict[str, tuple[str, float | None, float | None]]:
        """Name -> (status, score, max_score)."""
        return {
            record.nodeid.rpartition("::")[2]: (record.status, record.score, record.max_score)
            for record in self.outcome.records
        }

    def document(self) -> dict[str, Any]:
        return document(self.outcome)


def write_toy(
    folder: Path,
    suite: str | dict[str, str],
    submission: str = "",
    options: str = SHOWN,
    limits: str = "test_seconds = 20",
    reference: str = "",
) -> None:
    """Write an assignment, its suite below tests/, and a submission of one file, modules.py.

    Args:
        suite: the source of tests/test_toy.py, or file names below tests/ with their sources.
        options: lines of the [[suites]] table.
        limits: lines of the [limits] table.
        reference: the source of the reference; the assignment has none where this is empty.
    """
    files = {"test_toy.py": suite} if isinstance(suite, str) else suite
    sources = {f"tests/{name}": text for name, text in files.items()} | {"sub/modules.py": submission}
    known = 'reference = "reference"\n' if reference else ""
    if reference:
        sources["reference/modules.py"] = reference
    settings = (
        f'title = "Toy"\n{known}[submission]\nfiles = ["modules.py"]\n'
        f'[[suites]]\npath = "tests"\n{options}\n[limits]\n{limits}\n[sandbox]\npreload = []\n'
    )
    write_files(folder, {name: textwrap.dedent(text) for name, text in sources.items()} | {"assignment.toml": settings})


def grade_toy(folder: Path, mode: SandboxMode = "auto") -> Graded:
    """Grade what `write_toy` has written. The suite's modules are forgotten afterwards, since all toys use one name."""
    before = set(sys.modules)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            patch.delenv("PYTEST_ADDOPTS", raising=False)
            return Graded(grade(load(folder), [folder / "sub"], mode))
    finally:
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", None)).startswith(str(folder)) or name.split(".")[0] == "tests":
                del sys.modules[name]


def toy(folder: Path, *arguments: Any, mode: SandboxMode = "auto", **keywords: Any) -> Graded:
    """Write and grade; see `write_toy`."""
    write_toy(folder, *arguments, **keywords)
    return grade_toy(folder, mode)


def grade_by_method(assignment: Path, submission: Path, mode: SandboxMode) -> dict[str, tuple[str, str]]:
    """Grade a unittest suite; return class and method -> (status, reason). Once in a process, and before anything else in it.

    It stands here, and not in its test, because the processes of `known.graders` find it by the name of its module.
    """
    server = fork_server() if mode != "off" else None
    outcome = grade(load(assignment), [submission], mode, server=server)
    return {
        ".".join(record.nodeid.split("::")[1:]): (record.status, record.reason or record.staff) for record in outcome.records
    }


def suite_in(folder: Path) -> dict[str, str]:
    """A suite that lies in a folder, for `toy`: name -> source."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}


def docstrings(source: str) -> dict[str, str]:
    """Test of a suite -> its docstring, in the order of the file."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    functions.sort(key=lambda node: node.lineno)
    return {node.name: ast.get_docstring(node) or "" for node in functions if node.name.startswith("test_")}
