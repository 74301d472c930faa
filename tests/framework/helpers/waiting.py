"""Waiting for what other processes do."""

import time


def until(condition, seconds=60):
    """Return what a condition gives as soon as that is true, or its last answer; the limit is there against hanging alone."""
    limit = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < limit:
        time.sleep(0.005)
    return found
