"""A sound assignment of two tests, but for its skeleton, as a fixture."""

import pytest
from doubling import WITH_SKELETON
from files import write_files


@pytest.fixture
def assignment(tmp_path):
    write_files(tmp_path, WITH_SKELETON)
    (tmp_path / "student").mkdir()
    tmp_path.chmod(0o755)
    return tmp_path
