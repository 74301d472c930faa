import atexit
import os
import signal
import threading
import time

import right
from right import *


def sleep(*_):
    time.sleep(10**6)


class Linear(right.Linear):
    def __del__(self):
        sleep()


def counts(labels, classes):
    atexit.register(sleep)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, sleep)
    threading.Thread(target=sleep).start()
    if os.fork() == 0:
        sleep()
    return right.counts(labels, classes)
