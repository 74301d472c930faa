"""Which tests run inside: `inside` of a suite in assignment.toml, or `@pytest.mark.inside`."""

from collections.abc import Sequence

import pytest

from autograder.assignment import FILE, Suite
from autograder.errors import AssignmentError

MARKER = "inside"


def is_inside(item: pytest.Item, suite: Suite | None) -> bool:
    """Whether a test runs inside. A marker on its class or module counts for it, too."""
    if item.get_closest_marker(MARKER):
        return True
    if suite is None or isinstance(suite.inside, bool):
        return suite is not None and bool(suite.inside)
    return any(names(entry, id_in(item, suite)) for entry in suite.inside)


def id_in(item: pytest.Item, suite: Suite) -> str:
    """The id of a test relative to the folder of its suite."""
    folder = suite.path if suite.path.is_dir() else suite.path.parent
    path = item.path.resolve().relative_to(folder.resolve()).as_posix()
    return f"{path}::{item.nodeid.partition('::')[2]}"


def names(entry: str, nodeid: str) -> bool:
    """Whether an entry names a test: by its id, without its brackets for all cases, or by its class or file."""
    return nodeid == entry or nodeid.startswith((f"{entry}[", f"{entry}::"))


def require_found(suites: Sequence[Suite], items: Sequence[tuple[pytest.Item, Suite | None]]) -> None:
    """Refuse an entry of `inside` that no test has: it would be ignored in silence.

    Raises:
        AssignmentError: it names the entry.
    """
    for suite in suites:
        entries = () if isinstance(suite.inside, bool) else suite.inside
        ids = [id_in(item, suite) for item, owner in items if owner is suite] if entries else []
        for entry in entries:
            if not any(names(entry, nodeid) for nodeid in ids):
                raise AssignmentError(
                    f"{FILE}: inside of the suite {suite.name} names {entry}, and there is no such test; "
                    'write ids relative to the suite, such as "test_x.py::TestC::test_b"'
                )


def family(item: pytest.Item) -> list[str]:
    """What the cases of a parametrised test have in common."""
    return [item.parent.nodeid if item.parent else "", getattr(item, "originalname", None) or item.name]
