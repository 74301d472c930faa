"""The import hook: a suite's `from modules import LinearModule` gives a stand-in while grading.

Outside of grading, nothing here does anything: imports are Python's own and helpers run where they are called.
"""

import ast
import functools
import importlib.abc
import importlib.machinery
import inspect
import sys
import textwrap
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from autograder.errors import AssignmentError
from autograder.standins.names import Deferred, Name
from autograder.standins.patches import noted
from autograder.standins.standin import Standin

ACTIVE: ContextVar[Any] = ContextVar("autograder_keeper", default=None)  # the Keeper while grading
F = TypeVar("F", bound=Callable)


class SubmissionModule(types.ModuleType):
    """A module of the submission; its attributes are stand-ins, made without asking the submission."""

    def __init__(self, name: str, keeper: Any, public_names: Sequence[str]) -> None:
        super().__init__(name)
        self.__dict__["__all__"] = list(public_names)  # for `from modules import *`: what the reference defines
        self.__dict__["__autograder_keeper__"] = keeper

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        standin = Name(self.__dict__["__autograder_keeper__"], self.__name__, name)
        self.__dict__[name] = standin
        return standin

    def __setattr__(self, name: str, value: Any) -> None:
        """Replace an attribute of the submission's module (monkeypatch.setattr), unless importlib sets one of its own."""
        keeper = self.__dict__.get("__autograder_keeper__")
        if keeper is None or name.startswith("__") or isinstance(value, types.ModuleType):
            super().__setattr__(name, value)
        else:
            setattr(self.__autograder_name__(), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self.__autograder_name__(), name)

    def __autograder_name__(self) -> Any:
        return Name(self.__dict__["__autograder_keeper__"], self.__name__, "")

    def __autograder_encode__(self, encoder: Any) -> list:
        """How the module is named when it is an argument."""
        return self.__autograder_name__().__autograder_encode__(encoder)


class SubmissionFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the submission's modules before anything else of that name.

    Args:
        names: module name -> public names of the reference's module.
    """

    def __init__(self, keeper: Any, names: dict[str, list[str]]) -> None:
        self.keeper = keeper
        self.names = names
        self.packages = {name[:i] for name in names for i, char in enumerate(name) if char == "."}

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name not in self.names and name not in self.packages:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=name in self.packages)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        if spec.name not in self.packages:
            self.keeper.modules.append(spec.name)
        return SubmissionModule(spec.name, self.keeper, self.names.get(spec.name, []))

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to execute on this side."""


# Global generators of random numbers: where a suite seeds one, and the name of the same in the submission's process.
SEEDS = (
    ("random", "seed", "random.seed"),
    ("numpy.random", "seed", "numpy.random.seed"),
    ("torch", "manual_seed", "torch.manual_seed"),
    ("torch.random", "manual_seed", "torch.manual_seed"),
)


@contextmanager
def seeds_for_both(keeper: Any) -> Iterator[None]:
    """While this lasts, a suite that seeds a global generator seeds that of the submission as well."""

    def both(function: Callable, known_as: str) -> Callable:
        @functools.wraps(function)
        def seed(*arguments: Any, **keywords: Any) -> Any:
            result = function(*arguments, **keywords)
            given = [*arguments, *keywords.values()]
            if len(given) == 1 and isinstance(given[0], (int, np.integer)):
                keeper.seed(known_as, int(given[0]))
            return result

        return seed

    originals = [(sys.modules[module], name, known_as) for module, name, known_as in SEEDS if module in sys.modules]
    functions = [getattr(module, name) for module, name, _ in originals]
    for (module, name, known_as), function in zip(originals, functions, strict=True):
        setattr(module, name, both(function, known_as))
    try:
        yield
    finally:
        for (module, name, _), function in zip(originals, functions, strict=True):
            setattr(module, name, function)


@contextmanager
def sandboxed_imports(keeper: Any, names: dict[str, list[str]]) -> Iterator[None]:
    """While this lasts, importing one of `names` gives stand-ins."""
    finder = SubmissionFinder(keeper, names)
    known = {name: sys.modules.pop(name) for name in [*names, *finder.packages] if name in sys.modules}
    token = ACTIVE.set(keeper)
    sys.meta_path.insert(0, finder)
    try:
        with seeds_for_both(keeper), noted(keeper.patches, lambda: keeper.active):
            yield
    finally:
        sys.meta_path.remove(finder)
        ACTIVE.reset(token)
        for name in [*names, *finder.packages]:
            sys.modules.pop(name, None)
        sys.modules.update(known)


def public_names(file: Path) -> list[str]:
    """The names that a module defines at its top level, read without running it."""
    found: list[str] = []
    for node in ast.parse(file.read_text(encoding="utf-8"), str(file)).body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            found.append(node.name)
        elif isinstance(node, ast.Assign):
            found += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [name for name in found if not name.startswith("_")]


def operators(file: Path) -> Iterator[tuple[str, str]]:
    """The (class, special method) pairs that a module defines, read without running it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and member.name.startswith("__"):
                    yield node.name, member.name


def in_sandbox(function: F) -> F:
    """Mark a helper of a suite to run beside the submission's code.

    It sees the submission's names and the library modules that the suite has imported, and nothing else of the suite.
    Use it for what must touch the submission's objects from inside, such as finding the layers of a network wherever it
    keeps them. The submission can change what the helper sees and says: its answer is a claim, not evidence, and
    nothing that it returns or contains may be an expected value. Outside of grading the function is called as it is.

    Raises:
        AssignmentError: the function uses variables of an enclosing function, which do not exist over there.
    """
    keeper = ACTIVE.get()
    if keeper is None:
        return function
    code = function.__code__
    where = f"@in_sandbox: {function.__qualname__}"
    if code.co_freevars:
        raise AssignmentError(
            f"{where} uses variables of the function around it ({', '.join(code.co_freevars)}); pass them as arguments"
        )
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError) as error:
        raise AssignmentError(f"{where} has no source that can be sent: {error}") from error
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef):
        raise AssignmentError(f"{where} must be a function written with def")
    definition.decorator_list = []
    names, values, modules = [], [], []
    for name in sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & global_names(code)):
        value = function.__globals__.get(name)
        if isinstance(value, (Standin, SubmissionModule)):
            names.append(name)
            values.append(value)
        elif isinstance(value, types.ModuleType):
            modules.append([name, value.__name__])
        elif value is not None:
            raise AssignmentError(
                f"{where} uses {name} of the suite, which does not exist beside the submission; pass it as an argument, "
                "or import its module inside the helper"
            )
    return Deferred(keeper, "helper", [ast.unparse(tree), function.__name__, names, values, modules])  # type: ignore[return-value]


def global_names(code: types.CodeType) -> set[str]:
    """The names that a function, and the functions inside it, look up outside of themselves (and of attributes)."""
    found = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= global_names(constant)
    return found


def files_for_submission(files: dict[str, bytes], folder: str | None = None) -> str | None:
    """Write files into the box of the process that runs now; return their folder's path, or None outside of grading."""
    keeper = ACTIVE.get()
    if keeper is None:
        return None
    contents = [np.frombuffer(content, np.uint8) for content in files.values()]
    return keeper.current().ask("write_files", [list(files), contents, folder])
