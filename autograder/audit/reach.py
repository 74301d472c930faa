"""Which test files a change of a submission can reach, by what their sources import and which files they name.

Where the sources do not tell, because a module is found at run time or from where the importing file lies, a test file counts
as using everything.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from autograder.assignment import Assignment

FINDERS = {"importlib", "runpy", "pkgutil", "imp"}  # modules that find others at run time
NAMES = {"__import__", "exec", "eval", "pytest_plugins"}  # which import what a string says


@dataclass
class Mentioned:
    """What a Python file mentions.

    Attributes:
        modules: dotted names of what it imports, or names in a string.
        files: the files of the submission, and support files, that it names in a string.
        anything: whether it can import what it does not mention.
    """

    modules: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    anything: bool = False


class Reach:
    """What the test files of an assignment use.

    Args:
        suites: the test files, as the ids of their tests begin.
    """

    def __init__(self, assignment: Assignment, suites: Sequence[str]) -> None:
        self.assignment = assignment
        self.suites = suites
        self.read: dict[Path, tuple[Mentioned, list[Path]]] = {}

    def of_file(self, name: str) -> set[str]:
        """The test files that use a file of the submission; all of them where none is seen to, or the settings name it."""
        found = {suite for suite, files in self.used.items() if name in files}
        return found if found and name not in str(self.assignment.settings) else {*self.suites}

    @cached_property
    def used(self) -> dict[str, set[str]]:
        """Test file -> files of the submission that it uses, by itself or by way of other files of the assignment."""
        return {suite: self.files_in(found) for suite, found in self.mentioned.items()}

    @cached_property
    def mentioned(self) -> dict[str, list[Mentioned]]:
        """Test file -> what it and each other file of the assignment mention that it uses."""
        return {suite: list(self.mentioned_by(self.assignment.folder / suite)) for suite in self.suites}

    def files_in(self, found: Sequence[Mentioned]) -> set[str]:
        """The files of the submission among what is mentioned."""
        return {
            name
            for name in self.assignment.files
            if any(each.anything or name in each.files or self.is_imported(name, each.modules) for each in found)
        }

    def is_imported(self, name: str, modules: set[str]) -> bool:
        """Whether a file is one of these modules, lies in one of them, or is a package that one of them lies in."""
        own = self.assignment.module_name(name) if name.endswith(".py") else ""
        return bool(own) and any(f"{own}.".startswith(f"{module}.") or f"{module}.".startswith(f"{own}.") for module in modules)

    def mentioned_by(self, suite: Path) -> Iterator[Mentioned]:
        """What a test file mentions, the conftest.py above it, and what these import of the assignment."""
        known = [suite, *conftests_above(suite, self.assignment.folder)]
        for path in known:  # which grows meanwhile
            if path not in self.read:
                mentioned = mentioned_in(path, {*self.assignment.files, *self.assignment.support})
                self.read[path] = mentioned, list(self.places_of(mentioned))
            mentioned, places = self.read[path]
            yield mentioned
            known += [place for place in places if place not in known]

    def places_of(self, found: Mentioned) -> Iterator[Path]:
        """The Python files of suites, reference and support that are imported, or handed in and named."""
        support = self.assignment.support_files()
        reference = self.assignment.folder / str(self.assignment.reference)
        files = {name: reference / name for name in self.assignment.files} | support
        for name, path in files.items():
            if name.endswith(".py") and (name in found.files or self.is_imported(name, found.modules)) and path.is_file():
                yield path
        for folder in {*((self.assignment.folder / suite).parent for suite in self.suites), reference}:
            for module in {name.partition(".")[0] for name in found.modules} - sys.stdlib_module_names:
                yield from (path for path in [folder / f"{module}.py"] if path.is_file())
                yield from sorted((folder / module).rglob("*.py"))


def mentioned_in(path: Path, files: set[str]) -> Mentioned:
    """What a Python file mentions; of its strings those that are names of these files."""
    found = Mentioned()
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        if isinstance(node, ast.Import):
            found.modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.anything |= node.level > 0
            if node.module:
                found.modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value in files:
                found.files.add(node.value)
            elif is_dotted(node.value):
                found.modules.add(node.value)
        elif isinstance(node, ast.Name):
            found.anything |= node.id in NAMES
    found.anything |= bool(FINDERS & {name.partition(".")[0] for name in found.modules})
    return found


def is_dotted(text: str) -> bool:
    """Whether a text is a name as `mock.patch` takes it, such as "modules.np"."""
    return "." in text and all(part.isidentifier() for part in text.split("."))


def conftests_above(suite: Path, folder: Path) -> Iterator[Path]:
    """The conftest.py that pytest loads for a test file, up to the folder of the assignment."""
    for place in suite.parents:
        if (place / "conftest.py").is_file():
            yield place / "conftest.py"
        if place == folder:
            break
