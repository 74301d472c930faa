"""Arguments of the suite on their way to the submission."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox.encoder import Encoder
from autograder.sandbox.wire import DTYPE_INDEX, Tag
from autograder.standins.failures import TrustedValueError
from autograder.standins.ledger import Ledger


class RequestEncoder(Encoder):
    """Arguments of the suite. A stand-in says itself how it is named, by its method `__autograder_encode__`.

    Args:
        ledger: of the process that they go to.
        copy_arguments: arrays are passed as copies, so that nothing the submission does reaches the suite's.
    """

    WRITERS = dict(Encoder.WRITERS)
    library_value: Callable | None = None  # what tensors.py adds where tensors are used

    def __init__(self, ledger: Ledger, copy_arguments: bool) -> None:
        super().__init__()
        self.ledger = ledger
        self.copy_arguments = copy_arguments
        self.lent: dict[int, Any] = {}  # arrays and tensors, by the number that their mirrors will have
        self.lent_ids: dict[int, int] = {}
        self.copied: set[int] = set()  # of them, those that are not kept in step
        self.sealed: set[int] = set()  # of these, those that show nothing of what the submission does to them

    def array(self, value: np.ndarray) -> list:
        if value.dtype not in DTYPE_INDEX:
            native = value.dtype.newbyteorder("=")
            if native in DTYPE_INDEX:  # by copy, since the two cannot be kept in step
                return self.plain_array(value.astype(native), 0, value.flags.writeable)
            raise TrustedValueError(f"an array of dtype {value.dtype} cannot be passed to the submission")
        known = self.ledger.mirror_ids.get(id(value)) or self.lent_ids.get(id(value))
        if known:
            return [Tag.MIRROR, known]
        if self.copy_arguments:
            return self.plain_array(value, 0, value.flags.writeable)
        return self.plain_array(value, self.lend(value), value.flags.writeable)

    def lend(self, value: Any) -> int:
        """Give an array or tensor a number by which the submission's side can refer to it."""
        number = self.ledger.next_number()
        self.lent[number] = value
        self.lent_ids[id(value)] = number
        return number

    def text(self, value: Any) -> Any:
        return value

    def other(self, value: Any) -> Any:
        kind = type(value)
        encode = own_encoder(kind)
        if encode:
            return encode(value, self)
        if isinstance(value, BaseException) and getattr(value, "student_handle", None) is not None:
            return self.encode(value.student_handle)  # type: ignore[attr-defined]
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
        node = self.library_value(value) if self.library_value else None
        if node:
            return node
        name = public_name(value)
        if name:
            return [Tag.PUBLIC, *name]
        raise TrustedValueError(
            f"{describe(value)} belongs to the suite and cannot be passed to the submission; pass numbers, strings, "
            "arrays, or lists, tuples and dicts of them, or mark a helper function with @in_sandbox"
        )


def own_encoder(kind: type) -> Callable | None:
    """The method by which instances of a class say how they are named; the class itself is not asked, it may be a stand-in."""
    try:
        return type.__getattribute__(kind, "__autograder_encode__")
    except AttributeError:
        return None


# Where libraries have what a suite may name for the submission: an activation function, a class of layers.
PUBLIC_MODULES = ("numpy", "math", "operator", "torch", "torch.nn", "torch.nn.functional", "torch.nn.init", "torch.optim")


def public_name(value: Any) -> tuple[str, str] | None:
    """Return module and name of a public function or class of a library, where the submission's side will find it too."""
    if not callable(value):
        return None
    name = str(getattr(value, "__name__", ""))
    for module in PUBLIC_MODULES:
        if name and getattr(sys.modules.get(module), name, None) is value:
            return module, name
    return None


EXACT: dict[type, Any] = {int: int.__index__, float: float.__float__, str: str.__str__}


def describe(value: Any) -> str:
    name = getattr(value, "__qualname__", None)
    return f"the {type(value).__name__} {name}" if isinstance(name, str) else f"a {type(value).__qualname__}"
