"""Fixtures that every suite may use, in plain pytest on a laptop and while grading."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograder.standins import files_for_submission


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "seconds(n): wall-clock limit of this test while grading, fixtures included")


@pytest.fixture
def set_score() -> None:
    """In place of the argument that `@partial_credit` passes; asked for without the decorator it gives None."""


@pytest.fixture
def set_leaderboard_value() -> None:
    """In place of the argument that `@leaderboard` passes."""


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator seeded by the test's own name: the same numbers each time, other numbers in each test."""
    digest = hashlib.sha256(request.node.name.encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))


@pytest.fixture(scope="session")
def sandbox_dir(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """A function that writes files where the submission can read them and returns their folder's path.

    It takes a dict of names and contents and, if the submission looks for them under a relative path, that of the folder.
    While grading, the folder lies in the box of the process that runs the submission at the time of the call, which is
    its working directory; otherwise it is a temporary one.
    """

    def write(files: dict[str, bytes], folder: str | None = None) -> str:
        path = files_for_submission(files, folder)
        if path is None:
            path = str(tmp_path_factory.mktemp("data"))
            for name, content in files.items():
                Path(path, name).write_bytes(content)
        return path

    return write
