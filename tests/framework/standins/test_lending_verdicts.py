"""Whose fault it is when an object of the suite never comes to an end that the submission uses."""

import re

import pytest
from toys import HEADER, toy

SUITE = (
    HEADER
    + """
import queue, time, modules

def test_waits():
    modules.call(queue.Queue().get)

def test_sleeps():
    modules.call(lambda seconds: time.sleep(seconds), 60)

def test_counts():
    def count(n):
        while n: n -= 1
    modules.call(count, -1)

def test_suite_hangs_by_itself():
    modules.call(len, "x")
    time.sleep(60)

def test_is_right():
    assert modules.call(len, "x") == 1
"""
)


@pytest.mark.slow
def test_what_the_submission_has_the_suite_wait_for_is_the_submissions_time(tmp_path):
    tmp_path.chmod(0o755)
    graded = toy(tmp_path, SUITE, "def call(f, *arguments): return f(*arguments)", limits="test_seconds = 1\nwall_seconds = 2")
    for name in ("test_waits", "test_sleeps", "test_counts"):
        assert graded[name].status == "failed", graded[name].staff
        assert re.match("your code was stopped after (2 s of waiting|using 1 s of processor time)", graded[name].reason)
    assert graded["test_suite_hangs_by_itself"].status == "broken"
    assert graded["test_is_right"].status == "passed"
