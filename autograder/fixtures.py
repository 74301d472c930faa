"""Fixtures that every suite may use, in plain pytest on a laptop and while grading."""

import hashlib
import os
import subprocess
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder import handed_in as submission
from autograder.standins import programs
from autograder.suite_files import read_settings, write_files


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "inside: run the whole test in the process of the submission while grading")
    config.addinivalue_line("markers", "seconds(n): processor time that this test may use while grading")
    config.addinivalue_line("markers", "timeout(n): the same, as pytest-timeout has it")


@pytest.fixture
def set_score() -> None:
    """The argument that `@partial_credit` passes: `set_score(points)`. Without the decorator it is None."""


@pytest.fixture
def set_leaderboard_value() -> None:
    """The argument that `@leaderboard` passes: `set_leaderboard_value(value)`. Without the decorator it is None."""


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A NumPy generator seeded by the test's name: a test gets the same numbers each time, and each test other ones."""
    digest = hashlib.sha256(request.node.name.encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))


@pytest.fixture(scope="session")
def sandbox_dir() -> Callable[..., str]:
    """The function `write_files(files, folder)` of `autograder.suite_files`.

    It writes files (name -> bytes) where the submission of this test can read them, and returns the path of their folder. With
    `folder`, a relative path, the submission finds them below its working directory.
    """
    return write_files


@pytest.fixture(scope="session")
def run_script() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """The function `run_script(script, *, args=(), input=None, timeout=None)`, which runs a submitted program.

    It returns a `subprocess.CompletedProcess` with `returncode`, and with `stdout` and `stderr` as text. While grading, the
    program runs in the sandbox, in the current folder of the submission. After `timeout` seconds the program is stopped, and
    `subprocess.TimeoutExpired` is raised.
    """
    return programs.run_script


@pytest.fixture(scope="session")
def handed_in() -> Callable[[str], bytes]:
    """The function `handed_in(name)`, which returns the content of a submitted file in bytes.

    Use it for files that are not Python, such as `answers.toml`. The test fails if the file is missing.
    """
    return submission.content


@pytest.fixture(scope="session")
def variant() -> str | None:
    """The code of the student's individual numbers (see `autograder.variants`).

    It is None if all students have the same numbers, and in plain pytest.
    """
    current = submission.ACTIVE.get()
    return current.variant if current else None


@pytest.fixture(scope="session")
def settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The table `[settings]` of assignment.toml, as a dictionary.

    In plain pytest it is read from the nearest assignment.toml above the first test that uses it.
    """
    test = os.environ["PYTEST_CURRENT_TEST"].partition("::")[0]  # a session has no file of its own
    return read_settings(request.config.rootpath / test)
