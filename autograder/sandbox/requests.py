"""What arrives from the suite: values, and names and expressions that are looked up in the submission."""

import importlib
import math
import sys
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from autograder.sandbox import generators, libraries
from autograder.sandbox.containers import KIND_INDEX, KINDS, ContainerMirror, Content, read_container, read_content
from autograder.sandbox.decoder import LEAVES, Decoder
from autograder.sandbox.mirrors import MIRROR_KINDS, Mirror, mirror_of
from autograder.sandbox.named_tuples import imported_class, is_plain_class
from autograder.sandbox.operations import perform
from autograder.sandbox.proxies import Description
from autograder.sandbox.twins import new_class, new_twin
from autograder.sandbox.wire import Tag
from autograder.sandbox.world import World


class Lent:
    """An array or tensor of the suite that is an argument.

    Attributes:
        number: that of its mirror, should the submission keep it.
        synced: whether the suite sees what is written into it.
        anchored: whether it is a copy at which a graph is cut: nothing of it is kept in step.
        mirror: made when the content has arrived.
        given: what the submission has in its place, calculated from it.
    """

    given: Any = None
    mirror: Mirror | None = None

    def __init__(self, number: int, value: Any, synced: bool, anchored: bool = False) -> None:
        self.number = number
        self.value = value
        self.synced = synced
        self.anchored = anchored

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

    def is_kept(self) -> bool:
        """Whether the submission has kept the value for later."""
        ours = 2 if self.mirror is None else 3  # this object, the call, the mirror
        kind = MIRROR_KINDS[type(self.value)]
        return sys.getrefcount(self.value) > ours or kind.is_held(self.value) or kind.is_aliased(self.value)

    def keep(self, world: World) -> None:
        """Know it by its number from now on, and keep it in step."""
        if self.anchored:
            world.add_anchor(self.number, self.value)
        else:
            world.add_mirror(self.number, self.mirror or mirror_of(self.value))


class Reference:
    """A name or an expression of the suite, looked up only when the whole request has arrived."""

    def __init__(self, look_up: Callable[[World], Any]) -> None:
        self.look_up = look_up


def settle(world: World, value: Any, seen: set[int]) -> Any:
    """Put what the references in an argument stand for in their place; containers stay the same ones.

    Args:
        seen: ids of the containers that this was done with.
    """
    kind = type(value)
    if kind is Reference:
        return value.look_up(world)
    if kind in (tuple, frozenset):
        return kind([settle(world, part, seen) for part in value])
    if issubclass(kind, tuple) and is_plain_class(kind):
        return tuple.__new__(kind, [settle(world, part, seen) for part in value])
    if kind is slice:
        return slice(*(settle(world, part, seen) for part in (value.start, value.stop, value.step)))
    if kind is Content and type(value.parts) is list:
        value.parts = [settle(world, part, seen) for part in value.parts]
    elif kind in KIND_INDEX and id(value) not in seen:
        seen.add(id(value))
        container = KINDS[KIND_INDEX[kind]]
        container.fill(value, [settle(world, part, seen) for part in container.parts(value)])
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
        self.containers: dict[int, Any] = {}  # of the suite, which both sides keep in step from now on
        self.references = False

    def new_array(self, value: np.ndarray, number: int, writeable: bool) -> np.ndarray:
        if number:
            self.lent.append(Lent(number, value, writeable))
        return value

    def named_tuple_class(self, module: str, name: str, fields: tuple[str, ...]) -> type | None:
        return imported_class(module, name, fields)

    def new_container(self, number: int, value: Any) -> None:
        self.containers[number] = value

    def keep_containers(self) -> None:
        """Keep the containers that have arrived in step."""
        for number, value in self.containers.items():
            self.world.add_mirror(number, ContainerMirror(value))

    def settle(self, values: list) -> list:
        """Look up what the suite has named, in these values and in what they hold."""
        settled = [value if type(value) in LEAVES else settle(self.world, value, set()) for value in values]
        for number in self.containers:  # they hold now what was meant
            mirror = self.world.mirrors[number]
            mirror.state = mirror.look()
        return settled


def read_mirror(decoder: RequestDecoder, node: list, depth: int) -> Any:
    number = node[0]
    if number in decoder.world.mirrors:
        return decoder.world.mirrors[number].value
    if number in decoder.containers:
        return decoder.containers[number]
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
            world.deferred[key] = perform(name, settle(world, arguments, set()), keywords)
        return world.deferred[key]

    return Reference(look_up)


def read_proxy(decoder: RequestDecoder, node: list, depth: int) -> Any:
    number, *description = decoder.parts(node, depth)
    if description:
        return decoder.world.add_proxy(number, Description(*description))
    return decoder.world.proxies[number]


def read_public(decoder: RequestDecoder, node: list, depth: int) -> Any:
    """Something of a library, by the names of its module and itself."""
    module, name = node
    return reduce(getattr, filter(None, name.split(".")), importlib.import_module(module))


def read_bound(decoder: RequestDecoder, node: list, depth: int) -> Any:
    value, name = decoder.parts(node, depth)
    return getattr(value, name)


def read_built(decoder: RequestDecoder, node: list, depth: int) -> Any:
    function, *arguments = decoder.parts(node, depth)
    return function(*arguments)


def read_class(decoder: RequestDecoder, node: list, depth: int) -> Any:
    number, name, bases, attributes = decoder.parts(node, depth)
    return new_class(decoder.world, number, name, bases, attributes)


def read_twin(decoder: RequestDecoder, node: list, depth: int) -> Any:
    """An object of a library; it is known by its number before its attributes are read, since they may name it."""
    made = new_twin(decoder.world, node[0], decoder.decode(node[1], depth))
    object.__setattr__(made, "__dict__", decoder.decode(node[2], depth))
    return made


def read_exception(decoder: RequestDecoder, node: list, depth: int) -> Any:
    """An exception of the suite that is handed in for the first time."""
    known, name, own, arguments, number = decoder.parts(node, depth)
    return decoder.world.suite_error(known, name, own, arguments, number)


RequestDecoder.READERS.update(
    {
        **generators.READERS,
        **libraries.READERS,
        Tag.MIRROR: read_mirror,
        Tag.HANDLE: read_handle,
        Tag.NAME: read_name,
        Tag.DEFERRED: read_deferred,
        Tag.CONTAINER: read_container,
        Tag.CONTENT: read_content,
        Tag.PROXY: read_proxy,
        Tag.PUBLIC: read_public,
        Tag.CLASS: read_class,
        Tag.TWIN: read_twin,
        Tag.EXCEPTION: read_exception,
        Tag.BOUND: read_bound,
        Tag.BUILT: read_built,
    }
)
