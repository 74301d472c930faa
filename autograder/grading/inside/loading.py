"""What the fork server loads when an assignment has tests that run inside, so that none of them loads it again."""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

from autograder.assignment import Assignment, Suite

RUNNER = "autograder.grading.inside.runner"
LIBRARIES = (RUNNER, "unittest.mock", "gradescope_utils.autograder_utils.decorators")
# Plugins of pytest that suites count on, by what they write then. They are loaded if they are installed, and no others are:
# looking for all of them takes longer than most tests.
PLUGINS = {
    "pytest_mock": re.compile(r"\bmocker\b"),
    "pytest_timeout": re.compile(r"\bmark\s*\.\s*timeout\b"),
    "pytest_asyncio.plugin": re.compile(r"\bmark\s*\.\s*asyncio\b|\bpytest_asyncio\b"),
}
# What a library imports only when it is used, by what suites write then.
LATE = {"torch.distributed.tensor": re.compile(r"\btorch\.testing\b")}  # by the first assert_close: 0.13 s
MARKER = re.compile(r"\bmark\s*\.\s*inside\b")
# The modules of this package that suites import. A child cannot load them: the folder that they lie in may hold the tests.
FOR_SUITES = (
    *("answers", "background", "compare", "figures", "fixtures", "handed_in"),
    *("standins", "suite_files", "variants", "vectorisation"),
)


def modules_for_inside(assignment: Assignment) -> list[str]:
    """Return the modules to be loaded; none where no test runs inside. The marker counts where it is written out."""
    found: dict[str, None] = {}
    for suite in assignment.suites:
        sources = {path: path.read_text(encoding="utf-8", errors="replace") for path in python_files(suite, assignment.folder)}
        if suite.inside or any(MARKER.search(source) for source in sources.values()):
            source = "\n".join(sources.values())
            late = [name for name, use in LATE.items() if use.search(source)]
            found.update(dict.fromkeys([*LIBRARIES, *plugins_for(source), *late]))
            found.update(dict.fromkeys(name for source in sources.values() for name in own_modules(source)))
    return list(found)


def plugins_for(source: str) -> list[str]:
    """The plugins that a suite counts on, as far as they are installed."""
    return [name for name, use in PLUGINS.items() if use.search(source) and importlib.util.find_spec(name.partition(".")[0])]


def python_files(suite: Suite, top: Path) -> Iterator[Path]:
    """The Python files of a suite, and each conftest.py above it."""
    if suite.path.is_dir():
        yield from sorted(suite.path.rglob("*.py"))
    else:
        yield from sorted(suite.path.parent.glob("*.py"))
    for folder in suite.path.parents:
        if top in (folder, *folder.parents) and (folder / "conftest.py").is_file():
            yield folder / "conftest.py"


def own_modules(source: str) -> Iterator[str]:
    """The modules of this package that a suite imports."""
    if "autograder" not in source:
        return
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # pytest tells
        return
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "autograder":
            names = [f"autograder.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        for name in names:
            package, _, rest = name.partition(".")
            if package == "autograder" and rest.partition(".")[0] in FOR_SUITES:
                yield name
