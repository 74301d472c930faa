"""Which functions two sources of a module differ in."""

import pytest

from autograder.audit.changes import changed_functions

SOURCE = '''
"""A module."""

LIMIT = 3


def plain(x):
    return x


class Layer:
    size = 2

    def forward(self, x=1):
        def inner():
            return x

        return inner()

    class Part:
        def use(self):
            return LIMIT
'''


@pytest.mark.parametrize(
    ("old", "new", "functions"),
    [
        ("return x\n\n\nclass", "return -x\n\n\nclass", {"plain"}),
        ("return inner()", "return inner() + 1", {"Layer.forward"}),
        ("            return x\n", "            return 0\n", {"Layer.forward"}),
        ("return LIMIT", "return 4", {"Layer.Part.use"}),
        ("return x\n\n\nclass", "return x  # as it is\n\n\nclass", set()),
        ("LIMIT = 3", "LIMIT = 4", None),
        ("size = 2", "size = 3", None),
        ("x=1", "x=2", None),
        ("def plain", "@staticmethod\ndef plain", None),
        ("def plain", "def other", None),
        ("def plain(x):", "def plain(x:", None),
    ],
)
def test_functions_with_other_bodies_are_found_and_other_changes_are_none(old, new, functions):
    assert SOURCE.count(old) == 1
    assert changed_functions(SOURCE, SOURCE.replace(old, new)) == functions
