"""Who gets which job, and what happens when a worker is lost: the engine with a Dask that is played."""

import json
import pkgutil
import time
from concurrent.futures import Future

import doubling
import pytest
from files import write_files

from autograder.assignment import load
from autograder.course.cluster import engine, task
from autograder.course.cluster.engine import Cluster
from autograder.course.cluster.ssh import hosts_of
from autograder.course.cluster.starting import cluster
from autograder.course.cluster.workers import LAST_SECONDS, differences
from autograder.course.jobs import Answer, Job
from autograder.errors import AutograderError, UsageError

SAME = {"tool": "a" * 64, "version": "1", "environment": {"python": "3.11.2", "machine": "x86_64", "libraries": {"numpy": "2"}}}


class Task(Future):
    def release(self):
        self.released = True


class Played:
    """A scheduler with workers, address -> threads. A `deadly` job kills the worker that gets it, and those beside it there."""

    def __init__(self, workers: dict[str, int], deadly: tuple[int, ...] = (), spare: int = 0) -> None:
        self.workers = dict(workers)
        self.deadly = deadly
        self.spare = spare
        self.given: list[tuple[str, tuple[int, ...]]] = []  # worker, the jobs that it has
        self.has: dict[str, dict[int, Task]] = {}

    def nthreads(self):
        for address in [address for address, jobs in self.has.items() if set(jobs) & set(self.deadly) and self.is_over()]:
            del self.workers[address], self.has[address]
            if self.spare:
                self.spare -= 1
                self.workers[f"spare{self.spare}"] = 2
        for jobs in self.has.values():
            for number, future in list(jobs.items()):
                if number in self.deadly:
                    continue
                del jobs[number]
                future.set_result(json.dumps({"document": {"number": number}}).encode())
        return dict(self.workers)

    def submit(self, function, *arguments, key=None, workers=(), pure=True):
        future = Task()
        if function is task.grade:
            jobs = self.has.setdefault(workers[0], {})
            jobs[json.loads(arguments[1])["number"]] = future
            self.given.append((workers[0], tuple(jobs)))
        else:
            known = {task.look: {"host": f"host-{workers[0]}", "ends": None, **self.look(workers[0])}, task.install: {}}
            found = known.get(function, 1)
            fault = self.fault(function, workers[0])
            if fault:
                future.set_exception(fault)
            else:
                future.set_result(json.dumps(found).encode())
        return future

    def fault(self, function, address):
        return None

    def look(self, address):
        return SAME

    def is_over(self):
        return True

    def cancel(self, futures, force=False):
        pass


class Unending:
    def tend(self):
        pass

    def hopeless(self):
        return None

    def notes(self):
        return []


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr(engine, "TICK_SECONDS", 0.01)
    monkeypatch.setattr(engine, "REFUSED_SECONDS", 0.1)
    monkeypatch.setattr(engine, "of_tool", lambda: SAME["tool"])
    monkeypatch.setattr(engine, "of_environment", lambda: SAME["environment"])
    monkeypatch.setattr(engine, "__version__", "1")


@pytest.fixture
def ran(tmp_path):
    """Run jobs by a played scheduler: the answers, the engine."""
    assignment = load(write_files(tmp_path / "assignment", doubling.FILES))
    source = str(write_files(tmp_path / "sub", {"double.py": doubling.RIGHT}))

    def run(played: Played, count: int, where=Unending) -> tuple[dict[int, Answer], Cluster]:
        answers: dict[int, Answer] = {}

        def on_answer(answer: Answer) -> None:
            assert answer.job.number not in answers
            answers[answer.job.number] = answer

        run.engine = Cluster(played, where(), assignment, "auto", patience_seconds=0.2)
        run.answers = answers
        run.engine.run([Job(number, (source,)) for number in range(count)], on_answer)
        return answers, run.engine

    return run


def test_each_job_is_answered_once_and_no_worker_has_more_than_its_threads(ran):
    played = Played({"a": 1, "b": 3})
    answers, _ = ran(played, 9)
    assert sorted(answers) == list(range(9))
    assert {number: answer.document for number, answer in answers.items()} == {
        number: {"number": number} for number in range(9)
    }
    assert max(len(jobs) for worker, jobs in played.given if worker == "a") == 1
    assert max(len(jobs) for worker, jobs in played.given if worker == "b") == 3


def test_a_job_that_two_workers_die_with_is_told_and_those_beside_it_are_graded(ran):
    played = Played({"a": 2, "b": 2, "c": 2}, deadly=(1,), spare=2)
    answers, _ = ran(played, 6)
    assert sorted(answers) == list(range(6))
    assert "ended while it graded this submission, which is not tried again" in answers[1].fault
    assert answers[1].fault.count("host-") == 2
    assert all(answer.document for number, answer in answers.items() if number != 1)


def test_a_job_whose_worker_died_is_tried_again_with_nothing_beside_it(ran):
    played = Played({"a": 2, "b": 2}, deadly=(0,), spare=2)
    ran(played, 4)
    assert [jobs for _, jobs in played.given if 0 in jobs] == [(0,), (0, 2), (0,)]


def test_a_worker_whose_time_is_over_is_not_the_fault_of_its_jobs(ran):
    played = Played({"a": 1, "b": 1}, deadly=(0,), spare=2)
    begun = time.time()
    played.look = lambda address: {**SAME, "ends": begun + LAST_SECONDS + (0.5 if address in "ab" else 1000)}
    played.is_over = lambda: time.time() > begun + 0.5
    answers, _ = ran(played, 3)
    assert [worker for worker, jobs in played.given if 0 in jobs] == ["a", "spare1", "spare0"]
    assert answers[0].fault.count("spare") == 2


def test_where_all_workers_are_lost_the_rest_is_not_waited_for(ran):
    played = Played({"a": 1}, deadly=(2,))
    with pytest.raises(AutograderError, match="no usable worker has started within 0 s"):
        ran(played, 5)
    assert sorted(ran.answers) == [0, 1]


def test_a_worker_that_differs_is_named_and_gets_no_work(ran):
    played = Played({"a": 1, "b": 1})
    played.look = lambda address: {**SAME, "tool": "b" * 64} if address == "b" else SAME
    answers, done = ran(played, 3)
    assert len(answers) == 3
    assert {worker for worker, _ in played.given} == {"a"}
    assert done.notes == [
        "the worker on host-b gets no work: its autograder is another one (version 1, sources bbbbbbbbbbbb; "
        "here version 1, sources aaaaaaaaaaaa)"
    ]


def test_where_no_worker_is_as_here_the_error_says_what_differs(ran):
    played = Played({"a": 1})
    played.look = lambda address: {
        **SAME,
        "environment": {"python": "3.12.1", "machine": "x86_64", "libraries": {"numpy": "1"}},
    }
    with pytest.raises(
        AutograderError, match=r"host-a gets no work: Python is 3.12.1 there and 3.11.2 here; numpy is 1 there and 2"
    ):
        ran(played, 1)


@pytest.mark.parametrize(
    ("function", "fault", "words"),
    [
        (task.install, OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
        (
            pkgutil.resolve_name,
            ModuleNotFoundError("No module named 'autograder'"),
            "'autograder'; install the autograder that is here",
        ),
    ],
)
def test_a_worker_that_cannot_be_prepared_is_named_and_gets_no_work(function, fault, words, ran):
    played = Played({"a": 1, "b": 1})
    played.fault = lambda asked, address: fault if asked is function and address == "b" else None
    answers, done = ran(played, 3)
    assert len(answers) == 3
    assert {worker for worker, _ in played.given} == {"a"}
    assert [words in note for note in done.notes] == [True]


def test_where_no_worker_can_come_any_more_that_is_said_at_once(ran):
    class Hopeless(Unending):
        def hopeless(self):
            return "lab1: Host key verification failed."

    with pytest.raises(AutograderError, match=r"lab1: Host key verification failed\."):
        ran(Played({}), 1, Hopeless)


def test_a_library_that_one_side_has_alone_is_a_difference():
    there = {**SAME, "environment": {**SAME["environment"], "libraries": {"scipy": "1.5"}}}
    assert differences(SAME, there) == ["numpy is missing there and 2 here", "scipy is 1.5 there and missing here"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lab1", [("lab1", None)]),
        ("lab1, alice@lab2.uni.edu:/opt/a b/python", [("lab1", None), ("alice@lab2.uni.edu", "/opt/a b/python")]),
        ("ssh://bob@lab3:2222:/usr/bin/python3", [("ssh://bob@lab3:2222", "/usr/bin/python3")]),
    ],
)
def test_hosts_are_read_with_the_python_that_each_has(text, found):
    import sys

    assert [(host.name, host.python) for host in hosts_of(text)] == [(name, python or sys.executable) for name, python in found]


@pytest.mark.parametrize("text", ["", " , ", "-oProxyCommand=x", "lab1:python", "a host", "lab1;ls"])
def test_what_is_no_host_is_refused(text):
    with pytest.raises(UsageError, match="--ssh"):
        hosts_of(text)


@pytest.mark.parametrize(("address", "words"), [("tcp://lab:8786", "TLS only"), ("tls://lab:8786", "needs a certificate")])
def test_an_address_without_tls_is_refused(address, words, tmp_path):
    assignment = load(write_files(tmp_path, doubling.FILES))
    with pytest.raises(UsageError, match=words), cluster("dask", address, assignment):
        pass


def test_slurm_that_is_not_there_is_told(tmp_path, monkeypatch):
    from autograder.course.cluster.slurm import Slurm

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="needs the program sbatch, which is not installed"):
        Slurm("--time=5", "tls://127.0.0.1:1", {}, None)
