"""What a submission gets hold of, from a process of its own; SECRET-00000000000000000000000000000000"""

import os
from pathlib import Path

import submitted
from gradescope_utils.autograder_utils.decorators import number, weight

SECRETS = "SECRET-[0-9a-f]{32}"
ASSIGNMENT = Path(__file__).resolve().parents[2]


@number("9")
@weight(1)
def test_nothing_of_the_grader_is_got_hold_of():
    """attempt"""
    paths = [str(path) for path in (ASSIGNMENT, *ASSIGNMENT.rglob("*"))]
    pids = [pid for pid in (os.getpid(), os.getppid()) if pid]  # the first process of a container has no parent
    assert submitted.attempt(paths, SECRETS, pids) == []
