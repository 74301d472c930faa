"""NumPy's data types beside the numbers: text, bytes, dates, durations, and records of these.

The numbers cross by their position in `wire.DTYPES`. These are described: by NumPy's own text for a type, checked, or by a
list of names and descriptions for a record. None of them holds a reference to an object.
"""

import re
from typing import Any

import numpy as np

from autograder.sandbox.wire import DTYPE_INDEX, DTYPES, MAX_NAME, Tag, WireError

# The types of these scalars are NumPy's own classes; the data types have lengths and units in addition.
OTHERS: tuple[np.dtype, ...] = tuple(np.dtype(name) for name in ("U1", "S1", "M8[s]", "m8[s]", "V1"))
TEXT = re.compile(r"(<U|\|S)[1-9][0-9]{0,6}|<[mM]8(\[([1-9][0-9]{0,5})?[a-zA-Zμ]{1,2}\])?")
MAX_FIELDS = 200
MAX_POINT = 0x10FFFF  # the last character of Unicode


def crosses(dtype: np.dtype) -> bool:
    """Whether arrays of this type are sent."""
    return dtype in DTYPE_INDEX or node(dtype) is not None


def node(dtype: np.dtype) -> Any:
    """A data type on the wire; None if it does not cross."""
    known = DTYPE_INDEX.get(dtype)
    if known is not None or dtype.hasobject:
        return known
    if dtype.names is None:
        return dtype.str if not dtype.subdtype and TEXT.fullmatch(dtype.str) else None
    kinds = [dtype[name] for name in dtype.names]
    nodes = [node(kind) for kind in kinds]
    packed = np.dtype(list(zip(dtype.names, kinds, strict=True)))
    if None in nodes or packed != dtype or len(nodes) > MAX_FIELDS or any(len(name) > MAX_NAME for name in dtype.names):
        return None
    return [part for pair in zip(dtype.names, nodes, strict=True) for part in pair]


def read(described: Any, depth: int = 0) -> np.dtype:
    """The data type of a description.

    Raises:
        WireError: it describes none that crosses.
    """
    if type(described) is int and 0 <= described < len(DTYPES):
        return DTYPES[described]
    if type(described) is str and TEXT.fullmatch(described):
        try:
            return np.dtype(described)
        except (TypeError, ValueError) as error:
            raise WireError("a data type is malformed") from error
    if type(described) is not list or not 2 <= len(described) <= 2 * MAX_FIELDS or len(described) % 2 or depth > 4:
        raise WireError("a data type is malformed")
    names, parts = described[::2], described[1::2]
    if not all(type(name) is str and 0 < len(name) <= MAX_NAME for name in names):
        raise WireError("the fields of a data type are malformed")
    try:
        return np.dtype([(name, read(part, depth + 1)) for name, part in zip(names, parts, strict=True)])
    except (TypeError, ValueError) as error:  # a name that is there twice
        raise WireError("the fields of a data type are malformed") from error


def check(value: np.ndarray) -> None:
    """Refuse what no array of that type holds: characters beyond Unicode, truth values beside 0 and 1."""
    if value.dtype.names is not None:
        for name in value.dtype.names:
            check(value[name])
    elif value.size and value.dtype.itemsize and value.dtype.kind in "Ub":
        units = np.ascontiguousarray(value).reshape(-1).view(np.uint32 if value.dtype.kind == "U" else np.uint8)
        if units.max() > (MAX_POINT if value.dtype.kind == "U" else 1):
            raise WireError("a character is beyond Unicode, or a truth value neither true nor false")


def write_scalar(encoder: Any, value: np.generic) -> Any:
    if value.dtype.kind == "S":
        return encoder.text(value.item())
    described = node(value.dtype) if value.dtype.kind != "U" else None
    return encoder.other(value) if described is None else [Tag.SCALAR, described, value.tobytes()]
