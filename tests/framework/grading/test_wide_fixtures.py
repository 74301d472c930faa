"""Fixtures of wider scope than a test: one process of the submission for each scope, and what its failing costs."""

from toys import HEADER, toy

FIXTURES = (
    HEADER
    + """
from modules import Log

@pytest.fixture(scope="module")
def broken_for_module():
    raise OSError("no such disk")

@pytest.fixture(scope="class")
def class_log():
    log = Log()
    log.add("class")
    yield log
    assert len(log) < 100

@weight(1)
@pytest.mark.parametrize("size", [1, 2])
def test_broken_module(broken_for_module, size):
    pass

class TestClass:
    @weight(1)
    def test_b(self, class_log):
        class_log.add("b")
        assert len(class_log) == 2

    @weight(1)
    def test_c(self, class_log):
        assert len(class_log) == 1

@weight(1)
def test_unrelated():
    assert len(Log()) == 0
"""
)
FIXTURES_SUBMISSION = """
class Log:
    def __init__(self):
        self.lines = []
    def add(self, line):
        self.lines.append(line)
    def __len__(self):
        return len(self.lines)
"""


def test_fixtures_of_every_scope_fail_only_the_tests_that_need_them(tmp_path):
    assert toy(tmp_path, FIXTURES, FIXTURES_SUBMISSION).verdicts() == {
        "test_broken_module[1]": ("broken", 0.0, 0.5),
        "test_broken_module[2]": ("broken", 0.0, 0.5),
        "test_b": ("passed", 1.0, 1.0),
        "test_c": ("passed", 1.0, 1.0),
        "test_unrelated": ("passed", 1.0, 1.0),
    }


STUDENTS_FIXTURES = (
    HEADER
    + """
from modules import Log, crash

@pytest.fixture(scope="module")
def raising():
    return Log().missing()

@pytest.fixture(scope="module")
def crashing():
    crash()

@pytest.fixture(scope="module")
def interrupting():
    raise KeyboardInterrupt

@pytest.fixture
def crashes_afterwards():
    yield
    crash()

@weight(1)
@pytest.mark.parametrize("size", [1, 2])
def test_raising(raising, size):
    pass

@weight(1)
@pytest.mark.parametrize("size", [1, 2])
def test_crashing(crashing, size):
    pass

@weight(1)
@pytest.mark.parametrize("size", [1, 2])
def test_interrupting(interrupting, size):
    pass

class TestSetUpClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        crash()

    @weight(1)
    def test_x(self):
        pass

    @weight(1)
    def test_y(self):
        pass

@pytest.fixture
def lines():
    kept = []
    yield kept

@pytest.fixture
def interrupts_afterwards():
    yield
    raise KeyboardInterrupt

@weight(1)
def test_crashes_afterwards(lines, crashes_afterwards):
    lines.append(1)

@weight(1)
def test_suite_interrupts_afterwards(lines, interrupts_afterwards):
    assert lines == []
    lines.append(Log())

@weight(1)
def test_fine(lines):
    assert len(Log()) == len(lines) == 0
"""
)


def test_a_fixture_that_the_submission_ends_fails_each_test_that_needs_it(tmp_path):
    submission = FIXTURES_SUBMISSION + "\ndef crash():\n    import os\n    os._exit(7)\n"
    graded = toy(tmp_path, STUDENTS_FIXTURES, submission)
    assert graded.verdicts() == {
        "test_raising[1]": ("failed", 0.0, 0.5),
        "test_raising[2]": ("failed", 0.0, 0.5),
        "test_crashing[1]": ("failed", 0.0, 0.5),
        "test_crashing[2]": ("failed", 0.0, 0.5),
        "test_interrupting[1]": ("broken", 0.0, 0.5),
        "test_interrupting[2]": ("broken", 0.0, 0.5),
        "test_x": ("failed", 0.0, 1.0),
        "test_y": ("failed", 0.0, 1.0),
        "test_crashes_afterwards": ("failed", 0.0, 1.0),
        "test_suite_interrupts_afterwards": ("passed", 1.0, 1.0),
        "test_fine": ("passed", 1.0, 1.0),
    }
    assert "status 7" in graded["test_crashing[2]"].reason
    assert "status 7" in graded["test_y"].reason
    assert "status 7" in graded["test_crashes_afterwards"].reason
    assert graded["test_suite_interrupts_afterwards"].needs_human


PATCHED = """
    from unittest import mock
    import pytest
    import modules

    @pytest.fixture(scope="module")
    def log():
        return modules.Log()

    @pytest.mark.parametrize("number", range(20))
    def test_nap(log, number):
        with mock.patch("time.sleep") as sleep:
            modules.nap()
        sleep.assert_called_once_with(100)
"""


def test_a_copy_of_a_fixtures_process_is_made_though_the_suite_has_replaced_sleep(tmp_path):
    graded = toy(tmp_path, PATCHED, "import time\nclass Log: pass\ndef nap(): time.sleep(100)\n")
    assert {status for status, *_ in graded.verdicts().values()} == {"passed"}
