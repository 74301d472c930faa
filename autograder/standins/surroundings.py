"""What a suite sets around itself and its submission, as differences to the beginning of the run.

The door compares them before each request, and sends what has changed; see `sandbox/surroundings.py`. Variables that the grader
itself was started with are never sent.
"""

import logging
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

from autograder.sandbox.surroundings import OF_PYTHON, Filter
from autograder.sandbox.wire import EXCEPTION_NAMES

OF_PYTEST = "PYTEST_"  # variables of its own, one of which it changes in each phase of a test
RISKY = ("LD_", "PYTHON", "PATH", "HOME", "TMP", "TEMP", OF_PYTEST)  # what decides which programs and files this process takes
DEFAULT_SURROUNDINGS: dict[str, Any] = {
    "environ": (),
    "argv": None,
    "path": (),
    "recursion limit": None,
    "logging": (0, ()),
    "warnings": None,
}


class Surroundings:
    """Looks at the settings of this process.

    Args:
        files: folder of the suite's temporary files.

    Attributes:
        looks: name of a setting -> function that tells how it differs from the beginning now.
        raised: by how much a door has raised the recursion limit for calls within each other.
    """

    def __init__(self, files: str = "") -> None:
        self.files = files
        self.first_environment = dict(variables())
        self.environment = dict(self.first_environment)
        self.different: tuple[tuple[str, str | None], ...] = ()
        self.arguments = list(sys.argv)
        self.path = list(sys.path)
        self.added: tuple[str, ...] = ()
        self.limit = sys.getrecursionlimit()
        self.raised = 0
        self.first_levels = dict(levels())
        self.unchanged = object()  # in a cache that Python clears when the level of a logger is set
        self.levels: Any = DEFAULT_SURROUNDINGS["logging"]
        self.seen_filters: list = []
        self.filters: Any = None
        self.looks: dict[str, Callable[[], Any]] = {
            "environ": self.look_at_environment,
            "argv": lambda: None if sys.argv == self.arguments else tuple(map(str, sys.argv)),
            "path": self.look_at_path,
            "recursion limit": self.look_at_recursion_limit,
            "logging": self.look_at_levels,
            "warnings": self.look_at_filters,
        }

    def look_at_path(self) -> tuple[str, ...]:
        """Folders among the suite's temporary ones that it has added to import from."""
        if sys.path != self.path:
            self.path = list(sys.path)
            self.added = tuple(entry for entry in map(str, sys.path) if self.files and entry.startswith(self.files + os.sep))
        return self.added

    def look_at_environment(self) -> tuple[tuple[str, str | None], ...]:
        data = os.environ._data  # type: ignore[attr-defined]  # comparing the mapping itself takes 50 times as long
        if data != self.environment:
            self.environment = dict(data)
            now = dict(variables())
            first = self.first_environment
            changed = [(name, value) for name, value in now.items() if first.get(name) != value]
            self.different = (*changed, *((name, None) for name in first if name not in now))
        return self.different

    def shared(self) -> set[str]:
        """Names of variables that the suite has set, and that the submission may set in this process therefore."""
        return {name for name, _ in self.different if name not in self.first_environment and not name.startswith(RISKY)}

    def look_at_recursion_limit(self) -> int | None:
        limit = sys.getrecursionlimit() - self.raised
        return None if limit == self.limit else limit

    def look_at_levels(self) -> tuple[int, tuple[tuple[str, int], ...]]:
        cache = logging.root._cache  # type: ignore[attr-defined]
        if self.unchanged not in cache:
            cache[self.unchanged] = True
            first = self.first_levels
            changed = tuple((name, level) for name, level in levels() if first.get(name, logging.NOTSET) != level)
            self.levels = (int(logging.root.manager.disable), changed)
        return self.levels

    def look_at_filters(self) -> tuple[bool, tuple[Filter, ...]]:
        now = warnings.filters
        if now != self.seen_filters or self.filters is None:
            self.seen_filters = list(now)
            end = len(now) - len(OF_PYTHON)
            whole = tuple(self.seen_filters[end:]) != OF_PYTHON
            self.filters = (whole, tuple(map(described, self.seen_filters if whole else self.seen_filters[:end])))
        return self.filters


def variables() -> list[tuple[str, str]]:
    return [(name, value) for name, value in os.environ.items() if not name.startswith(OF_PYTEST)]


def levels() -> list[tuple[str, int]]:
    """The loggers whose level is set, and the root logger."""
    loggers = [logger for logger in logging.root.manager.loggerDict.values() if isinstance(logger, logging.Logger)]
    return [(logger.name, logger.level) for logger in [logging.root, *loggers]]


def described(given: tuple) -> Filter:
    """A filter of warnings as it is sent."""
    action, message, category, module, line = given
    name = EXCEPTION_NAMES.get(category) or f"{category.__module__}:{category.__qualname__}"
    return action, pattern(message), name, pattern(module), line


def pattern(given: Any) -> str | None:
    return getattr(given, "pattern", given)
