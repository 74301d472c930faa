"""A sound assignment of two tests, but for its skeleton, as a fixture."""

import pytest
from one_task import REFERENCE, SUITE, TOML


@pytest.fixture
def assignment(tmp_path):
    for name in ("reference", "student", "tests"):
        (tmp_path / name).mkdir()
    tmp_path.chmod(0o755)
    (tmp_path / "assignment.toml").write_text(TOML)
    (tmp_path / "tests/test_double.py").write_text(SUITE)
    (tmp_path / "reference/double.py").write_text(REFERENCE)
    return tmp_path
