"""How far the grading of a class is, on standard error: one line that is painted anew, or now and then a line in a file."""

import os
import time
from typing import TextIO

SECONDS = 15.0  # between lines where nobody sees a line painted anew


class Progress:
    """Counts what is done.

    Args:
        total: how many there are.
        out: a terminal, or any file.
    """

    def __init__(self, total: int, out: TextIO) -> None:
        self.total = total
        self.out = out
        self.paints = out.isatty() and os.environ.get("TERM") != "dumb"
        self.done = 0
        self.failures = 0
        self.began = self.told = time.monotonic()

    def step(self, failed: bool) -> None:
        """One more is done."""
        self.done += 1
        self.failures += failed
        now = time.monotonic()
        if self.paints or now - self.told >= SECONDS or self.done == self.total:
            self.told = now
            self.tell(now)

    def tell(self, now: float) -> None:
        rate = self.done / max(now - self.began, 1e-3)
        left = (self.total - self.done) / rate
        failed = f", {self.failures} could not be graded" if self.failures else ""
        words = f"{self.done} of {self.total} graded, {per_time(rate)}, {duration(left)} left{failed}"
        print(f"\r\x1b[K{words}" if self.paints else words, end="" if self.paints else "\n", file=self.out, flush=True)

    def end(self) -> None:
        if self.paints and self.done:
            print(file=self.out, flush=True)


def per_time(rate: float) -> str:
    return f"{rate:.1f} a second" if rate >= 1 else f"{60 * rate:.1f} a minute"


def duration(seconds: float) -> str:
    """A time in words, such as "2 min 5 s"."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
