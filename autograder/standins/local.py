"""Imports of the submission in this process, for one's own code under a debugger: no sandbox, the same verdicts.

A file that is missing or does not import must fail the tests that use it and no others, and collection must not depend
on it. So its names are there all the same, and each use of one says what is wrong.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import traceback
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.sandbox.operators import ARITHMETIC, COMPARISONS, IN_PLACE, UNARY
from autograder.standins.failures import SubmissionFailure


class Unusable:
    """A name of the submission that is not there; every use of it fails the test.

    Outside of any test, where a suite may build its cases from it, the result is as unusable as the name.
    """

    def __init__(self, failure: str, module: str, name: str = "") -> None:
        self.__dict__["__autograder_reason__"] = (failure, module)
        if name:
            self.__dict__["__name__"] = name  # pytest makes a case's id of it

    def __autograder_use__(self, /, *_: Any, **__: Any) -> Any:
        if "PYTEST_CURRENT_TEST" not in os.environ:
            return self
        raise SubmissionFailure(*self.__dict__["__autograder_reason__"])

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("_", "pytest")):
            raise AttributeError(name)
        return self.__autograder_use__()

    __hash__ = object.__hash__


USES = (
    *("call", "getitem", "setitem", "delitem", "setattr", "delattr", "contains", "iter", "next", "len", "reversed"),
    *("bool", "str", "float", "int", "index", "complex", "round", "array", "enter", "exit"),
    *("instancecheck", "subclasscheck"),
    *(*COMPARISONS, *ARITHMETIC, *(f"r{name}" for name in ARITHMETIC), *IN_PLACE, *UNARY),
)


def make_uses_fail() -> None:
    """Give `Unusable` each of Python's special methods; they differ in nothing but their name."""
    for name in USES:
        setattr(Unusable, f"__{name}__", Unusable.__autograder_use__)


make_uses_fail()


class LocalLoader(importlib.machinery.SourceFileLoader):
    """Runs a file of the submission; if that fails, every name of the module says why."""

    def __init__(self, name: str, path: str, finder: "LocalFinder") -> None:
        super().__init__(name, path)
        self.finder = finder

    def exec_module(self, module: types.ModuleType) -> None:
        self.finder.running += 1
        try:
            super().exec_module(module)
        except (Exception, SystemExit) as error:
            if self.finder.running > 1:  # imported by another file of the submission, whose import fails with it
                raise
            for name in [name for name in vars(module) if not name.startswith("__")]:
                delattr(module, name)
            own = error.__traceback__
            while own and own.tb_frame.f_code.co_filename != self.path:
                own = own.tb_next
            report = "".join(traceback.format_exception(type(error), error, own, limit=-5))
            name = os.path.basename(self.path)
            fail_with(module, f"importing {name} failed: {type(error).__name__}: {error}\n{report}", self.finder)
            return
        finally:
            self.finder.running -= 1
        if not hasattr(module, "__getattr__"):
            fail_with(module, "", self.finder)


class MissingLoader(importlib.abc.Loader):
    """Stands in for a file that was not handed in."""

    def __init__(self, finder: "LocalFinder") -> None:
        self.finder = finder

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """Let Python make the module."""

    def exec_module(self, module: types.ModuleType) -> None:
        name = module.__name__
        if self.finder.running:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        fail_with(module, f"{name.replace('.', '/')}.py is missing", self.finder)


def fail_with(module: types.ModuleType, failure: str, finder: "LocalFinder") -> None:
    """Give a module an answer to names that it does not define, unless another file of the submission asks."""

    def answer(name: str) -> Any:
        if failure and finder.running:
            raise ImportError(failure.partition("\n")[0], name=module.__name__)
        if name.startswith("__") or finder.running:
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
        if failure:
            return Unusable(failure, module.__name__, name)
        return Unusable(f"{module.__name__}.py does not define {name}", "", name)

    module.__getattr__ = answer  # type: ignore[method-assign]


class LocalFinder(importlib.abc.MetaPathFinder):
    """Finds the submission's files by the names that the assignment gives them."""

    def __init__(self, names: Sequence[str], folders: Sequence[Path]) -> None:
        self.names = names
        self.folders = folders
        self.running = 0  # files of the submission that are being imported now, one by another

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name not in self.names:
            return None
        for place in (folder.joinpath(*name.split(".")) for folder in self.folders):
            file = place.with_suffix(".py")
            if file.exists():
                return importlib.util.spec_from_file_location(name, file, loader=LocalLoader(name, str(file), self))
            file = place / "__init__.py"
            if file.exists():
                loader = LocalLoader(name, str(file), self)
                return importlib.util.spec_from_file_location(
                    name, file, loader=loader, submodule_search_locations=[str(place)]
                )
        return importlib.machinery.ModuleSpec(name, MissingLoader(self))


@contextmanager
def local_imports(names: Sequence[str], stage: Path, roots: Sequence[str] = ()) -> Iterator[None]:
    """While this lasts, importing one of `names` runs the submission's file in this process.

    Args:
        roots: folders of the stage from which modules are imported as well.
    """
    folders = [*(stage / root for root in roots), stage]
    finder = LocalFinder(names, folders)
    known = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    sys.meta_path.insert(0, finder)
    paths = [str(folder) for folder in folders]
    sys.path[:0] = paths
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for path in paths:
            sys.path.remove(path)
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(known)
