"""Modules in place of the submission's, with which a test file can be read whatever it does with them outside of a test.

Only tests that run inside stand in such a file, so that nothing is decided by what a blank is or says. A suite may derive from
it, call it, look through it, and calculate with it; it is empty.
"""

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from autograder.sandbox.operators import ARITHMETIC, IN_PLACE, UNARY
from autograder.standins.importer import ACTIVE

EMPTY: dict[str, Any] = {
    "len": 0,
    "int": 0,
    "index": 0,
    "float": 0.0,
    "complex": 0j,
    "str": "",
    "format": "",
    "bool": False,
    "contains": False,
    "lt": False,
    "le": False,
    "gt": False,
    "ge": False,
    "exit": None,
}
CALCULATING = (*ARITHMETIC, *(f"r{name}" for name in ARITHMETIC), *IN_PLACE, *UNARY, "enter", "getitem", "round")


class BlankType(type):
    """What can be done with a blank class, as far as Python asks its own class for it."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith(("__", "pytest")):
            raise AttributeError(name)
        return blank(name)

    def __iter__(cls) -> Iterator[Any]:
        return iter(())

    __hash__ = type.__hash__


class Blank(metaclass=BlankType):
    """What a suite imports in place of a name of the submission, and what comes of using it."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Take anything."""

    def __init_subclass__(cls, **_: Any) -> None:
        """Take any keyword."""

    def __getattr__(self, name: str) -> Any:
        return getattr(type(self), name)

    def __call__(self, *_: Any, **__: Any) -> Any:
        return Blank()

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __await__(self) -> Iterator[Any]:
        return iter(())


def give_uses(place: Any) -> None:
    """Let a class, and its objects, answer what Python asks of operands, containers and numbers."""
    for name, value in EMPTY.items():
        setattr(place, f"__{name}__", lambda self, *_, value=value: value)
    for name in CALCULATING:
        setattr(place, f"__{name}__", lambda self, *_: Blank())


give_uses(BlankType)
give_uses(Blank)


def blank(name: str) -> Any:
    """Return a blank class of this name."""
    return BlankType(name, (Blank,), {"__module__": "submission"})


class BlankModule(types.ModuleType):
    """A module that has every name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self.__dict__[name] = value = blank(name)
        return value


class BlankFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds blank modules of some names.

    Args:
        files: module name -> where its file would be.
        public: module name -> names that `from module import *` gives.
    """

    def __init__(self, files: Mapping[str, str], public: Mapping[str, list[str]]) -> None:
        self.files = files
        self.public = public
        self.packages = {name[:i] for name in public for i, char in enumerate(name) if char == "."}

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name not in self.public and name not in self.packages:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=name in self.packages)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        module = BlankModule(spec.name)
        module.__dict__["__all__"] = self.public.get(spec.name, [])
        module.__dict__["__file__"] = self.files.get(spec.name)
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to execute."""


@contextmanager
def blank_imports(files: Mapping[str, str]) -> Iterator[None]:
    """While this lasts, importing a module gives a blank, and a helper for the sandbox is an ordinary function.

    Args:
        files: module name -> where its file would be.
    """
    finder = BlankFinder(files, {name: list(getattr(sys.modules.get(name), "__all__", [])) for name in files})
    names = [*files, *finder.packages]
    known = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    token = ACTIVE.set(None)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        ACTIVE.reset(token)
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(known)
