"""How the tests run: all of them in some processes at a time, those of a file that is named in one."""

import pytest

pytest.register_assert_rewrite("verdicts")

WORKERS = 3  # on two cores: some tests wait


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    return WORKERS if config.args_source == pytest.Config.ArgsSource.TESTPATHS else 0
