"""One Python file of an old autograder, read and never run: its imports, the paths that it names, its timeouts."""

import ast
import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError

SOURCE, SUBMISSION = "/autograder/source", "/autograder/submission"  # where Gradescope has the autograder, and what is graded
JOINS = ("join", "joinpath", "Path", "PurePath", "PosixPath")
SAME = ("str", "fspath", "as_posix", "normpath", "expanduser")
LONGEST_PATH = 300  # characters
STARTS = ("run", "Popen", "call", "check_call", "check_output", "system", "run_path", "run_script", "getoutput")
TIMEOUTS = ("timeout", "timelimit", "time_limit", "func_set_timeout")


@dataclass(frozen=True)
class Imported:
    """A module that a file imports.

    Attributes:
        module: dotted; empty for `from . import x`.
        names: that are taken from it, each perhaps a module itself; empty for a plain import.
        level: the number of leading dots.
    """

    module: str
    names: tuple[str, ...] = ()
    level: int = 0


class Source:
    """A parsed file.

    Args:
        path: the file.
        home: the folder in which the old autograder ran, which relative paths start from.

    Raises:
        AutograderError: it cannot be read, or is not Python.
    """

    def __init__(self, path: Path, home: Path) -> None:
        self.path, self.home = path, home
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # such as that of an odd escape in a string
                self.tree = ast.parse(path.read_bytes(), str(path))
        except OSError as error:
            raise AutograderError(f"{path} cannot be read: {error.strerror}") from error
        except (SyntaxError, ValueError, RecursionError) as error:  # ValueError: null bytes
            line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
            raise AutograderError(f"{path}{line} is not Python that can be read: {error.args[0]}") from error
        self.nodes = list(ast.walk(self.tree))
        self.names: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                value = self.text(node.value)
                if value is not None:
                    self.names.setdefault(node.targets[0].id, value)

    def imports(self) -> Iterator[Imported]:
        """Yield what is imported anywhere in the file, by a statement or by a function that is given a constant."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from (Imported(alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield Imported(node.module or "", tuple(alias.name for alias in node.names if alias.name != "*"), node.level)
            elif isinstance(node, ast.Call) and name_of(node.func) in ("import_module", "__import__", "run_module"):
                module = self.text(node.args[0]) if node.args else None
                if module and not module.startswith(".") and all(part.isidentifier() for part in module.split(".")):
                    yield Imported(module)

    def search_paths(self) -> Iterator[str]:
        """Yield the folders that the file adds to sys.path, absolute, as far as they can be read off."""
        for node in self.nodes:
            added: list[ast.expr] = []
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr in ("insert", "append") and ast.unparse(node.func.value) in ("sys.path", "path"):
                    added = node.args[-1:]
                elif node.func.attr == "extend" and ast.unparse(node.func.value) == "sys.path":
                    added = list(getattr(node.args[0], "elts", [])) if node.args else []
            elif isinstance(node, ast.AugAssign) and ast.unparse(node.target) == "sys.path":
                added = list(getattr(node.value, "elts", []))
            for path in map(self.text, added):
                if path is not None:
                    yield self.absolute(path)

    def paths(self) -> Iterator[tuple[ast.expr, str]]:
        """Yield each expression that may be the path of a file, with its value; of one that others are part of, the whole."""
        parts: set[int] = set()
        for node in self.nodes:  # the whole comes before its parts
            if isinstance(node, (ast.Constant, ast.BinOp, ast.Call, ast.JoinedStr)) and id(node) not in parts:
                value = self.text(node)
                if value and len(value) < LONGEST_PATH and value.isprintable():
                    parts.update(map(id, ast.walk(node)))
                    yield node, value

    def timeouts(self) -> Iterator[float]:
        """Yield the seconds of decorators and marks such as `@timeout(5)` and `@pytest.mark.timeout(5)`."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and name_of(node.func) in TIMEOUTS:
                given = [*node.args[:1], *(each.value for each in node.keywords if each.arg in ("seconds", "timeout"))]
                for value in given:
                    match value:
                        case ast.Constant(value=int(seconds) | float(seconds)) if seconds > 0:
                            yield float(seconds)

    def submitted_lists(self) -> Iterator[str]:
        """Yield the names that are given to gradescope-utils' check_submitted_files."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and name_of(node.func) == "check_submitted_files" and node.args:
                for name in map(self.text, getattr(node.args[0], "elts", [])):
                    if name:
                        yield name

    def started(self) -> Iterator[str]:
        """Yield the names of Python files that stand in calls that start programs, such as `subprocess.run("python a.py")`."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and name_of(node.func) in STARTS:
                texts = [
                    each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
                ]
                yield from (word for text in texts for word in text.split() if re.fullmatch(r"[\w./-]*\w\.py", word))

    def runner_options(self) -> Iterator[tuple[str, str | None]]:
        """Yield the options that gradescope-utils' runner is given, with their values as far as they are texts."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and name_of(node.func) == "JSONTestRunner":
                yield from ((each.arg or "", self.text(each.value)) for each in node.keywords)

    def has_tests(self) -> bool:
        """Whether a class of the file is a unittest.TestCase with tests."""
        return any(
            isinstance(node, ast.ClassDef)
            and any("TestCase" in ast.unparse(base) for base in node.bases)
            and any(isinstance(each, ast.FunctionDef) and each.name.startswith("test") for each in node.body)
            for node in self.nodes
        )

    def absolute(self, path: str) -> str:
        """Return a path of the old autograder as one of this machine."""
        for old, here in ((SOURCE, str(self.home)), (SUBMISSION, str(self.home))):
            if path == old or path.startswith(f"{old}/"):
                path = here + path[len(old) :]
        return os.path.normpath(os.path.join(self.home, path))

    def text(self, node: ast.AST) -> str | None:
        """Return the string or path that an expression is, None where that cannot be read off."""
        try:
            return self.value(node)
        except RecursionError:  # a sum of a thousand texts
            return None

    def value(self, node: ast.AST) -> str | None:
        match node:
            case ast.Constant(value=str(value)):
                return value
            case ast.Name(id="__file__"):
                return str(self.path)
            case ast.Name(id=name):
                return self.names.get(name)
            case ast.JoinedStr(values=values):
                parts = [self.value(value.value if isinstance(value, ast.FormattedValue) else value) for value in values]
                return joined("", parts)
            case ast.BinOp(left=left, op=ast.Div() | ast.Add() as op, right=right):
                return joined("/" if isinstance(op, ast.Div) else "", [self.value(left), self.value(right)])
            case ast.Attribute(value=value, attr="parent"):
                return folder_of(self.value(value), 1)
            case ast.Subscript(value=ast.Attribute(value=value, attr="parents"), slice=ast.Constant(value=int(number))):
                return folder_of(self.value(value), number + 1)
            case ast.Call():
                return self.called(node)
        return None

    def called(self, node: ast.Call) -> str | None:
        """Return the path that a call of os.path or pathlib gives."""
        name, receiver = name_of(node.func), getattr(node.func, "value", None)
        if name in ("getcwd", "cwd"):
            return str(self.home)
        method = receiver is not None and ast.unparse(receiver) not in ("os.path", "path", "osp", "os", "pathlib")
        given = [self.value(each) for each in ([receiver] if method and receiver is not None else []) + node.args]
        if not given or given[0] is None:
            return None
        if name in JOINS:
            return joined("/", given)
        if name == "dirname":
            return folder_of(given[0], 1)
        if name in ("abspath", "realpath", "resolve", "absolute"):
            return self.absolute(given[0])
        return given[0] if name in SAME else None


def name_of(node: ast.expr) -> str:
    """The last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def joined(separator: str, parts: list[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return os.path.join(*known) if separator else "".join(known)


def folder_of(path: str | None, times: int) -> str | None:
    for _ in range(times):
        path = os.path.dirname(path) if path else path
    return path
