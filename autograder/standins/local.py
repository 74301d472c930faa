"""Imports of the submission in this process, for one's own code under a debugger: no sandbox, the same verdicts.

A file that is missing or does not import must fail the tests that use it and no others, and collection must not depend
on it. So its names are there all the same, and each use of one says what is wrong.
"""

import importlib.abc
import importlib.machinery
import sys
import traceback
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.standins.door import SubmissionFailure


class Unusable:
    """A name of the submission that is not there; every use of it fails the test."""

    def __init__(self, failure: str, module: str) -> None:
        self.__dict__.update(_failure=failure, _module=module)

    def _use(self, *_: Any, **__: Any) -> Any:
        raise SubmissionFailure(self._failure, self._module)

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("_", "pytest")):
            raise AttributeError(name)
        return self._use()

    __call__ = __getitem__ = __setitem__ = __setattr__ = __iter__ = __len__ = __bool__ = __float__ = __int__ = _use
    __eq__ = __ne__ = __lt__ = __gt__ = __add__ = __radd__ = __mul__ = __rmul__ = __array__ = __instancecheck__ = _use
    __hash__ = object.__hash__


class LocalLoader(importlib.machinery.SourceFileLoader):
    """Runs a file of the submission; if that fails, every name of the module says why."""

    def exec_module(self, module: types.ModuleType) -> None:
        try:
            super().exec_module(module)
        except (Exception, SystemExit) as error:
            report = "".join(traceback.format_exception(error, limit=-5))
            fail_with(module, f"importing {self.path} failed: {type(error).__name__}: {error}\n{report}", module.__name__)
            return
        if not hasattr(module, "__getattr__"):
            fail_with(module, "", "")


class MissingLoader(importlib.abc.Loader):
    """Stands in for a file that was not handed in."""

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """Let Python make the module."""

    def exec_module(self, module: types.ModuleType) -> None:
        fail_with(module, f"{module.__name__.replace('.', '/')}.py is missing", module.__name__)


def fail_with(module: types.ModuleType, failure: str, broken: str) -> None:
    """Give a module an answer to names that it does not define."""

    def answer(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unusable(failure or f"{module.__name__}.py does not define {name}", broken)

    module.__getattr__ = answer  # type: ignore[method-assign]


class LocalFinder(importlib.abc.MetaPathFinder):
    def __init__(self, names: Sequence[str], stage: Path) -> None:
        self.names = names
        self.stage = stage

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name not in self.names:
            return None
        file = self.stage.joinpath(*name.split(".")).with_suffix(".py")
        if not file.exists():
            return importlib.machinery.ModuleSpec(name, MissingLoader())
        return importlib.util.spec_from_file_location(name, file, loader=LocalLoader(name, str(file)))


@contextmanager
def local_imports(names: Sequence[str], stage: Path) -> Iterator[None]:
    """While this lasts, importing one of `names` runs the submission's file in this process."""
    finder = LocalFinder(names, stage)
    known = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    sys.meta_path.insert(0, finder)
    sys.path.insert(0, str(stage))
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        sys.path.remove(str(stage))
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(known)
