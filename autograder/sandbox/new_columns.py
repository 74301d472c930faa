"""Columns and indices of pandas, put together of parts that columns.py has taken apart on the other side.

The parts may be anything. What these functions raise, whatever it is, is a WireError of the caller.
"""

import datetime
import zoneinfo
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from autograder.sandbox.columns import FREQUENCY, MASKED, MISSING, index_class
from autograder.sandbox.values import ZONE

MAX_TEXTS = 5_000_000
MAX_ROWS = 1 << 28  # of a range
CLOSED = ("left", "right", "both", "neither")


def texts(packed: Any) -> np.ndarray:
    if type(packed) is not tuple or len(packed) != 3:
        raise ValueError("no texts")
    block, lengths, missing = (flat(array) for array in packed)
    if (block.dtype, lengths.dtype, missing.dtype) != (np.uint8, np.int64, np.uint8) or len(lengths) > MAX_TEXTS:
        raise ValueError("no texts")
    if lengths.shape != missing.shape or (len(lengths) and (lengths.min() < 0 or missing.max() > len(MISSING))):
        raise ValueError("no texts")
    ends = np.cumsum(np.minimum(lengths, len(block) + 1)).tolist()
    if (ends[-1] if ends else 0) != len(block):
        raise ValueError("no texts")
    content, made = block.tobytes(), np.empty(len(ends), object)
    for place, (start, end, how) in enumerate(zip([0, *ends], ends, missing.tolist(), strict=False)):
        made[place] = MISSING[how - 1] if how else content[start:end].decode("utf-8", "surrogatepass")
    return made


def flat(array: Any) -> np.ndarray:
    if type(array) is not np.ndarray or array.ndim != 1:
        raise ValueError("no column")
    return array


def new_objects(cells: tuple) -> np.ndarray:
    if type(cells) is not tuple:
        raise ValueError("no cells")
    made = np.empty(len(cells), object)
    for place, cell in enumerate(cells):
        made[place] = new_cell(cell)
    return made


def new_strings(storage: str, is_nan: bool, packed: Any) -> Any:
    if storage not in ("python", "pyarrow") or type(is_nan) is not bool:
        raise ValueError("no strings")
    return pd.array(texts(packed), dtype=pd.StringDtype(storage, na_value=np.nan if is_nan else pd.NA))


def new_category(codes: Any, categories: Any, ordered: bool) -> Any:
    return pd.Categorical.from_codes(flat(codes), new_index(categories), ordered=bool(ordered))


def new_zoned(array: Any, zone: Any) -> Any:
    made = pd.DatetimeIndex(flat(array)).tz_localize("UTC").tz_convert(new_zone(zone))
    return made.array


def new_zone(zone: Any) -> Any:
    if type(zone) is str and ZONE.fullmatch(zone):
        import pytz  # older versions of pandas have it

        return pytz.timezone(zone)
    if type(zone) not in (datetime.timezone, zoneinfo.ZoneInfo):
        raise ValueError("no time zone")
    return zone


def new_masked(name: str, data: Any, mask: Any) -> Any:
    expected = np.dtype(bool if name == "boolean" else name.lower())
    if flat(data).dtype != expected or flat(mask).dtype != bool:
        raise ValueError("no column with missing values")
    return MASKED[name](data, mask, copy=False)


def new_period(freq: str, ordinals: Any) -> Any:
    if not FREQUENCY.fullmatch(freq) or flat(ordinals).dtype != np.int64:
        raise ValueError("no periods")
    return pd.arrays.PeriodArray(ordinals, dtype=pd.PeriodDtype(freq))


def new_interval(left: Any, right: Any, closed: str) -> Any:
    return pd.arrays.IntervalArray.from_arrays(new_index(left), new_index(right), closed=closed)


def new_plain_array(array: Any) -> np.ndarray:
    return flat(array)


COLUMNS: dict[str, Callable] = {
    "array": new_plain_array,
    "objects": new_objects,
    "texts": texts,
    "strings": new_strings,
    "category": new_category,
    "zoned": new_zoned,
    "masked": new_masked,
    "period": new_period,
    "interval": new_interval,
}


def new_column(parts: Any) -> Any:
    """The array of these parts."""
    if type(parts) is not tuple:
        raise ValueError("no column")
    return COLUMNS[parts[0]](*parts[1:])


def column(array: Any, index: pd.Index) -> pd.Series:
    """A column of exactly this array: its type is not guessed again."""
    return pd.Series(array, index=index, dtype=array.dtype, copy=False)


def new_index(parts: Any) -> pd.Index:
    kind = index_class(parts)
    if kind is pd.RangeIndex:
        _, start, stop, step, name = parts
        if not all(type(number) is int for number in (start, stop, step)) or len(range(start, stop, step)) > MAX_ROWS:
            raise ValueError("no range")
        return pd.RangeIndex(start, stop, step, name=new_cell(name))
    if kind is pd.MultiIndex:
        _, levels, codes, names = parts
        return pd.MultiIndex(list(map(new_index, levels)), list(map(flat, codes)), names=list(map(new_cell, names)))
    _, array, name, freq = parts
    made = new_column(array)
    if freq is None:
        return pd.Index(made, dtype=made.dtype, name=new_cell(name), copy=False)
    if type(freq) is not str or not FREQUENCY.fullmatch(freq) or kind not in (pd.DatetimeIndex, pd.TimedeltaIndex):
        raise ValueError("no frequency")
    return kind(made, freq=freq, name=new_cell(name))


def new_cell(parts: Any) -> Any:
    """The single value of these parts."""
    if type(parts) is not tuple or not parts:
        raise ValueError("no cell")
    kind, *rest = parts
    if kind == "plain":
        (value,) = rest
        return value
    return CELLS[kind](*rest)


def new_timestamp(moment: Any, zone: Any, fold: Any) -> pd.Timestamp:
    if type(moment) is not np.datetime64 or fold not in (0, 1):
        raise ValueError("no time")
    made = pd.Timestamp(moment)
    return made if zone is None else made.tz_localize("UTC").tz_convert(new_zone(zone))


def new_timedelta(length: Any) -> pd.Timedelta:
    if type(length) is not np.timedelta64:
        raise ValueError("no duration")
    return pd.Timedelta(length)


def new_single_period(ordinal: Any, freq: Any) -> pd.Period:
    if type(ordinal) is not int or not FREQUENCY.fullmatch(freq):
        raise ValueError("no period")
    return pd.Period(ordinal=ordinal, freq=freq)


def new_single_interval(left: Any, right: Any, closed: Any) -> pd.Interval:
    if closed not in CLOSED:
        raise ValueError("no interval")
    return pd.Interval(new_cell(left), new_cell(right), closed)


def new_flags(allows_duplicate_labels: Any) -> Any:
    """Flags of no table: of one that the suite has only by name they are compared."""
    return pd.Flags(pd.DataFrame(), allows_duplicate_labels=bool(allows_duplicate_labels))


CELLS: dict[str, Callable] = {
    "flags": new_flags,
    "missing": {"NA": pd.NA, "NaT": pd.NaT}.__getitem__,
    "timestamp": new_timestamp,
    "timedelta": new_timedelta,
    "period": new_single_period,
    "interval": new_single_interval,
}
