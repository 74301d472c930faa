"""Memory that this process may take for what the submission has the suite's objects do.

The arguments of such a use are the submission's choice: `lambda n: np.zeros(n)` makes an array as large as it asks for, and a
list in which a suite notes all calls grows with each. In one process the limit of the test would end that.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

with suppress(ImportError):  # Windows, where nothing is sandboxed
    import resource

MAX_BYTES = 1 << 30  # that this process grows by in one call of the suite; the submission's process may grow by as much
STATM = "/proc/self/statm"  # sizes of this process in pages; the first is that of its address space


class Allowance:
    """The growth of this process since the suite's call began in which the submission uses the suite's objects."""

    def __init__(self) -> None:
        self.file: int | None = None
        self.most: int | None = None  # bytes of address space; None where no limit can be told
        self.pid = 0

    def begin(self) -> None:
        """A call of the suite has led to the first use of one of its objects."""
        size = self.size()
        self.most = None if size is None else size + MAX_BYTES

    def size(self) -> int | None:
        """Bytes of address space of this process; None where Linux does not tell."""
        if self.pid != os.getpid():
            self.close()
            try:
                self.file, self.pid = os.open(STATM, os.O_RDONLY | os.O_CLOEXEC), os.getpid()
            except OSError:
                return None
        assert self.file is not None
        return int(os.pread(self.file, 100, 0).split()[0]) * resource.getpagesize()

    def close(self) -> None:
        if self.file is not None:
            os.close(self.file)
            self.file, self.pid = None, 0

    @contextmanager
    def limited(self) -> Iterator[None]:
        """While this lasts, what would take more memory raises a MemoryError.

        Raises:
            MemoryError: what has arrived from the submission takes too much already.
        """
        if self.most is None:
            yield
            return
        if (self.size() or 0) > self.most:
            raise MemoryError
        before, hard = resource.getrlimit(resource.RLIMIT_AS)
        if before != resource.RLIM_INFINITY and before <= self.most:
            yield
            return
        resource.setrlimit(resource.RLIMIT_AS, (self.most, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (before, hard))
