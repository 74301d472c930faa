"""What a call of the submission gave back last, in a few words for a message, should the suite not be able to use it.

Only a description is kept, made at once: the object itself would live longer than the suite lets it.
"""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

MAX_PARTS = 8  # of a container that are named
MAX_NAME = 40  # characters of a key


def of_tuple(value: tuple) -> str:
    return f"a tuple of {counted(len(value), 'value')}{named([type(part).__name__ for part in value[:MAX_PARTS]], value)}"


def of_list(value: list) -> str:
    return f"a list of {counted(len(value), 'value')}"


def of_dict(value: dict) -> str:
    keys = [repr(key)[:MAX_NAME] for key in itertools.islice(value, MAX_PARTS) if type(key) in (str, int)]
    return f"a dict with {counted(len(value), 'key')}{named(keys, value)}"


def counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def named(parts: list[str], whole: Any) -> str:
    more = ", ..." if len(whole) > len(parts) else ""
    return f" ({', '.join(parts)}{more})" if parts else ""


DESCRIPTIONS: dict[type, Callable[[Any], str]] = {
    tuple: of_tuple,
    list: of_list,
    dict: of_dict,
    type(None): lambda value: "None",
    bool: repr,
    int: lambda value: "an int",
    float: lambda value: "a float",
    str: lambda value: f"a str of {counted(len(value), 'character')}",
    np.ndarray: lambda value: f"an array of shape {value.shape}",
    **{kind: (lambda value: f"a single number, {type(value).__name__}") for kind in (np.float64, np.float32, np.int64)},
}


class Answer:
    """The last answer to a call, as far as it was a plain value."""

    def __init__(self) -> None:
        self.words = ""

    def note(self, value: Any) -> None:
        describe = DESCRIPTIONS.get(type(value))
        self.words = describe(value) if describe else ""
