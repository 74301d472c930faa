"""Functions of a unittest suite that pytest takes for tests because of their name, and unittest does not."""

import unittest
from collections.abc import Sequence

import pytest

from autograder.grading.decorations import function_of

DECORATIONS = ("__weight__", "__number__", "__visibility__", "__tags__", "__hide_errors__", "__leaderboard_column__")


def helpers_among(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the functions, beside the TestCases of their file, that have arguments which are no fixtures.

    One that is decorated or marked is meant as a test, and says that a fixture is missing.
    """
    with_cases = {item.path for item in items if issubclass(getattr(item, "cls", None) or object, unittest.TestCase)}
    return [item for item in items if item.path in with_cases and is_helper(item)]


def is_helper(item: pytest.Item) -> bool:
    function = function_of(item)
    if not isinstance(item, pytest.Function) or item.cls is not None or item.own_markers:
        return False
    if any(hasattr(function, name) for name in DECORATIONS):
        return False
    known = item._fixtureinfo  # what pytest has found for the arguments; it has no public name
    return any(name not in known.name2fixturedefs and name != "request" for name in known.argnames)
