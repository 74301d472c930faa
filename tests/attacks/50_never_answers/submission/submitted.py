import os
import signal
import time

from right import *


def deaf():
    for number in signal.valid_signals():
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def counts(labels, classes):
    deaf()
    while True:
        pass


class Linear:
    def __init__(self, inputs, outputs):
        deaf()
        time.sleep(10**6)


def attempt(paths, pattern, pids):
    while True:
        os.kill(os.getpid(), signal.SIGSTOP)
