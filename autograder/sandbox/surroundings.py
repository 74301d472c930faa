"""What the suite sets around the submission: environment, arguments, recursion limit, levels of loggers, filters of warnings.

Each setting arrives as what differs from the suite's own beginning, and is made here as a difference to this process's.
"""

import logging
import os
import re
import sys
import warnings
from collections.abc import Callable
from functools import reduce
from typing import Any

from autograder.sandbox.streams import VARIABLE, Outbox
from autograder.sandbox.wire import EXCEPTIONS

Filter = tuple[str, str | None, str, str | None, int]  # action, message, category, module, line
# The filters that Python starts with. Nearly every list of them ends so, and this end is not sent.
OF_PYTHON: tuple[tuple[Any, ...], ...] = (
    ("default", None, DeprecationWarning, "__main__", 0),
    *(("ignore", None, category, None, 0) for category in (DeprecationWarning, PendingDeprecationWarning)),
    *(("ignore", None, category, None, 0) for category in (ImportWarning, ResourceWarning)),
)


class Surroundings:
    """The settings of this process."""

    def __init__(self) -> None:
        self.former_environment: dict[str, str | None] = {}  # of the variables that the suite has set
        self.environment: dict[str, str | None] = {}  # what the suite has last seen of them
        self.former_levels: dict[str, int] = {}
        self.arguments: list[str] = []
        self.added: tuple[str, ...] = ()  # folders to import from
        self.limit = 0
        self.patterns: dict[tuple[str, int], re.Pattern] = {}  # that libraries have compiled for filters of their own
        self.adjustments: dict[str, Callable[[Any], None]] = {
            "environ": self.set_environment,
            "argv": self.set_arguments,
            "path": self.set_path,
            "recursion limit": self.set_recursion_limit,
            "logging": self.set_levels,
            "warnings": self.set_filters,
        }

    def install(self) -> None:
        sys.argv = [""]  # a script that reads its flags while it is imported finds none
        self.arguments, self.limit = list(sys.argv), sys.getrecursionlimit()
        compiled = [part for given in warnings.filters for part in given if isinstance(part, re.Pattern)]
        self.patterns = {(part.pattern, part.flags): part for part in compiled}

    def set_environment(self, different: tuple[tuple[str, str | None], ...]) -> None:
        for name, value in self.former_environment.items():
            put_variable(name, value)
        self.former_environment = {name: os.environ.get(name) for name, _ in different}
        self.environment = dict(different)
        for name, value in different:
            put_variable(name, value)

    def tell_environment(self, outbox: Outbox) -> None:
        """Tell what the submission has made of the variables that the suite has set."""
        for name in self.former_environment:
            value = os.environ.get(name)
            if value != self.environment[name]:
                self.environment[name] = value
                outbox.add(VARIABLE, os.fsencode(value or ""), os.fsencode(name), value is not None)

    def set_arguments(self, arguments: tuple[str, ...] | None) -> None:
        sys.argv[:] = self.arguments if arguments is None else arguments

    def set_path(self, added: tuple[str, ...]) -> None:
        sys.path[:] = [*added, *(entry for entry in sys.path if entry not in self.added)]
        self.added = added

    def set_recursion_limit(self, limit: int | None) -> None:
        sys.setrecursionlimit(self.limit if limit is None else limit)

    def set_levels(self, levels: tuple[int, tuple[tuple[str, int], ...]]) -> None:
        disabled, set_by_suite = levels
        for name, level in self.former_levels.items():
            logging.getLogger(name).setLevel(level)
        self.former_levels = {name: logging.getLogger(name).level for name, _ in set_by_suite}
        for name, level in set_by_suite:
            logging.getLogger(name).setLevel(level)
        logging.disable(disabled)

    def set_filters(self, filters: tuple[bool, tuple[Filter, ...]]) -> None:
        """Args: whether these are all, and the filters; otherwise those that Python starts with follow."""
        whole, before = filters
        made = []
        for action, message, category, module, line in before:
            kind = warning_class(category)
            if kind is not None:  # no library that is loaded here can issue what is not
                made.append((action, self.compiled(message, re.I), kind, self.compiled(module, 0), line))
        warnings.resetwarnings()  # which also has Python forget what it has shown
        warnings.filters[:] = [*made, *([] if whole else OF_PYTHON)]  # type: ignore[index]

    def compiled(self, pattern: str | None, flags: int) -> re.Pattern | None:
        if pattern is None:
            return None
        return self.patterns.get((pattern, flags | re.UNICODE)) or re.compile(pattern, flags)


def put_variable(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def warning_class(name: str) -> Any:
    """The class of a warning, by its name or by MODULE:NAME."""
    module, _, own = name.rpartition(":")
    try:
        return reduce(getattr, own.split("."), sys.modules[module]) if module else EXCEPTIONS[own]
    except (KeyError, AttributeError):
        return None
