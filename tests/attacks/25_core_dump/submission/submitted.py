import contextlib
import ctypes
import os
import resource
import signal


def attempt(paths, pattern, pids):
    found = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
            ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # dumpable
            os.kill(os.getpid(), signal.SIGSEGV)
        _, status = os.waitpid(child, 0)
        if os.WCOREDUMP(status):
            found.append("dumped")
    return found + [name for name in os.listdir(".") if name.startswith("core")]
