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

from autograder.sandbox.wire import EXCEPTIONS

# The filters that pytest puts before those of Python. Every suite begins with them, so they are not sent.
Filter = tuple[str, str | None, str, str | None, int]  # action, message, category, module, line
PYTEST_FILTERS: tuple[Filter, ...] = (
    ("always", None, "PendingDeprecationWarning", None, 0),
    ("always", None, "DeprecationWarning", None, 0),
)


class Surroundings:
    """The settings of this process."""

    def __init__(self) -> None:
        self.former_environment: dict[str, str | None] = {}
        self.former_levels: dict[str, int] = {}
        self.arguments: list[str] = []
        self.limit = 0
        self.filters: list = []
        self.adjustments: dict[str, Callable[[Any], None]] = {
            "environ": self.set_environment,
            "argv": self.set_arguments,
            "recursion limit": self.set_recursion_limit,
            "logging": self.set_levels,
            "warnings": self.set_filters,
        }

    def install(self) -> None:
        sys.argv = [""]  # a script that reads its flags while it is imported finds none
        self.arguments, self.limit = list(sys.argv), sys.getrecursionlimit()
        self.filters = list(warnings.filters)
        self.set_filters((False, PYTEST_FILTERS))

    def set_environment(self, different: tuple[tuple[str, str | None], ...]) -> None:
        for name, value in self.former_environment.items():
            put_variable(name, value)
        self.former_environment = {name: os.environ.get(name) for name, _ in different}
        for name, value in different:
            put_variable(name, value)

    def set_arguments(self, arguments: tuple[str, ...] | None) -> None:
        sys.argv[:] = self.arguments if arguments is None else arguments

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
        """Args: whether these are all, and the filters; otherwise those of Python follow."""
        whole, before = filters
        made = []
        for action, message, category, module, line in before:
            kind = warning_class(category)
            if kind is not None:  # no library that is loaded here can issue what is not
                patterns = [None if text is None else re.compile(text, flags) for text, flags in ((message, re.I), (module, 0))]
                made.append((action, patterns[0], kind, patterns[1], line))
        warnings.resetwarnings()
        warnings.filters[:] = [*made, *([] if whole else self.filters)]  # type: ignore[index]


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
