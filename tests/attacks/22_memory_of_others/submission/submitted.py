import ctypes
import os
import platform

LIBC = ctypes.CDLL(None, use_errno=True)
NUMBERS = {"x86_64": (101, 310, 311, 312, 279), "aarch64": (117, 270, 271, 272, 239)}
PIDFD_OPEN, PIDFD_GETFD, PROCESS_MADVISE = 434, 438, 440
ATTACH, SEIZE = 16, 0x4206


def read_one(path):
    with open(path, "rb", 0) as file:
        file.read(1)


def attempt(paths, pattern, pids):
    ptrace, readv, writev, kcmp, move_pages = NUMBERS[platform.machine()]
    found = []
    for pid in (*pids, os.getppid(), 1):
        buffer = ctypes.create_string_buffer(64)
        address = ctypes.addressof(buffer)
        piece = (ctypes.c_size_t * 2)(address, 64)
        calls = {
            "seize": (ptrace, SEIZE, pid, 0, 0),
            "attach": (ptrace, ATTACH, pid, 0, 0),
            "readv": (readv, pid, ctypes.byref(piece), 1, ctypes.byref(piece), 1, 0),
            "writev": (writev, pid, ctypes.byref(piece), 1, ctypes.byref(piece), 1, 0),
            "kcmp": (kcmp, pid, os.getpid(), 0, 3, 3),
            "move_pages": (move_pages, pid, 0, 0, 0, 0, 0),
        }
        for name, (number, *arguments) in calls.items():
            if LIBC.syscall(ctypes.c_long(number), *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments)) >= 0:
                found.append(f"{name} {pid}")
        descriptor = LIBC.syscall(PIDFD_OPEN, pid, 0)
        for number in range(20):
            if descriptor >= 0 and LIBC.syscall(PIDFD_GETFD, descriptor, number, 0) >= 0:
                found.append(f"descriptor {number} of {pid}")
        for name in ("mem", "fd", "fdinfo", "map_files", "stack", "root", "cwd", "auxv", "syscall"):
            try:
                place = f"/proc/{pid}/{name}"
                os.listdir(place) if os.path.isdir(place) else read_one(place)
                found.append(f"{name} of {pid}")
            except OSError:
                pass
    return found
