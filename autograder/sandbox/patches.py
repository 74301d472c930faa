"""What a suite has replaced in libraries (monkeypatch, unittest.mock, a plain assignment), replaced here as well."""

import builtins
import contextlib
import importlib
import sys
from collections.abc import Iterable, Iterator
from functools import partial, reduce
from typing import Any

from autograder.sandbox.world import UnusableModule, World

BUILTINS = vars(builtins)  # `vars` itself may be replaced
MODULES = "sys.modules"  # in place of a module's name: an entry of that dict
Place = tuple[str, str, str]  # a module, the qualified name of a class in it or "", an attribute


class Patches:
    """What is replaced in this process now, and what stood there before.

    Args:
        world: of the process.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.builtins: dict[str, tuple] = {}  # replaced ones, which are in place only while the submission's code runs
        self.original_builtins: dict[str, tuple] = {}
        self.before: dict[Place, tuple] = {}  # (value,), or () where there was none

    def apply(self, imported: tuple[str, ...], *changes: tuple[str, str, str, tuple | None]) -> None:
        """Carry out changes.

        Args:
            imported: modules of the submission that the suite imported before; they bind names of libraries as these are
                without the changes.
            changes: place by place (value,), () to delete what is there, or None to put back what was there.
        """
        for name in imported:
            with contextlib.suppress(UnusableModule):  # whoever uses it will be told
                self.world.resolve(name, "")
        for module, qualname, name, value in changes:
            self.change((module, qualname, name), value)

    def change(self, place: Place, value: tuple | None) -> None:
        module, qualname, name = place
        if module == MODULES:
            put, space = sys.modules.__setitem__, sys.modules
            remove = sys.modules.__delitem__
        else:
            try:
                target: Any = reduce(getattr, filter(None, qualname.split(".")), importlib.import_module(module))
            except (ImportError, AttributeError):
                return  # it is not here, so nobody uses it
            put, space, remove = partial(setattr, target), vars(target), partial(delattr, target)
        if place not in self.before:
            self.before[place] = (space[name],) if name in space else ()
        given = self.before.pop(place) if value is None else value
        if module == "builtins" and not qualname:
            self.builtins[name] = given
            self.original_builtins.setdefault(name, self.before.get(place, given))
        elif given:
            put(name, given[0])
        elif name in space:
            remove(name)


@contextlib.contextmanager
def builtins_as(values: dict[str, tuple]) -> Iterator[None]:
    """While this lasts, these builtins are in place, as (value,) or (): what a suite has replaced, or what our code needs."""
    known = builtins_now(values)
    put_builtins(values)
    try:
        yield
    finally:
        put_builtins(known)


def builtins_now(names: Iterable[str]) -> dict[str, tuple]:
    return {name: (BUILTINS[name],) if name in BUILTINS else () for name in names}


def put_builtins(values: dict[str, tuple]) -> None:
    for name, value in values.items():
        if value:
            BUILTINS[name] = value[0]
        elif name in BUILTINS:
            del BUILTINS[name]
