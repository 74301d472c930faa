"""Workers as jobs of Slurm: a job or an array of jobs, submitted by `sbatch` and taken back by `scancel`.

The script holds all that a worker needs, its key too, so that no folder has to be shared. Slurm keeps it, for this user and its
administrators; the key is worth nothing when the run is over.
"""

import json
import shlex
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from autograder.errors import AutograderError, UsageError

SETTLED_SECONDS = 5.0  # between two questions to Slurm
END_SECONDS = 40.0  # for jobs to end; Slurm itself waits 30 s before it kills
SCRIPT = """#!/bin/sh
cd / && exec {python} -m autograder.course.cluster.host <<'END'
{settings}
END
"""


class Slurm:
    """The workers that Slurm runs; see `workers.Source`.

    Args:
        options: of sbatch, as on a command line; --array=1-8 makes eight workers.
        address: of the scheduler, which the nodes reach.
        keys: see `starting.keys_of`.
        slots: submissions at a time in each job; None for what its node gives it.

    Raises:
        UsageError: there is no Slurm here, or it does not take the job.
    """

    def __init__(self, options: str, address: str, keys: dict[str, Any], slots: int | None) -> None:
        settings = {"scheduler": address, "security": keys, "slots": slots, "port": None, "contact": None, "tied": False}
        script = SCRIPT.format(python=shlex.quote(sys.executable), settings=json.dumps(settings))
        try:
            own = ["--parsable", "--job-name=autograder", "--output=/dev/null"]
            done = called(["sbatch", *own, *shlex.split(options)], script)
        except ValueError as error:
            raise UsageError(f"--slurm {options!r} cannot be read: {error}") from error
        if done.returncode:
            raise UsageError(f"--slurm {options!r}: sbatch refuses it: {done.stderr.strip()}")
        self.job = done.stdout.strip().partition(";")[0]  # "job" or "job;cluster"
        self.asked = time.monotonic()
        self.states: list[str] | None = None

    def tend(self) -> None:
        """Slurm starts its jobs itself, those of a node that was lost again."""

    def hopeless(self) -> str | None:
        if time.monotonic() - self.asked > SETTLED_SECONDS or self.states is None:
            self.asked, self.states = time.monotonic(), self.states_now()
        if self.states:
            return None
        return (
            f"no job of Slurm's {self.job} is left; `sacct -j {self.job}` says what happened to them; to "
            "keep what they print, add --output=FILE to --slurm"
        )

    def notes(self) -> list[str]:
        waiting = Counter(state for state in self.states or () if not state.startswith("RUNNING"))
        return [f"Slurm's job {self.job}: {count} x {state}" for state, count in sorted(waiting.items())]

    def states_now(self) -> list[str]:
        """Such as "PENDING Resources", of each job that has not ended."""
        done = called(["squeue", "--noheader", "--array", f"--jobs={self.job}", "--format=%T %r"])
        if done.returncode and "Invalid job id" not in done.stderr:
            return ["UNKNOWN"]  # Slurm is busy, or starts again
        return done.stdout.splitlines()

    def close(self) -> None:
        """Take all jobs back, and wait until they have ended."""
        called(["scancel", self.job])
        until = time.monotonic() + END_SECONDS
        while self.states_now() and time.monotonic() < until:
            time.sleep(0.2)


def called(command: list[str], given: str = "") -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError as error:
        raise UsageError(f"--slurm needs the program {command[0]}, which is not installed here") from error
    except subprocess.TimeoutExpired as error:
        raise AutograderError(f"{command[0]} does not answer within a minute") from error
