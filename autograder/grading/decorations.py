"""What a test says about itself through gradescope-utils' decorators: title, number, tags, the score it gave.

Decorators on a class count for each of its tests that says nothing itself. What its points are is in `points.py`.
"""

import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment import VISIBILITIES
from autograder.errors import AssignmentError
from autograder.grading.records import Record

ORDERS = ("asc", "desc")


def function_of(item: pytest.Item) -> Any:
    """The test's function as its class or module holds it, so that no instance is made to read it."""
    cls = getattr(item, "cls", None)
    if cls is None:
        return getattr(item, "obj", None)
    function = getattr(cls, getattr(item, "originalname", None) or item.name, None)
    return getattr(function, "__func__", function)


def wrapped(item: pytest.Item) -> Iterator[Any]:
    """The test's function and those it wraps: each decorator of gradescope-utils keeps its value on its own wrapper."""
    function = function_of(item)
    while function is not None:
        yield function
        function = getattr(function, "__wrapped__", None)


def decoration(item: pytest.Item, name: str) -> Any:
    """The value that a decorator gave to the test or, for lack of one, to its class; None without either."""
    value = getattr(function_of(item), name, None)
    return getattr(getattr(item, "cls", None), name, None) if value is None else value


def describe(item: pytest.Item, record: Record, suite_visibility: str | None) -> None:
    """Fill the record with all that the decorators say, but for the weight.

    Raises:
        AssignmentError: a decorator has a value that Gradescope does not know.
    """
    number = decoration(item, "__number__")
    record.number = None if number is None else str(number)
    record.tags = tuple(str(tag) for tag in decoration(item, "__tags__") or ())
    hidden = decoration(item, "__hide_errors__")
    record.hide_errors = None if hidden is None else str(hidden)
    record.visibility = decoration(item, "__visibility__") or suite_visibility
    if record.visibility not in (None, *VISIBILITIES):
        raise AssignmentError(
            f"{item.nodeid}: @visibility({record.visibility!r}) is unknown; use one of {', '.join(VISIBILITIES)}"
        )
    column = decoration(item, "__leaderboard_column__")
    if column is not None:
        order = decoration(item, "__leaderboard_sort_order__") or "desc"
        if order not in ORDERS:
            raise AssignmentError(f"{item.nodeid}: @leaderboard(..., {order!r}) is unknown; use {' or '.join(ORDERS)}")
        record.leaderboard = {"name": str(column), "value": None, "order": order}


def title(item: pytest.Item, suite: Path) -> str:
    """What gradescope-utils shows: the docstring's first line, or unittest's name of the test; a case's id behind it.

    Args:
        suite: its folder or file, from which on unittest names modules.
    """
    cls = getattr(item, "cls", None)
    if cls is not None and issubclass(cls, unittest.TestCase):
        return unittest_title(cls, item.name, module_name(item.path, suite))
    text = (getattr(function_of(item), "__doc__", None) or "").strip().split("\n")[0].strip()
    if not text:
        return item.name
    callspec = getattr(item, "callspec", None)
    return f"{text} [{callspec.id}]" if callspec else text


def module_name(file: Path, suite: Path) -> str:
    """The name under which unittest, started in the folder of the suite, imports a file."""
    folder = suite if suite.is_dir() else suite.parent
    return ".".join(file.relative_to(folder).with_suffix("").parts) if file.is_relative_to(folder) else file.stem


def unittest_title(cls: type[unittest.TestCase], name: str, module: str) -> str:
    """What unittest says of a test.

    Args:
        module: of the test's file, as unittest calls it.
    """
    try:
        case = cls(name)
        text = case.shortDescription() or str(case)
    except Exception:  # a class that cannot be made says so again when its test runs
        return name
    known = f".{cls.__module__}".endswith(f".{module}")  # a class that a helper defines has the helper's name
    return text.replace(f"({cls.__module__}.", f"({module}.", 1) if known else text


def forget_scores(item: pytest.Item) -> None:
    """Take away what an earlier run of the same function has given: another case, another grading in this process."""
    for function in wrapped(item):
        for name in ("__score__", "__leaderboard_value__"):
            function.__dict__.pop(name, None)


def given_value(item: pytest.Item, name: str) -> Any:
    """What the test passed to `set_score` or `set_leaderboard_value`; None if it did not call it."""
    return next((function.__dict__[name] for function in wrapped(item) if name in function.__dict__), None)
