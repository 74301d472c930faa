"""The workers of a cluster, the jobs they have, and how their environment differs from this one."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from autograder.course.jobs import Job

if TYPE_CHECKING:
    from distributed import Future

LAST_SECONDS = 60.0  # before a worker must end by its time limit: it gets nothing more, and its end is nobody's fault


class Source(Protocol):
    """Where workers come from."""

    def tend(self) -> None:
        """Start again what has ended; called every second or so."""

    def hopeless(self) -> str | None:
        """Why no further worker can come, in words; None while one can."""

    def notes(self) -> list[str]:
        """What staff should know of those that have not come."""


@dataclass
class Item:
    """A job to be done.

    Attributes:
        lost: the hosts of the workers that were lost with it.
    """

    job: Job
    parcel: bytes
    lost: list[str] = field(default_factory=list)


@dataclass
class Worker:
    """A worker of the cluster.

    Attributes:
        state: "new", "asked", "known", "looking", "fit", "installing", "ready", "refused" or "gone".
        ends: when it ends by a limit of its own, by `time.time`.
    """

    address: str
    slots: int
    host: str = ""
    state: str = "new"
    ends: float | None = None
    running: int = 0

    def is_at_its_end(self) -> bool:
        return self.ends is not None and time.time() > self.ends - LAST_SECONDS

    def load(self) -> float:
        return self.running / self.slots


@dataclass(eq=False)
class Attempt:
    """A task that a worker has.

    Attributes:
        item: its job; None where it is prepared.
        until: when its answer must have come, by `time.monotonic`.
    """

    worker: Worker
    future: "Future"
    until: float
    item: Item | None = None


def differences(here: dict[str, Any], there: dict[str, Any]) -> list[str]:
    """What decides results and is not the same at a worker, in words."""
    found = []
    if here["tool"] != there["tool"]:
        found.append(
            f"its autograder is another one (version {there['version']}, sources {there['tool'][:12]}; "
            f"here version {here['version']}, sources {here['tool'][:12]})"
        )
    ours, theirs = here["environment"], there["environment"]
    for name, words in (("python", "Python"), ("machine", "machine")):
        if ours[name] != theirs[name]:
            found.append(f"{words} is {theirs[name]} there and {ours[name]} here")
    libraries = sorted({*ours["libraries"], *theirs["libraries"]})
    for name in libraries:
        mine, its = ours["libraries"].get(name, "missing"), theirs["libraries"].get(name, "missing")
        if mine != its:
            found.append(f"{name} is {its} there and {mine} here")
    return found
