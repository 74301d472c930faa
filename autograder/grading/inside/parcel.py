"""What a test is given when it runs inside: its own, conftest.py above it, and what lies beside it.

The submission can read all of them. So no other test file is among them, unless this one imports it and all of its tests run
inside; nor are the reference, the skeleton, other suites and assignment.toml.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import numpy as np

from autograder.assignment import FILE, Assignment, Suite
from autograder.errors import AssignmentError
from autograder.grading.inside.loading import plugins_for

TEST_FILES = ("test_*.py", "*_test.py")  # pytest's own default
OF_PYTEST = ("conftest.py", "__init__.py")
LEFT_BY_RUNS = (".*", "__pycache__", "*.pyc")


@dataclass(frozen=True)
class Parcel:
    """What the tests of a file are given.

    Attributes:
        names: of the files, below the assignment's folder.
        contents: what is in them.
        code: of the test file, see `rewriting`.
        plugins: of pytest that its Python files count on.
    """

    names: tuple[str, ...]
    contents: tuple[np.ndarray, ...]
    code: np.ndarray
    plugins: list[str]

    @classmethod
    def of(cls, files: Mapping[str, Path], code: bytes) -> "Parcel":
        contents = [path.read_bytes() for path in files.values()]
        sources = [
            content.decode("utf-8", "replace") for name, content in zip(files, contents, strict=True) if name.endswith(".py")
        ]
        return cls(tuple(files), tuple(map(as_array, contents)), as_array(code), plugins_for("\n".join(sources)))


def as_array(content: bytes) -> np.ndarray:
    return np.frombuffer(content, np.uint8)


def files_for(assignment: Assignment, suite: Suite, test_file: Path, all_inside: set[Path]) -> dict[str, Path]:
    """Return the files that a test is given, by their names below the assignment's folder.

    Args:
        test_file: that the test stands in.
        all_inside: the test files of which every test runs inside.

    Raises:
        AssignmentError: the file imports another one with tests that do not run inside, or the files are too large.
    """
    top, folder = assignment.folder, suite.path if suite.path.is_dir() else suite.path.parent
    beside = suite.path.rglob("*") if suite.path.is_dir() else folder.iterdir()
    kept_back = withheld(assignment, suite)
    found = [path for path in beside if path.is_file() and may_be_given(path, folder, kept_back)]
    for above in test_file.parents:
        if top in (above, *above.parents):
            found += [above / name for name in OF_PYTEST if (above / name).is_file()]
    others = {path for path in found if is_test_file(path) and path != test_file}
    given = {*found, test_file} - others | imported(test_file, others, all_inside)
    size = sum(path.stat().st_size for path in given)
    if size > assignment.limits.box_mb << 20:
        raise AssignmentError(
            f"{test_file.name} runs inside, and the files beside it have {size >> 20} MB, more than a test may write "
            "(box_mb in [limits]); put large data into submission.support"
        )
    return {path.relative_to(top).as_posix(): path for path in sorted(given)}


def is_test_file(path: Path) -> bool:
    return any(fnmatch(path.name, pattern) for pattern in TEST_FILES)


def withheld(assignment: Assignment, suite: Suite) -> list[Path]:
    """What is no part of this suite, wherever it lies."""
    folders = [assignment.reference, assignment.skeleton, assignment.handout, assignment.variant_secret, FILE]
    paths = [assignment.folder / name for name in (*filter(None, folders), *assignment.files, *assignment.support)]
    paths += [other.path for other in assignment.suites if other is not suite]
    mine = suite.path.resolve()
    return [path for path in (path.resolve() for path in paths) if path not in (mine, *mine.parents)]


def may_be_given(path: Path, folder: Path, kept_back: list[Path]) -> bool:
    real = path.resolve()
    if any(other in (real, *real.parents) for other in kept_back):
        return False
    return not any(fnmatch(part, pattern) for part in path.relative_to(folder).parts for pattern in LEFT_BY_RUNS)


def imported(test_file: Path, others: set[Path], all_inside: set[Path]) -> set[Path]:
    """The other test files that a test file imports, and that those import."""
    found: set[Path] = set()
    waiting = [test_file]
    while waiting:
        names = set(imported_names(waiting.pop()))
        for path in others - found:
            if path.stem not in names:
                continue
            if path not in all_inside:
                raise AssignmentError(
                    f"{test_file.name} runs inside and imports {path.name}, which has tests that do not, and which the "
                    "submission could then read; move what both use into a file without tests"
                )
            found.add(path)
            waiting.append(path)
    return found


def imported_names(path: Path) -> Iterator[str]:
    """The last parts of all names that a file imports."""
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name.rpartition(".")[2] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").rpartition(".")[2]
            yield from (alias.name for alias in node.names)
