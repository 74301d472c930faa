"""Objects with a state of a few plain parts, kept in step on both sides: random generators, typed arrays of numbers.

    [STATEFUL, position of its kind in KINDS, number of its mirror (0: a copy only), parts]
    [STATE, position of its kind, parts]                what a mirrored one has become

generators.py has the kinds.
"""

import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from autograder.sandbox.mirrors import MIRROR_KINDS, Mirror
from autograder.sandbox.wire import MAX_TEXT, Tag, WireError

IMPOSSIBLE = (ValueError, TypeError, ArithmeticError, KeyError, IndexError, struct.error, RuntimeError, BufferError)


class StateKind(NamedTuple):
    """How objects of one type are made from their state.

    Attributes:
        look: from an object to its parts; None where it cannot cross.
        make: from parts to an object; may raise ValueError, TypeError and the like for impossible ones.
        become: gives an object the state of these parts; raises as `make` does, and then leaves it as it is.
    """

    cls: type
    look: Callable[[Any], tuple | None]
    make: Callable[..., Any]
    become: Callable[..., None]


class State:
    """What a mirrored object has become."""

    def __init__(self, kind: StateKind, parts: list) -> None:
        self.kind = kind
        self.parts = parts

    def fitting(self, value: Any) -> "State":
        """This state for an object of the suite."""
        return self


class StateMirror(Mirror):
    update_types = (State,)

    def look(self) -> tuple | None:
        return KINDS[POSITIONS[type(self.value)]].look(self.value)

    def encode(self, encoder: Any) -> list:
        return [Tag.STATE, POSITIONS[type(self.value)], *map(encoder.encode, self.state or ())]

    def take(self, new: State, partly: bool = False) -> None:
        if new.kind.cls is not type(self.value):
            raise WireError("an object becomes one of another type")
        try:
            new.kind.become(self.value, *new.parts)
        except IMPOSSIBLE as error:
            raise WireError("an object cannot become what it is said to be") from error
        self.state = self.look()

    def remember(self) -> Callable[[], None]:
        state = self.look()
        become = KINDS[POSITIONS[type(self.value)]].become

        def restore() -> None:
            if state is not None and self.look() != state:
                become(self.value, *state)

        return restore


KINDS: list[StateKind] = []
POSITIONS: dict[type, int] = {}
WRITERS: dict[type, Callable] = {}


def add_kinds(*added: StateKind) -> None:
    """Let objects of more types cross; on both sides in the same order."""
    KINDS.extend(kind for kind in added if kind not in KINDS)
    for position, kind in enumerate(KINDS):
        POSITIONS[kind.cls] = position
        MIRROR_KINDS[kind.cls] = StateMirror
        WRITERS[kind.cls] = write_stateful


def write_stateful(encoder: Any, value: Any) -> Any:
    position = POSITIONS[type(value)]
    parts = KINDS[position].look(value)
    if parts is None or any(type(part) is bytes and len(part) > MAX_TEXT for part in parts):
        return encoder.other(value)
    number, known = encoder.number_in_step(value)
    return [Tag.MIRROR, number] if known else [Tag.STATEFUL, position, number, *map(encoder.encode, parts)]


def kind_of(node: list) -> StateKind:
    position = node[0] if node else None
    if type(position) is not int or not 0 <= position < len(KINDS):
        raise WireError("an object with a state is of no known kind")
    return KINDS[position]


def read_stateful(decoder: Any, node: list, depth: int) -> Any:
    kind = kind_of(node)
    if len(node) < 2 or type(node[1]) is not int:
        raise WireError("an object with a state is malformed")
    try:
        value = kind.make(*decoder.parts(node[2:], depth))
    except IMPOSSIBLE as error:
        if isinstance(error, WireError):
            raise
        raise WireError("the state of an object is malformed") from error
    return decoder.new_array(value, node[1], True)


def read_state(decoder: Any, node: list, depth: int) -> State:
    return State(kind_of(node), decoder.parts(node[1:], depth))


READERS: dict[int, Callable] = {Tag.STATEFUL: read_stateful, Tag.STATE: read_state}
