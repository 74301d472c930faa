"""Why a process of the submission has ended, in words for the student."""

import signal

from autograder.sandbox.client import Ending
from autograder.sandbox.limits import Limits

SIGNALS = {
    signal.SIGSEGV: "it crashed (segmentation fault; endless recursion in compiled code is a usual cause)",
    signal.SIGFPE: "it crashed (arithmetic error in compiled code)",
    signal.SIGABRT: "it crashed (abort in compiled code; running out of memory is a usual cause)",
} | (
    {
        signal.SIGBUS: "it crashed (bus error)",
        signal.SIGKILL: "the system stopped it, most likely because it ran out of memory",
        signal.SIGXCPU: "it used more processor time than a test may",
        signal.SIGXFSZ: "it wrote a file that is larger than a test may write",
    }
    if hasattr(signal, "SIGKILL")
    else {}
)


def words_for(ending: Ending, seconds: float, limits: Limits) -> str:
    """Why a process of the submission has ended before it answered, for the student."""
    if ending.killed_for == "time":
        return f"your code was stopped after {seconds:g} s, the time there is for this test (an endless loop?)"
    if ending.killed_for == "box":
        return f"your code was stopped because it wrote more than {limits.box_mb} MB of files"
    if ending.status >= 0:
        return f"your code ended the program with status {ending.status} (os._exit?) before the test was done"
    reason = SIGNALS.get(signal.Signals(-ending.status), f"it was ended by signal {-ending.status}")
    return f"your code did not come to an end: {reason}"
