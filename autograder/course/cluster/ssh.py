"""Workers on hosts that are reached by SSH: the `ssh` of this machine, with its configuration, agent and known hosts.

All connections of a worker go through its SSH connection, so that nothing listens on a network, and a host behind a firewall or
this machine behind a router will do:

    scheduler, 127.0.0.1:S  ◄── ssh -R R:127.0.0.1:S ──  worker, which reaches 127.0.0.1:R
    127.0.0.1:L             ── ssh -L L:127.0.0.1:P ──►  worker, which listens at 127.0.0.1:P

Who else is on these machines reaches the ports too, and has no key. The worker ends when the connection does.
"""

import contextlib
import json
import os
import random
import re
import shlex
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import UsageError

STARTS = 4  # of the worker on one host
END_SECONDS = 30.0
HOST = re.compile(r"(?P<name>ssh://[\w@.:%\[\]-]+?|(?!-)[\w@.%-]+)(:(?P<python>/.+))?", re.ASCII)
OPTIONS = {
    "BatchMode": "yes",  # no questions
    "StrictHostKeyChecking": "yes",
    "ForwardAgent": "no",  # nothing on the host is to use a person's keys
    "ExitOnForwardFailure": "yes",
    "ServerAliveInterval": "15",
    "ClearAllForwardings": "no",
    "ControlPath": "none",  # a connection of its own
}


@dataclass
class Host:
    """A host, and the connection to its worker.

    Attributes:
        name: as `ssh` takes it.
        python: the interpreter there that has this package.
        starts: how often its worker has been started.
        errors: what is printed by the last one, and by ssh.
    """

    name: str
    python: str
    starts: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    errors: Path = Path(os.devnull)

    def why(self) -> str:
        lines = self.errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else f"status {self.process and self.process.returncode}"


def hosts_of(text: str) -> list[Host]:
    """Read a list of hosts: names for `ssh`, with commas between them, each with the path of its Python where that is another.

    For example "lab1,alice@lab2:/opt/course/.venv/bin/python,ssh://lab3:2222".

    Raises:
        UsageError: it cannot be read.
    """
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = HOST.fullmatch(part)
        if not match:
            raise UsageError(
                f"--ssh {text}: {part!r} is not a host; write HOST, USER@HOST, ssh://HOST:PORT, or HOST:/path/to/python"
            )
        found.append(Host(match["name"], match["python"] or sys.executable))
    if not found:
        raise UsageError("--ssh has no host; write one, or several with commas between them")
    return found


class Hosts:
    """The workers on some hosts; see `workers.Source`.

    Args:
        port: of the scheduler, on 127.0.0.1.
        keys: see `starting.keys_of`.
        slots: submissions at a time on each; None for what it can.
    """

    def __init__(self, hosts: Sequence[Host], port: int, keys: dict[str, Any], slots: int | None) -> None:
        self.hosts = hosts
        self.port = port
        self.keys = keys
        self.slots = slots
        self.folder = tempfile.TemporaryDirectory(prefix="autograder-")
        self.tend()

    def tend(self) -> None:
        for host in self.hosts:
            if host.starts < STARTS and (not host.process or host.process.poll() is not None):
                self.start(host)

    def start(self, host: Host) -> None:
        host.starts += 1
        there, back, listening = random.randint(20_000, 60_000), free_port(), random.randint(20_000, 60_000)  # noqa: S311
        forwards = ["-R", f"127.0.0.1:{there}:127.0.0.1:{self.port}", "-L", f"127.0.0.1:{back}:127.0.0.1:{listening}"]
        options = [f"-o{name}={value}" for name, value in OPTIONS.items()]
        command = f"cd / && exec {shlex.quote(host.python)} -m autograder.course.cluster.host"
        settings = {
            "scheduler": f"tls://127.0.0.1:{there}",
            "security": self.keys,
            "slots": self.slots,
            "port": listening,
            "contact": f"tls://127.0.0.1:{back}",
            "tied": True,
        }
        host.errors = Path(self.folder.name, f"{self.hosts.index(host)}.err")
        try:
            with open(host.errors, "wb") as errors:
                host.process = subprocess.Popen(
                    ["ssh", "-T", *options, *forwards, "--", host.name, command],
                    stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True,
                )  # fmt: skip
        except FileNotFoundError as error:
            raise UsageError("--ssh needs the program ssh, which is not installed here") from error
        assert host.process.stdin
        with contextlib.suppress(BrokenPipeError):  # it has ended, which `tend` sees
            host.process.stdin.write(json.dumps(settings).encode() + b"\n")
            host.process.stdin.flush()

    def hopeless(self) -> str | None:
        return "no host has a worker" if len(self.notes()) == len(self.hosts) else None

    def notes(self) -> list[str]:
        over = [host for host in self.hosts if host.starts == STARTS and host.process and host.process.poll() is not None]
        return [f"the worker on {host.name} has ended {STARTS} times: {host.why()}" for host in over]

    def close(self) -> None:
        """End all workers, and wait for it."""
        for host in self.hosts:
            if host.process and host.process.stdin:
                with contextlib.suppress(BrokenPipeError):
                    host.process.stdin.close()
        for host in self.hosts:
            if host.process:
                try:
                    host.process.wait(END_SECONDS)
                except subprocess.TimeoutExpired:
                    host.process.kill()
                    host.process.wait()
        self.folder.cleanup()


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]
