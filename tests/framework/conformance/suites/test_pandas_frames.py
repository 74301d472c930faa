import numpy as np
import pytest

pd = pytest.importorskip("pandas")

import pandas_frames as work  # noqa: E402
from pandas.testing import assert_frame_equal, assert_series_equal  # noqa: E402


@pytest.fixture
def groups():
    return pd.DataFrame({"group": ["u", "v", "u"], "value": [1.0, 2.0, 3.0]})


@pytest.fixture
def shop():
    return pd.DataFrame({"price": [2, 5], "count": [3, 1]}, index=["tea", "milk"])


def test_rows(groups):
    assert work.n_rows(groups) == 3


def test_grouped_means(groups):
    assert_series_equal(work.means(groups), groups.groupby("group")["value"].mean())


def test_value_of_a_group(groups):
    assert work.means(groups)["u"] == 2.0


def test_summary(groups):
    expected = pd.DataFrame({"mean": [2.0, 2.0], "max": [3.0, 2.0]}, index=pd.Index(["u", "v"], name="group"))
    assert_frame_equal(work.summary(groups), expected)


def test_column_is_added_in_place(shop):
    assert work.add_total(shop) is None
    assert shop["total"].tolist() == [6, 5]


def test_frame_is_left_alone(shop):
    before = shop.copy()
    result = work.with_total(shop)
    assert_frame_equal(shop, before)
    assert result.loc["tea", "total"] == 6


def test_filter():
    people = pd.DataFrame({"name": ["a", "b", "c"], "age": [17, 18, 40]})
    assert_frame_equal(work.adults(people), pd.DataFrame({"name": ["b", "c"], "age": [18, 40]}))


def test_fill_missing():
    assert_series_equal(work.fill_missing(pd.Series([1.0, np.nan, 3.0])), pd.Series([1.0, 2.0, 3.0]))


def test_result_is_a_frame():
    frame = work.make_frame(["a", "b"], [1, 2])
    assert isinstance(frame, pd.DataFrame)
    assert list(frame.columns) == ["name", "value"]
    assert frame.shape == (2, 2)


def test_iloc_and_loc():
    frame = work.make_frame(["a", "b"], [1, 2])
    assert frame.iloc[1]["name"] == "b"
    assert frame.loc[frame["value"] > 1, "name"].tolist() == ["b"]


def test_dtypes():
    frame = work.make_frame(["a"], [1.5])
    assert frame["value"].dtype == np.float64


def test_top():
    frame = pd.DataFrame({"x": [3, 9, 5]})
    assert work.top(frame, "x", 2).index.tolist() == [1, 2]


def test_left_join():
    left, right = pd.DataFrame({"id": [1, 2], "a": ["x", "y"]}), pd.DataFrame({"id": [1], "b": [7.0]})
    result = work.join(left, right)
    assert len(result) == 2
    assert np.isnan(result["b"][1])


def test_pivot():
    sales = pd.DataFrame({"city": ["A", "A", "B"], "year": [1, 1, 2], "sales": [10, 20, 5]})
    table = work.pivot(sales)
    assert table.loc["A", 1] == 30
    assert table.index.name == "city"


def test_apply_a_function_of_the_suite():
    assert work.apply_to(pd.Series([1, 2]), lambda x: x * 10).tolist() == [10, 20]


def test_count_values():
    assert work.count_values(pd.Series(["a", "b", "a"])) == {"a": 2, "b": 1}


def test_columns(shop):
    assert work.columns(shop) == ["price", "count"]


def test_drop_duplicates():
    frame = pd.DataFrame({"id": [1, 1, 2], "v": ["a", "b", "c"]})
    assert work.drop_duplicates(frame)["v"].tolist() == ["a", "c"]


def test_dates():
    frame = pd.DataFrame({"date": pd.to_datetime(["2024-01-05", "2024-01-20", "2024-02-01"]), "value": [1, 2, 4]})
    result = work.monthly(frame)
    assert result.tolist() == [3, 4]
    assert result.index[1] == pd.Timestamp("2024-02-01")


def test_read(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,a\n2,b\n")
    assert_frame_equal(work.read(tmp_path / "a.csv"), pd.DataFrame({"x": [1, 2], "y": ["a", "b"]}))


def test_write(tmp_path):
    work.write(pd.DataFrame({"x": [1, 2]}), tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_text() == "x\n1\n2\n"


def test_standardise():
    result = work.standardise(pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [10.0, 20.0, 30.0]}))
    np.testing.assert_allclose(result.to_numpy(), [[-1, -1], [0, 0], [1, 1]])


def test_object_keeps_its_frame(shop):
    data = work.Dataset(shop)
    assert data.shape == (2, 2)
    assert_frame_equal(data.frame, shop)


def test_rename_returns_itself(shop):
    data = work.Dataset(shop).rename(price="cost")
    assert list(data.frame.columns) == ["cost", "count"]
