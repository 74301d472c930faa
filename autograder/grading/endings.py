"""Why a process of the submission has ended, in words for the student."""

import signal

from autograder.sandbox.client import Ending
from autograder.sandbox.limits import Limits, TimeLimit

SIGNALS = {
    signal.SIGSEGV: "it crashed (segmentation fault; endless recursion in compiled code is a usual cause)",
    signal.SIGFPE: "it crashed (arithmetic error in compiled code)",
    signal.SIGABRT: "it crashed (abort in compiled code; running out of memory is a usual cause)",
} | (
    {
        signal.SIGBUS: "it crashed (bus error)",
        signal.SIGKILL: "the system stopped it, most likely because it ran out of memory",
        signal.SIGXCPU: "it used far more processor time than a test may",
        signal.SIGXFSZ: "it wrote a file that is larger than a test may write",
    }
    if hasattr(signal, "SIGKILL")
    else {}
)


def words_for(ending: Ending, time: TimeLimit, limits: Limits) -> str:
    """Why a process of the submission has ended before it answered, for the student.

    Args:
        time: the limit that it had.
    """
    if ending.killed_for == "cpu":
        return out_of_cpu_time(time.cpu_seconds)
    if ending.killed_for == "wall":
        return cut_off(limits) if time.overall else out_of_wall_time(time.wall_seconds)
    if ending.killed_for == "reply":
        return "your code sent the beginning of an answer to the grader, and not the rest"
    if ending.killed_for == "box":
        return f"your code was stopped because it wrote more than {limits.box_mb} MB of files"
    if ending.status >= 0:
        return f"your code ended the program with status {ending.status} (os._exit?) before the test was done"
    reason = SIGNALS.get(signal.Signals(-ending.status), f"it was ended by signal {-ending.status}")
    return f"your code did not come to an end: {reason}"


def out_of_cpu_time(seconds: float) -> str:
    return (
        f"your code was stopped after using {seconds:g} s of processor time, the time there is for this test (an endless loop?)"
    )


def out_of_wall_time(seconds: float) -> str:
    return f"your code was stopped after {seconds:.3g} s of waiting (sleep, input, a blocked socket or lock?)"


def cut_off(limits: Limits) -> str:
    """Why a test has not come to its end that was not too slow itself."""
    return f"not run to its end: the {limits.total_seconds:g} s that all tests have together were over"
