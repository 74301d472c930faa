"""What arrives from the suite: values, and names and expressions that are looked up in the submission."""

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox import generators, libraries
from autograder.sandbox.decoder import Decoder
from autograder.sandbox.mirrors import MIRROR_KINDS, Mirror, mirror_of
from autograder.sandbox.operations import perform
from autograder.sandbox.values import imported_class, is_plain_class
from autograder.sandbox.wire import Tag
from autograder.sandbox.world import World


class Lent:
    """An array or tensor of the suite that is an argument.

    Attributes:
        number: that of its mirror, should the submission keep it.
        synced: whether the suite sees what is written into it.
        mirror: made when the content has arrived.
        given: what the submission has in its place, calculated from it.
    """

    given: Any = None

    def __init__(self, number: int, value: Any, synced: bool, mirror: Mirror | None = None) -> None:
        self.number = number
        self.value = value
        self.synced = synced
        self.mirror = mirror

    def arrived(self) -> None:
        """Take the state in which the submission gets it."""
        if self.synced:
            self.mirror = mirror_of(self.value)
        elif type(self.value) is np.ndarray:
            self.value.flags.writeable = False

    def written(self) -> Mirror | None:
        """The mirror that holds what the submission has written, if it has."""
        if self.given is not None:
            return MIRROR_KINDS[type(self.given)].of_written(self.given, self.value)
        return self.mirror if self.synced and self.mirror and self.mirror.changed() else None

    def kept(self) -> Mirror | None:
        """The mirror, if the submission has kept the value for later."""
        ours = 2 if self.mirror is None else 3  # this object, the call, the mirror
        kind = MIRROR_KINDS[type(self.value)]
        if sys.getrefcount(self.value) > ours or kind.is_held(self.value) or kind.is_aliased(self.value):
            return self.mirror or mirror_of(self.value)
        return None


class Reference:
    """A name or an expression of the suite, looked up only when the whole request has arrived."""

    def __init__(self, look_up: Callable[[World], Any]) -> None:
        self.look_up = look_up


def settle(world: World, value: Any) -> Any:
    """Put what the references in an argument stand for in their place."""
    if type(value) is Reference:
        return value.look_up(world)
    if type(value) in (list, tuple):
        return type(value)(settle(world, part) for part in value)
    if type(value) is dict:
        return {settle(world, key): settle(world, part) for key, part in value.items()}
    if type(value) is slice:
        return slice(*(settle(world, part) for part in (value.start, value.stop, value.step)))
    if type(value) in (set, frozenset):
        return type(value)(settle(world, part) for part in value)
    if isinstance(value, tuple) and is_plain_class(type(value)):
        return tuple.__new__(type(value), (settle(world, part) for part in value))
    return value


class RequestDecoder(Decoder):
    """Values from the suite."""

    READERS = dict(Decoder.READERS)
    max_depth = 400
    max_range = math.inf

    def __init__(self, world: World) -> None:
        super().__init__(budget=1 << 62)  # the suite is trusted; the memory limit still holds
        self.world = world
        self.nodes = -1 << 62
        self.lent: list[Lent] = []
        self.references = False

    def new_array(self, value: np.ndarray, number: int, writeable: bool) -> np.ndarray:
        if number:
            self.lent.append(Lent(number, value, writeable))
        return value

    def named_tuple_class(self, module: str, name: str, fields: tuple[str, ...]) -> type | None:
        return imported_class(module, name, fields)


def read_mirror(decoder: RequestDecoder, node: list, depth: int) -> Any:
    number = node[0]
    if number in decoder.world.mirrors:
        return decoder.world.mirrors[number].value
    return next(lent.value for lent in decoder.lent if lent.number == number)


def read_handle(decoder: RequestDecoder, node: list, depth: int) -> Any:
    return decoder.world.objects[node[0]]


def read_name(decoder: RequestDecoder, node: list, depth: int) -> Reference:
    decoder.references = True
    return Reference(lambda world: world.resolve(*node))


def read_deferred(decoder: RequestDecoder, node: list, depth: int) -> Reference:
    decoder.references = True
    key, name, arguments, keywords = decoder.parts(node, depth)

    def look_up(world: World) -> Any:
        if key not in world.deferred:
            world.deferred[key] = perform(name, settle(world, arguments), keywords)
        return world.deferred[key]

    return Reference(look_up)


RequestDecoder.READERS.update(generators.READERS | libraries.READERS)
RequestDecoder.READERS.update(
    {Tag.MIRROR: read_mirror, Tag.HANDLE: read_handle, Tag.NAME: read_name, Tag.DEFERRED: read_deferred}
)
