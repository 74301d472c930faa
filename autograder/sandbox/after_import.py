"""Something that is done as soon as a module has been imported, by whoever imports it."""

import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any


def then(spec: importlib.machinery.ModuleSpec | None, action: Callable[[ModuleType], None]) -> Any:
    """Return the spec of a module, which does something when the module has been executed."""
    loader: Any = spec.loader if spec else None
    if loader is not None:
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            action(module)

        loader.exec_module = exec_module
    return spec


class AfterImport:
    """Finds one module, as Python would, and does something when it has been executed. Goes into `sys.meta_path`."""

    def __init__(self, name: str, action: Callable[[ModuleType], None]) -> None:
        self.name = name
        self.action = action

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> Any:
        if name != self.name:
            return None
        others = (finder for finder in sys.meta_path if finder is not self and hasattr(finder, "find_spec"))
        return then(next(filter(None, (finder.find_spec(name, path, target) for finder in others)), None), self.action)
