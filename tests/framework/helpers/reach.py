"""Which parts of the assignment's tests a change of a file can reach, by what tests and reference import."""

import ast
from pathlib import Path

from places import ROOT

from autograder.assignment import load

ASSIGNMENT = load(ROOT)
REFERENCE = ASSIGNMENT.folder / str(ASSIGNMENT.reference)
ALL_PARTS = tuple(int(part.number) for part in ASSIGNMENT.parts)


def suites_of(part: int) -> list[Path]:
    """The files with the tests of a part."""
    return [path for suite in ASSIGNMENT.suites for path in sorted(suite.path.glob(f"test_{part}_*.py"))]


def named_in(path: Path) -> set[str]:
    """The files that a Python file imports or, if they are handed in, names in a string; and the libraries it imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {f"{alias.name.partition('.')[0]}.py" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(f"{node.module.partition('.')[0]}.py")
        elif isinstance(node, ast.Constant) and node.value in ASSIGNMENT.files:
            found.add(str(node.value))
    return found


def used_by(path: Path) -> set[str]:
    """The same of a file, and of all that it uses of the assignment."""
    places = [*(suite.path for suite in ASSIGNMENT.suites), REFERENCE]
    found: set[str] = set()
    waiting = [path]
    while waiting:
        for name in named_in(waiting.pop()) - found:
            found.add(name)
            waiting += [place / name for place in places if name.endswith(".py") and (place / name).is_file()]
    return found


USED = {part: set().union(*map(used_by, suites_of(part))) for part in ALL_PARTS}
REACHES = {name: {part for part in ALL_PARTS if name in USED[part]} for name in ASSIGNMENT.files}
WITH_TORCH = {part for part in ALL_PARTS if "torch.py" in USED[part]}
