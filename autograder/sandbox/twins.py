"""Objects of libraries that the suite hands in: the submission gets ones of the same classes, with attributes in step.

    [TWIN, number, class, attributes]

The attributes are the object's own `__dict__`, a container like any other (see containers.py), so that a model of the suite
that is trained here is trained there. A class of the suite that derives from one of a library comes with it:

    [CLASS, number, name, bases, [name, kind, *functions or value] of each attribute]

Its methods are proxies, so that a suite's own `forward` runs where the suite is.
"""

from collections.abc import Callable
from typing import Any

from autograder.sandbox.world import World

DESCRIPTORS: dict[str, Callable] = {
    "value": lambda value: value,
    "staticmethod": staticmethod,
    "classmethod": classmethod,
    "property": property,
}


def new_twin(world: World, number: int, cls: type) -> Any:
    """An object without attributes, by the number that the suite's has."""
    made: Any = object.__new__(cls)
    world.know(number, made)
    return made


def new_class(world: World, number: int, name: str, bases: tuple[type, ...], attributes: list[list]) -> type:
    """A class with methods that are carried out where the suite is."""
    space = {attribute: DESCRIPTORS[kind](*parts) for attribute, kind, *parts in attributes}
    made: type = type(bases[0])(name, bases, {"__module__": "tests", **space})
    world.know(number, made)
    return made
