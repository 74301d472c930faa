import os
import struct

from right import *


def trickle():
    """One byte after the other, and never the last, while the processor is kept busy."""
    while True:
        os.write(3, b"\x00")
        for _ in range(10**4):
            pass


def counts(labels, classes):
    os.write(3, struct.pack("<IQ", 1 << 20, 0))
    trickle()


class Linear:
    def __init__(self, inputs, outputs):
        os.write(3, b"\x40")
        while True:
            pass


def attempt(paths, pattern, pids):
    os.write(3, struct.pack("<IQ", 20, 0) + b"\x97")
    sum(range(10**12))
