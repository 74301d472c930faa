"""Tables of pandas cross by their columns and are kept in step; nothing hostile is made into one."""

from decimal import Decimal

import numpy as np
import pytest
from toys import toy
from wires import across, reply_decoder, request_encoder

from autograder.sandbox.replies import ReplyEncoder
from autograder.sandbox.requests import RequestDecoder
from autograder.sandbox.wire import Tag, WireError
from autograder.sandbox.world import World

pd = pytest.importorskip("pandas")


def arrived(value, by):
    """What becomes of a value on its way: of the suite to the submission, or as the submission's reply."""
    if by == "request":
        encoder = request_encoder()
        return across(encoder.encode(value), encoder.arrays, RequestDecoder(World()))
    encoder = ReplyEncoder(World())
    return across(encoder.encode(value), encoder.arrays, reply_decoder())


COLUMNS = {
    "integers": [1, 2, 3],
    "numbers": [1.5, np.nan, 3],
    "truth": [True, False, True],
    "small": np.array([1, 2, 3], np.int8),
    "texts": ["a", None, "é"],
    "texts as objects": pd.Series(["x", None, float("nan")], dtype=object),
    "objects": pd.Series(["x", 1, Decimal(1)], dtype=object),
    "lists": [[1], [2, 3], (4,)],
    "days": pd.to_datetime(["2024-01-01", "2024-01-03", None]),
    "zoned": pd.date_range("2024", "2025", 3, tz="Europe/Amsterdam"),
    "durations": pd.to_timedelta([1, 2, 3], unit="h"),
    "categories": pd.Categorical(["u", "v", "u"], ordered=True),
    "intervals": pd.cut([1, 2, 3], 2),
    "months": pd.period_range("2024-01", periods=3, freq="M"),
    "nullable integers": pd.array([1, None, 3], dtype="Int64"),
    "nullable truth": pd.array([True, None, False], dtype="boolean"),
    "nullable numbers": pd.array([1.0, None, 3], dtype="Float32"),
    "nullable texts": pd.array(["a", "b", None], dtype="string"),
    "times": pd.Series([pd.Timestamp("2024", tz="UTC"), pd.NaT, pd.Timedelta(3)], dtype=object),
}
TABLE = pd.DataFrame(COLUMNS)
NUMBERS = pd.DataFrame({"g": ["u", "v", "u"], "x": [1, 2, 3]})
TABLES = {
    "all": TABLE,
    "turned": TABLE.T,
    "no rows": TABLE.iloc[:0],
    "no columns": TABLE[[]],
    "nothing": pd.DataFrame(),
    "names that are there twice": pd.DataFrame(np.eye(3), columns=["a", "a", "b"]),
    "names of many types": pd.DataFrame({1: [1], 2.5: [2], "x": [3]}),
    "two levels": TABLE.set_index(["texts", "integers"]),
    "hours": pd.DataFrame({"x": [1, 2, 3]}, index=pd.date_range("2024", periods=3, freq="2h", name="when")),
    "description": TABLE.describe(),
    "counts": pd.crosstab(TABLE["categories"], TABLE["truth"]),
    "means": NUMBERS.groupby("g").mean(),
    "many": pd.DataFrame({"x": ["a", "b"] * 30_000, "y": np.arange(60_000)}),
}
SERIES = {
    **{name: TABLE[name] for name in COLUMNS},
    "mean": NUMBERS.groupby("g")["x"].mean(),
    "counted": NUMBERS["g"].value_counts(),
    "by interval": NUMBERS["x"].groupby(pd.cut(NUMBERS["x"], 2), observed=False).sum(),
    "of a pair": pd.Series([1, 2], name=("a", 1)),
    "empty": pd.Series(dtype=object),
}
INDICES = {
    **{name: TABLE.set_index(name).index for name in COLUMNS if name != "lists"},
    "range": pd.RangeIndex(3, name="q"),
    "names": TABLE.columns,
    "pairs": pd.MultiIndex.from_product([[1, 2], ["a"]], names=["x", None]),
    "ends of months": pd.date_range("2024", periods=4, freq="ME"),
}
SINGLE = [
    *(pd.Timestamp("2024-01-01 10:00", tz="Europe/Amsterdam"), pd.Timestamp("2024"), pd.Timedelta("3h"), pd.NaT, pd.NA),
    *(pd.Period("2024-03", "M"), pd.Interval(1, 2, "left")),
]
both_ways = pytest.mark.parametrize("by", ["request", "reply"])


@both_ways
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_arrives_as_it_was(table, by):
    pd.testing.assert_frame_equal(arrived(table, by), table)


@both_ways
@pytest.mark.parametrize("column", SERIES.values(), ids=SERIES)
def test_a_column_arrives_as_it_was(column, by):
    pd.testing.assert_series_equal(arrived(column, by), column)


@both_ways
@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_an_index_arrives_as_it_was(index, by):
    found = arrived(index, by)
    pd.testing.assert_index_equal(found, index, exact=True)
    assert getattr(found, "freq", None) == getattr(index, "freq", None)


@both_ways
@pytest.mark.parametrize("value", SINGLE, ids=lambda value: type(value).__name__)
def test_a_single_value_arrives_as_it_was(value, by):
    found = arrived(value, by)
    assert type(found) is type(value) and (found is value or found == value)


@both_ways
def test_tables_arrive_within_containers(by):
    first, (second, names) = arrived((TABLE, (NUMBERS, NUMBERS.columns)), by)
    pd.testing.assert_frame_equal(first, TABLE)
    pd.testing.assert_frame_equal(second, NUMBERS)
    pd.testing.assert_index_equal(names, NUMBERS.columns)


def test_what_pandas_has_no_plain_columns_for_stays_with_the_submission():
    sparse = pd.DataFrame({"x": pd.arrays.SparseArray([0, 0, 1])})
    assert ReplyEncoder(World()).encode(sparse)[0] == Tag.HANDLE


# Hostile messages

RANGE = [Tag.TUPLE, "range", 0, 1, 1, [Tag.TUPLE, "plain", None]]
ARRAY = [Tag.ARRAY, 4, [1], 0, True]  # one integer
ONE = [Tag.TUPLE, "array", ARRAY]


def index_of(*column, name=None, freq=None):
    return [Tag.TUPLE, "index", [Tag.TUPLE, *column], [Tag.TUPLE, "plain", name], freq]


def table(*columns, index=RANGE, names=RANGE):
    return [Tag.FRAME, 0, 0, [Tag.TUPLE, "frame", index, names, [Tag.TUPLE, *columns]]]


def series(*column, name=(Tag.TUPLE, "plain", "x")):
    return [Tag.FRAME, 1, 0, [Tag.TUPLE, "series", RANGE, [Tag.TUPLE, *column], list(name)]]


HOSTILE = {
    "nothing": [Tag.FRAME],
    "no class": [Tag.FRAME, 9, 0, RANGE],
    "a table that is a column": [Tag.FRAME, 0, 0, series("array", ARRAY)[3]],
    "a table that is an index": [Tag.FRAME, 0, 0, RANGE],
    "a table of nothing": [Tag.FRAME, 0, 0, None],
    "a table of a list": [Tag.FRAME, 0, 0, [Tag.LIST, "frame"]],
    "a table with an even number": [Tag.FRAME, 0, 2, table(ONE)[3]],
    "a table of other names": table(ONE, ONE),
    "a column of another length": table([Tag.TUPLE, "array", [Tag.ARRAY, 4, [2], 0, True]]),
    "a column that is a table": series("array", [Tag.ARRAY, 4, [1, 1], 0, True]),
    "a column of an object": series("array", [Tag.HANDLE, 3, "", "x", None]),
    "a column of no kind": series("sparse", ARRAY),
    "a column of a kind that is no text": series(1, ARRAY),
    "a range without end": [Tag.FRAME, 2, 0, [Tag.TUPLE, "range", 0, 1 << 62, 1, [Tag.TUPLE, "plain", None]]],
    "a range of text": [Tag.FRAME, 2, 0, [Tag.TUPLE, "range", "0", "1", 1, [Tag.TUPLE, "plain", None]]],
    "a range without step": [Tag.FRAME, 2, 0, [Tag.TUPLE, "range", 0, 1, 0, [Tag.TUPLE, "plain", None]]],
    "codes of no category": series("category", [Tag.ARRAY, 1, [1], 0, True], RANGE, False),
    "a category that is there twice": series(
        *("category", [Tag.ARRAY, 1, [1], 0, True]),
        *(index_of("objects", [Tag.TUPLE, [Tag.TUPLE, "plain", 1], [Tag.TUPLE, "plain", 1]]), False),
    ),
    "a mask of integers": series("masked", "Int64", ARRAY, ARRAY),
    "a masked column of no type": series("masked", "Object", ARRAY, [Tag.ARRAY, 0, [1], 0, True]),
    "strings in no storage": series("strings", "file", True, [Tag.TUPLE, ARRAY, ARRAY, ARRAY]),
    "texts of other bytes": series("texts", [Tag.TUPLE, [Tag.ARRAY, 5, [3], 0, True], ARRAY, [Tag.ARRAY, 5, [1], 0, True]]),
    "a zone that is a file": series("zoned", [Tag.ARRAY, "<M8[ns]", [1], 0, True], "/etc/passwd"),
    "a frequency of words": [Tag.FRAME, 2, 0, index_of("array", [Tag.ARRAY, "<M8[ns]", [1], 0, True], freq="every day!")],
    "a frequency of numbers": [Tag.FRAME, 2, 0, index_of("array", ARRAY, freq="D")],
    "periods of no length": series("period", "x" * 100, ARRAY),
    "intervals without ends": series("interval", RANGE, RANGE, "nowhere"),
    "levels without codes": [Tag.FRAME, 2, 0, [Tag.TUPLE, "multi", [Tag.TUPLE, RANGE], [Tag.TUPLE], [Tag.TUPLE, [Tag.TUPLE]]]],
    "codes beyond their level": [
        *(Tag.FRAME, 2, 0, [Tag.TUPLE, "multi", [Tag.TUPLE, RANGE], [Tag.TUPLE, ARRAY], [Tag.TUPLE, [Tag.TUPLE, "plain", 1]]]),
    ],
    "a name without a hash": series("array", ARRAY, name=(Tag.TUPLE, "plain", [Tag.LIST])),
    "a time of a float": [Tag.FRAME, 3, 0, [Tag.TUPLE, "timestamp", 1.5, None, 0]],
    "a single value of no kind": [Tag.FRAME, 3, 0, [Tag.TUPLE, "function", "print"]],
    "a missing value of no kind": [Tag.FRAME, 3, 0, [Tag.TUPLE, "missing", "DataFrame"]],
}


@pytest.mark.parametrize("node", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_table_is_refused(node):
    decoder, content = reply_decoder(budget=1 << 16), []
    wanted = [part for part in arrays_in(node) if "M8" not in str(part)]
    content = [np.full(part[2], 7, {0: "u1", 1: "i1", 4: "i8", 5: "u1"}[part[1]]) for part in wanted]
    content += [np.full(1, 7, "M8[ns]") for part in arrays_in(node) if "M8" in str(part)]
    with pytest.raises(WireError):
        across(node, content, decoder)
        decoder.adopt_mirrors()


def arrays_in(node):
    if type(node) is not list:
        return []
    if node and node[0] == Tag.ARRAY and len(node) == 5 and type(node[2]) is list:
        return [node]
    return [array for part in node for array in arrays_in(part)]


# As a teacher would write it

SUITE = """
    import numpy as np
    import pandas as pd
    import pytest
    from pandas.testing import assert_frame_equal, assert_index_equal, assert_series_equal
    import modules
    from modules import TABLE

    @pytest.fixture
    def data():
        return pd.DataFrame({"x": [1, 2, 3], "g": ["u", "v", "u"], "d": pd.date_range("2024-01-01", periods=3)})

    def test_argument(data):
        assert modules.rows(data) == 3

    def test_series(data):
        assert_series_equal(modules.means(data), data.groupby("g")["x"].mean())

    def test_wrong_series(data):
        assert_series_equal(modules.sums(data), data.groupby("g")["x"].mean())

    def test_column_is_added_in_place(data):
        modules.add_column(data)
        assert list(data.columns) == ["x", "g", "d", "y"] and data["y"].tolist() == [2, 4, 6]

    def test_column_is_dropped_in_place(data):
        modules.drop(data)
        assert list(data.columns) == ["x", "d"]

    def test_cell_is_written(data):
        modules.write_cell(data)
        assert data.loc[0, "x"] == 100

    def test_argument_must_not_change(data):
        before = data.copy()
        modules.write_cell(data)
        assert_frame_equal(data, before)

    def test_rows_are_sorted_in_place():
        data = pd.DataFrame({"x": [3, 1]})
        modules.sort(data)
        assert data["x"].tolist() == [1, 3] and data.index.tolist() == [1, 0]

    def test_names_are_set_in_place(data):
        modules.name_index(data)
        assert data.index.name == "row"
        column = pd.Series([1, 2], name="old")
        modules.rename(column)
        assert column.name == "new"

    def test_table_is_kept(data):
        assert modules.same(data) is data
        modules.keep(data)
        data["z"] = 1
        assert modules.kept_columns() == ["x", "g", "d", "z"]
        modules.shorten_kept()
        assert data.shape == (1, 4) and modules.kept() is data

    def test_returned_table():
        got, expected = modules.make(), pd.DataFrame({"a": [1, 2], "b": ["x", None]})
        assert_frame_equal(got, expected)
        assert isinstance(got, pd.DataFrame) and got.equals(expected) and (got == expected)["a"].all()

    def test_table_by_name():
        assert_frame_equal(TABLE, pd.DataFrame({"k": [1, 2]}))
        assert TABLE.shape == (2, 1) and isinstance(TABLE, pd.DataFrame) and TABLE["k"].sum() == 3

    def test_parts(data):
        assert_index_equal(modules.names(data), data.columns)
        first, rest = modules.split(data)
        assert len(first) == 1 and len(rest) == 2
        assert_frame_equal(modules.groups(data)["u"], data[data["g"] == "u"])
        assert modules.stamp() == pd.Timestamp("2024-01-01")

    def test_callback(data):
        assert modules.apply(data, lambda row: row["x"] * 2).tolist() == [2, 4, 6]

    def test_exception(data):
        with pytest.raises(KeyError):
            modules.missing(data)

    def test_objects_of_the_submission_in_a_table():
        assert modules.things().loc[0, "t"].n == 3

    @pytest.fixture(scope="module")
    def wide():
        data = pd.DataFrame({"x": [1, 2, 3]})
        modules.keep(data)
        return data

    @pytest.mark.parametrize("run", [1, 2])
    def test_tables_of_a_wider_fixture_are_as_they_were_for_each_test(wide, run):
        assert list(wide.columns) == ["x"]
        modules.add_column(wide)
        assert list(wide.columns) == ["x", "y"]
    """
SUBMISSION = """
    import pandas as pd

    TABLE = pd.DataFrame({"k": [1, 2]})
    KEPT = []

    class Thing:
        n = 3

    def rows(data): return len(data)
    def means(data): return data.groupby("g")["x"].mean()
    def sums(data): return data.groupby("g")["x"].sum()
    def add_column(data): data["y"] = data["x"] * 2
    def drop(data): data.drop(columns=["g"], inplace=True)
    def write_cell(data): data.loc[0, "x"] = 100
    def sort(data): data.sort_values("x", inplace=True)
    def name_index(data): data.index.name = "row"
    def rename(column): column.name = "new"
    def same(value): return value
    def keep(data): KEPT.append(data)
    def kept(): return KEPT[0]
    def kept_columns(): return list(KEPT[0].columns)
    def shorten_kept(): KEPT[0].drop(index=[0, 1], inplace=True)
    def make(): return pd.DataFrame({"a": [1, 2], "b": ["x", None]})
    def names(data): return data.columns
    def split(data): return data.iloc[:1], data.iloc[1:]
    def groups(data): return dict(list(data.groupby("g")))
    def stamp(): return pd.Timestamp("2024-01-01")
    def apply(data, function): return data.apply(function, axis=1)
    def missing(data): return data["nope"]
    def things(): return pd.DataFrame({"t": [Thing()]})
    """


@pytest.mark.slow  # each of its processes imports pandas
def test_tables_are_used_as_in_one_process(tmp_path):
    graded = toy(tmp_path, SUITE, SUBMISSION)
    failed = {name: graded[name].reason or graded[name].staff for name in graded.names() if graded[name].status != "passed"}
    assert list(failed) == ["test_wrong_series", "test_argument_must_not_change"], failed
    assert {graded[name].status for name in failed} == {"failed"}
