import os
import sys

from right import *
from right import counts as right_counts


def counts(labels, classes):
    for _ in range(1500):
        os.write(1, b"\x1b[2J\x00\xff<script>" * 3000)
        os.write(2, "\u202e\u2066\ud800".encode("utf-8", "surrogatepass") * 3000)
    print("x" * (20 << 20))
    print("y" * (1 << 20), file=sys.stderr)
    return right_counts(labels, classes)


class Linear(Linear):
    def forward(self, x):
        os.closerange(1, 3)
        sys.stdout = sys.stderr = None
        return super().forward(x)
