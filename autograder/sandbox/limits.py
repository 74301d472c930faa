"""What a test may use. Data, with the unit in each name."""

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
