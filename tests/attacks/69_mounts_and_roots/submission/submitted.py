import ctypes
import os
import platform
import stat

from right import *

# mount, umount2, pivot_root, unshare, setns, name_to_handle_at, open_by_handle_at, bpf, perf_event_open, userfaultfd, fsopen
CALLS = {
    "x86_64": (165, 166, 155, 272, 308, 303, 304, 321, 298, 323, 430),
    "aarch64": (40, 39, 41, 97, 268, 264, 265, 280, 241, 282, 430),
}[platform.machine()]
NEW_USER, NEW_NAMESPACE, BIND = 0x10000000, 0x00020000, 4096


def give_away(name):
    os.close(os.open(name, os.O_CREAT))
    os.chown(name, os.getuid() + 1, 0)
    if os.stat(name).st_uid == os.getuid():
        raise PermissionError("that was pretended")


def attempt(paths, pattern, pids):
    libc = ctypes.CDLL(None, use_errno=True)
    mount, umount, pivot, unshare, setns, to_handle, by_handle, bpf, perf, faults, fsopen = CALLS
    os.mkdir("here")
    block = ctypes.create_string_buffer(256)
    calls = {
        "tmpfs": (mount, b"none", b"here", b"tmpfs", 0, None),
        "bind": (mount, b"/", b"here", None, BIND, None),
        "proc": (mount, b"none", b"here", b"proc", 0, None),
        "umount": (umount, b"/proc", 2),
        "pivot_root": (pivot, b"here", b"here"),
        "unshare user": (unshare, NEW_USER),
        "unshare mounts": (unshare, NEW_NAMESPACE),
        "setns": (setns, 0, 0),
        "open_by_handle_at": (by_handle, 0, block, 0),
        "bpf": (bpf, 5, block, 72),
        "perf_event_open": (perf, block, 0, -1, -1, 0),
        "userfaultfd": (faults, 0),
        "fsopen": (fsopen, b"tmpfs", 0),
    }
    found = [name for name, arguments in calls.items() if libc.syscall(*arguments) >= 0]
    tries = {
        "chroot": lambda: os.chroot("here"),
        "device": lambda: os.mknod("device", stat.S_IFBLK | 0o666, os.makedev(8, 0)),
        "host name": lambda: libc.sethostname(b"x", 1) and os.stat("nothing"),
        "core pattern": lambda: open("/proc/sys/kernel/core_pattern", "w").close(),
        "oom score of the grader": lambda: [open(f"/proc/{pid}/oom_score_adj", "w").write("1000") for pid in pids],
        "file of another": lambda: give_away("file"),
    }
    for name, call in tries.items():
        try:
            call()
            found.append(name)
        except OSError:
            pass
    return found
