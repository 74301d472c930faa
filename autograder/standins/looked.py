"""What the suite has looked at, so that the submission answers no question twice.

A test may ask for one thing several times: `assert RATE > 0.1` and then `assert RATE < 0.2`, or a list's length and then its
items. In one process both look at one object; here each would be a question, and a submission could give two answers. So an
answer holds until the suite has something else done over there, has changed what both sides have, or waits.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

MAX_REPEATED = 50  # times in a row that answers are given again: a loop may wait for a thread of the submission
MISSING: Any = object()


class Looked:
    """The answers of one process.

    Args:
        touched: whether the suite has changed something that the process does not know of yet.
    """

    def __init__(self, touched: Callable[[], bool]) -> None:
        self.touched = touched
        self.answers: dict[Any, Any] = {}
        self.number = 0  # of the last message to the process that was a look
        self.repeated = 0

    def known(self, key: Any, number: int) -> Any:
        """The answer that still holds, or MISSING.

        Args:
            number: of the last message to the process.
        """
        if not self.answers:
            return MISSING
        if number != self.number:
            self.forget()
            return MISSING
        answer = self.answers.get(key, MISSING)
        if answer is MISSING:
            return MISSING
        self.repeated += 1
        if self.repeated > MAX_REPEATED or self.touched():
            self.forget()
            return MISSING
        return answer

    def forget(self) -> None:
        self.answers.clear()
        self.repeated = 0


@contextmanager
def waits_noticed(waited: Callable[[], None]) -> Iterator[None]:
    """Call a function when the suite has waited: meanwhile threads of the submission may have done something."""
    sleep = time.sleep

    def noticed(seconds: float, /) -> None:
        sleep(seconds)
        waited()

    noticed.__name__, noticed.__qualname__, noticed.__doc__, noticed.__module__ = "sleep", "sleep", sleep.__doc__, "time"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "sleep", noticed)
        yield
