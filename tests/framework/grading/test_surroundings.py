"""What a suite sets around its submission holds there as well, and a suite's processes do not harm the grading."""

import pytest
from toys import toy

SUITE = """
import concurrent.futures, multiprocessing, os, sys, threading, time
from unittest.mock import patch
import pytest
import modules

multiprocessing.set_start_method("fork", force=True)

@pytest.fixture(scope="module")
def greeting():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GREETING", "hi")
        modules.env("GREETING")
        yield

def test_setenv(monkeypatch):
    monkeypatch.setenv("APP", "é1")
    assert modules.env("APP") == "é1"
    monkeypatch.setenv("APP", "2")
    assert modules.env("APP") == "2"
    monkeypatch.undo()
    assert modules.env("APP") is None

@patch.dict(os.environ, {"APP": "3"})
def test_patch_dict():
    assert modules.env("APP") == "3"

def test_cleared_environment():
    with patch.dict(os.environ, {"ONLY": "1"}, clear=True):
        assert modules.env("HOME") is None and modules.env("ONLY") == "1"

def test_delenv(monkeypatch):
    monkeypatch.setenv("APP", "4")
    monkeypatch.delenv("APP")
    assert modules.env("APP") is None

def test_variable_that_the_submission_sets(monkeypatch):
    monkeypatch.setenv("APP", "old")
    modules.set_env("APP", "new")
    assert os.environ["APP"] == "new" and modules.env("APP") == "new"

def test_wider_fixture(greeting):
    assert modules.env("GREETING") == "hi"

def test_nothing_of_the_graders_environment():
    assert modules.env("SECRET_OF_THE_GRADER") is None and modules.env("PYTEST_CURRENT_TEST") is None

def test_arguments(monkeypatch):
    before = modules.arguments()
    monkeypatch.setattr(sys, "argv", ["work.py", "-n", "3"])
    assert modules.arguments() == ["work.py", "-n", "3"]
    with patch("sys.argv", ["other"]):
        assert modules.arguments() == ["other"]
    monkeypatch.undo()
    assert modules.arguments() == before

def test_arguments_changed_in_place():
    sys.argv.append("--more")
    try:
        assert modules.arguments()[-1] == "--more"
    finally:
        sys.argv.pop()

def test_recursion_limit():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(5000)
    try:
        assert modules.depth(3000) == 3000
    finally:
        sys.setrecursionlimit(before)
    with pytest.raises(RecursionError):
        modules.depth(3000)

def test_recursion_limit_of_the_submission():
    modules.deeper(lambda: modules.depth(10))
    assert modules.depth(3000) == 3000

def test_thread():
    got = []
    threads = [threading.Thread(target=lambda i=i: got.append(modules.f(i))) for i in range(5)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert sorted(got) == list(range(5))

def test_thread_pool():
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        assert list(pool.map(modules.f, range(10))) == list(range(10))

def test_process():
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=lambda: queue.put(modules.f(6)))
    process.start()
    process.join(20)
    assert queue.get(timeout=0.1) == 6

def test_process_after_the_submission_was_used():
    assert modules.f(1) == 1
    test_process()

def test_process_whose_failure_nobody_sees():
    process = multiprocessing.Process(target=modules.f, args=(1,))
    process.start()
    process.join(20)

def test_process_pool():
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        assert pool.submit(use, 1).result(20) == 1

def use(x): return modules.f(x)

def test_forked():
    pid = os.fork()
    if not pid:
        modules.f(1)
    os.waitpid(pid, 0)
    assert modules.f(1) == 1

def test_process_that_goes_on():
    multiprocessing.Process(target=time.sleep, args=(600,)).start()
    assert modules.f(2) == 2

def test_process_without_the_submission():
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        assert pool.submit(abs, -1).result(20) == modules.f(1)

def test_after():
    assert modules.f(3) == 3
"""

SUBMISSION = """
import os, sys
def f(x): return x
def env(name): return os.environ.get(name)
def set_env(name, value): os.environ[name] = value
def arguments(): return sys.argv
def depth(n): return n and 1 + depth(n - 1)
def deeper(function):
    sys.setrecursionlimit(5000)
    function()
    function()
"""

BROKEN = {
    "test_process",
    "test_process_after_the_submission_was_used",
    "test_process_whose_failure_nobody_sees",
    "test_process_pool",
    "test_forked",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_OF_THE_GRADER", "x")
        return toy(tmp_path_factory.mktemp("surroundings"), SUITE, SUBMISSION)


def test_every_test_has_the_verdict_that_it_has_in_one_process_or_staff_are_asked(graded):
    wrong = {name: (status, graded[name].reason or graded[name].staff) for name, (status, *_) in graded.verdicts().items()}
    wrong = {name: found for name, found in wrong.items() if found[0] != ("broken" if name in BROKEN else "passed")}
    assert wrong == {}
    assert graded.names()[-1] == "test_after"


def test_staff_are_told_what_to_do_about_a_process(graded):
    for name in BROKEN:
        assert "a process that the suite has started cannot use the submission" in graded[name].staff
