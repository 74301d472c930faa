"""How the tests run: all of them in some processes at a time, those of a file that is named in one."""

import os

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # in programs that tests start, too: teams of threads wait for each other, busily

pytest.register_assert_rewrite("verdicts")

WORKERS = 3  # on two cores: some tests wait


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    return WORKERS if config.args_source == pytest.Config.ArgsSource.TESTPATHS else 0
