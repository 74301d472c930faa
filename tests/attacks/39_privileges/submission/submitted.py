import ctypes
import os
import platform
import subprocess

MACHINE = platform.machine() == "aarch64"
CALLS = {  # number on x86-64, on aarch64, arguments
    "unshare user": (272, 97, 0x10000000), "unshare mount": (272, 97, 0x20000), "setns": (308, 268, 0, 0),
    "clone user": (56, 220, 0x10000000 | 17, 0, 0, 0, 0), "clone parent": (56, 220, 0x8000 | 17, 0, 0, 0, 0),
    "clone3": (435, 435, 0, 88), "chroot": (161, 51, b"."), "mount": (165, 40, b"none", b".", b"tmpfs", 0, 0),
    "fsopen": (430, 430, b"tmpfs", 0), "open_tree": (428, 428, -100, b".", 1), "personality": (135, 92, 0x0040000),
    "setuid": (105, 146, 0), "setgid": (106, 144, 0), "setresuid": (117, 147, 0, 0, 0), "setgroups": (116, 159, 0, 0),
    "setsid": (112, 157), "setpgid": (109, 154, 0, 0), "bpf": (321, 280, 5, 0, 0), "perf": (298, 241, 0, 0, -1, -1, 0),
    "userfaultfd": (323, 282, 0), "keyctl": (250, 219, 0, -3, 1), "add_key": (248, 217, b"user", b"k", b"v", 1, -3),
    "handle": (303, 264, -100, b".", 0, 0, 0), "memfd": (319, 279, b"m", 0), "reboot": (169, 142, 0, 0, 0, 0),
    "module": (175, 105, 0, 0, b""), "syslog": (103, 116, 3, 0, 0), "settime": (227, 112, 0, 0), "swapon": (167, 224, b".", 0),
}  # fmt: skip


def attempt(paths, pattern, pids):
    libc = ctypes.CDLL(None, use_errno=True)
    found, me = [], os.getpid()
    for name, (number, other, *arguments) in CALLS.items():
        result = libc.syscall(other if MACHINE else number, *arguments)
        if os.getpid() != me:
            os._exit(0)  # a clone that was made
        if result >= 0:
            found.append(name)
    for program in (
        ["/bin/su", "-c", "id"],
        ["/usr/bin/sudo", "-n", "id"],
        ["/bin/mount"],
        ["/usr/bin/newgrp"],
        ["/usr/bin/passwd", "-S"],
    ):
        try:
            done = subprocess.run(program, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=5)
            if "uid=0" in done.stdout:
                found.append(program[0])
        except (OSError, subprocess.TimeoutExpired):
            pass
    with open("script", "w") as file:
        file.write("#!/bin/sh\nid -u\n")
    try:
        os.chmod("script", 0o6777)
        found += [text for text in [subprocess.run(["./script"], capture_output=True, text=True).stdout.strip()] if text == "0"]
    except OSError:
        pass
    return found + [name for name in ("uid", "euid") if getattr(os, f"get{name}")() == 0]
