import os
import threading
import time

import right
from right import *


def call_on(distance):
    for _ in range(2000):
        try:
            distance([0, 0, 0])
        except BaseException:
            time.sleep(0.0001)


def minimise(distance, problem, history):
    if os.fork() == 0:
        call_on(distance)
        os._exit(0)
    found = right.minimise(distance, problem, history)
    threading.Thread(target=call_on, args=(distance,), daemon=True).start()
    return found
