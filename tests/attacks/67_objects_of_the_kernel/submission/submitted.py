import ctypes
import os
import platform
import socket

from right import *

# shmget, semget, msgget, mq_open, add_key, request_key, keyctl, inotify_init1, fanotify_init, memfd_create, memfd_secret
CALLS = {
    "x86_64": (29, 64, 68, 240, 248, 249, 250, 294, 300, 319, 447),
    "aarch64": (194, 190, 186, 180, 217, 218, 219, 26, 262, 279, 447),
}[platform.machine()]
IPC_CREAT, KEYCTL_GET_KEYRING_ID, USER_SESSION = 0o1000, 0, -5


def attempt(paths, pattern, pids):
    libc = ctypes.CDLL(None, use_errno=True)
    shm, sem, msg, mq, add, request, keyctl, inotify, fanotify, memfd, secret = CALLS
    number = ctypes.c_long
    calls = {
        "shmget": (shm, 0x5EC, 4096, IPC_CREAT | 0o666),
        "semget": (sem, 0x5EC, 1, IPC_CREAT | 0o666),
        "msgget": (msg, 0x5EC, IPC_CREAT | 0o666),
        "mq_open": (mq, b"note", os.O_CREAT | os.O_RDWR, 0o666, None),
        "add_key": (add, b"user", b"note", b"x", 1, number(USER_SESSION)),
        "request_key": (request, b"user", b"note", None, number(USER_SESSION)),
        "keyctl": (keyctl, KEYCTL_GET_KEYRING_ID, number(USER_SESSION), 1),
        "memfd_create": (memfd, b"note", 0),
        "memfd_secret": (secret, 0),
        "fanotify_init": (fanotify, 0, 0),
    }
    found = [name for name, arguments in calls.items() if libc.syscall(*arguments) >= 0]
    for family, address in ((socket.AF_UNIX, b"\0note"), (socket.AF_UNIX, b"note.sock"), (socket.AF_INET, ("127.0.0.1", 0))):
        try:
            with socket.socket(family) as door:
                door.bind(address)
                found.append(f"bound to {address!r}")
        except OSError:
            pass
    return found
