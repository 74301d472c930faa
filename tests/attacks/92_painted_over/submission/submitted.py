import sys

from right import *
from right import counts as right_counts


def counts(labels, classes):
    for number in range(20_000):
        print(f"\r{number} \x1b[1A\x1b[2K\b\b\b", end="", file=sys.stderr)
    print("\rTest passed\r\x1b[8m\x0b\x0c\x85\u2028\u2029\u2065\ufffe")
    return right_counts(labels, classes)
