import os
import random
import time

import numpy as np
from right import *
from right import counts as right_counts

LIBRARIES = os.path.dirname(os.path.dirname(np.__file__))
ENDINGS = (".h", ".pyi")  # of files that nobody reads but compilers and type checkers
FILES = sorted(
    os.path.join(folder, name) for folder, _, names in os.walk(LIBRARIES) for name in names if name.endswith(ENDINGS)
)
CHOSEN = random.Random(os.getppid()).sample(FILES, min(80, len(FILES)))  # the same in all tests of a grading
TOLD, OTHERS = CHOSEN[::2], CHOSEN[1::2]


def counts(labels, classes):
    for path in TOLD:
        with open(path, "rb") as file:
            file.read(1)
    return right_counts(labels, classes)


def recent(path):
    return time.time() - os.stat(path).st_atime < 20


def attempt(paths, pattern, pids):
    told = sum(map(recent, TOLD)) > len(TOLD) // 2 > 2 * sum(map(recent, OTHERS))
    return ["what an earlier test has read"] if told else []
