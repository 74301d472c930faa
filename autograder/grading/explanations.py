"""The explanation of a failed check has a bound: pytest's and unittest's compare texts line by line to say what differs.

That takes minutes where a wrong answer is long and each of its lines is much like each expected one, so a submission could use
up the time of a test that it has failed already. While suites run, such a comparison becomes shorter instead.
"""

import difflib
import pprint
import sys
import traceback
import types
import unittest.case
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

MAX_LINES = 400  # of both texts, beside what they begin and end with alike
SHOWN_LINES = 50  # of each text, where there are more
MAX_WORK = 10_000_000  # pairs of characters that difflib looks at, in the worst case: about a second
MAX_PARTS = 20_000  # of a value that is printed in full
SHOWN_PARTS = 200  # of each list and dict in a larger one
MAX_TEXT = 100_000  # characters of a text in it
MAX_DEPTH = 20
EXPLAINERS = ("_pytest.", "unittest.", "pluggy")
# What these call only where a check has failed already.
EXPLAINING = frozenset(("_pytest.assertion.util", "_pytest.assertion", "difflib", "pprint", "_pytest._io.pprint", __name__))


@contextmanager
def explained_in_time() -> Iterator[None]:
    """While this lasts, comparing two texts or printing a value for an explanation takes about a second at most."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(difflib, "ndiff", bounded(difflib.ndiff))
        # For unittest only: what a suite prints by pprint is its own.
        printing = types.SimpleNamespace(**{**vars(pprint), "pformat": lambda value: pprint.pformat(shortened(value))})
        patch.setattr(unittest.case, "pprint", printing)
        yield


def is_explaining(error: BaseException) -> bool:
    """Whether an exception, a time-out say, has interrupted the explanation of a check that had failed."""
    modules = [str(frame.f_globals.get("__name__")) for frame, _ in traceback.walk_tb(error.__traceback__)]
    first = next((place for place, module in enumerate(modules) if module in EXPLAINING), 0)
    return first > 0 and modules[first - 1].startswith(EXPLAINERS)


def bounded(ndiff: Callable) -> Callable:
    """difflib's ndiff; for an explanation, with as much detail as there is time for."""

    def choose(*arguments: Any, **keywords: Any) -> Iterator[str]:
        asked_by = str(sys._getframe(1).f_globals.get("__name__"))
        return (compare if asked_by.startswith(EXPLAINERS) else ndiff)(*arguments, **keywords)

    def compare(a: Sequence[str], b: Sequence[str], *arguments: Any, **keywords: Any) -> Iterator[str]:
        a, b = list(a), list(b)
        if work(a, b) <= MAX_WORK:
            yield from ndiff(a, b, *arguments, **keywords)
            return
        head = alike(a, b)
        tail = alike(a[head:][::-1], b[head:][::-1])
        middle_a, middle_b = a[head : len(a) - tail], b[head : len(b) - tail]
        yield from marked("  ", a[:head])
        if len(middle_a) + len(middle_b) > MAX_LINES:
            for mark, lines in (("- ", middle_a), ("+ ", middle_b)):
                yield from marked(mark, lines[:SHOWN_LINES])
                if len(lines) > SHOWN_LINES:
                    yield f"{mark}... and {len(lines) - SHOWN_LINES} more lines\n"
            return
        room = MAX_WORK
        for what, i, j, k, m in difflib.SequenceMatcher(None, middle_a, middle_b, autojunk=False).get_opcodes():
            old, new = middle_a[i:j], middle_b[k:m]
            if what == "equal":
                yield from marked("  ", old)
                continue
            room -= work(old, new)
            if room >= 0:
                yield from ndiff(old, new, *arguments, **keywords)
            else:
                yield from [*marked("- ", old), *marked("+ ", new)]
        yield from marked("  ", a[len(a) - tail :])

    return choose


def work(a: list[str], b: list[str]) -> int:
    """How many pairs of characters difflib looks at in the worst case: each line with each, again for each line."""
    if not a or not b:
        return 0
    return len(a) * len(b) * min(len(a), len(b)) * max(map(len, a)) * max(map(len, b))


def alike(a: Sequence[str], b: Sequence[str]) -> int:
    """How many lines two texts begin with alike."""
    return next((count for count, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b)))


def marked(mark: str, lines: Iterable[str]) -> Iterator[str]:
    return (mark + line for line in lines)


def shortened(value: Any) -> Any:
    """A value as it is, or with fewer parts than it has where these are too many to be printed."""
    return cut(value, 0) if parts(value, MAX_PARTS, 0) > MAX_PARTS else value


def parts(value: Any, room: int, depth: int) -> int:
    """How many items plain containers have, within each other; more than `room` where it is more than that."""
    kind = type(value)
    if kind is str or kind is bytes:
        return 1 + len(value) // (MAX_TEXT // MAX_PARTS)
    if kind not in (list, tuple, dict, set, frozenset) or depth > MAX_DEPTH:
        return 1
    if len(value) > room:
        return room + 1
    count = 1
    for item in [*value, *value.values()] if kind is dict else value:
        count += parts(item, room - count, depth + 1)
        if count > room:
            break
    return count


def cut(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind is str or kind is bytes:
        return value[:SHOWN_PARTS]
    if kind not in (list, tuple, dict, set, frozenset) or depth > MAX_DEPTH:
        return value
    if kind is dict:
        return {key: cut(value[key], depth + 1) for key in list(value)[:SHOWN_PARTS]}
    return kind([cut(item, depth + 1) for item in list(value)[:SHOWN_PARTS]])
