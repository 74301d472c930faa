import os
import signal
import time

from right import *
from right import counts as right_counts


def daemon():
    if os.fork():
        return
    for leave in (os.setsid, lambda: os.setpgid(0, 0)):
        try:
            leave()
        except OSError:
            pass
    if os.fork():
        os._exit(0)
    for number in signal.valid_signals():
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:
            pass
    os.closerange(0, 64)
    os.chdir("/")
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline:
        time.sleep(0.001)
    os._exit(0)


def counts(labels, classes):
    daemon()
    return right_counts(labels, classes)
