"""By which names the suite may know classes of the submission."""

import os
import sys
from typing import Any

from autograder.sandbox.failures import plain_text
from autograder.sandbox.wire import EXCEPTION_NAMES, MAX_NAME

MAX_LINEAGE = 20  # classes between an exception class and a builtin one


class Origins:
    """Finds module and name of a class.

    Args:
        names: module -> what it had defined when the suite imported it; grows with the process.
    """

    def __init__(self, names: dict[str, dict[str, Any]]) -> None:
        self.names = names
        self.known: dict[type, tuple[str, str] | None] = {}
        self.modules = 0  # that were known when the table was made

    def of(self, cls: type) -> tuple[str, str] | None:
        """Return module and name of a class that a module of the submission has at its top level; None for others."""
        if len(self.names) != self.modules:
            self.known.clear()
            self.modules = len(self.names)
        try:
            return self.known[cls]
        except KeyError:
            self.known[cls] = found = self.search(cls)
            return found
        except Exception:  # a metaclass whose __hash__ or __eq__ raises
            return None

    def search(self, cls: type) -> tuple[str, str] | None:
        try:
            module, name = type.__getattribute__(cls, "__module__"), type.__getattribute__(cls, "__qualname__")
            if type(module) is str and type(name) is str and self.names.get(module, {}).get(name) is cls:
                return module, name
        except Exception:  # noqa: S110  a class whose metaclass is in the way may still be found
            pass
        for module, space in self.names.items():
            for name, value in space.items():
                if value is cls and len(name) <= MAX_NAME:
                    return module, name
        return None


def is_library(cls: type, stage: str) -> bool:
    """Whether a class belongs to a module that is no file of the submission."""
    try:
        module = sys.modules.get(type.__getattribute__(cls, "__module__"))
        file = getattr(module, "__file__", None)
        return module is not None and not (isinstance(file, str) and file.startswith(stage + os.sep))
    except Exception:
        return False


def own_name(cls: type) -> str:
    return plain_text(cls.__name__)[:MAX_NAME]


def lineage(cls: type, stage: str) -> list[type]:
    """The exception classes of the submission that one of them derives from, the nearest first."""
    return [
        base
        for base in cls.__mro__[1:]
        if issubclass(base, BaseException) and base not in EXCEPTION_NAMES and not is_library(base, stage)
    ][:MAX_LINEAGE]
