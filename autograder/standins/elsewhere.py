"""Processes that a suite has started. They cannot use the submission: its sockets and the fork server belong to one process."""

import mmap
import os

from autograder.errors import AutograderError

ADVICE = (
    "a process that the suite has started cannot use the submission; start a thread, or mark the test with @pytest.mark.inside"
)


class Elsewhere:
    """Notices, in memory that the processes share, when another one than this tries to use the submission.

    Attributes:
        pid: of the process that may.
    """

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.tried = mmap.mmap(-1, 1)

    def check(self) -> None:
        """Raise AutograderError in any other process than the one that has made this."""
        if os.getpid() != self.pid:
            self.tried[0] = 1
            raise AutograderError(ADVICE)

    def take(self) -> bool:
        """Whether another process has tried since this was last asked."""
        tried, self.tried[0] = self.tried[0], 0
        return bool(tried)
