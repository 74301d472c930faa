"""For `python -m pytest`: the fixtures of the folder autograder beside this file, and where the modules are."""

import sys
from pathlib import Path

import pytest

from autograder import fixtures
from autograder.assignment import load
from autograder.grading.order import in_file_order


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = in_file_order(items)  # so that -x begins with part 1


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.is_registered(fixtures):
        config.pluginmanager.register(fixtures)
    folder = Path(__file__).resolve().parent
    root = load(folder).root
    if root:
        sys.path.insert(0, str(folder / root))
