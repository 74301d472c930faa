"""The command, as a user starts it, and waiting for what processes do."""

import os
import subprocess
import sys
import time

from places import ROOT


def run_autograder(*arguments, cwd=None):
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd or ROOT,
        timeout=120,
        env={**os.environ, "COLUMNS": "100"},
    )
    return done.returncode, done.stdout, done.stderr


def until(condition, seconds=60):
    """Return what a condition gives as soon as that is true, or its last answer; the limit is there against hanging alone."""
    limit = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < limit:
        time.sleep(0.005)
    return found
