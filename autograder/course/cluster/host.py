"""A worker program on another machine, over SSH or as a Slurm job: `python -m autograder.course.cluster.host`.

Its settings are a line of JSON on standard input, so that no key of it is in a command line, an environment or a file:

    scheduler   address, "tls://..."
    security    PEM texts, see `starting.Keys`
    slots       how many submissions at a time; null for what the machine can
    port        to listen at, on 127.0.0.1; null for any, on all interfaces
    contact     address by which the scheduler reaches it; null for its own
    tied        whether to end with standard input
"""

import asyncio
import json
import logging
import os
import signal
import sys
import tempfile
from typing import Any

from autograder.host import memory_mb, processors
from autograder.sandbox.kernel import set_dumpable

MB_OF_A_PROGRAM = 500  # that there should be for each submission: nothing is shared between them
START_SECONDS = 60


def main() -> None:
    set_dumpable(False)  # it has a key, which no process of the same user is to read
    settings = json.loads(sys.stdin.buffer.readline())
    asyncio.run(serve(settings))


async def serve(settings: dict[str, Any]) -> None:
    """Be a worker, until the scheduler goes, a signal says so, or standard input ends."""
    import dask
    from distributed import Worker
    from distributed.security import Security

    logging.getLogger("distributed").setLevel(logging.WARNING)
    dask.config.set({"distributed.worker.http.routes": []})
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, over.set)
    if settings["tied"]:
        loop.add_reader(0, over.set)
    own = {"port": settings["port"], "host": "127.0.0.1", "contact_address": settings["contact"]} if settings["port"] else {}
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        async with Worker(
            settings["scheduler"],
            nthreads=settings["slots"] or slots(),
            local_directory=folder,
            memory_limit=0,  # the limits of submissions are ours, and Slurm's
            security=Security(**settings["security"], require_encryption=True),
            death_timeout=START_SECONDS,
            dashboard=False,
            dashboard_address="127.0.0.1:0",  # of Dask's web server, which is there in any case, without pages
            **own,
        ) as worker:
            ending = [asyncio.create_task(over.wait()), asyncio.create_task(worker.finished())]
            await asyncio.wait(ending, return_when=asyncio.FIRST_COMPLETED)
            for task in ending:
                task.cancel()


def slots() -> int:
    """How many submissions this machine can grade at a time, or this Slurm job may."""
    given = os.environ.get("SLURM_CPUS_ON_NODE", "")
    memory = os.environ.get("SLURM_MEM_PER_NODE", "")
    count = min(processors(), int(given)) if given.isdecimal() else processors()
    megabytes = int(memory) if memory.isdecimal() and int(memory) else memory_mb() or 0
    return max(1, min(count, int(megabytes // MB_OF_A_PROGRAM)))


if __name__ == "__main__":
    main()
