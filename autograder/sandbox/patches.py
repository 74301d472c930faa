"""What a suite has replaced in libraries (monkeypatch, unittest.mock, a plain assignment), replaced here as well.

It is in place only while the submission's code runs. The code of this package needs functions as they are: a suite may well
forbid `sum`, replace `time.sleep` and count the calls of `os.listdir`.
"""

import contextlib
import importlib
import sys
from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any

from autograder.sandbox.world import UnusableModule, World

MODULES = "sys.modules"  # in place of a module's name: an entry of that dict
Place = tuple[str, str, str]  # a module, the qualified name of a class in it or "", an attribute
Value = tuple  # (value,), or () where there is none


class Spot:
    """An attribute of a module or class, or an entry of sys.modules.

    Args:
        target: the module's or class's; sys.modules.
    """

    def __init__(self, target: Any, name: str) -> None:
        self.target = target
        self.name = name
        self.space = target if target is sys.modules else vars(target)

    def get(self) -> Value:
        return (self.space[self.name],) if self.name in self.space else ()

    def put(self, value: Value) -> None:
        """Replace what is there; () deletes it."""
        if isinstance(self.target, type):
            if value:
                setattr(self.target, self.name, value[0])
            elif self.name in self.space:
                delattr(self.target, self.name)
        elif value:
            self.space[self.name] = value[0]
        else:
            self.space.pop(self.name, None)


def put_all(values: Iterable[tuple[Spot, Value]]) -> None:
    for spot, value in values:
        spot.put(value)


class Patches:
    """What is replaced in this process now, and what stands there otherwise.

    Args:
        world: of the process.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.replaced: dict[Place, tuple[Spot, Value]] = {}
        self.originals: dict[Place, tuple[Spot, Value]] = {}

    def apply(self, imported: tuple[str, ...], *changes: tuple[str, str, str, Value | None]) -> None:
        """Carry out changes.

        Args:
            imported: modules of the submission that the suite imported before; they bind names of libraries as these are
                without the changes.
            changes: place by place (value,), () to delete what is there, or None for what was there before.
        """
        for name in imported:
            with contextlib.suppress(UnusableModule):  # whoever uses it will be told
                self.world.resolve(name, "")
        for module, qualname, name, value in changes:
            place = module, qualname, name
            if value is None:
                self.replaced.pop(place, None)
                self.originals.pop(place, None)
                continue
            if place not in self.originals:
                try:
                    spot = Spot(target_of(module, qualname), name)
                except (ImportError, AttributeError):
                    continue  # it is not here, so nobody uses it
                self.originals[place] = spot, spot.get()
            self.replaced[place] = self.originals[place][0], value

    @contextlib.contextmanager
    def in_place(self, replaced: bool = True) -> Iterator[None]:
        """While this lasts, all is as the suite has replaced it, or as it was before."""
        put_all((self.replaced if replaced else self.originals).values())
        try:
            yield
        finally:
            put_all((self.originals if replaced else self.replaced).values())


def target_of(module: str, qualname: str) -> Any:
    if module == MODULES:
        return sys.modules
    return reduce(getattr, filter(None, qualname.split(".")), importlib.import_module(module))
