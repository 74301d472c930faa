"""Values of the standard library that cross by copy: numbers, dates, paths, patterns.

A value is taken apart into plain parts and put together again on the other side:

    [VALUE, position of its kind in KINDS, parts]

Only values of exactly these types cross this way: one of a derived class may be more than its parts. Both sides use the same
table. Whoever reads it checks the type of each part before anything is made of it.
"""

import ipaddress
import re
import struct
import uuid
import warnings
import zoneinfo
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import PosixPath, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple

from autograder.sandbox.named_tuples import read_named_tuple
from autograder.sandbox.wire import MAX_TEXT, Tag, WireError

MAX_FRACTION_BITS = 100_000  # of numerator and denominator, whose greatest common divisor is looked for
MAX_PATTERN = 1000  # characters of a regular expression
PATTERN_NODES = 50  # what one of them counts for, since compiling it takes time
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

    cls: type
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
    hour, minute, second, microsecond = parts
    return time(hour, minute, second, microsecond, zone, fold=fold)


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
    # `&` gives a RegexFlag
    return (value.pattern, int(value.flags & ~re.DEBUG)) if len(value.pattern) <= MAX_PATTERN else None


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
POSITIONS = {kind.cls: position for position, kind in enumerate(KINDS)}
TYPES = tuple(kind.cls for kind in KINDS if kind.cls is not int)


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
    if kind.cls is re.Pattern:
        decoder.nodes += PATTERN_NODES * len(parts[0])
    try:
        value = kind.together(*parts)
        if kind.apart(value) is None:  # what cannot be given back has not come from an encoder
            raise ValueError("a value is too large")
        return value
    except (ValueError, TypeError, ArithmeticError, RecursionError, struct.error, re.error) as error:
        raise WireError("the parts of a value do not fit together") from error


WRITERS: dict[type, Callable] = dict.fromkeys(TYPES, write_value)
READERS: dict[int, Callable] = {Tag.VALUE: read_value, Tag.NAMED_TUPLE: read_named_tuple}
