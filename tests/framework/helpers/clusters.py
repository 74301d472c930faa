"""Other machines, made on this one: an sshd, Dask workers in network namespaces, and a Slurm, each started by a test."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from places import HELPERS, ROOT
from waiting import until

PROGRAM = HELPERS / "class_by.py"


class Running:
    """`class_by.py`, running.

    Attributes:
        lines: that it has printed, read from JSON.
    """

    def __init__(self, kind: str, where: str, assignment: Path, submissions: Sequence[Path], env: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), kind, where, str(assignment), *map(str, submissions)],
            env={**os.environ, "OMP_NUM_THREADS": "1", **env}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        self.lines: list[Any] = []
        self.errors = ""
        self.threads = [threading.Thread(target=self.read, daemon=True), threading.Thread(target=self.read_errors, daemon=True)]
        for thread in self.threads:
            thread.start()

    def read(self) -> None:
        with self.process.stdout as printed:
            for line in printed:
                self.lines.append(json.loads(line))

    def read_errors(self) -> None:
        with self.process.stderr as printed:
            self.errors = printed.read()

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def end(self) -> "Running":
        """Wait for its end."""
        try:
            self.process.wait(120)
        finally:
            self.process.kill()
            self.process.wait()
        for thread in self.threads:
            thread.join()
        return self

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """Submission -> answer."""
        answers = [line for line in self.lines if "submission" in line]
        found = {line["submission"]: line for line in answers}
        assert len(found) == len(answers), "an answer has come twice"
        return found

    @property
    def notes(self) -> list[str]:
        return self.last("notes")

    @property
    def error(self) -> str:
        return self.last("error")

    def last(self, name: str) -> Any:
        assert self.lines and name in self.lines[-1], (self.lines, self.errors)
        return self.lines[-1][name]


def processes(word: str) -> dict[int, list[str]]:
    """pid -> command line of the processes that have a word in it or in their environment."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (folder / "cmdline").read_bytes()
            if line and word.encode() in line + (folder / "environ").read_bytes():
                found[int(folder.name)] = line.decode("utf-8", "replace").split("\0")
    return found


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def is_open(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def program(*command: object, env: Mapping[str, str] | None = None, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that runs in the meantime."""
    with open(log, "ab") as out:
        process = subprocess.Popen(list(map(str, command)), env=env, stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd="/")
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
            process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# SSH.


@contextlib.contextmanager
def sshd(folder: Path, known: bool = True) -> Iterator[tuple[str, dict[str, str]]]:
    """An sshd on 127.0.0.1; yield a host as `--ssh` takes it, and an environment in which `ssh` has a key for it.

    In that environment it has the names lab1 and lab2, too.

    Args:
        known: whether its key is in the file of known hosts.
    """
    port = free_port()
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    public = (folder / "host.pub").read_text().split()[:2]
    (folder / "known").write_text(f"[127.0.0.1]:{port} {' '.join(public)}\n" if known else "")
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/user.pub\nStrictModes no\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\nPidFile none\n"
    )
    (folder / "config").write_text(
        f"IdentityFile {folder}/user\nIdentitiesOnly yes\nUserKnownHostsFile {folder}/known\nGlobalKnownHostsFile /dev/null\n"
        f"Host lab1 lab2\nHostName 127.0.0.1\nPort {port}\n"
    )
    wrapper = folder / "bin" / "ssh"  # the configuration of another user
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/config "$@"\n')
    wrapper.chmod(0o700)
    if os.getuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)  # Debian's sshd does not start without it
    with program(shutil.which("sshd", path="/usr/sbin:/usr/bin"), "-D", "-e", "-f", folder / "sshd_config", log=folder / "log"):
        assert until(lambda: is_open("127.0.0.1", port)), (folder / "log").read_text()
        yield f"ssh://127.0.0.1:{port}", {"PATH": f"{wrapper.parent}:{os.environ['PATH']}"}


# Dask.


class Workers:
    """A scheduler and two workers of a cluster that somebody else has started.

    Each worker has a network namespace, with one cable to here, a home and a folder for temporary files of its own.

    Attributes:
        address: of the scheduler, which is a program.
        env: for the client.
        pids: of the workers.
    """

    def __init__(self, folder: Path, context: contextlib.ExitStack, nanny: bool, second: str, ttl: str) -> None:
        self.folder = folder
        self.pids: list[int] = []
        self.env = certificate(folder)
        tls = ["--tls-ca-file", folder / "ca.pem", "--tls-cert", folder / "ca.pem", "--tls-key", folder / "key.pem"]
        port = free_port()
        scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", port, "--no-dashboard", *tls]
        env = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": ttl, "OMP_NUM_THREADS": "1"}
        hosts = [context.enter_context(namespace(number)) for number in (1, 2)]
        self.address = f"tls://127.0.0.1:{port}"
        self.scheduler = context.enter_context(program(*scheduler, env=env, log=folder / "scheduler.log"))
        assert until(lambda: is_open("127.0.0.1", port)), (folder / "scheduler.log").read_text()
        for number, host in enumerate(hosts):
            home = folder / f"worker{number}"
            (home / "tmp").mkdir(parents=True)
            home.chmod(0o755)
            (home / "tmp").chmod(0o1777)
            own = {**env, "HOME": str(home), "TMPDIR": str(home / "tmp"), "MARK": f"{folder.name}-{number}"}
            if second != "same" and number:
                own["PYTHONPATH"] = str(changed_tool(home) if second == "changed" else no_tool(home))
            inside = ["ip", "netns", "exec", host.name]
            contact = f"tls://{host.gateway}:{port}"
            worker = [sys.executable, "-m", "distributed.cli.dask_worker", contact, "--nthreads", "1", "--no-dashboard"]
            worker += ["--nanny" if nanny else "--no-nanny", "--memory-limit", "0", "--local-directory", home / "local", *tls]
            self.pids.append(context.enter_context(program(*inside, *worker, env=own, log=home / "log")).pid)

    def jobs(self, number: int) -> list[int]:
        """The pids of a worker's jobs."""
        mark = f"MARK={self.folder.name}-{number}"
        return [pid for pid, line in processes(mark).items() if "job" in line]

    def files(self) -> list[str]:
        """What lies in the temporary folders of the workers."""
        return [str(path.relative_to(self.folder)) for path in self.folder.glob("worker?/tmp/*")]


@contextlib.contextmanager
def workers(folder: Path, nanny: bool = False, second: str = "same", ttl: str = "60s") -> Iterator[Workers]:
    """A cluster that exists.

    Args:
        nanny: whether a worker that dies is started again.
        second: what the second worker has of this package: the "same", a "changed" one, or "none".
    """
    with contextlib.ExitStack() as context:
        yield Workers(folder, context, nanny, second, ttl)


class Namespace:
    def __init__(self, name: str, gateway: str) -> None:
        self.name = name
        self.gateway = gateway


@contextlib.contextmanager
def namespace(number: int) -> Iterator[Namespace]:
    """A network namespace with a cable to here."""
    subnet = f"10.{os.getpid() % 200 + 20}.{number}"
    name, cable = (f"{letter}{secrets.token_hex(4)}" for letter in "nc")
    commands = [
        f"ip netns add {name}",
        f"ip link add {cable} type veth peer name eth0 netns {name}",
        f"ip addr add {subnet}.1/24 dev {cable}",
        f"ip link set {cable} up",
        f"ip -n {name} addr add {subnet}.2/24 dev eth0",
        f"ip -n {name} link set eth0 up",
        f"ip -n {name} link set lo up",
        f"ip -n {name} route add default via {subnet}.1",
    ]
    try:
        for command in commands:
            subprocess.run(command.split(), check=True, capture_output=True)
        yield Namespace(name, f"{subnet}.1")
    finally:
        for command in (f"ip link del {cable}", f"ip netns del {name}"):
            subprocess.run(command.split(), check=False, capture_output=True)


def certificate(folder: Path) -> dict[str, str]:
    """Write ca.pem and key.pem, for all roles; return the environment of a client that has them."""
    from distributed.security import Security

    made = Security.temporary()
    (folder / "ca.pem").write_text(made.tls_ca_file)
    (folder / "key.pem").touch(stat.S_IRUSR | stat.S_IWUSR)
    (folder / "key.pem").write_text(made.tls_client_key)
    files = {"CA_FILE": "ca.pem", "CLIENT__CERT": "ca.pem", "CLIENT__KEY": "key.pem"}
    return {f"DASK_DISTRIBUTED__COMM__TLS__{key}": str(folder / name) for key, name in files.items()}


def changed_tool(folder: Path) -> Path:
    """A copy of this package that differs; return the folder to import it from."""
    shutil.copytree(ROOT / "autograder", folder / "tool" / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    with open(folder / "tool" / "autograder" / "text.py", "a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    return folder / "tool"


def no_tool(folder: Path) -> Path:
    """Where nobody has installed this package; return the folder to import it from."""
    (folder / "tool").mkdir()
    (folder / "tool" / "autograder.py").write_text("raise ModuleNotFoundError(\"No module named 'autograder'\")\n")
    return folder / "tool"


# Slurm.

SLURM_CONF = """
ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ctld}
SlurmdPort={slurmd}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/ctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MpiDefault=none
KillWait=5
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def slurm_missing() -> str:
    """Why Slurm cannot be started here; empty if it can."""
    path = f"/usr/sbin:{os.environ['PATH']}"
    missing = [name for name in ("munged", "slurmctld", "slurmd", "sbatch") if not shutil.which(name, path=path)]
    if missing:
        return f"{missing[0]} is not installed (Debian's slurmctld, slurmd, slurm-client and munge)"
    return "" if os.getuid() == 0 else "slurmd is to run as root"


@contextlib.contextmanager
def slurm(folder: Path) -> Iterator[dict[str, str]]:
    """Slurm with one node, this machine; yield the environment for its commands."""
    path = f"/usr/sbin:/usr/bin:{os.environ['PATH']}"
    for name in ("state", "spool"):
        (folder / name).mkdir()
    (folder / "munge.key").touch(0o600)
    (folder / "munge.key").write_bytes(os.urandom(128))
    configuration = SLURM_CONF.format(
        folder=folder, host=socket.gethostname().partition(".")[0], ctld=free_port(), slurmd=free_port(), cpus=os.cpu_count()
    )
    (folder / "slurm.conf").write_text(configuration)
    env = {"SLURM_CONF": str(folder / "slurm.conf"), "PATH": path}
    munged = ["munged", "--foreground", f"--socket={folder}/munge.socket", f"--key-file={folder}/munge.key", "--force"]
    munged += [f"--pid-file={folder}/munge.pid", f"--seed-file={folder}/munge.seed", f"--log-file={folder}/munge.log"]
    everything = {**os.environ, **env}
    with contextlib.ExitStack() as context:
        context.enter_context(program(*munged, env=everything, log=folder / "munged.out"))
        assert until((folder / "munge.socket").exists), (folder / "munged.out").read_text()
        for name in ("slurmctld", "slurmd"):
            context.enter_context(program(name, "-D", env=everything, log=folder / f"{name}.log"))
        question = ["sinfo", "--noheader", "--format=%T"]
        logs = [folder / f"{name}.log" for name in ("slurmctld", "slurmd")]
        assert until(lambda: b"idle" in subprocess.run(question, env=everything, capture_output=True).stdout), logs
        yield env
