import threading
import time

from right import *


def work():
    while True:
        pass


def counts(labels, classes):
    for _ in range(8):
        threading.Thread(target=work, daemon=True).start()
    time.sleep(10**6)


class Linear:
    def __init__(self, inputs, outputs):
        threading.Thread(target=work).start()
        threading.Event().wait()
