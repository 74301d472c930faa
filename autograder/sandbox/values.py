"""Values of the standard library that cross by copy: numbers, dates, paths, patterns and named tuples.

A value is taken apart into plain parts and put together again on the other side:

    [VALUE, position of its kind in KINDS, parts]

Only values of exactly these types cross this way: one of a derived class may be more than its parts. Both sides use the same
table. Whoever reads it checks the type of each part before anything is made of it.
"""

import functools
import ipaddress
import keyword
import re
import struct
import sys
import types
import uuid
import warnings
import zoneinfo
from collections import namedtuple
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import PosixPath, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple

from autograder.sandbox.wire import MAX_NAME, MAX_TEXT, Tag, WireError

MAX_FRACTION_BITS = 100_000  # of numerator and denominator, whose greatest common divisor is looked for
MAX_PATTERN = 1000  # characters of a regular expression
PATTERN_NODES = 50  # what one of them counts for, since compiling it takes time
MAX_FIELDS = 1000  # of a named tuple
NUMBER = re.compile(r"-?(Infinity|s?NaN[0-9]*|[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?)", re.ASCII)
ZONE = re.compile(r"[A-Za-z0-9_+-]{1,40}(/[A-Za-z0-9_+-]{1,40}){0,3}")
DAY_TIME = struct.Struct(">BBBIB")  # hour, minute, second, microsecond, fold


class Kind(NamedTuple):
    """How values of one type are taken apart and put together.

    Attributes:
        apart: from a value to its parts; None where it cannot cross.
        together: from parts of the right types to a value. May raise ValueError, TypeError and the like for impossible ones.
        parts: the types that each part may have.
    """

    type: type
    apart: Callable[[Any], tuple | None]
    together: Callable[..., Any]
    parts: tuple[tuple[type, ...], ...]


def of_text(kind: type) -> Kind:
    """A kind whose values are made of their text."""

    def apart(value: Any) -> tuple | None:
        text = str(value)
        return (text,) if len(text) <= MAX_TEXT else None

    return Kind(kind, apart, kind, ((str,),))


def to_decimal(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise ValueError("not a decimal number")
    return Decimal(text)


def integer_parts(value: int) -> tuple | None:
    size = value.bit_length() // 8 + 1
    return (value.to_bytes(size, "little", signed=True),) if size <= MAX_TEXT else None


def fraction_parts(value: Fraction) -> tuple | None:
    parts = value.numerator, value.denominator
    return parts if max(part.bit_length() for part in parts) <= MAX_FRACTION_BITS else None


def to_fraction(numerator: int, denominator: int) -> Fraction:
    if max(numerator.bit_length(), denominator.bit_length()) > MAX_FRACTION_BITS:
        raise ValueError("a fraction of too large numbers")
    return Fraction(numerator, denominator)


def crosses(zone: Any) -> bool:
    return zone is None or type(zone) is timezone or (type(zone) is zoneinfo.ZoneInfo and zone_parts(zone) is not None)


def time_bytes(value: time | datetime) -> bytes:
    return DAY_TIME.pack(value.hour, value.minute, value.second, value.microsecond, value.fold)


def time_parts(value: time) -> tuple | None:
    return (time_bytes(value), value.tzinfo) if crosses(value.tzinfo) else None


def to_time(packed: bytes, zone: Any) -> time:
    *parts, fold = DAY_TIME.unpack(packed)
    return time(*parts, zone, fold=fold)


def datetime_parts(value: datetime) -> tuple | None:
    return (value.toordinal(), time_bytes(value), value.tzinfo) if crosses(value.tzinfo) else None


def to_datetime(day: int, packed: bytes, zone: Any) -> datetime:
    return datetime.combine(date.fromordinal(day), to_time(packed, zone))


def microseconds(value: timedelta) -> tuple:
    return (value // timedelta(microseconds=1),)


def zone_offset(value: timezone) -> tuple:
    # the name is None where it is made of the offset
    return (microseconds(value.utcoffset(None))[0], (*value.__getinitargs__(), None)[1])  # type: ignore[attr-defined]


def to_timezone(offset: int, name: str | None) -> timezone:
    return timezone(timedelta(microseconds=offset), *(() if name is None else (name,)))


def zone_parts(value: zoneinfo.ZoneInfo) -> tuple | None:
    return (value.key,) if value.key and ZONE.fullmatch(value.key) else None


def to_zone(key: str) -> zoneinfo.ZoneInfo:
    if not ZONE.fullmatch(key):
        raise ValueError("not the name of a time zone")
    try:
        return zoneinfo.ZoneInfo(key)
    except (zoneinfo.ZoneInfoNotFoundError, OSError) as error:
        raise ValueError("an unknown time zone") from error


def pattern_parts(value: re.Pattern) -> tuple | None:
    return (value.pattern, value.flags & ~re.DEBUG) if len(value.pattern) <= MAX_PATTERN else None


def to_pattern(pattern: str | bytes, flags: int) -> re.Pattern:
    if len(pattern) > MAX_PATTERN or not 0 <= flags < 1 << 9 or flags & re.DEBUG:
        raise ValueError("not a regular expression")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # whoever wrote it has been warned
        return re.compile(pattern, flags)


def memory_parts(value: memoryview) -> tuple | None:
    """Bytes; of memory that can be written to a copy would not do."""
    plain = value.readonly and value.format == "B" and value.ndim == 1 and value.nbytes <= MAX_TEXT
    return (value.tobytes(),) if plain else None


TEXT, INTEGER, BYTES = (str,), (int,), (bytes,)
ZONES = (type(None), timezone, zoneinfo.ZoneInfo)
KINDS: tuple[Kind, ...] = (
    Kind(Decimal, of_text(Decimal).apart, to_decimal, (TEXT,)),
    Kind(int, integer_parts, lambda packed: int.from_bytes(packed, "little", signed=True), (BYTES,)),  # long ones
    Kind(Fraction, fraction_parts, to_fraction, (INTEGER, INTEGER)),
    Kind(date, lambda value: (value.toordinal(),), date.fromordinal, (INTEGER,)),
    Kind(time, time_parts, to_time, (BYTES, ZONES)),
    Kind(datetime, datetime_parts, to_datetime, (INTEGER, BYTES, ZONES)),
    Kind(timedelta, microseconds, lambda count: timedelta(microseconds=count), (INTEGER,)),
    Kind(timezone, zone_offset, to_timezone, (INTEGER, (str, type(None)))),
    Kind(zoneinfo.ZoneInfo, zone_parts, to_zone, (TEXT,)),
    of_text(PurePosixPath),
    of_text(PureWindowsPath),
    of_text(PosixPath),
    Kind(uuid.UUID, lambda value: (value.bytes,), lambda packed: uuid.UUID(bytes=packed), (BYTES,)),
    Kind(re.Pattern, pattern_parts, to_pattern, ((str, bytes), INTEGER)),
    Kind(memoryview, memory_parts, memoryview, (BYTES,)),
    of_text(ipaddress.IPv4Address),
    of_text(ipaddress.IPv6Address),
    of_text(ipaddress.IPv4Network),
    of_text(ipaddress.IPv6Network),
    of_text(ipaddress.IPv4Interface),
    of_text(ipaddress.IPv6Interface),
)
POSITIONS = {kind.type: position for position, kind in enumerate(KINDS)}
TYPES = tuple(kind.type for kind in KINDS if kind.type is not int)


def write_value(encoder: Any, value: Any) -> Any:
    position = POSITIONS[type(value)]
    parts = KINDS[position].apart(value)
    return encoder.other(value) if parts is None else [Tag.VALUE, position, *map(encoder.encode, parts)]


def read_value(decoder: Any, node: list, depth: int) -> Any:
    position = node[0] if node else None
    if type(position) is not int or not 0 <= position < len(KINDS):
        raise WireError("a value is of no known kind")
    kind = KINDS[position]
    parts = decoder.parts(node[1:], depth)
    if len(parts) != len(kind.parts) or not all(type(part) in types for part, types in zip(parts, kind.parts, strict=True)):
        raise WireError("the parts of a value are malformed")
    if kind.type is re.Pattern:
        decoder.nodes += PATTERN_NODES * len(parts[0])
    try:
        return kind.together(*parts)
    except (ValueError, TypeError, ArithmeticError, RecursionError, struct.error, re.error) as error:
        raise WireError("the parts of a value do not fit together") from error


# Named tuples

PLAIN_CLASS = frozenset(
    {
        *vars(namedtuple("Plain", "field")),
        *("__annotations__", "__annotate__", "__annotate_func__", "__annotations_cache__", "__orig_bases__", "__conditional_annotations__"),
        *("__static_attributes__", "__firstlineno__", "__replace__"),
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
    sent.setdefault((*names, kind._fields), kind)  # type: ignore[arg-type, attr-defined]
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


WRITERS: dict[type, Callable] = dict.fromkeys(TYPES, write_value)
READERS: dict[int, Callable] = {Tag.VALUE: read_value, Tag.NAMED_TUPLE: read_named_tuple}
