"""Several fork servers, each with more libraries than the one before, so that no child is heavier than it must be.

A fork copies the page tables of all that its server has loaded, and a child pays again for each page that it writes to. So each
child comes from the lowest rung that has the libraries which it is expected to use. One that needs more loads it itself, late
and correctly; see `late.py`.

All rungs confine their children in the same way, and each has tried that out when it began.
"""

import socket
from collections.abc import Collection, Sequence
from typing import Any

from autograder.sandbox.client import SPARES, Ending, Sandbox
from autograder.sandbox.limits import TimeLimit
from autograder.sandbox.messages import Request

# Before each of these a server is forked, for tests that need none of it and none of what comes after it.
HEAVY = ("pandas", "scipy", "sklearn", "matplotlib", "torch")


def rungs(modules: Sequence[str]) -> list[list[str]]:
    """What each fork server of a ladder is to have loaded: all that the one before has, and a heavy library.

    Args:
        modules: to be preloaded, as the assignment names them.
    """
    steps = [[module for module in modules if module.partition(".")[0] not in HEAVY]]
    by_weight = [[module for module in modules if module.partition(".")[0] == top] for top in HEAVY]
    for heavy in filter(None, by_weight):
        steps.append([*steps[-1], *heavy])
    return steps


class Ladder:
    """Fork servers behind the interface of one. Used by one thread.

    Args:
        rungs: from the lightest to the one that has all that is preloaded. Their children's serial numbers tell them apart.
    """

    def __init__(self, rungs: Sequence[Sandbox]) -> None:
        self.rungs = rungs
        self.limits = rungs[-1].limits
        self.preload = rungs[-1].preload
        self.libraries = [frozenset(module.partition(".")[0] for module in rung.preload) for rung in rungs]
        self.expected: tuple[Sandbox, int] | None = None  # the rung that has children ready, and how many

    def rung_for(self, needs: Collection[str] | None) -> Sandbox:
        """The lowest rung for a child that uses these libraries; the highest where that is not known (None)."""
        if needs is None:
            return self.rungs[-1]
        wanted = self.libraries[-1].intersection(needs)
        return next(rung for rung, loaded in zip(self.rungs, self.libraries, strict=True) if wanted <= loaded)

    def rung_of(self, serial: int) -> Sandbox:
        return self.rungs[serial % len(self.rungs)]

    def report(self) -> dict[str, Any]:
        """Wait until all servers are ready; return the report of the one that is confined worst, with what all could not load.

        Raises:
            SandboxError: one has died or says nothing.
        """
        reports = [rung.report() for rung in self.rungs]
        problems = dict.fromkeys(problem for report in reports for problem in report["not_preloaded"])
        worst = max(reports, key=lambda report: (len(report["canary"]["failures"]), report["level"]))
        return {**worst, "not_preloaded": list(problems)}

    def spawn(self, cpu_seconds: float = 0.0, needs: Collection[str] | None = None) -> tuple[int, socket.socket]:
        """See `Sandbox.spawn`.

        Args:
            needs: libraries that the child is expected to use.
        """
        return self.rung_for(needs).spawn(cpu_seconds)

    def expect(self, needs: Collection[str] | None, most: int = SPARES) -> None:
        """Have children ready on the rung that the next test will ask for one, and on no other.

        Args:
            most: so many at most, because no more tests are left.
        """
        rung, wanted = self.rung_for(needs), min(SPARES, most)
        if self.expected == (rung, wanted):
            return
        if self.expected and self.expected[0] is not rung:
            self.expected[0].request(Request.EXPECT, wanted=0)
        rung.request(Request.EXPECT, wanted=wanted)
        self.expected = rung, wanted

    def watch(self, wall_seconds: float) -> None:
        self.rungs[0].watch(wall_seconds)

    def prepare_copy(self, of: int) -> tuple[int, socket.socket, list[int]]:
        return self.rung_of(of).prepare_copy(of)

    def control_of(self, serial: int) -> socket.socket:
        return self.rung_of(serial).control

    def box_of(self, serial: int) -> str:
        return self.rung_of(serial).box_of(serial)

    def limit(self, serial: int, time: TimeLimit | None) -> None:
        self.rung_of(serial).limit(serial, time)

    def run_apart(self, serial: int, cpu_seconds: float, sock: socket.socket) -> None:
        self.rung_of(serial).run_apart(serial, cpu_seconds, sock)

    def wait_for(self, serial: int, wall_seconds: float) -> None:
        self.rung_of(serial).wait_for(serial, wall_seconds)

    def adopt(self, serial: int, pid: int) -> bool:
        return self.rung_of(serial).adopt(serial, pid)

    def end(self, serial: int) -> None:
        self.rung_of(serial).end(serial)

    def ending(self, serial: int) -> Ending:
        return self.rung_of(serial).ending(serial)

    def hand_over(self) -> None:
        """Let another process, a fork of this one, be the only one that uses it; the servers end with that one."""
        for rung in self.rungs:
            rung.hand_over()

    def close(self) -> None:
        """End all servers and all that is left of their children."""
        for rung in self.rungs:
            rung.close()
