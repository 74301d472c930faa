"""Plain content of what the submission answers: constants, and builtin containers as one copy holds them."""

from collections.abc import Callable
from typing import Any

import numpy as np

CONSTANTS = frozenset((type(None), bool, int, float, complex, str, bytes))
# Methods of builtin containers that only tell what they hold, by the names of the containers.
READING: dict[str, frozenset[str]] = {
    "dict": frozenset(("items", "keys", "values", "get")),
    **dict.fromkeys(("list", "tuple"), frozenset(("index", "count"))),
    **dict.fromkeys(("set", "frozenset"), frozenset(("issubset", "issuperset", "isdisjoint"))),
}


def is_constant(value: Any) -> bool:
    """Whether nothing can change a value: a number, a text, or a tuple of such."""
    kind = type(value)
    return kind in CONSTANTS or issubclass(kind, np.generic) or (kind in (tuple, frozenset) and all(map(is_constant, value)))


def is_constant_key(key: Any) -> bool:
    return is_constant(key) or (type(key) is slice and all(map(is_constant, (key.start, key.stop, key.step))))


def fresh(value: Any) -> Any:
    """A copy of plain containers within each other; any other object that they hold is the same."""
    kind = type(value)
    if kind is dict:
        return {key: fresh(part) for key, part in value.items()}
    if kind in (list, tuple):
        return kind(map(fresh, value))
    return set(value) if kind is set else value


class Held:
    """What a builtin container of a class of its own holds, as one look at it has found.

    Args:
        kind: the name of the builtin class.
        parts: its items; of a dict, the pairs.

    Attributes:
        items: what a loop over the container finds.
        plain: a builtin container of the same content; None where some keys can only be told apart by the submission.
    """

    def __init__(self, kind: str, parts: list) -> None:
        self.plain: Any = None
        if kind == "dict":
            self.items = [key for key, _ in parts]
            if all(map(is_constant, self.items)):
                self.plain = dict(parts)
                self.items, parts = list(self.plain), list(self.plain.items())
        elif kind in ("list", "tuple"):
            self.items, self.plain = parts, tuple(parts) if kind == "tuple" else parts
        else:
            self.items = parts
            if all(map(is_constant, parts)):
                self.plain = frozenset(parts)
                self.items = list(self.plain)
        self.parts = parts

    def method(self, name: str) -> Callable | None:
        """What a method gives that only tells what the container holds; None if that cannot be known here."""
        if self.plain is not None:
            method: Callable = getattr(self.plain, name)
            return method
        found = {"items": self.parts, "keys": self.items, "values": [part[1] for part in self.parts if type(part) is tuple]}
        return (lambda: list(found[name])) if name in found else None
