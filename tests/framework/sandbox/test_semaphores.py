"""multiprocessing where no semaphore may be made in /dev/shm: its locks are pipes, and a loader's workers this process."""

import multiprocessing
import os
import subprocess
import sys
import threading

import pytest
from toys import toy

from autograder.sandbox.semaphores import RECURSIVE_MUTEX, SEMAPHORE, SemLock

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes of submissions are forked")


def test_a_semaphore_gives_as_many_permits_as_it_has():
    semaphore = SemLock(SEMAPHORE, 2, 2, "", True)
    assert [semaphore.acquire(False) for _ in range(3)] == [True, True, False]
    assert semaphore._is_zero() and semaphore.name is None
    semaphore.release()
    assert semaphore._get_value() == 1


def test_waiting_for_a_permit_ends_when_the_time_is_up():
    semaphore = SemLock(SEMAPHORE, 0, 1, "", True)
    assert not semaphore.acquire(True, 0.01)
    threading.Timer(0.02, semaphore.release).start()
    assert semaphore.acquire(True, 10)


def test_a_semaphore_takes_no_more_permits_than_it_may_have():
    with pytest.raises(ValueError, match="too many times"):
        SemLock(SEMAPHORE, 1, 1, "", True).release()


def test_a_mutex_is_its_owners_until_released_as_often_as_acquired():
    mutex = SemLock(RECURSIVE_MUTEX, 1, 1, "", True)
    assert mutex.acquire() and mutex.acquire() and mutex._count() == 2
    results = []
    other = threading.Thread(target=lambda: results.append(mutex.acquire(False)))
    other.start()
    other.join()
    assert results == [False]
    mutex.release()
    assert mutex._is_mine() and mutex._is_zero()
    mutex.release()
    with pytest.raises(AssertionError, match="not owned"):
        mutex.release()


def test_a_queue_without_a_greatest_length_never_blocks():
    semaphore = SemLock(SEMAPHORE, SemLock.SEM_VALUE_MAX, SemLock.SEM_VALUE_MAX, "", True)
    assert all(semaphore.acquire(False) for _ in range(100))
    semaphore.release()


def test_multiprocessing_works_with_them():
    program = """
import multiprocessing, sys
sys.path.insert(0, sys.argv[1])
from autograder.sandbox import semaphores
semaphores.install()
fork = multiprocessing.get_context("fork")
def add(total, times):
    for _ in range(times):
        with total.get_lock():
            total.value += 1
total = fork.Value("i", 0)
workers = [fork.Process(target=add, args=(total, 50)) for _ in range(2)]
[worker.start() for worker in workers]
[worker.join() for worker in workers]
with fork.Pool(2) as pool:
    print(total.value, pool.map(abs, [-1, -2]))
"""
    folder = os.path.dirname(os.path.dirname(os.path.dirname(sys.modules[SemLock.__module__].__file__)))
    done = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split("\n")[0] == "100 [1, 2]"
    assert multiprocessing  # this process keeps its own


def test_a_submission_may_use_processes(tmp_path):
    graded = toy(
        tmp_path,
        """
        import modules
        def test_pool(): assert modules.pool([1, 2]) == [1, 4]
        def test_executor(): assert modules.executor([1, 2]) == [1, 4]
        def test_process(): assert modules.process(3) == 9
        """,
        """
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor
        fork = multiprocessing.get_context("fork")
        def square(x): return x * x
        def put(queue, x): queue.put(square(x))
        def pool(values):
            with fork.Pool(2) as workers: return workers.map(square, values)
        def executor(values):
            with ProcessPoolExecutor(2, mp_context=fork) as workers: return list(workers.map(square, values))
        def process(x):
            queue = fork.Queue()
            worker = fork.Process(target=put, args=(queue, x))
            worker.start()
            result = queue.get(timeout=10)
            worker.join()
            return result
        """,
    )
    assert {name: status for name, (status, _, _) in graded.verdicts().items()} == dict.fromkeys(graded.names(), "passed")
