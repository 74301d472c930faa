"""Which of its limits a family of processes has gone over, and when it is looked at."""

import os
import subprocess
import sys

import pytest

from autograder.sandbox.clocks import Clock, family_seconds, seconds_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def clock(cpu_seconds=10.0, wall_seconds=120.0, used_before=3.0):
    return Clock(1000.0, used_before, cpu_seconds, None if wall_seconds is None else 1000.0 + wall_seconds)


@pytest.mark.parametrize(
    ("passed", "used", "over"),
    [
        (11, 4, None),  # of a busy machine
        (11, 12.9, None),
        (11, 13, "cpu"),
        (9, 80, None),  # of many processors at once: not before the time has passed on the clock as well
        (10, 80, "cpu"),
        (119, 12, None),
        (120, 3, "wall"),
        (120, 13, "cpu"),
    ],
)
def test_processor_time_decides_and_the_clock_on_the_wall_is_for_what_waits(passed, used, over):
    assert clock().over(1000.0 + passed, used) == over


def test_while_nobody_waits_only_processor_time_counts():
    running = clock(wall_seconds=None)
    assert running.over(1_000_000, 4) is None
    running.wait_until(1_000_100)
    assert running.look <= 1_000_100
    assert running.over(1_000_099, 4) is None and running.over(1_000_100, 4) == "wall"


def test_time_that_is_lost_sight_of_is_not_given_back():
    running = clock()
    assert running.over(1011, 12) is None
    assert running.used == 9
    assert running.over(1012, 4) is None
    assert running.used == 9


def test_it_is_not_looked_at_before_anything_can_have_gone_over():
    running = clock()
    assert running.look == 1010
    running.over(1010, 4)
    assert running.look >= 1010 + 9 / (os.cpu_count() or 1)
    assert clock(wall_seconds=5).look == 1005


FAMILY = """
import os, sys, time

def use(seconds):
    while time.process_time() < seconds:
        pass

ended = os.fork()
if ended == 0:
    use(0.2)
    os._exit(0)
os.waitpid(ended, 0)
if os.fork() == 0:
    use(0.3)
    print("done", flush=True)
    sys.stdin.read()
    os._exit(0)
os.wait()
"""


def test_the_time_of_a_family_has_that_of_children_that_are_alive_and_of_those_that_have_ended():
    # In a group of its own: other processes of these tests are no orphans of it.
    process = subprocess.Popen(
        [sys.executable, "-c", FAMILY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    with process:
        assert process.stdout.readline() == b"done\n"
        own = seconds_of(process.pid)
        assert family_seconds(process.pid, {process.pid}, own_group=False) >= own + 0.25 >= 0.4
        assert 0.2 <= family_seconds(process.pid, {process.pid}, own_group=False, enough=0.1) < own + 0.25
        process.stdin.close()
    assert family_seconds(process.pid, {process.pid}, own_group=False) == 0
