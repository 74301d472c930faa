"""Python's mutable containers, which both sides keep in step as they do arrays: by identity, content and aliasing.

A container is

    [CONTAINER, number of its mirror (0: a copy only), kind, *parts]

and [CONTENT, kind, *parts] is what a mirrored one has become, or [CONTENT, NUMBERS, array] if that is a long list of numbers. A
container that is a part of itself, or of another one twice, is sent once; after that it is named by its number.
"""

import argparse
import operator
import types
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograder.sandbox.decoder import Decoder, distinguishable
from autograder.sandbox.encoder import Encoder
from autograder.sandbox.mirrors import MIRROR_KINDS, Mirror
from autograder.sandbox.wire import MAX_RANGE, Tag, WireError

LONG = 1000  # numbers of a list that cross as an array
MAX_LENGTH = 1 << 30  # of a deque that drops what is older


class Kind(NamedTuple):
    """How containers of one type are taken apart and filled.

    Attributes:
        parts: what a container holds, in a list that tells its whole content.
        fill: makes a container, in place, hold these parts instead of what it holds.
    """

    cls: type
    parts: Callable[[Any], list]
    fill: Callable[[Any, list], None]
    items: Callable[[Any], list] | None = None  # by identity what tells its content, where that is not its parts


class Content:
    """What a container holds, on its way into the one that both sides know."""

    def __init__(self, kind: Kind, parts: list | np.ndarray) -> None:
        self.kind = kind
        self.parts = parts

    def fitting(self, value: Any) -> "Content":
        return self


def pairs(value: dict) -> list:
    return [part for item in dict.items(value) for part in item]


def fill_list(value: list, parts: list) -> None:
    value[:] = parts


def fill_dict(value: dict, parts: list) -> None:
    if len(parts) % 2:
        raise WireError("a dict is malformed")
    keys = distinguishable(parts[::2])
    dict.clear(value)
    for key, part in zip(keys, parts[1::2], strict=True):
        dict.__setitem__(value, key, part)


def fill_ordered(value: OrderedDict, parts: list) -> None:
    if len(parts) % 2:
        raise WireError("a dict is malformed")
    value.clear()
    value.update(zip(distinguishable(parts[::2]), parts[1::2], strict=True))


def fill_defaultdict(value: defaultdict, parts: list) -> None:
    if not parts or not (parts[0] is None or callable(parts[0])):
        raise WireError("a defaultdict is malformed")
    value.default_factory = parts[0]
    fill_dict(value, parts[1:])


def fill_set(value: set, parts: list) -> None:
    keys = distinguishable(parts)
    value.clear()
    value.update(keys)


def fill_bytearray(value: bytearray, parts: list) -> None:
    if len(parts) != 1 or type(parts[0]) is not bytes:
        raise WireError("a bytearray is malformed")
    value[:] = parts[0]


def fill_deque(value: deque, parts: list) -> None:
    """Fill a deque; its greatest length comes first and was given to it when it was made."""
    if not parts or parts[0] != value.maxlen:
        raise WireError("a deque is malformed")
    value.clear()
    value.extend(parts[1:])


def fill_namespace(value: Any, parts: list) -> None:
    if not all(type(name) is str for name in parts[::2]):
        raise WireError("a namespace is malformed")
    fill_dict(vars(value), parts)


KINDS: tuple[Kind, ...] = (
    Kind(list, list, fill_list),
    Kind(dict, pairs, fill_dict),
    Kind(set, list, fill_set),
    Kind(bytearray, lambda value: [bytes(value)], fill_bytearray),
    Kind(deque, lambda value: [value.maxlen, *value], fill_deque, items=list),
    Kind(OrderedDict, lambda value: [part for item in value.items() for part in item], fill_ordered),
    Kind(defaultdict, lambda value: [value.default_factory, *pairs(value)], fill_defaultdict),
    Kind(Counter, pairs, fill_dict),
    Kind(types.SimpleNamespace, lambda value: pairs(vars(value)), fill_namespace),
    Kind(argparse.Namespace, lambda value: pairs(vars(value)), fill_namespace),
)
KIND_INDEX = {kind.cls: index for index, kind in enumerate(KINDS)}
NUMBERS = len(KINDS)


def new_container(kind: Kind, parts: list) -> Any:
    """An empty container, which is still to be filled; only of a deque something must be known."""
    if kind.cls is not deque:
        return kind.cls()
    length = parts[0] if parts else None
    if length is not None and (type(length) is not int or not 0 <= length <= MAX_LENGTH):
        raise WireError("a deque is malformed")
    return deque(maxlen=length)


class ContainerMirror(Mirror):
    """A container, which has changed when it no longer holds the very objects that it held."""

    update_types = (Content,)

    def __init__(self, value: Any) -> None:
        self.kind = KINDS[KIND_INDEX[type(value)]]
        super().__init__(value)

    def look(self) -> list:
        return (self.kind.items or self.kind.parts)(self.value)

    def changed(self) -> bool:
        before, self.state = self.state, self.look()
        return self.differ(before, self.state)

    def written(self) -> bool:
        return self.differ(self.state, self.look())

    def differ(self, before: list, now: list) -> bool:
        if len(before) != len(now) or self.kind.cls is bytearray:
            return before != now
        return not all(map(operator.is_, before, now))

    def encode(self, encoder: Encoder) -> list:
        parts = self.kind.parts(self.value)
        numbers = as_array(parts) if self.kind.cls is list and LONG <= len(parts) <= MAX_RANGE else None
        if numbers is not None:
            return [Tag.CONTENT, NUMBERS, encoder.plain_array(numbers, 0, False)]
        return [Tag.CONTENT, KIND_INDEX[self.kind.cls], *map(encoder.encode, parts)]

    def take(self, new: Content, partly: bool = False) -> None:
        if new.kind is not self.kind:
            raise WireError("a container becomes one of another type")
        try:
            self.kind.fill(self.value, new.parts.tolist() if isinstance(new.parts, np.ndarray) else new.parts)
        except TypeError as error:  # a key without a hash
            raise WireError("a container holds what it cannot hold") from error
        self.state = self.look()

    def remember(self) -> Callable[[], None]:
        items, parts = self.look(), self.kind.parts(self.value)

        def restore() -> None:
            if self.differ(items, self.look()):
                self.kind.fill(self.value, parts)

        return restore


MIRROR_KINDS.update(dict.fromkeys(KIND_INDEX, ContainerMirror))


def as_array(parts: list) -> np.ndarray | None:
    """The same numbers in an array, from which they come back as they are; None if there is no such array."""
    kinds = set(map(type, parts))
    try:
        return np.array(parts, np.int64) if kinds == {int} else np.array(parts, np.float64) if kinds == {float} else None
    except OverflowError:
        return None


def container_node(encoder: Encoder, value: Any, number: int) -> list:
    """A container on the wire."""
    index = KIND_INDEX[type(value)]
    return [Tag.CONTAINER, number, index, *map(encoder.encode, KINDS[index].parts(value))]


def kind_of(node: list) -> Kind:
    if not node or type(node[0]) is not int or not 0 <= node[0] < len(KINDS):
        raise WireError("a container is of no known kind")
    return KINDS[node[0]]


def read_container(decoder: Any, node: list, depth: int) -> Any:
    """A container; it is known by its number before its parts are read, since it may be one of them."""
    if len(node) < 2 or type(node[0]) is not int:
        raise WireError("a container is malformed")
    number, kind = node[0], kind_of(node[1:])
    value = new_container(kind, node[2:])
    if number:
        decoder.new_container(number, value)
    kind.fill(value, decoder.parts(node[2:], depth))
    return value


def read_content(decoder: Decoder, node: list, depth: int) -> Content:
    if node[:1] == [NUMBERS]:
        numbers = decoder.decode(node[1], depth) if len(node) == 2 else None
        if (
            type(numbers) is not np.ndarray
            or numbers.ndim != 1
            or numbers.dtype not in (np.int64, np.float64)
            or len(numbers) > MAX_RANGE
        ):
            raise WireError("a list of numbers is malformed")
        return Content(KINDS[KIND_INDEX[list]], numbers)  # which is filled later
    return Content(kind_of(node), decoder.parts(node[1:], depth))
