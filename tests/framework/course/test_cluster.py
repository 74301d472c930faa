"""A class graded by Dask, over SSH and by Slurm, for real: with an sshd, a Slurm, and workers that have a network each."""

import contextlib
import os
import shutil
import signal
import zipfile
from pathlib import Path

import doubling
import pytest
from clusters import Running, certificate, free_port, processes, slurm, slurm_missing, sshd, workers
from files import write_files
from waiting import until

pytestmark = pytest.mark.slow
needs_networks = pytest.mark.skipif(
    not shutil.which("ip") or os.getuid() != 0, reason="network namespaces need root and the program ip (Debian's iproute2)"
)
needs_sshd = pytest.mark.skipif(
    not shutil.which("sshd", path="/usr/sbin:/usr/bin"), reason="sshd is not installed (Debian's openssh-server)"
)
needs_slurm = pytest.mark.skipif(bool(slurm_missing()), reason=slurm_missing())
JOB = "dask-scratch-space"  # in the command line of a job: where its worker has the assignment
ENDLESS = "import time\n\ndef double(x):\n    time.sleep(600)\n    return 2 * x\n"


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    return write_files(tmp_path_factory.mktemp("assignment"), doubling.FILES)


@pytest.fixture(scope="module")
def submissions(tmp_path_factory):
    """Six known ones."""
    folder = tmp_path_factory.mktemp("submissions")
    write_files(
        folder,
        {
            "right/double.py": doubling.RIGHT,
            "wrong/double.py": doubling.WRONG,
            "broken/double.py": "def double(x:\n",
            "missing/dubble.py": doubling.RIGHT,
            "ends/double.py": "import os\n\ndef double(x):\n    print('bye')\n    os._exit(3)\n",
        },
    )
    (folder / "missing" / "numpy.py").symlink_to("/etc/passwd")
    with zipfile.ZipFile(folder / "packed.zip", "w") as archive:
        archive.writestr("home/double.py", doubling.RIGHT)
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def by_the_pool(assignment, submissions):
    return Running("pool", "", assignment, submissions, {}).end().answers


@pytest.fixture(scope="module")
def slurm_env(tmp_path_factory):
    with slurm(tmp_path_factory.mktemp("slurm")) as env:
        yield env


@pytest.fixture
def endless(tmp_path):
    return write_files(tmp_path / "endless", {"double.py": ENDLESS})


@pytest.fixture
def right(tmp_path):
    return write_files(tmp_path / "right", {"double.py": doubling.RIGHT})


def worker_at_work(cluster) -> int:
    """The number of the worker that has the job."""
    found = until(lambda: [number for number in (0, 1) if cluster.jobs(number)])
    assert found, "no worker has got the job"
    return found[0]


@needs_networks
def test_a_dask_cluster_gives_the_results_of_the_pool(assignment, submissions, by_the_pool, tmp_path):
    with workers(tmp_path) as cluster:
        done = Running("dask", cluster.address, assignment, submissions, cluster.env).end()
        assert done.answers == by_the_pool
        assert len(by_the_pool) == 6
        assert done.notes == []
        assert until(lambda: not cluster.files()), cluster.files()


@needs_sshd
def test_hosts_by_ssh_give_the_results_of_the_pool(assignment, submissions, by_the_pool, tmp_path):
    with sshd(tmp_path) as (host, env):
        done = Running("ssh", host, assignment, submissions, {**env, "SLOTS": "2"}).end()
    assert done.answers == by_the_pool
    assert until(lambda: not processes("autograder.course.cluster.host"))


@needs_slurm
def test_slurm_gives_the_results_of_the_pool(assignment, submissions, by_the_pool, slurm_env):
    done = Running("slurm", "--time=5 --array=1-2", assignment, submissions, slurm_env).end()
    assert done.answers == by_the_pool
    assert until(lambda: not processes("autograder.course.cluster.host"))


@needs_slurm
def test_options_that_sbatch_does_not_take_are_told_in_its_words(assignment, right, slurm_env):
    done = Running("slurm", "--partition=nowhere", assignment, [right], slurm_env).end()
    assert done.error.startswith("UsageError: --slurm '--partition=nowhere': sbatch refuses it")
    assert "invalid partition" in done.error


@needs_networks
def test_a_job_that_two_workers_die_with_is_told_and_they_are_replaced(assignment, endless, right, tmp_path):
    with workers(tmp_path, nanny=True) as cluster:
        run = Running("dask", cluster.address, assignment, [endless, right], cluster.env)
        for _ in range(2):
            job, worker = until(lambda: the_endless_job(cluster, run))
            os.kill(worker, signal.SIGKILL)
            assert until(lambda job=job: not Path(f"/proc/{job}").exists()), "the job outlives its worker"
        run.end()
        assert run.answers["right"]["result"]["score"] == 10
        assert "ended while it graded this submission, which is not tried again" in run.answers["endless"]["fault"]


def the_endless_job(cluster, run) -> tuple[int, int] | None:
    """Pid of the job and of its worker, when nothing else is left to be graded."""
    for number in (0, 1):
        for pid in cluster.jobs(number):
            with contextlib.suppress(OSError, IndexError):
                parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
                if "right" in run.answers:
                    return pid, parent
    return None


@needs_networks
def test_a_worker_that_has_stopped_is_given_up(assignment, tmp_path):
    slow = write_files(tmp_path / "slow", {"double.py": ENDLESS.replace("600", "1")})
    with workers(tmp_path, ttl="2s") as cluster:
        run = Running("dask", cluster.address, assignment, [slow], cluster.env)
        number = worker_at_work(cluster)
        os.kill(cluster.pids[number], signal.SIGSTOP)
        assert until(lambda: cluster.jobs(1 - number)), "no other worker has got the job"
        assert run.end().answers["slow"]["result"]["score"] == 10
        os.kill(cluster.pids[number], signal.SIGKILL)


@needs_networks
@pytest.mark.parametrize(
    ("second", "why"),
    [("changed", "its autograder is another one (version"), ("none", "No module named 'autograder'; install")],
)
def test_a_worker_that_differs_is_named_and_gets_no_work(second, why, assignment, right, tmp_path):
    with workers(tmp_path, second=second) as cluster:
        done = Running("dask", cluster.address, assignment, [right], cluster.env).end()
        assert Path(f"/proc/{cluster.pids[1]}").exists()
    assert done.answers["right"]["result"]["score"] == 10
    assert [why in note for note in done.notes] == [True]


@needs_networks
def test_ctrl_c_leaves_no_job_at_the_workers(assignment, endless, tmp_path):
    with workers(tmp_path) as cluster:
        run = Running("dask", cluster.address, assignment, [endless, endless], cluster.env)
        assert until(lambda: cluster.jobs(0) and cluster.jobs(1))
        run.interrupt()
        run.end()
        assert run.error == "interrupted"
        assert not cluster.jobs(0) and not cluster.jobs(1)
        assert until(lambda: not cluster.files()), cluster.files()


@needs_networks
def test_a_scheduler_that_goes_is_told(assignment, endless, tmp_path):
    with workers(tmp_path) as cluster:
        run = Running("dask", cluster.address, assignment, [endless], {**cluster.env, "CONNECT_SECONDS": "3"})
        worker_at_work(cluster)
        cluster.scheduler.kill()
        run.end()
        assert "the scheduler of the cluster does not answer any more" in run.error
        assert run.errors == ""
        assert until(lambda: not cluster.jobs(0) and not cluster.jobs(1))


def test_an_address_without_a_scheduler_is_told(assignment, right, tmp_path):
    env = {**certificate(tmp_path), "CONNECT_SECONDS": "2"}
    done = Running("dask", f"tls://127.0.0.1:{free_port()}", assignment, [right], env).end()
    assert done.error.startswith("UsageError: --dask tls://127.0.0.1:")
    assert "no scheduler answers there" in done.error


@needs_sshd
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_the_end_of_the_command_leaves_nothing_at_a_host(number, assignment, endless, tmp_path):
    with sshd(tmp_path) as (host, env):
        env = {**env, "TMPDIR": str(tmp_path)}
        run = Running("ssh", host, assignment, [endless], env)
        assert until(lambda: processes(JOB))
        run.process.send_signal(number)
        run.end()
        assert until(lambda: not processes("autograder.course.cluster.host") and not processes(JOB))


@needs_sshd
def test_a_host_whose_key_is_not_known_is_refused(assignment, right, tmp_path):
    with sshd(tmp_path, known=False) as (host, env):
        done = Running("ssh", host, assignment, [right], env).end()
    assert f"the worker on {host} has ended 4 times: Host key verification failed." in done.error


@needs_slurm
def test_ctrl_c_takes_the_jobs_of_slurm_back(assignment, endless, slurm_env):
    run = Running("slurm", "--time=5 --array=1-2", assignment, [endless], slurm_env)
    assert until(lambda: processes(JOB))
    run.interrupt()
    run.end()
    assert run.error == "interrupted"
    assert not processes(JOB)
    assert not processes("autograder.course.cluster.host")
