"""How processes of the submission end, and what a student is told of it."""

from collections.abc import Callable
from dataclasses import replace

from autograder.sandbox.client import Ending, Sandbox, SandboxError
from autograder.sandbox.ladder import Ladder
from autograder.sandbox.limits import TimeLimit
from autograder.sandbox.messages import KilledFor

Words = Callable[[Ending], str | None]


class Endings:
    """Ends processes, each once, and says why one does not answer any more.

    Args:
        sandbox: the running fork server.
        words: turns an ending and the time limit in force into a sentence for the student.

    Attributes:
        time: the limit of the test or fixture that runs now.
        cut_off: a process was ended because the time that all tests have together was over.
        ended: serial numbers of the processes that were told to end.
        apart: {serial number: words for the ending of a process that runs apart from the tests, None for the usual ones}.
    """

    def __init__(self, sandbox: Sandbox | Ladder, words: Callable[[Ending, TimeLimit], str]) -> None:
        self.sandbox = sandbox
        self.words = words
        self.time = TimeLimit(0.0, 0.0)
        self.cut_off = False
        self.ended: set[int] = set()
        self.apart: dict[int, Words] = {}

    def end(self, serial: int) -> None:
        if serial not in self.ended:
            self.ended.add(serial)
            self.sandbox.end(serial)

    def why_gone(self, serial: int, went_over: KilledFor | None = None) -> str:
        """End a process that does not answer any more, and say why it does not.

        Args:
            went_over: the limit for which it is ended now, unless it has gone over one before.

        Raises:
            SandboxError: it could not be confined, so that no verdict can be given.
        """
        self.end(serial)
        ending = self.sandbox.ending(serial)
        if not ending.confined and not ending.killed_for:
            why = ending.output or f"it ended with status {ending.status}"
            raise SandboxError(f"a process for the submission could not be confined: {why}")
        ending = replace(ending, killed_for=ending.killed_for or went_over)
        self.cut_off |= ending.killed_for == "wall" and self.time.overall
        apart = self.apart.get(serial)
        return (apart(ending) if apart else None) or self.words(ending, self.time)
