import os
import signal
import time

from right import *


def stop(*_):
    os.kill(os.getpid(), signal.SIGSTOP)


def stop_child(*_):
    child = os.fork()
    if not child:
        os.kill(os.getpid(), signal.SIGSTOP)
    os.waitpid(child, 0)


def stop_parent(*_):
    parent = os.getpid()
    if not os.fork():
        while True:
            os.kill(parent, signal.SIGSTOP)
            time.sleep(0.01)
    time.sleep(1000)


counts, minimise = stop, stop_child


class Linear:
    def __init__(self, inputs, outputs):
        stop_parent()
