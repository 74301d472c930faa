"""Which tests need no heavy library: mutants that only these reach are graded with a single fork server, of the first rung.

A grader has a fork server for each rung of the ladder, and each must be confined and tried out. That costs more than a few
quick tests. A test that imports a heavy library all the same, within a function, loads it late and has the same verdict.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.assignment import Assignment, Suite
from autograder.sandbox.ladder import HEAVY, rungs


def without_heavy(assignment: Assignment) -> Assignment:
    """The assignment with a ladder of one rung.

    It has no restrictions either: a fork server would load a heavy library to forbid a name in it. The reference obeys them,
    and no operator adds the name of a library.
    """
    first = tuple(rungs(assignment.sandbox.preload)[0])
    return replace(assignment, sandbox=replace(assignment.sandbox, preload=first), restrictions=())


def light_files(assignment: Assignment) -> set[str]:
    """Return the test files, as ids of tests begin, that load nothing heavy by themselves or by what they import."""
    found = set()
    for suite in assignment.suites:
        for path in files_of(suite):
            if not suite.inside and not imports_heavy(path, assignment):
                found.add(path.relative_to(assignment.folder).as_posix())
    return found


def imports_heavy(suite: Path, assignment: Assignment) -> bool:
    """Whether loading a test file loads a heavy library."""
    folders = [
        assignment.folder / str(assignment.reference),
        *(each.parent for one in assignment.suites for each in files_of(one)),
    ]
    support = assignment.support_files()
    conftests = [place / "conftest.py" for place in suite.parents if place.is_relative_to(assignment.folder)]
    waiting, seen = [suite, *(path for path in conftests if path.is_file())], set()
    while waiting:
        path = waiting.pop()
        for name in names_imported(path):
            if name in HEAVY:
                return True
            if name not in seen:
                seen.add(name)
                places = [*(folder / f"{name}.py" for folder in folders), support.get(f"{name}.py", Path())]
                waiting += [place for place in dict.fromkeys(places) if place.is_file()]
    return False


def names_imported(path: Path) -> Iterator[str]:
    """The modules at top level that a file imports when it is loaded."""
    try:
        waiting: list[ast.AST] = [ast.parse(path.read_bytes())]
    except (SyntaxError, ValueError):  # a file that nothing can import
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.expr)):
            waiting += ast.iter_child_nodes(node)


def files_of(suite: Suite) -> Sequence[Path]:
    return sorted(suite.path.rglob("*.py")) if suite.path.is_dir() else [suite.path]
