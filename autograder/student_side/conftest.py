"""For `python -m pytest`: the fixtures of the folder autograder beside this file."""

import pytest

from autograder import fixtures


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.is_registered(fixtures):
        config.pluginmanager.register(fixtures)
