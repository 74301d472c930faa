"""Tables of pandas: DataFrame and Series in step on both sides, Index and single values by copy.

    [FRAME, position of its class in CLASSES, number of its mirror (0: a copy only), content]
    [FRAME_STATE, content]                                  what a mirrored one has become

The content is made of tuples, each with a word for its kind first: a column is an array, or arrays and what they mean (codes
and categories, data and mask). columns.py takes them apart, new_columns.py puts them together. These modules are loaded only
where pandas is loaded already; see libraries.py.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd

from autograder.sandbox.columns import (
    CELL_TYPES,
    Unsupported,
    encoded,
    facts,
    index_class,
    index_parts,
    scalar_parts,
    series_parts,
)
from autograder.sandbox.mirrors import MIRROR_KINDS, Mirror, Untold
from autograder.sandbox.new_columns import column, new_cell, new_column, new_index
from autograder.sandbox.wire import Tag, WireError

MAX_COLUMNS = 4000  # each is several parts of a message


def frame_parts(value: pd.DataFrame) -> tuple:
    if value.shape[1] > MAX_COLUMNS:
        raise Unsupported
    arrays = [series_parts(value.iloc[:, position].array) for position in range(value.shape[1])]
    return "frame", index_parts(value.index), index_parts(value.columns), tuple(arrays)


def new_frame(index: Any, columns: Any, arrays: Any) -> pd.DataFrame:
    rows, names = new_index(index), new_index(columns)
    if type(arrays) is not tuple or len(arrays) != len(names) or len(arrays) > MAX_COLUMNS:
        raise ValueError("a table of another width")
    series = {position: column(new_column(array), rows) for position, array in enumerate(arrays)}
    made = pd.DataFrame(series, index=rows, copy=False)
    made.columns = names
    return made


def new_series(index: Any, array: Any, name: Any) -> pd.Series:
    made = column(new_column(array), new_index(index))
    made.name = new_cell(name)
    return made


def parts_of(value: Any) -> tuple:
    if type(value) is pd.DataFrame:
        return frame_parts(value)
    if type(value) is pd.Series:
        return "series", index_parts(value.index), series_parts(value.array), scalar_parts(value.name)
    return index_parts(value)


MAKERS: dict[str, Callable] = {"frame": new_frame, "series": new_series}


def build(parts: Any) -> Any:
    """The table or column of these parts.

    Raises:
        WireError: they do not fit together.
    """
    if type(parts) is not tuple or not parts or type(parts[0]) is not str:
        raise WireError("a table is malformed")
    try:
        return MAKERS[parts[0]](*parts[1:]) if parts[0] in MAKERS else new_index(parts)
    except WireError:
        raise
    except Exception as error:  # pandas raises many kinds
        raise WireError("the parts of a table do not fit together") from error


def replace(value: Any, new: Any) -> None:
    """Give a table another content; whoever refers to it sees that."""
    if type(new) is not type(value):
        raise WireError("a table becomes something else")
    value._update_inplace(new)
    if type(value) is pd.Series:
        value.name = new.name


class FrameState:
    """What a mirrored table has become. Its arrays may still be filled."""

    def __init__(self, parts: Any) -> None:
        self.parts = parts

    def fitting(self, value: Any) -> "FrameState":
        """This state for a table of the suite."""
        return self


class FrameMirror(Mirror):
    update_types = (FrameState,)

    def look(self) -> Any:
        try:
            return facts(parts_of(self.value))
        except Unsupported:
            return object()  # different each time: whoever hears of it is told

    def encode(self, encoder: Any) -> list:
        try:
            parts = parts_of(self.value)
        except Unsupported:
            return [Tag.FRAME_STATE, encoder.untold("a table or column of pandas")]
        return [Tag.FRAME_STATE, encoded(encoder, parts)]

    def take(self, new: FrameState, partly: bool = False) -> None:
        if new.parts is None:
            raise Untold("a table or column of pandas")
        replace(self.value, build(new.parts))
        self.state = self.look()

    def remember(self) -> Callable[[], None]:
        content, now = self.value.copy(), self.look()

        def restore() -> None:
            if self.look() != now:
                replace(self.value, content.copy())

        return restore


CLASSES: tuple[type, ...] = (pd.DataFrame, pd.Series)  # and any other position is an index
INDEX = len(CLASSES)
SCALAR = INDEX + 1
INDEX_CLASSES: tuple[type, ...] = (
    *(pd.Index, pd.RangeIndex, pd.MultiIndex, pd.DatetimeIndex, pd.TimedeltaIndex),
    *(pd.CategoricalIndex, pd.PeriodIndex, pd.IntervalIndex),
)
MIRROR_KINDS.update(dict.fromkeys(CLASSES, FrameMirror))


def write_frame(encoder: Any, value: Any) -> list | None:
    """A table or column; None where it has something that does not cross."""
    try:
        parts = parts_of(value)
        facts(parts)
    except Unsupported:
        return None
    number, known = encoder.number_in_step(value)
    if known:
        return [Tag.MIRROR, number]
    return [Tag.FRAME, CLASSES.index(type(value)), number, encoded(encoder, parts)]


def write_index(encoder: Any, value: Any) -> list | None:
    try:
        return [Tag.FRAME, INDEX, 0, encoded(encoder, index_parts(value))]
    except Unsupported:
        return None


def write_scalar(encoder: Any, value: Any) -> list | None:
    try:
        return [Tag.FRAME, SCALAR, 0, encoded(encoder, scalar_parts(value))]
    except Unsupported:
        return None


WRITERS: dict[type, Callable] = {
    **dict.fromkeys(CLASSES, write_frame),
    **dict.fromkeys(INDEX_CLASSES, write_index),
    **dict.fromkeys(CELL_TYPES, write_scalar),
}


def read_frame(decoder: Any, node: list, depth: int) -> Any:
    if len(node) != 3 or type(node[0]) is not int or not 0 <= node[0] <= SCALAR or type(node[1]) is not int:
        raise WireError("a table is malformed")
    position, number = node[:2]
    parts = decoder.decode(node[2], depth)
    if position == SCALAR:
        return checked_cell(parts)
    # The arrays of the message arrive later, so the object is made now and gets its content then.
    if position == INDEX:
        index: Any = object.__new__(index_class(parts))
        decoder.when_filled.append(lambda: fill_index(index, build(parts)))
        return index
    value: Any = pd.DataFrame() if position == 0 else pd.Series([], dtype=float)
    decoder.when_filled.append(lambda: replace(value, build(parts)))
    return decoder.new_array(value, number, True)


def checked_cell(parts: Any) -> Any:
    try:
        return new_cell(parts)
    except WireError:
        raise
    except Exception as error:
        raise WireError("a value of pandas is malformed") from error


def fill_index(value: Any, built: Any) -> None:
    if type(built) is not type(value):
        raise WireError("an index is of another class")
    vars(value).update(vars(built))


def read_state(decoder: Any, node: list, depth: int) -> FrameState:
    if len(node) != 1:
        raise WireError("the state of a table is malformed")
    return FrameState(decoder.decode(node[0], depth))
