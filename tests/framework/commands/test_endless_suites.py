"""Suites that leave something behind, or never come to an end: the command ends all the same."""

import subprocess
import sys

import pytest
from places import ROOT
from toys import write_toy

SUBMISSION = "def f(x):\n    return x\n"
PATIENCE = 300  # seconds; nothing here is to take as long

THREAD_AND_PROCESS = """
import multiprocessing, threading
import modules

def test_thread():
    got = []
    thread = threading.Thread(target=lambda: got.append(modules.f(4)))
    thread.start()
    thread.join(5)
    assert got == [4]

def test_process():
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=lambda q: q.put(modules.f(6)), args=(queue,))
    process.start()
    process.join(5)
    assert queue.get(timeout=2) == 6

def test_after():
    assert modules.f(1) == 1
"""

LEFT_BEHIND = """
import concurrent.futures, multiprocessing, threading, time
import modules

LOCK = threading.Lock()

def hold():
    with LOCK:
        time.sleep(10**6)

def test_thread():
    threading.Thread(target=hold).start()

def test_process_that_waits_for_a_lock_of_a_thread():
    while not LOCK.locked():
        time.sleep(0.01)
    multiprocessing.Process(target=LOCK.acquire).start()

def test_executor():
    concurrent.futures.ThreadPoolExecutor(1).submit(time.sleep, 10**6)

def test_full_queue():
    multiprocessing.Queue().put(bytes(1 << 20))

def test_after():
    assert modules.f(1) == 1
"""

DEAF = """
import time
import pytest
import modules

@pytest.fixture(scope="session")
def endless():
    yield modules.f(1)
    while True:
        try:
            time.sleep(10**6)
        except BaseException:
            pass

def test_before(endless):
    assert endless == 1
"""

COMPILED = """
import modules

def test_huge():
    assert sum(range(10**15)) == modules.f(1)
"""


def graded(folder, suite, limits, program="from autograder.__main__ import command; import sys; sys.exit(command())"):
    write_toy(folder, suite, SUBMISSION, limits=limits)
    folder.chmod(0o755)
    words = [sys.executable, "-c", program, "grade", str(folder / "sub"), "--assignment", str(folder)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.mark.slow
def test_a_thread_and_then_a_process_of_the_suite(tmp_path):
    done = graded(tmp_path, THREAD_AND_PROCESS, "test_seconds = 20")
    assert done.returncode == 0
    assert [line[:12] for line in done.stdout.split("\n") if line[:2] in ("✓ ", "✗ ", "! ")] == [
        "✓ test_threa",
        "! test_proce",
        "✓ test_after",
    ]


@pytest.mark.slow
def test_what_a_suite_leaves_behind_is_not_waited_for(tmp_path):
    done = graded(tmp_path, LEFT_BEHIND, "test_seconds = 20")
    assert done.returncode == 0, done.stderr
    assert "5 of 5 tests passed" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("suite", [DEAF, COMPILED], ids=["deaf", "compiled"])
def test_the_grader_itself_is_ended_where_nothing_else_helps(tmp_path, suite):
    impatient = (
        "import sys\nfrom autograder.grading import plugin\nplugin.PATIENCE_SECONDS = 1.0\n"
        "from autograder.commands.cli import main\nsys.exit(main())"
    )
    done = graded(tmp_path, suite, "test_seconds = 1\nwall_seconds = 1\ntotal_seconds = 2", impatient)
    assert done.returncode == -9
    assert "the grading was ended: a test was still running long after" in done.stderr
