"""How much memory a suite may take on the trusted side, where the submission chooses the shapes that it calculates with."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from autograder.host import memory_mb, read

SHARE = 0.5  # of the machine's memory, or its container's; the rest is for what the grader has and for the submission


@contextlib.contextmanager
def bounded_memory() -> Iterator[None]:
    """While this lasts, asking for more is a MemoryError in the test that asks.

    Without it an array of shape (n, 1), put where (n,) is expected, has the suite calculate with n × n numbers, and the system
    ends the grader. What is reserved and never written, as GPU libraries do, does not count.
    """
    try:
        import resource
    except ImportError:  # Windows
        yield
        return
    used = re.search(r"^VmData:\s*(\d+) kB$", read(Path("/proc/self/status")), re.MULTILINE)
    all_mb = memory_mb()
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if not used or all_mb is None:
        yield
        return
    wanted = (int(used[1]) << 10) + int(SHARE * all_mb * (1 << 20))
    lower = [limit for limit in (soft, wanted) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(lower), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
