"""The comparisons take tensors where they take arrays, on either side."""

import numpy as np
import pytest

from autograder.compare import Mismatch, assert_close, assert_finite, assert_same, assert_unchanged

torch = pytest.importorskip("torch")


def message(check, *args, **kwargs):
    with pytest.raises(Mismatch) as caught:
        check(*args, **kwargs)
    return str(caught.value)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64], ids=str)
def test_a_tensor_is_compared_like_an_array(dtype):
    value = torch.tensor([[1.0, 2.0], [3.0, 4.5]], dtype=dtype)
    assert_close(value, [[1.0, 2.0], [3.0, 4.5]])
    assert_close([[1.0, 2.0], [3.0, 4.5]], value)
    assert "differs in 1 of 4 entries" in message(assert_close, value, [[1.0, 2.0], [3.0, 5.0]])


def test_parameters_and_tensors_with_a_graph_are_compared_by_their_content():
    weight = torch.nn.Parameter(torch.ones(2, 3))
    assert_close(weight, np.ones((2, 3)))
    assert_close(weight * 2, np.full((2, 3), 2.0))
    assert_close((weight * 2).t(), torch.full((3, 2), 2.0))


def test_a_tensor_of_one_number_is_a_number():
    assert_close(torch.tensor(0.5), 0.5)
    assert_close([torch.tensor(0.5), torch.tensor(1.0)], [0.5, 1.0])


def test_complex_tensors_that_are_conjugated_lazily_are_compared_by_what_they_stand_for():
    assert_close(torch.tensor([1 + 2j]).conj(), [1 - 2j])


def test_labels_must_be_integers_where_integers_are_asked_for():
    assert_same(torch.tensor([1, 2]), np.array([1, 2]))
    assert "dtype float32" in message(assert_same, torch.tensor([1.0, 2.0]), np.array([1, 2]))


def test_nan_in_a_tensor_is_named():
    assert "1 NaN among 2" in message(assert_finite, torch.tensor([1.0, float("nan")]))


def test_a_change_of_a_tensor_in_place_is_named():
    before, after = torch.ones(3), torch.ones(3)
    assert_unchanged(before, after)
    assert "was changed in 1 of 3" in message(assert_unchanged, before, after.index_fill(0, torch.tensor([1]), 7.0))


class Derived(torch.Tensor):
    """Claims to equal anything."""

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return torch.ones(2)


@pytest.mark.parametrize(
    "value",
    [torch.ones(2).as_subclass(Derived), torch.eye(2).to_sparse(), torch.empty(2, device="meta")],
    ids=["derived", "sparse", "meta"],
)
def test_tensors_of_other_kinds_are_refused_by_their_type(value):
    assert "is of type" in message(assert_close, value, [1.0, 1.0])
