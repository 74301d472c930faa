import ctypes
import fcntl
import os
import platform
import signal
import struct

TKILL, SIGQUEUE, TGSIGQUEUE = {"x86_64": (200, 129, 297), "aarch64": (130, 138, 240)}[platform.machine()]
PIDFD_OPEN, PIDFD_SEND_SIGNAL = 434, 424
F_SETOWN_EX, F_SETSIG, O_ASYNC = 15, 10, 0o20000


def attempt(paths, pattern, pids):
    libc = ctypes.CDLL(None, use_errno=True)
    information = ctypes.create_string_buffer(struct.pack("iiiiii", signal.SIGTERM, 0, -1, 0, 0, 0), 128)
    found = []
    for pid in {*pids, os.getppid(), 1, *range(max(2, os.getpid() - 20), os.getpid())}:
        for number in (0, signal.SIGTERM, signal.SIGKILL):
            calls = {
                "kill": lambda: libc.kill(pid, number),
                "killpg": lambda: libc.kill(-pid, number) if pid > 1 else -1,
                "tkill": lambda: libc.syscall(TKILL, pid, number),
                "sigqueue": lambda: libc.syscall(SIGQUEUE, pid, number, information),
                "tgsigqueue": lambda: libc.syscall(TGSIGQUEUE, pid, pid, number, information),
                "pidfd": lambda: libc.syscall(PIDFD_SEND_SIGNAL, libc.syscall(PIDFD_OPEN, pid, 0), number, 0, 0),
            }
            found += [f"{name} {number} to {pid}" for name, call in calls.items() if call() == 0]
        read, write = os.pipe()
        try:  # the kernel signals the owner of a pipe when there is something in it
            fcntl.fcntl(read, F_SETOWN_EX, struct.pack("ii", 1, pid))
            fcntl.fcntl(read, F_SETSIG, signal.SIGTERM)
            fcntl.fcntl(read, fcntl.F_SETFL, O_ASYNC)
            os.write(write, b"x")
        except OSError:
            pass
        os.close(read)
        os.close(write)
    return found
