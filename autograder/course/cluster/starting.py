"""The cluster that grades a class: one that exists, or one of our own over SSH or Slurm. Everything goes over TLS.

Our own scheduler runs in this process, with a key made for this run, which its workers get.
"""

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from autograder.assignment import Assignment
from autograder.course.cluster.engine import Cluster, NoAnswer
from autograder.course.cluster.slurm import Slurm
from autograder.course.cluster.ssh import Hosts, hosts_of
from autograder.course.cluster.workers import Source
from autograder.errors import UsageError
from autograder.grading.acceptance import SandboxMode

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

Kind = Literal["dask", "ssh", "slurm"]
PATIENCE_SECONDS = {"dask": 60.0, "ssh": 120.0, "slurm": 3600.0}  # without any worker; a Slurm job may have to queue
CONNECT_SECONDS = 30
SETTINGS = {
    "distributed.scheduler.worker-ttl": "60s",  # without a sign of life, then a worker is given up
    "distributed.scheduler.allowed-failures": 0,  # what is to be tried again is decided by the engine
    "distributed.scheduler.no-workers-timeout": "60s",
    "distributed.scheduler.http.routes": [],
    "distributed.admin.large-graph-warning-threshold": "10 GB",  # an assignment brings its data
}
NO_PAGES = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}  # Dask has a web server in any case, without TLS


@contextlib.contextmanager
def cluster(
    kind: Kind,
    where: str,
    assignment: Assignment,
    mode: SandboxMode = "auto",
    slots: int | None = None,
    patience_seconds: float | None = None,
) -> Iterator[Cluster]:
    """An engine whose workers are on other machines; when the context is left, those that it started have ended.

    Args:
        kind: "dask" for a scheduler that runs, "ssh" for hosts, "slurm" for a queue.
        where: the address, "tls://HOST:PORT"; hosts, see `hosts_of`; or options of sbatch, see `Slurm`.
        slots: submissions at a time on each host, or in each Slurm job; None for what it can. A worker of "dask" has its own.
        patience_seconds: how long to wait while there is no worker; None for what suits the kind.

    Raises:
        UsageError: `where` cannot be used, or Dask is not installed.
        AutograderError: nothing is reached.
    """
    require_dask()
    import dask

    patience = patience_seconds or PATIENCE_SECONDS[kind]
    with contextlib.ExitStack() as context:
        context.enter_context(silence())
        context.enter_context(dask.config.set(SETTINGS))
        source: Source
        if kind == "dask":
            client, source = context.enter_context(connected(where)), Existing()
        elif kind == "ssh":
            hosts = hosts_of(where)
            client, security = context.enter_context(own_scheduler("127.0.0.1"))
            source = context.enter_context(contextlib.closing(Hosts(hosts, port_of(client), keys_of(security), slots)))
        else:
            from distributed.utils import get_ip

            client, security = context.enter_context(own_scheduler(get_ip()))
            source = Slurm(where, client.scheduler.address, keys_of(security), slots)
            context.enter_context(contextlib.closing(source))
        yield Cluster(client, source, assignment, mode, patience)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Have Dask print nothing: what is lost is told by the engine."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]
    levels = {logger: logger.level for logger in map(logging.getLogger, names)}
    try:
        for logger in levels:
            logger.setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)


def require_dask() -> None:
    try:
        import cryptography
        import distributed  # noqa: F401

        assert cryptography
    except ImportError as error:
        raise UsageError(
            f"a cluster needs {error.name}, which is not installed: pip install 'autograder[cluster]', here and on each "
            "machine that is to grade"
        ) from error


class Existing:
    """Workers that somebody else has started."""

    def tend(self) -> None:
        pass

    def hopeless(self) -> None:
        return None

    def notes(self) -> list[str]:
        return []


@contextlib.contextmanager
def connected(address: str) -> Iterator["Client"]:
    """A client of a scheduler that runs.

    Raises:
        UsageError: the address is not one of TLS, there is no certificate for it, or nothing answers there.
    """
    from distributed import Client
    from distributed.security import Security

    if not address.startswith("tls://"):
        raise UsageError(
            f"--dask {address}: submissions and tests go over TLS only; start scheduler and workers with --tls-ca-file, "
            "--tls-cert and --tls-key, and give the address as tls://HOST:PORT"
        )
    security = Security(require_encryption=True)
    files = {"ca-file": security.tls_ca_file, "client.cert": security.tls_client_cert, "client.key": security.tls_client_key}
    for name, file in files.items():
        key = f"distributed.comm.tls.{name}"
        if not file:
            raise UsageError(f"--dask {address} needs a certificate: set {key} in ~/.config/dask/distributed.yaml")
        if not Path(file).is_file() and "BEGIN" not in file:
            raise UsageError(f"--dask {address}: {file} is not there; it is named by {key} in Dask's configuration")
    try:
        client = Client(address, security=security, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, NoAnswer, ValueError) as error:
        why = error.__cause__ or error
        raise UsageError(
            f"--dask {address}: no scheduler answers there, or it does not take the certificate ({why})"
        ) from error
    with client:
        yield client


@contextlib.contextmanager
def own_scheduler(host: str) -> Iterator[tuple["Client", "Security"]]:
    """A scheduler in this process, listening at an address of this machine, and its client."""
    from distributed import Client, LocalCluster
    from distributed.security import Security

    security = Security.temporary()
    with LocalCluster(
        n_workers=0, host=host, protocol="tls://", security=security, silence_logs=logging.CRITICAL, scheduler_kwargs=NO_PAGES
    ) as scheduler, Client(scheduler, security=security, set_as_default=False) as client:  # fmt: skip
        yield client, security


def port_of(client: "Client") -> int:
    return int(client.scheduler.address.rpartition(":")[2])


def keys_of(security: "Security") -> dict[str, Any]:
    """What a worker needs of it, as JSON has it."""
    return {
        "tls_ca_file": security.tls_ca_file,
        "tls_worker_key": security.tls_worker_key,
        "tls_worker_cert": security.tls_worker_cert,
    }
