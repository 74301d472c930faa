"""Arguments of the suite on their way to the submission."""

from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.sandbox.wire import DTYPE_INDEX, Encoder, Tag
from autograder.standins.failures import TrustedValueError

if TYPE_CHECKING:
    from autograder.standins.door import Door


class RequestEncoder(Encoder):
    """Arguments of the suite."""

    def __init__(self, door: "Door") -> None:
        super().__init__()
        self.door = door
        self.lent: dict[int, np.ndarray] = {}
        self.lent_ids: dict[int, int] = {}

    def array(self, value: np.ndarray) -> list:
        if value.dtype not in DTYPE_INDEX:
            native = value.dtype.newbyteorder("=")
            if native in DTYPE_INDEX:  # by copy, since the two cannot be kept in step
                return self.plain_array(value.astype(native), 0, value.flags.writeable)
            raise TrustedValueError(f"an array of dtype {value.dtype} cannot be passed to the submission")
        known = self.door.mirror_ids.get(id(value)) or self.lent_ids.get(id(value))
        if known:
            return [Tag.MIRROR, known]
        if self.door.keeper.copy_arguments:
            return self.plain_array(value, 0, value.flags.writeable)
        self.door.next_mirror += 2
        number = self.door.next_mirror
        self.lent[number] = value
        self.lent_ids[id(value)] = number
        return self.plain_array(value, number, value.flags.writeable)

    def text(self, value: Any) -> Any:
        return value

    def other(self, value: Any) -> Any:
        kind = type(value)
        encode = getattr(kind, "__autograder_encode__", None)
        if encode:
            return encode(value, self)
        if kind is dict:
            return [Tag.DICT, self.sequence(Tag.LIST, value.keys()), self.sequence(Tag.LIST, value.values())]
        if kind in (set, frozenset):
            return self.sequence(Tag.SET if kind is set else Tag.FROZENSET, value)
        if isinstance(value, np.generic) and value.dtype in DTYPE_INDEX:
            return [Tag.SCALAR, DTYPE_INDEX[value.dtype], value.tobytes()]
        if kind is int:
            raise TrustedValueError(f"an integer of {value.bit_length()} bits cannot be passed to the submission")
        for base, exact in EXACT.items():  # an enumeration's members are passed as their values
            if isinstance(value, base):
                return self.encode(exact(value))
        raise TrustedValueError(
            f"{describe(value)} belongs to the suite and cannot be passed to the submission; pass numbers, strings, "
            "arrays, or lists, tuples and dicts of them, or mark a helper function with @in_sandbox"
        )


EXACT: dict[type, Any] = {int: int.__index__, float: float.__float__, str: str.__str__}


def describe(value: Any) -> str:
    name = getattr(value, "__qualname__", None)
    return f"the {type(value).__name__} {name}" if isinstance(name, str) else f"a {type(value).__qualname__}"
