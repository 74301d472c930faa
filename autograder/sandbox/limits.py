"""What a test may use. Data, with the unit in each name.

Timers end what does not come to an end by itself:

| timer | who sets it | clock | what happens |
| --- | --- | --- | --- |
| `TimeLimit` of a child | the grader; the fork server watches it | both | SIGKILL to all its processes; the test fails |
| SIGPROF, SIGALRM | the grader for itself, some seconds later | both | the suite is interrupted: it hangs, not the submission |
| RLIMIT_CPU | the child for itself, see `rlimit_cpu` | processor | SIGXCPU, then SIGKILL: its limit was escaped |

Processor time decides, since a busy machine takes none of it away. The limit by the wall clock is wide: it is for code that
waits, which uses no processor time.
"""

import math
from dataclasses import dataclass

WALL_FACTOR = 12.0  # a process that shares two processors with eight busy ones gets a fifth of one
LEAST_WALL_SECONDS = 60.0  # a full disk queue or a slow fork server may take seconds from a test that may use one


@dataclass(frozen=True)
class TimeLimit:
    """How long a test, a fixture or a background run may go on, from now.

    Attributes:
        cpu_seconds: processor time of all its processes and threads together. Nothing is ended for it before as many seconds
            have passed on the clock, so that verdicts do not depend on how many processors there are.
        wall_seconds: by the clock on the wall.
        overall: whether that is what all tests together have left, and less than its own limit.
    """

    cpu_seconds: float
    wall_seconds: float
    overall: bool = False


@dataclass(frozen=True)
class Limits:
    """What one test may use; going over ends that test, not the grading."""

    test_seconds: float = 10.0  # processor time of all its processes together: a busy machine must not turn right into wrong
    wall_seconds: float | None = None  # against what waits; None: WALL_FACTOR times `test_seconds`, or LEAST_WALL_SECONDS
    total_seconds: float = 540.0  # wall clock, all tests together; Gradescope overwrites the result with 0 at 600
    memory_mb: int = 1024  # per child, on top of what the fork server already shares with it
    processes: int = 64  # processes and threads
    file_mb: int = 64  # one file
    box_mb: int = 256  # all files that one test writes
    open_files: int = 256
    reply_mb: int = 256  # arrays that one call may give back: they end in the grader's own memory
    output_kb: int = 64  # kept of what a test prints, first and last half; the rest is counted and dropped

    def time_for(self, cpu_seconds: float, left: float = math.inf) -> TimeLimit:
        """The limit of what may use so much processor time.

        Args:
            left: what all tests together have left, by the clock on the wall.
        """
        usual = self.wall_seconds or max(WALL_FACTOR * self.test_seconds, LEAST_WALL_SECONDS)
        wall = usual + WALL_FACTOR * max(cpu_seconds - self.test_seconds, 0.0)
        return TimeLimit(cpu_seconds, min(wall, left), overall=left < wall)


def rlimit_cpu(cpu_seconds: float, total_seconds: float) -> int:
    """RLIMIT_CPU, in whole seconds, of a process that may need so much processor time for a test.

    It is the last of the timers, and wide: many tests can have one process together, each with a limit of its own.
    """
    return math.ceil(max(4 * cpu_seconds, total_seconds)) + 10
