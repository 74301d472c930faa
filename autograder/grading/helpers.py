"""Functions of a unittest suite that pytest takes for tests because of their name, and unittest does not."""

import unittest
from collections.abc import Sequence

import pytest

from autograder.grading.decorations import function_of

DECORATIONS = ("__weight__", "__number__", "__visibility__", "__tags__", "__hide_errors__", "__leaderboard_column__")


def helpers_among(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the functions with arguments that are no fixtures, in files whose tests are all in TestCases.

    One that is decorated or marked is meant as a test, and so is one beside other functions: there a fixture is missing.
    """
    helpers = [item for item in items if is_helper(item)]
    if not helpers:
        return []
    of_cases = {item.path: True for item in items}
    for item in items:
        in_case = issubclass(getattr(item, "cls", None) or object, unittest.TestCase)
        of_cases[item.path] &= in_case or item in helpers
    with_tests = {item.path for item in items if item not in helpers}
    return [item for item in helpers if of_cases[item.path] and item.path in with_tests]


def is_helper(item: pytest.Item) -> bool:
    function = function_of(item)
    if not isinstance(item, pytest.Function) or item.cls is not None or item.own_markers:
        return False
    if any(hasattr(function, name) for name in DECORATIONS):
        return False
    known = item._fixtureinfo  # what pytest has found for the arguments; it has no public name
    return any(name not in known.name2fixturedefs and name != "request" for name in known.argnames)
