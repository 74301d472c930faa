import os
import tempfile
import time

from right import *


def counts(labels, classes):
    start = os.getcwd()
    for _ in range(800):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    os.chdir(start)
    os.mkdir("many")
    for number in range(3000):
        os.close(os.open(f"many/{number}", os.O_CREAT | os.O_WRONLY, 0))
    for name in (b"\xff\xfe", b"a\nb", b"-rf", b"$(id)", b"\x1b[31m", b" ", b"x" * 255):
        os.mkdir(name)
    for name in ("/etc/passwd", "/", "..", "/tmp", tempfile.gettempdir(), "/proc/self/fd"):
        os.symlink(name, "link" + name.replace("/", "_"))
    os.symlink("loop", "loop")
    os.mkfifo("pipe")
    os.mkdir("locked")
    os.mkdir("locked/inside")
    for name in ("many", "locked/inside", "locked", "."):
        os.chmod(name, 0)
    time.sleep(100)


def attempt(paths, pattern, pids):
    for path in paths:
        for call in (os.symlink, os.link):
            try:
                call(path, f"{call.__name__}{len(path)}")
            except OSError:
                pass
    return []
