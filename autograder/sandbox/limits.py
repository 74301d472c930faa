"""What a test may use. Data, with the unit in each name.

Three timers end what does not come to an end by itself:

| timer | who sets it | clock | what happens |
| --- | --- | --- | --- |
| deadline of a child | the grader; the fork server watches it | wall | SIGKILL to all its processes; the test fails |
| SIGALRM | the grader for itself, some seconds later | wall | the suite is interrupted: it hangs, not the submission |
| RLIMIT_CPU | the child for itself, see `rlimit_cpu` | processor time | SIGXCPU, then SIGKILL: the deadline was escaped |
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one test may use; going over ends that test, not the grading."""

    test_seconds: float = 10.0  # wall clock, because a sleeping process uses no CPU time
    total_seconds: float = 540.0  # all tests together; Gradescope overwrites the result with 0 at 600
    memory_mb: int = 1024  # per child, on top of what the fork server already shares with it
    processes: int = 64  # processes and threads
    file_mb: int = 64  # one file
    box_mb: int = 256  # all files that one test writes
    open_files: int = 256
    reply_mb: int = 256  # arrays that one call may give back: they end in the grader's own memory
    output_kb: int = 64  # kept of what a test prints, first and last half; the rest is counted and dropped


def rlimit_cpu(cpu_seconds: float) -> int:
    """RLIMIT_CPU, in seconds, of a process that may need so much processor time; wide, because it is the last of the timers."""
    return math.ceil(4 * cpu_seconds) + 10
