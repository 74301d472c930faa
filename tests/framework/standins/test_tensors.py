"""Tensors at the boundary: they cross as they are, and both sides keep in step; in process and sandboxed."""

import types

import numpy as np
import pytest
import torch
from submitted import BOX
from torch import nn

pytest_plugins = ["sandboxes", "torch_sandboxes"]


@pytest.fixture(scope="session")
def sandbox(torch_sandbox):
    return torch_sandbox


DTYPES = (
    (torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16)
    + (torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128)
)  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_tensors_of_every_type_cross_in_both_directions(submission, dtype):
    modules = submission(BOX)
    x = torch.arange(6).reshape(2, 3).to(dtype)
    assert modules.same(x) is x
    assert modules.facts(x) == (False, True, True, (2, 3), str(dtype))
    y = modules.zeros(2, 3, dtype=dtype)
    assert type(y) is torch.Tensor
    assert y.dtype is dtype
    assert y.shape == (2, 3)
    assert not y.any()
    y = modules.apply(torch.clone, x)
    assert y.dtype is dtype and torch.equal(y, x)
    assert modules.dtype(x) is dtype


@pytest.mark.parametrize("bits", [[0.0, -0.0, float("inf"), float("-inf"), 1e-45], [float("nan")]], ids=["edges", "nan"])
def test_content_arrives_to_the_bit(submission, bits):
    x = torch.tensor(bits)
    y = submission(BOX).apply(torch.clone, x)
    assert y.numpy().tobytes() == x.numpy().tobytes()


@pytest.mark.parametrize(
    "x",
    [
        torch.tensor(3.5), torch.zeros(0), torch.zeros(3, 0, 2), torch.arange(12.0).reshape(3, 4).T,
        torch.arange(12.0)[::3], torch.arange(24.0).reshape(2, 3, 4).permute(2, 0, 1), torch.arange(3.0).expand(4, 3),
        torch.tensor([1 + 2j, 3 - 4j]).conj(), torch.tensor([1 + 2j, 3 - 4j]).conj().imag, torch.zeros((1,) * 12),
        torch.ones(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
    ],
    ids=["0-d", "empty", "an empty axis", "transposed", "with steps", "permuted", "expanded", "conjugated", "negated",
         "12 axes", "channels last"],
)  # fmt: skip
def test_tensors_of_every_layout_arrive_with_their_content(submission, x):
    modules = submission(BOX)
    assert modules.shape(x) == x.shape
    assert modules.same(x) is x
    assert torch.equal(modules.twice(x), 2 * x)
    box = modules.Box()
    box.keep(x)
    assert box.x is x and box.total() == x.sum().item()


def test_large_tensors_cross_and_are_kept_in_step(submission):
    modules = submission(BOX)
    x = torch.arange(1 << 20, dtype=torch.float64)
    box = modules.Box()
    box.keep(x)
    assert box.total() == x.sum().item()
    x[12345] = -1
    assert box.total() == x.sum().item()
    before = x.clone()
    box.double()
    assert torch.equal(x, 2 * before)
    assert torch.equal(modules.twice(x), 4 * before)


def test_whether_a_tensor_requires_a_gradient_crosses(submission):
    modules = submission(BOX)
    leaf = torch.ones(2, requires_grad=True)
    assert modules.facts(leaf) == (True, True, True, (2,), "torch.float32")
    assert modules.facts(leaf.detach())[0] is False
    leaf.grad = torch.ones(2)
    assert modules.facts(leaf)[2] is False
    assert modules.same(leaf) is leaf
    made = modules.zeros(2, requires_grad=True)
    assert made.requires_grad
    assert made.is_leaf
    assert made.grad_fn is None
    assert made.grad is None
    assert not modules.zeros(2).requires_grad
    box = modules.Box()
    box.keep(leaf)
    leaf.requires_grad_(False)
    assert modules.facts(box.x)[0] is False
    box.x.requires_grad = True
    assert leaf.requires_grad and modules.facts(leaf)[0] is True


def test_parameters_stay_parameters(submission):
    modules = submission(BOX)
    parameter = nn.Parameter(torch.ones(2))
    assert modules.kind(parameter) == "Parameter" and modules.kind(torch.ones(2)) == "Tensor"
    made = modules.make(nn.Parameter, torch.zeros(3))
    assert type(made) is nn.Parameter
    assert made.requires_grad
    assert made.is_leaf
    frozen = modules.make(nn.Parameter, torch.zeros(3), False)
    assert type(frozen) is nn.Parameter and not frozen.requires_grad
    assert type(modules.make(nn.Linear, 2, 3).weight) is nn.Parameter
    assert type(modules.make(nn.BatchNorm1d, 2).running_mean) is torch.Tensor


def test_tensors_keep_their_identity(submission):
    modules = submission(BOX)
    layer = modules.make(nn.Linear, 2, 3)
    assert layer.weight is layer.weight and next(layer.parameters()) is layer.weight
    assert dict(layer.named_parameters())["weight"] is layer.weight and list(layer.parameters())[1] is layer.bias
    assert layer.weight is not layer.bias and modules.is_same(layer.weight, layer.weight)
    x = torch.ones(2)
    assert modules.is_same(x, x) and not modules.is_same(x, x.clone())
    box = modules.Box()
    box.keep(x)
    assert box.x is x
    assert len({layer.weight, layer.weight, layer.bias}) == 2
    optimizer = modules.make(torch.optim.SGD, layer.parameters(), 0.1)
    assert optimizer.param_groups[0]["params"][0] is layer.weight


def test_parameters_are_recognised_by_their_id(submission):
    modules = submission(BOX)
    layers = modules.make(nn.Sequential, *[modules.make(nn.Linear, 2, 2) for _ in range(20)])
    ids = [id(parameter) for parameter in layers.parameters()]
    optimizer = modules.make(torch.optim.SGD, layers.parameters(), 0.1)
    assert len(set(ids)) == 40
    assert [id(parameter) for parameter in optimizer.param_groups[0]["params"]] == ids
    assert [id(parameter) for _, parameter in layers.named_parameters()] == ids


# Kept in step


def test_what_either_side_writes_into_a_tensor_is_seen_by_the_other(submission):
    box, x = submission(BOX).Box(), torch.arange(3.0)
    box.keep(x)
    x[0] = 100
    assert box.total() == 103 and box.x is x
    box.double()
    assert x.tolist() == [200, 2, 4]
    box.x[1] = 0
    assert x[1] == 0 and box.total() == 204
    box.replace()
    assert x.tolist() == [200, 0, 4] and box.x.tolist() == [9, 9, 9]


WRITES = [
    "w[...] = 7", "w += 1", "w *= -2", "w.T[0] = 5", "w[1:, ::2] = 3", "w.view(-1)[3] = 9", "w.fill_(2)", "w[w > 3] = 0",
    "w.copy_(torch.eye(3))", "w.zero_()", "w.data[0] = 1", "w.data = w.data * 2", "w.data.sub_(w.data)",
    "w.data = torch.eye(3)",
    "w.detach()[0, 0] = 4", "w.numpy()[1, 1] = 4", "np.add(w.numpy(), 1, out=w.numpy())", "w.mul_(0.5)", "w[0, 0] = -0.0",
    "w[0, 0] = float('nan')", "w.view(torch.int64)[0, 0] = 1", "torch.add(w, 1, out=w)", "w.swapaxes(0, 1).clamp_(2, 5)",
    "box.x = w * 2", "box.x -= 0.5 * w", "nn.init.constant_(w, 3)", "w.index_fill_(0, torch.tensor([0]), -1)", "w.t_()",
    "w.resize_(2, 2)", "w.data = w.data.float()", "w.set_(torch.ones(2).double())", "w.normal_(generator=generator)",
    "w[0], w[1] = 5, 6",
]  # fmt: skip


@pytest.mark.parametrize("write", WRITES)
def test_every_way_to_write_into_a_tensor_reaches_the_submission(submission, write):
    modules = submission("""
        import torch
        class Box:
            def __init__(self): self.x = torch.tensor([[5.0, 1, 4], [2, 8, 0], [3, 7, 6]], dtype=torch.float64)
            def digest(self): return str(self.x.dtype), tuple(self.x.shape), self.x.contiguous().numpy().tobytes()
    """)
    names = {"np": np, "torch": torch, "nn": nn}
    box = modules.Box()
    exec(write, {**names, "w": box.x, "box": box, "generator": torch.Generator().manual_seed(1)})
    expected = types.SimpleNamespace(x=torch.tensor([[5.0, 1, 4], [2, 8, 0], [3, 7, 6]], dtype=torch.float64))
    exec(write, {**names, "w": expected.x, "box": expected, "generator": torch.Generator().manual_seed(1)})
    x = expected.x.contiguous()
    assert box.digest() == (str(x.dtype), tuple(x.shape), x.numpy().tobytes())
    assert (box.x.dtype, box.x.shape) == (x.dtype, x.shape)


def test_an_argument_changed_during_the_call_is_changed_here(submission):
    modules = submission(BOX)
    x = torch.zeros(2, 3)
    modules.add_one(x)
    assert (x == 1).all()
    modules.add_one(x.T)
    modules.add_one(x[:, 1])
    assert x.tolist() == [[2, 3, 2]] * 2
    parameter = nn.Parameter(torch.zeros(2))
    modules.add_one(parameter)
    assert parameter.tolist() == [1, 1] and parameter.requires_grad
    array = np.zeros(2)
    modules.add_one(torch.from_numpy(array))
    assert array.tolist() == [1, 1]


def test_an_argument_that_is_changed_kept_and_returned_is_changed_here(submission):
    modules = submission("""
        kept = []
        def change(x): x += 1; kept.append(x); return x
        def change_part(x): x[0] = 7; return x[1:]
    """)
    x = torch.zeros(3, dtype=torch.float64)
    assert modules.change(x) is x and x.tolist() == [1, 1, 1]
    assert modules.change_part(x).tolist() == [1, 1] and x.tolist() == [7, 1, 1]
    assert modules.change(x) is x and x.tolist() == [8, 2, 2]


def test_a_tensor_that_is_expanded_cannot_be_written_to(submission):
    x = torch.zeros(1, 3)
    with pytest.raises(RuntimeError):
        submission(BOX).add_one(x.expand(4, 3))
    assert not x.any()


def test_an_in_place_change_of_a_leaf_is_refused_as_ever(submission):
    modules = submission("def scale(x): x *= 2")
    for leaf in (torch.ones(2, requires_grad=True), nn.Parameter(torch.ones(2))):
        with pytest.raises(RuntimeError, match="leaf Variable that requires grad is being used in an in-place operation"):
            modules.scale(leaf)
        assert leaf.tolist() == [1, 1]


def test_two_views_of_one_tensor_bring_their_own_changes(submission):
    box = submission(BOX).Box()
    box.keep(torch.zeros(3, 2))
    first, rest = box.rows()
    first[1] = 1
    rest[0, 1] = 2
    assert box.total() == 3
    assert box.x.tolist() == [[0, 1], [0, 2], [0, 0]]


def test_objects_that_share_a_tensor_share_what_is_written(submission):
    modules = submission(BOX)
    a, b = modules.Box(), modules.Box()
    a.keep(torch.ones(3))
    b.keep(a.x)
    a.x[0] = 5
    assert b.total() == 7 and a.x is b.x
    b.double()
    assert a.x[0] == 10


def test_a_tensor_of_the_submission_may_become_one_of_another_shape_and_type(submission):
    modules = submission(BOX)
    box = modules.Box()
    box.x = modules.zeros(3)
    x = box.x
    box.grow()
    assert x.shape == (2, 4)
    assert x.dtype == torch.float64
    assert box.x is x
    layer = modules.make(nn.Linear, 2, 3)
    weight = layer.weight
    layer.double()
    assert weight.dtype == torch.float64 and layer.weight is weight
    assert layer.half().weight.dtype == torch.float16 and weight.dtype == torch.float16


def test_what_is_written_just_before_the_last_reference_goes_arrives(submission):
    modules = submission(BOX)
    box, x = modules.Box(), torch.zeros(3)
    box.keep(x)
    x[1] = 3
    del x
    assert box.total() == 3
    layer = modules.make(nn.Linear, 2, 3)
    layer.bias.data.fill_(7)
    assert modules.total(layer.bias) == 21


def test_gradients_are_kept_in_step_too(submission):
    modules = submission(BOX)
    box, x = modules.Box(), torch.ones(2, requires_grad=True)
    box.keep(x)
    x.grad = torch.tensor([1.0, 2])
    assert box.grad_total() == 3
    x.grad *= 2
    assert box.grad_total() == 6
    grad = x.grad
    box.set_grad(5.0)
    assert x.grad.tolist() == [5, 5]
    x.grad.zero_()
    assert box.grad_total() == 0
    box.set_grad(None)
    assert x.grad is None
    box.set_grad(1.0)
    x.grad = None
    assert box.grad_total() is None
    assert grad.shape == (2,)
    with pytest.raises(RuntimeError, match=r"size|shape"):
        x.grad = torch.ones(3)


def test_a_tensor_that_is_first_seen_with_its_gradient_has_both(submission):
    modules = submission(BOX)
    box = modules.Box()
    box.x = modules.make(nn.Parameter, torch.tensor([3.0, 4.0]))
    box.set_grad(7.0)
    assert box.x.grad.tolist() == [7, 7] and box.x.tolist() == [3, 4]
    x = torch.tensor([5.0, 6.0], requires_grad=True)
    x.grad = torch.tensor([1.0, 2.0])
    box.keep(x)
    assert box.total() == 11 and box.grad_total() == 3
    linear = modules.make(nn.Linear, 1, 1)
    linear(torch.ones(1, 1)).backward()
    before = linear.bias.item()
    linear.bias.grad = torch.tensor([9.0])
    assert linear.bias.grad.tolist() == [9] and linear.bias.item() == before


def test_gradients_of_the_submissions_own_backward_arrive(submission):
    modules = submission("""
        import torch
        layer = torch.nn.Linear(2, 1)
        def learn(x, times=1):
            for _ in range(times): layer(x).sum().backward()
    """)
    weight, bias = modules.layer.weight, modules.layer.bias
    assert weight.grad is None
    modules.learn(torch.tensor([[1.0, 2.0]]))
    assert weight.grad.tolist() == [[1, 2]] and bias.grad.tolist() == [1]
    modules.learn(torch.tensor([[1.0, 2.0]]), times=2)
    assert weight.grad.tolist() == [[3, 6]] and modules.layer.bias.grad.tolist() == [3]
    x = torch.zeros(1, 2, requires_grad=True)
    modules.learn(x)
    assert torch.equal(x.grad, weight.detach())
    modules.layer.zero_grad()
    assert weight.grad is None and bias.grad is None


# Whose tensors are they


def test_with_copied_arguments_writes_stay_there_and_gradients_come_back(sandboxed):
    modules = sandboxed(BOX)
    sandboxed.keeper.copy_arguments = True
    x = torch.zeros(3)
    modules.add_one(x)
    assert not x.any()
    box = modules.Box()
    box.keep(x)
    x[0] = 5
    assert box.total() == 0, "a copy is not kept in step"
    leaf = torch.ones(2, requires_grad=True)
    modules.add_one(leaf)
    assert leaf.tolist() == [1, 1]
    (3 * modules.twice(leaf)).sum().backward()
    assert leaf.grad.tolist() == [6, 6]
    hidden = leaf * 1
    modules.twice(hidden).sum().backward()
    assert leaf.grad.tolist() == [8, 8]
    layer = modules.make(nn.Linear, 2, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0, 2.0]]))
        layer.bias.zero_()
    assert layer(torch.ones(1, 2)).item() == 3


def test_each_test_finds_tensors_as_the_fixture_left_them(sandboxed):
    modules = sandboxed(BOX)
    with sandboxed.running("module", "fixture"):
        layer = modules.make(nn.Linear, 2, 1)
        nn.init.ones_(layer.weight)
        weight, box, mine = layer.weight, modules.Box(), torch.ones(2)
        box.keep(mine)
        layer(torch.ones(1, 2)).sum().backward()
        out = layer(torch.ones(1, 2))
    for node in ("first", "second"):
        with sandboxed.test(node):
            assert weight.tolist() == [[1, 1]]
            assert layer.weight is weight
            assert weight.grad.tolist() == [[1, 1]]
            assert mine.tolist() == [1, 1]
            assert box.total() == 2
            assert box.x is mine
            assert weight.requires_grad
            mine[0] = 10
            assert box.total() == 11
            out.sum().backward(retain_graph=True)
            assert weight.grad.tolist() == [[2, 2]]
            layer(torch.ones(1, 2)).sum().backward()
            assert weight.grad.tolist() == [[3, 3]]
            weight.requires_grad_(False)
            weight.fill_(7)
            assert modules.total(layer.weight) == 14
