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


def holds_containers(value: Any) -> bool:
    """Whether a part of a copy is, or holds, a container: the object itself may be meant to be changed."""
    kind = type(value)
    return kind in (list, dict, set) or (kind is tuple and any(map(holds_containers, value)))


def in_step(content: Any, item: Callable[[Any], Any]) -> Any:
    """The copy of a container with the objects themselves in place of the containers that it holds.

    Args:
        item: gives the object that stands at a place, or under a key.
    """
    kind = type(content)
    if kind is dict:
        return {key: item(key) if holds_containers(value) else value for key, value in content.items()}
    if kind in (list, tuple):
        return kind([item(place) if holds_containers(value) else value for place, value in enumerate(content)])
    return kind(content)
