"""NumPy: scalars, arrays in place, views, dtypes, masks, structured, text and object arrays."""

import numpy as np
import numpy.testing as npt
import pytest
from numbers_numpy import (
    Accumulator,
    Grid,
    Model,
    Normalizer,
    add_bias,
    argmax,
    as_objects,
    as_strings,
    broadcast_sum,
    clip_in_place,
    column,
    confusion,
    count_positive,
    cumulative,
    dot,
    fill_diagonal,
    flat_view,
    gradient_step,
    histogram,
    is_sorted,
    make_dataset,
    masked_mean,
    mean_of,
    normal_sample,
    normalise,
    one_hot,
    outer,
    power_table,
    relu,
    replace_nan,
    rng_sample,
    row_lengths,
    scale_in_place,
    set_row,
    softmax,
    sort_rows,
    structured,
    subarray,
    upper_names,
    where_equal,
    zero_scalar,
)


def test_scalar_result():
    assert mean_of(np.array([1.0, 2.0, 3.0])) == 2.0


def test_scalar_is_a_numpy_float():
    assert isinstance(mean_of(np.array([1.0, 2.0])), np.floating)
    assert mean_of(np.array([1.0])).dtype == np.float64


def test_scalar_is_a_float():
    assert isinstance(mean_of(np.array([1.0, 2.0])), float)


def test_numpy_bool():
    assert is_sorted(np.array([1, 2, 3]))
    assert not is_sorted(np.array([3, 1]))
    assert is_sorted(np.array([1])) == True


def test_integer_scalar_as_index():
    names = ["a", "b", "c"]
    assert names[argmax(np.array([1, 9, 3]))] == "b"


def test_python_int_expected():
    assert type(count_positive(np.array([1, -1, 2]))) is int


def test_allclose():
    x = np.array([[1.0, 2.0, 3.0]])
    npt.assert_allclose(softmax(x).sum(axis=1), [1.0])
    npt.assert_allclose(softmax(x), softmax(x + 100))


def test_array_equal():
    npt.assert_array_equal(relu(np.array([-1.0, 0.0, 2.0])), [0.0, 0.0, 2.0])


def test_relu_does_not_change_its_argument():
    x = np.array([-1.0, 2.0])
    relu(x)
    npt.assert_array_equal(x, [-1.0, 2.0])


def test_scale_in_place():
    x = np.ones(3)
    assert scale_in_place(x, 5) is None
    npt.assert_array_equal(x, [5, 5, 5])


def test_clip_in_place_through_a_view():
    x = np.arange(10.0)
    clip_in_place(x[::2], 0, 3)
    npt.assert_array_equal(x, [0, 1, 2, 3, 3, 5, 3, 7, 3, 9])


def test_set_row_of_a_matrix():
    m = np.zeros((2, 3))
    set_row(m, 1, 7)
    assert m[1].tolist() == [7, 7, 7]
    assert m[0].sum() == 0


def test_fill_diagonal():
    m = np.zeros((3, 3), dtype=int)
    fill_diagonal(m, 4)
    npt.assert_array_equal(m, 4 * np.eye(3, dtype=int))


def test_view_is_shared():
    m = np.zeros((2, 2))
    view = flat_view(m)
    view[3] = 9
    assert m[1, 1] == 9


def test_view_shares_memory():
    m = np.zeros((2, 2))
    assert np.shares_memory(m, flat_view(m))


def test_column_is_a_copy():
    m = np.array([[1, 2], [3, 4]])
    c = column(m, 0)
    c[0] = 100
    assert m[0, 0] == 1


def test_same_array_is_returned():
    x = np.zeros(3)
    assert normalise(x, copy=False) is x
    assert normalise(x, copy=True) is not x


def test_dtype():
    assert one_hot([0, 2], 3).dtype == np.float32
    assert one_hot([0, 2], 3).shape == (2, 3)


def test_dtype_is_kept():
    assert add_bias(np.ones(2, dtype=np.float32)).dtype == np.float32
    assert add_bias(np.ones(2, dtype=np.int64)).dtype.kind == "i"


def test_integer_division_dtype():
    assert np.issubdtype(cumulative(np.array([1, 2])).dtype, np.integer)


def test_shape_and_ndim():
    result = outer(np.arange(3), np.arange(4))
    assert result.shape == (3, 4)
    assert result.ndim == 2
    assert len(result) == 3


def test_elementwise_comparison_all():
    assert (cumulative(np.array([1, 2, 3])) == np.array([1, 3, 6])).all()
    assert np.all(cumulative(np.array([1, 2])) == [1, 3])


def test_truth_of_an_array_is_an_error():
    with pytest.raises(ValueError):
        if cumulative(np.array([1, 2])) == np.array([1, 3]):
            pass


def test_approx_of_an_array():
    assert broadcast_sum(np.array([0.1, 0.2])) == pytest.approx(np.array([[0.2, 0.3], [0.3, 0.4]]))


def test_dot_mismatch_raises():
    with pytest.raises(ValueError):
        dot(np.ones((2, 3)), np.ones((2, 3)))


def test_dot_value():
    assert dot(np.array([1, 2]), np.array([3, 4])) == 11


def test_nan_is_replaced_in_a_copy():
    x = np.array([1.0, np.nan])
    npt.assert_array_equal(replace_nan(x, 0), [1.0, 0.0])
    assert np.isnan(x[1])


def test_nan_equals_nan_for_numpy_testing():
    npt.assert_array_equal(replace_nan(np.array([np.nan]), np.nan), [np.nan])


def test_sort_rows_in_place():
    m = np.array([[3, 1, 2], [9, 8, 7]])
    sort_rows(m)
    npt.assert_array_equal(m, [[1, 2, 3], [7, 8, 9]])


def test_tuple_of_arrays():
    counts, edges = histogram(np.array([1, 1, 2, 5]), 2)
    npt.assert_array_equal(counts, [3, 1])
    npt.assert_allclose(edges, [1, 3, 5])


def test_dict_of_arrays():
    data = make_dataset(4)
    assert set(data) == {"x", "y"}
    npt.assert_array_equal(data["y"], data["x"] ** 2)


def test_dict_of_arrays_is_changed():
    data = {"w": np.ones(2), "b": np.zeros(1)}
    gradient_step(data, {"w": np.full(2, 0.5), "b": np.ones(1)}, lr=0.1)
    npt.assert_allclose(data["w"], [0.95, 0.95])
    npt.assert_allclose(data["b"], [-0.1])


def test_list_of_arrays_of_different_lengths():
    assert row_lengths([np.zeros(2), np.zeros(5), np.zeros(0)]) == [2, 5, 0]


def test_confusion_matrix():
    matrix = confusion(np.array([0, 1, 1]), np.array([0, 1, 0]), 2)
    npt.assert_array_equal(matrix, [[1, 1], [0, 1]])
    assert np.trace(matrix) == 2


def test_masked_array():
    x = np.ma.masked_array([1.0, 2.0, 30.0], mask=[False, False, True])
    assert masked_mean(x) == 1.5


def test_masked_array_result():
    result = where_equal(np.array([1, 0, 1]), 0)
    assert isinstance(result, np.ma.MaskedArray)
    assert result.mask.tolist() == [False, True, False]


def test_structured_array():
    people = structured([("ann", 20), ("bob", 30)])
    assert people.dtype.names == ("name", "age")
    assert people["age"].mean() == 25
    assert people[0]["name"] == "ann"


def test_text_array():
    assert as_strings([1, 22]).tolist() == ["1", "22"]
    assert as_strings([1, 22]).dtype.kind == "U"


def test_text_array_as_argument():
    npt.assert_array_equal(upper_names(np.array(["ab", "c"])), np.array(["AB", "C"]))


def test_object_array():
    result = as_objects([1, "a", None])
    assert result.dtype == object
    assert result[2] is None


def test_complex_array():
    x = np.array([1 + 1j, 2])
    assert power_table(x, 2)[1, 0] == 2j


def test_zero_dimensional():
    result = zero_scalar()
    assert result.shape == ()
    assert float(result) == 0.0
    assert result.item() == 0


def test_empty_array():
    assert subarray(np.arange(5), 5).size == 0
    assert subarray(np.arange(5), 2).tolist() == [2, 3, 4]


def test_boolean_mask_of_a_result():
    result = cumulative(np.array([1, -5, 2]))
    assert result[result < 0].tolist() == [-4, -2]


def test_fortran_order_argument():
    m = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    set_row(m, 0, -1)
    assert m[0].tolist() == [-1, -1, -1]
    assert m[1].tolist() == [3, 4, 5]


def test_read_only_argument():
    x = np.ones(3)
    x.flags.writeable = False
    with pytest.raises(ValueError):
        scale_in_place(x, 2)


def test_uint8_wraps():
    x = np.array([250], dtype=np.uint8)
    scale_in_place(x, np.uint8(2))
    assert x[0] == 244


def test_seeded_by_the_global_generator():
    np.random.seed(0)
    a = normal_sample(3)
    np.random.seed(0)
    npt.assert_array_equal(a, np.random.normal(size=3))


def test_generator_as_argument():
    rng = np.random.default_rng(5)
    npt.assert_array_equal(rng_sample(rng, 4), np.random.default_rng(5).integers(0, 10, 4))


def test_generator_moves_on():
    rng = np.random.default_rng(5)
    a, b = rng_sample(rng, 4), rng_sample(rng, 4)
    expected = np.random.default_rng(5)
    npt.assert_array_equal(np.stack([a, b]), [expected.integers(0, 10, 4), expected.integers(0, 10, 4)])


def test_attribute_array_in_place():
    model = Model(2)
    model.w[0] = 3.0
    model.w += 1
    assert model.predict(np.array([1.0, 1.0])) == 5.0


def test_attribute_array_is_replaced():
    model = Model(2)
    model.w = np.array([2.0, 0.0])
    assert model.predict(np.array([4.0, 1.0])) == 8.0


def test_numerical_gradient_by_the_test():
    model, x, h = Model(3), np.array([1.0, 2.0, 3.0]), 1e-6
    numeric = np.zeros(3)
    for i in range(3):
        model.w[i] += h
        up = model.predict(x)
        model.w[i] -= 2 * h
        numeric[i] = (up - model.predict(x)) / (2 * h)
        model.w[i] += h
    npt.assert_allclose(model.gradient(x), numeric, rtol=1e-5)


def test_array_attribute_holds_what_the_test_gave():
    weights = np.zeros(2)
    model = Model(2, weights)
    weights[:] = 1
    assert model.predict(np.array([2.0, 3.0])) == 5.0


def test_normalizer_fit_and_transform():
    x = np.array([[1.0, 10.0], [3.0, 30.0]])
    normalizer = Normalizer().fit(x)
    npt.assert_allclose(normalizer.mean_, [2, 20])
    npt.assert_allclose(normalizer.transform(x).std(axis=0), [1, 1])


def test_accumulator_returns_a_running_array():
    accumulator = Accumulator(2)
    for x in ([1, 2], [3, 4]):
        accumulator.add(np.array(x, dtype=float))
    npt.assert_array_equal(accumulator.total, [4, 6])
    assert accumulator.n == 2


def test_array_protocol_of_an_object():
    grid = Grid(2)
    npt.assert_array_equal(np.asarray(grid), [[0, 1], [2, 3]])
    assert np.sum(np.asarray(grid)) == 6
