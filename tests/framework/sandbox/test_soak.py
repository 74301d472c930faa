"""Many processes from one fork server, and kills at random moments: nothing grows, nothing is left, and there is a verdict."""

import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from autograder.grading.endings import words_for
from autograder.sandbox.client import Sandbox, SandboxError
from autograder.sandbox.limits import Limits
from autograder.sandbox.strays import strays_ended
from autograder.standins.failures import ProcessGone
from autograder.standins.importer import sandboxed_imports
from autograder.standins.keeper import Keeper, Owner

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")]

LIMITS = Limits(test_seconds=60)
SPARES = 2  # processes that wait for a test once the server has nothing else to do
PATIENCE = 30.0  # seconds until what must happen at once counts as not happening
MB = 1 << 20

SUBMISSION = """
import os, time
import numpy as np

def answer():
    return 42

def nobody():
    return [os.getpid()]

def family():
    \"\"\"Start two processes that do not end by themselves; return their pids and one's own.\"\"\"
    pids = [os.getpid()]
    for _ in range(2):
        pid = os.fork()
        if pid == 0:
            while True:
                time.sleep(1000)
        pids.append(pid)
    return pids

def work(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with open("file", "w") as file:
            file.write(str(np.ones(1000).sum()))
    return 42
"""


@pytest.fixture(scope="module")
def stage():
    folder = Path(tempfile.mkdtemp())  # not below pytest's own folder, which other users cannot enter
    folder.chmod(0o755)
    (folder / "submitted.py").write_text(SUBMISSION)
    yield folder
    shutil.rmtree(folder)


@contextlib.contextmanager
def grader(stage):
    """A grader: its keeper, and the submission as a suite imports it."""
    sandbox = Sandbox(LIMITS, readable=[str(stage)])
    try:
        keeper = Keeper(sandbox, str(stage), MB, frozenset(), lambda ending, time: words_for(ending, time, LIMITS))
        with sandboxed_imports(keeper, {"submitted": []}):
            import submitted

            yield keeper, submitted
    finally:
        sandbox.close()


@contextlib.contextmanager
def test_of(keeper, scope="function"):
    """While this lasts, a test runs, or a fixture of a wider scope is there."""
    owner = Owner(scope, f"test {time.monotonic_ns()}")
    keeper.enter(owner, LIMITS.time_for(LIMITS.test_seconds))
    try:
        yield
    finally:
        keeper.leave(owner)
        serial = keeper.close(owner)
        if serial is not None:
            keeper.sandbox.ending(serial)


test_of.__test__ = False  # not for pytest


def children(pid):
    """The pids of the living and the dead children of a process."""
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def state(pid):
    """One letter: "Z" for a process that has ended and was not waited for; empty where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def wait_until(condition, what):
    """As `waiting.until`, but quicker to see it: what is killed next is to be met at its beginning."""
    limit = time.monotonic() + PATIENCE
    while not (found := condition()) and time.monotonic() < limit:
        time.sleep(0.0002)
    assert found, what


def settled(keeper):
    """Wait until there is nothing but the processes that wait for tests, each with its box."""
    keeper.sandbox.report()  # before that, processes try the sandbox out
    server = keeper.sandbox.process.pid

    def quiet():
        alive = children(server)
        return len(alive) == SPARES == len(os.listdir(keeper.sandbox.folder)) and "Z" not in map(state, alive)

    wait_until(quiet, f"children {children(server)}, boxes {os.listdir(keeper.sandbox.folder)}")


def usage(keeper):
    """What a leak would show in, once all has settled: numbers of things, and bytes of memory."""
    settled(keeper)
    server = keeper.sandbox.process.pid
    rollup = dict(line.split(":", 1) for line in Path(f"/proc/{server}/smaps_rollup").read_text().splitlines()[1:])
    counts = {
        "descriptors of the server": len(os.listdir(f"/proc/{server}/fd")),
        "descriptors of the grader": len(os.listdir("/proc/self/fd")),
        "threads of the server": len(os.listdir(f"/proc/{server}/task")),
    }
    return counts, int(rollup["Rss"].split()[0]) * 1024


@pytest.mark.skipif(os.geteuid() != 0, reason="only root sees what a fork server uses")
@pytest.mark.parametrize(("few", "many"), [(50, 300), pytest.param(200, 2000, marks=pytest.mark.thorough)])
def test_many_processes_leave_a_server_as_few_do(stage, few, many):
    with grader(stage) as (keeper, submitted):

        def run(count):
            for _ in range(count):
                with test_of(keeper):
                    assert submitted.answer() == 42

        run(few)
        counts, memory = usage(keeper)
        run(many - few)
        wait_until(lambda: usage(keeper)[0] == counts, f"{counts} have become {usage(keeper)[0]}")
        _, later_memory = usage(keeper)
    assert later_memory - memory < MB  # of what a process is given, nothing is kept


def test_a_process_that_is_killed_on_its_way_into_confinement_costs_its_test_and_no_other(stage):
    chance, kinds, confining = random.Random(11), set(), "a process for the submission could not be confined"
    with grader(stage) as (keeper, submitted):
        server = keeper.sandbox.process.pid
        settled(keeper)
        for count in range(500):
            if count >= 100 and confining in kinds:  # on a busy machine most are met too late
                break
            known = children(server)
            verdicts = [verdict(keeper, submitted.answer)]
            wait_until(lambda known=known: children(server) - known, "no process was made for the test after the next")
            victim = max(children(server) - known)
            if chance.random() < 0.5:
                time.sleep(chance.uniform(0, 0.006))
            os.kill(victim, signal.SIGKILL)
            verdicts += [verdict(keeper, submitted.answer) for _ in range(SPARES + 1)]
            failed = [text for text in verdicts if text != "42"]
            assert len(failed) == 1, verdicts
            kinds |= {text.split(":")[0] for text in failed}
            settled(keeper)
    assert confining in kinds
    assert kinds <= {confining, "your code did not come to an end"}


def verdict(keeper, call, *arguments):
    """What comes of one test that makes a call: its value, or why it failed."""
    try:
        with test_of(keeper):
            return str(call(*arguments))
    except (ProcessGone, SandboxError) as error:
        return str(error)


@pytest.mark.parametrize(
    ("kills", "family", "copied"), [(80, "nobody", False), (10, "family", False), (10, "family", True)],
    ids=["alone", "with a family", "a copy with a family"],
)  # fmt: skip
def test_a_process_that_is_killed_during_a_call_is_told_in_words_and_takes_all_it_has_started_with_it(
    stage, kills, family, copied
):
    chance, said = random.Random(kills), []
    with grader(stage) as (keeper, submitted):
        with test_of(keeper, "module") if copied else contextlib.nullcontext():
            if copied:
                assert submitted.answer() == 42
            for _ in range(kills):
                with contextlib.suppress(ProcessGone), test_of(keeper):
                    victim, *others = getattr(submitted, family)()
                    timer = threading.Timer(chance.uniform(0, 0.03), os.kill, (victim, signal.SIGKILL))
                    timer.start()
                    try:
                        said.append(str(submitted.work(0.02)))
                    except ProcessGone as error:
                        said.append(str(error))
                    timer.join()
                wait_until(lambda others=others: not any(map(state, others)), "what it has started goes on")
                with test_of(keeper):
                    assert submitted.answer() == 42
        settled(keeper)
    assert len(said) == kills
    words = "your code did not come to an end: the system stopped it, most likely because it ran out of memory"
    assert set(said) - {"42"} == {words}


def test_a_fork_server_that_is_killed_at_any_moment_is_an_error_with_words_and_nothing_is_left(stage):
    chance, said, pids = random.Random(13), set(), set()
    for _ in range(30):
        with strays_ended(), pytest.raises(SandboxError) as caught, grader(stage) as (keeper, submitted):
            folder, server = keeper.sandbox.folder, keeper.sandbox.process.pid
            timer = threading.Timer(chance.uniform(0, 0.6), os.kill, (server, signal.SIGKILL))
            timer.start()
            try:
                while True:
                    with test_of(keeper):
                        pids.update(submitted.family())
                        submitted.work(0.01)
            finally:
                timer.join()
        said.add(str(caught.value))
        assert not os.path.exists(folder)
        wait_until(lambda: not any(map(state, pids)), "processes of the submission go on")
        pids.clear()
    assert said == {f"the fork server has ended with status {-signal.SIGKILL}"}
