"""The signals that end the command: they interrupt it as Ctrl-C does, and wait while it tidies up."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

# Ctrl-C; a supervisor; a terminal or a connection that goes away; `ulimit -t`. Windows has only some of them.
ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGXCPU") if hasattr(signal, name)]


class Interruption:
    """Makes every ending signal a KeyboardInterrupt, which no suite can take for a failing test.

    Attributes:
        number: of the first signal that has arrived, but for a Ctrl-C that pytest has taken; or None.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        for number in ENDING:
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup ignores SIGHUP
                signal.signal(number, self.arrived)

    def arrived(self, number: int, frame: FrameType | None) -> None:
        self.number = self.number or number
        interrupt = signal.getsignal(signal.SIGINT)
        if callable(interrupt) and interrupt != self.arrived:
            interrupt(number, frame)
        raise KeyboardInterrupt

    def told(self) -> tuple[int, str]:
        """The exit status of a command that was interrupted, as shells give it, and what to say."""
        number = self.number or signal.SIGINT
        return 128 + number, "interrupted" if number == signal.SIGINT else "terminated"


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Let the ending signals wait until this is done: a file is there wholly, a folder is gone wholly.

    In another thread than the main one it does nothing: there, none arrives.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []
    handlers = {}
    try:
        for number in ENDING:
            handler = signal.getsignal(number)
            if handler not in (signal.SIG_IGN, None):  # None: not Python's
                signal.signal(number, lambda number, frame: arrived.append(number))
                handlers[number] = handler
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in arrived[:1]:
            signal.raise_signal(number)
