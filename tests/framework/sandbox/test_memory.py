"""Memory that a process of the submission no longer uses goes back to the machine."""

import pytest

from autograder.sandbox import kernel

pytest_plugins = ["sandboxes"]

# glibc takes large arrays from the machine one by one, until one is freed: from then on arrays of that size are parts of the
# heap, of which it gives back no more than the end. Here that is held by what the call leaves.
SUBMISSION = """
    import time
    import numpy as np
    kept = []
    def megabytes():
        with open("/proc/self/statm") as file: return int(file.read().split()[1]) // 256
    def work(seconds):
        np.ones(2 << 20)
        arrays = [np.ones(1 << 17) for _ in range(200)]
        kept.append(np.ones(1 << 17))
        del arrays
        begun = time.process_time()
        while time.process_time() - begun < seconds: pass
        return megabytes()
"""


@pytest.mark.skipif(not hasattr(kernel.LIBC, "malloc_trim"), reason="the C library keeps what it likes")
def test_a_process_gives_memory_back_after_long_work(sandboxed):
    modules = sandboxed(SUBMISSION)
    with sandboxed.test("test"):
        before = modules.megabytes()
        assert modules.work(0.5) > before + 150
        assert modules.megabytes() < before + 50
