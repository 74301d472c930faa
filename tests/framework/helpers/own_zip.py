"""The autograder zip of this repository, as a fixture."""

import tempfile
from pathlib import Path

import pytest
from places import ROOT
from platforms import write_platform

from autograder.assignment import load


@pytest.fixture(scope="module")
def own_environment():
    """A folder with the zip of this repository and an environment that has the tool of the zip, not that of this repository."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        folder.chmod(0o755)
        write_platform(load(ROOT), folder)
        yield folder
