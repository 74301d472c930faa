"""Tuples with named fields: of a class that both sides have, or that the other side gets one like.

[NAMED_TUPLE, module, name of the class, fields, values]
"""

import functools
import keyword
import sys
import types
from collections import namedtuple
from typing import Any

from autograder.sandbox.wire import MAX_NAME, Tag, WireError

MAX_FIELDS = 1000
PLAIN_CLASS = frozenset(
    {
        *vars(namedtuple("Plain", "field")),
        *("__annotations__", "__annotate__", "__annotate_func__", "__annotations_cache__", "__conditional_annotations__"),
        *("__orig_bases__", "__static_attributes__", "__firstlineno__", "__replace__"),
    }
)  # fmt: skip
sent: dict[tuple[str, str, tuple[str, ...]], type] = {}  # classes whose values this side has sent: they come back as such


def is_plain_class(kind: type) -> bool:
    """Whether a class is what `namedtuple` or `NamedTuple` makes of fields, with no methods of its own."""
    fields = vars(kind).get("_fields")
    return (
        kind.__bases__ == (tuple,)
        and type(kind) is type
        and type(fields) is tuple
        and len(fields) <= MAX_FIELDS
        and all(type(name) is str and is_field(name) for name in fields)
        and vars(kind).keys() <= PLAIN_CLASS | set(fields)
    )


def is_field(name: str) -> bool:
    return len(name) <= MAX_NAME and name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("_")


def write_named_tuple(encoder: Any, value: Any) -> list | None:
    """A tuple of a plain class with named fields; None for anything else."""
    kind = type(value)
    if not issubclass(kind, tuple) or not is_plain_class(kind):
        return None
    names = [name if type(name) is str and len(name) <= MAX_NAME else "" for name in (kind.__module__, kind.__qualname__)]
    if len(value) != len(kind._fields) or not all(names):  # type: ignore[attr-defined]
        return None
    sent.setdefault((*names, kind._fields), kind)  # type: ignore[attr-defined]
    return [Tag.NAMED_TUPLE, *names, [Tag.TUPLE, *kind._fields], [Tag.TUPLE, *map(encoder.encode, value)]]  # type: ignore[attr-defined]


def read_named_tuple(decoder: Any, node: list, depth: int) -> tuple:
    parts = decoder.parts(node, depth)
    if len(parts) != 4 or not all(type(part) is str and len(part) <= MAX_NAME for part in parts[:2]):
        raise WireError("a named tuple is malformed")
    module, name, fields, values = parts
    if type(fields) is not tuple or type(values) is not tuple or len(fields) != len(values) or len(fields) > MAX_FIELDS:
        raise WireError("a named tuple is malformed")
    if not all(type(field) is str and is_field(field) for field in fields):
        raise WireError("the fields of a named tuple are malformed")
    decoder.nodes += 10 * len(fields)
    kind = sent.get((module, name, fields)) or decoder.named_tuple_class(module, name, fields) or class_of(module, name, fields)
    return tuple.__new__(kind, values)


@functools.lru_cache(maxsize=200)
def class_of(module: str, name: str, fields: tuple[str, ...]) -> type:
    """A class for tuples of which the other side has the class."""
    short = name.rpartition(".")[2]
    try:
        made = namedtuple(short if is_field(short) else "Tuple", fields)  # type: ignore[misc]
    except (ValueError, SyntaxError) as error:
        raise WireError("the fields of a named tuple are malformed") from error
    made.__module__, made.__qualname__ = module, name
    return made


def imported_class(module: str, name: str, fields: tuple[str, ...]) -> type | None:
    """The class of that name, if this process has imported it and it has the same fields."""
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = vars(found).get(part) if isinstance(found, (types.ModuleType, type)) else None
    return found if isinstance(found, type) and is_plain_class(found) and found._fields == fields else None  # type: ignore[attr-defined]
