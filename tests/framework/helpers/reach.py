"""Which suites of an assignment a change of a file can reach, by what suites and reference import.

A suite is one file with tests here, and known by its name, such as "test_1_layers.py".
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from autograder.assignment import Assignment, Suite


class Reach:
    """What the suites of an assignment use.

    Attributes:
        suites: name -> where it lies.
        used: name -> the files that it uses of the submission, and the modules that it imports, "torch.py" for torch; by
            itself or by way of another file of the assignment.
    """

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        files = [path for suite in assignment.suites for path in files_of(suite)]
        self.suites = {path.name: path for path in files}
        assert len(self.suites) == len(files), "two suites have one name, and results are told apart by these"
        self.used = {name: self.used_by(path) for name, path in self.suites.items()}

    def of_file(self, name: str) -> set[str]:
        """The suites that use a file of the submission; all of them, where none is seen to."""
        return {suite for suite, used in self.used.items() if name in used} or set(self.suites)

    def used_by(self, suite: Path) -> set[str]:
        """What a suite uses; see `used`."""
        places = [*(file.parent for file in self.suites.values()), self.assignment.folder / str(self.assignment.reference)]
        support = self.assignment.support_files()
        found: set[str] = set()
        waiting = [suite, *conftests_above(suite, self.assignment.folder)]
        while waiting:
            for name in self.named_in(waiting.pop()) - found:
                found.add(name)
                candidates = [*(place / name for place in places), *([support[name]] if name in support else [])]
                waiting += [path for path in dict.fromkeys(candidates) if name.endswith(".py") and path.is_file()]
        return found

    def named_in(self, path: Path) -> set[str]:
        """The files that a Python file imports or, if they are handed in, names in a string; and the libraries it imports."""
        found = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {f"{alias.name.partition('.')[0]}.py" for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(f"{node.module.partition('.')[0]}.py")
            elif isinstance(node, ast.Constant) and node.value in self.assignment.files:
                found.add(str(node.value))
        return found


def files_of(suite: Suite) -> list[Path]:
    """The files with the tests of a suite of assignment.toml."""
    return sorted(suite.path.rglob("test_*.py")) if suite.path.is_dir() else [suite.path]


def conftests_above(suite: Path, folder: Path) -> Iterator[Path]:
    """The conftest.py that pytest loads for a suite, up to the folder of the assignment."""
    for place in suite.parents:
        if (place / "conftest.py").is_file():
            yield place / "conftest.py"
        if place == folder:
            break


def suite_of(test: str) -> str:
    """Return "test_1_layers.py" for "tests/public/test_1_layers.py::test_relu_forward", the id of a test, long or short."""
    return test.partition("::")[0].rpartition("/")[2]
