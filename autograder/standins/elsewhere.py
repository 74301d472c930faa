"""Processes that a suite has started. They cannot use the submission: its sockets and the fork server belong to one process."""

import mmap
import os
import weakref

from autograder.errors import AutograderError

ADVICE = (
    "a process that the suite has started cannot use the submission; start a thread, or mark the test with @pytest.mark.inside"
)


class Elsewhere:
    """Notices, in memory that the processes share, when another one than this tries to use the submission.

    Attributes:
        here: whether this is the process that may.
    """

    def __init__(self) -> None:
        self.here = True
        self.tried = mmap.mmap(-1, 1)
        kept = weakref.ref(self)  # what is registered stays so
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=lambda: leave(kept()))

    def check(self) -> None:
        """Raise AutograderError in any other process than the one that has made this."""
        if not self.here:
            self.tried[0] = 1
            raise AutograderError(ADVICE)

    def take(self) -> bool:
        """Whether another process has tried since this was last asked."""
        tried, self.tried[0] = self.tried[0], 0
        return bool(tried)


def leave(elsewhere: Elsewhere | None) -> None:
    if elsewhere:
        elsewhere.here = False
