"""Columns and indices of pandas, taken apart into arrays and plain values; new_columns.py puts them together.

Parts are tuples whose first element names their kind. While they are on this side, texts and objects are arrays of objects in
`Texts` and `Cells`, so that looking for changes costs little; on the wire, texts are one array of bytes and one of lengths.
"""

import re
from typing import Any

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset

from autograder.sandbox import dtypes
from autograder.sandbox.snapshots import fingerprint
from autograder.sandbox.values import ZONE, crosses
from autograder.sandbox.wire import Tag, WireError

MAX_OBJECTS = 20_000  # that are no texts
FREQUENCY = re.compile(r"[A-Za-z0-9:.-]{1,40}")
MASKED: dict[str, Any] = {
    **{f"{sign}Int{size}": pd.arrays.IntegerArray for sign in ("", "U") for size in (8, 16, 32, 64)},
    **{f"Float{size}": pd.arrays.FloatingArray for size in (32, 64)},
    "boolean": pd.arrays.BooleanArray,
}
MISSING: tuple[Any, ...] = (None, float("nan"), pd.NA, pd.NaT)  # in a column of texts; on the wire by position, from 1 on
CELL_TYPES: tuple[type, ...] = (pd.Flags, pd.Timestamp, pd.Timedelta, pd.Period, pd.Interval, type(pd.NA), type(pd.NaT))


class Unsupported(Exception):
    """A table holds something that does not cross by value."""


class Texts:
    """Cells that are strings or missing."""

    def __init__(self, cells: np.ndarray) -> None:
        self.cells = cells


class Cells:
    """Cells of any objects."""

    def __init__(self, cells: np.ndarray) -> None:
        self.cells = cells


def series_parts(values: Any) -> tuple:
    """The parts of a column.

    Raises:
        Unsupported: it is of a kind that does not cross.
    """
    dtype: Any = values.dtype
    if isinstance(dtype, pd.StringDtype):
        return "strings", dtype.storage, dtype.na_value is not pd.NA, Texts(np.asarray(values, dtype=object))
    if isinstance(values, pd.arrays.NumpyExtensionArray) or isinstance(dtype, np.dtype):
        array = np.asarray(values)
        if array.dtype.hasobject:
            return object_parts(array)
        if dtypes.crosses(array.dtype):
            return "array", array
        raise Unsupported
    if isinstance(dtype, pd.CategoricalDtype):
        return "category", np.asarray(values.codes), index_parts(values.categories), bool(values.ordered)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return "zoned", np.asarray(values.tz_convert("UTC").tz_localize(None)), zone_parts(dtype.tz)
    if dtype.name in MASKED and type(values) is MASKED[dtype.name]:
        return "masked", dtype.name, values._data, values._mask
    if isinstance(dtype, pd.PeriodDtype):
        return "period", period_frequency(dtype), values.asi8
    if isinstance(dtype, pd.IntervalDtype):
        return "interval", index_parts(pd.Index(values.left)), index_parts(pd.Index(values.right)), values.closed
    raise Unsupported


def object_parts(array: np.ndarray) -> tuple:
    if all(type(cell) is str or is_missing(cell) for cell in array):
        return "texts", Texts(array)
    if len(array) > MAX_OBJECTS:
        raise Unsupported
    return "objects", Cells(array)


def is_missing(cell: Any) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or (type(cell) is float and cell != cell)


def index_parts(index: Any) -> tuple:
    """The parts of an index, with its name."""
    if type(index) is pd.RangeIndex:
        return "range", index.start, index.stop, index.step, scalar_parts(index.name)
    if type(index) is pd.MultiIndex:
        levels, codes = tuple(map(index_parts, index.levels)), tuple(np.asarray(codes) for codes in index.codes)
        return "multi", levels, codes, tuple(map(scalar_parts, index.names))
    kind = index_class(("index", array := series_parts(index.array)))
    if type(index) is not kind:
        raise Unsupported
    freq = getattr(index, "freq", None) if kind in (pd.DatetimeIndex, pd.TimedeltaIndex) else None
    return "index", array, scalar_parts(index.name), None if freq is None else frequency(freq)


def index_class(parts: Any) -> Any:
    """The class of the index that is made of these parts."""
    if type(parts) is tuple and len(parts) > 1:
        if parts[0] in ("range", "multi"):
            return pd.RangeIndex if parts[0] == "range" else pd.MultiIndex
        array = parts[1]
        if parts[0] == "index" and type(array) is tuple and len(array) > 1 and type(array[0]) is str:
            if array[0] == "array" and type(array[1]) is np.ndarray:
                return {"M": pd.DatetimeIndex, "m": pd.TimedeltaIndex}.get(array[1].dtype.kind, pd.Index)
            return KINDS_OF_INDEX.get(array[0], pd.Index)
    raise WireError("an index is malformed")


KINDS_OF_INDEX: dict[str, type] = {
    "zoned": pd.DatetimeIndex,
    "category": pd.CategoricalIndex,
    "period": pd.PeriodIndex,
    "interval": pd.IntervalIndex,
}


def frequency(freq: Any) -> str:
    text = freq.freqstr
    if not FREQUENCY.fullmatch(text) or to_offset(text) != freq:
        raise Unsupported
    return text


def period_frequency(dtype: Any) -> str:
    text = dtype.name.removeprefix("period[").removesuffix("]")
    if not FREQUENCY.fullmatch(text):
        raise Unsupported
    return text


def zone_parts(zone: Any) -> Any:
    """A time zone: as it is, or of pytz by its name."""
    if zone is None or crosses(zone):
        return zone
    if type(zone).__module__.partition(".")[0] == "pytz" and ZONE.fullmatch(str(zone)):
        return str(zone)
    raise Unsupported


def scalar_parts(value: Any) -> tuple:
    """The parts of a single value, which may be the name of something."""
    kind = type(value)
    if value is pd.NA or value is pd.NaT:
        return "missing", "NA" if value is pd.NA else "NaT"
    if kind is pd.Timestamp:
        naive = value if value.tz is None else value.tz_convert("UTC").tz_localize(None)
        return "timestamp", naive.to_datetime64(), zone_parts(value.tz), value.fold
    if kind is pd.Timedelta:
        return "timedelta", value.to_timedelta64()
    if kind is pd.Period:
        return "period", value.ordinal, period_frequency(pd.PeriodDtype(value.freq))
    if kind is pd.Flags:
        return "flags", value.allows_duplicate_labels
    if kind is pd.Interval:
        return "interval", scalar_parts(value.left), scalar_parts(value.right), value.closed
    return "plain", value


def cell_parts(value: Any) -> tuple:
    """The parts of a cell; one that has none crosses, or stays, like any other object."""
    try:
        return scalar_parts(value)
    except Unsupported:
        return "plain", value


def encoded(encoder: Any, part: Any) -> Any:
    """Parts on the wire."""
    kind = type(part)
    if kind is tuple:
        if part and type(part[0]) is str and part[0] == "plain":
            return [Tag.TUPLE, "plain", encoder.encode(part[1])]
        return [Tag.TUPLE, *(encoded(encoder, inner) for inner in part)]
    if isinstance(part, np.ndarray):
        return encoder.plain_array(np.ascontiguousarray(part), 0, True)
    if kind is Cells:
        return [Tag.TUPLE, *(encoded(encoder, cell_parts(cell)) for cell in part.cells)]
    if kind is Texts:
        return [Tag.TUPLE, *(encoder.plain_array(array, 0, True) for array in packed_texts(part.cells))]
    return encoder.encode(part)


def packed_texts(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Strings as bytes one after the other, the length of each, and which are missing, and how."""
    texts = [cell.encode("utf-8", "surrogatepass") if type(cell) is str else b"" for cell in cells]
    lengths = np.array([len(text) for text in texts], np.int64)
    missing = np.array([0 if type(cell) is str else how_missing(cell) for cell in cells], np.uint8)
    return np.frombuffer(b"".join(texts), np.uint8), lengths, missing


def how_missing(cell: Any) -> int:
    return 2 if type(cell) is float else next(place for place, value in enumerate(MISSING, 1) if value is cell)


def facts(part: Any) -> Any:
    """What tells one content from another."""
    kind = type(part)
    if kind is tuple:
        return tuple(map(facts, part))
    if isinstance(part, np.ndarray):
        return part.dtype, part.shape, fingerprint(part)
    if kind is Texts:
        return part.cells.tolist()
    if kind is Cells:
        return [(type(cell), tuple(cell) if type(cell) is list else cell) for cell in part.cells]
    return kind, part
