"""Tensors and PyTorch's objects at the boundary; wherever possible the same test in process and sandboxed."""

import copy
import functools
import subprocess
import sys
import types
import warnings

import numpy as np
import pytest
import torch
from torch import nn

from autograder.standins.failures import SubmissionFailure, TrustedValueError

pytest_plugins = ["sandboxes", "torch_sandboxes"]


@pytest.fixture(scope="session")
def sandbox(torch_sandbox):
    return torch_sandbox


BOX = """
    import torch
    from torch import nn

    class Box:
        def keep(self, x): self.x = x
        def double(self):
            with torch.no_grad(): self.x *= 2
        def total(self): return self.x.sum().item()
        def replace(self): self.x = torch.full((3,), 9.0)
        def grow(self): self.x.data = torch.zeros(2, 4, dtype=torch.float64)
        def rows(self): return self.x[0], self.x[1:]
        def set_grad(self, value): self.x.grad = None if value is None else torch.full_like(self.x, value)
        def grad_total(self): return None if self.x.grad is None else self.x.grad.sum().item()

    def same(x): return x
    def kind(x): return type(x).__name__
    def twice(x): return 2 * x
    def total(x): return x.sum().item()
    def shape(x): return x.shape
    def dtype(x): return x.dtype
    def device(x): return x.device
    def facts(x): return x.requires_grad, x.is_leaf, x.grad is None, tuple(x.shape), str(x.dtype)
    def add_one(x):
        with torch.no_grad(): x += 1
    def is_same(a, b): return a is b
    def zeros(*shape, **options): return torch.zeros(*shape, **options)
    def apply(function, x): return function(x)
    def make(kind, *arguments): return kind(*arguments)
"""
DTYPES = (
    (torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16)
    + (torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128)
)  # fmt: skip


# Values


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_tensors_of_every_type_cross_in_both_directions(submission, dtype):
    modules = submission(BOX)
    x = torch.arange(6).reshape(2, 3).to(dtype)
    assert modules.same(x) is x
    assert modules.facts(x) == (False, True, True, (2, 3), str(dtype))
    y = modules.zeros(2, 3, dtype=dtype)
    assert type(y) is torch.Tensor and y.dtype is dtype and y.shape == (2, 3) and not y.any()
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
    assert made.requires_grad and made.is_leaf and made.grad_fn is None and made.grad is None
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
    assert type(made) is nn.Parameter and made.requires_grad and made.is_leaf
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
    assert x.shape == (2, 4) and x.dtype == torch.float64 and box.x is x
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


# Types, functions and objects of PyTorch


def test_shapes_types_and_devices_are_values(submission):
    modules = submission(
        BOX
        + """
    def settings(): return {"dtype": torch.float64, "shape": torch.Size([2, 3]), "device": torch.device("cpu")}
    TYPES = [torch.float32, torch.int64]
    """
    )
    x = torch.zeros(2, 3)
    assert modules.shape(x) == x.shape == (2, 3) and isinstance(modules.shape(x), tuple)
    assert modules.shape(x).numel() == 6
    assert modules.dtype(x) is torch.float32 and list(modules.TYPES) == [torch.float32, torch.int64]
    assert modules.device(x) == torch.device("cpu") and modules.device(x).type == "cpu"
    found = modules.settings()
    assert found["dtype"] is torch.float64 and found["shape"] == (2, 3) and str(found["device"]) == "cpu"
    y = modules.zeros(x.shape, dtype=torch.int32, device=torch.device("cpu"), layout=torch.strided)
    assert y.shape == (2, 3) and y.dtype is torch.int32
    assert modules.same(torch.device("cuda:1")) == torch.device("cuda", 1)
    assert modules.same([torch.Size([4]), torch.bool]) == [(4,), torch.bool]


@pytest.mark.parametrize(
    "function",
    [torch.relu, torch.tanh, nn.functional.relu, nn.functional.gelu, nn.functional.softplus, torch.exp, torch.sum],
    ids=lambda function: function.__name__,
)
def test_functions_of_libraries_are_arguments(submission, function):
    modules, x = submission(BOX), torch.tensor([-1.0, 0.5, 2.0])
    assert torch.equal(torch.as_tensor(modules.apply(function, x)), torch.as_tensor(function(x)))
    assert np.array_equal(modules.apply(np.tanh, x.numpy()), np.tanh(x.numpy()))


def test_classes_of_torch_are_arguments_and_results(submission):
    modules = submission(
        BOX
        + """
    ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh}
    def optimizer_class(): return torch.optim.Adam
    """
    )
    layer = modules.make(nn.ReLU)
    assert isinstance(layer, nn.ReLU) and not isinstance(layer, nn.Tanh)
    assert layer(torch.tensor([-1.0, 1.0])).tolist() == [0, 1]
    assert modules.ACTIVATIONS["relu"] is nn.ReLU
    assert modules.optimizer_class() is torch.optim.Adam
    loss = modules.make(nn.CrossEntropyLoss)
    x, y = torch.tensor([[1.0, 2.0]]), torch.tensor([1])
    assert torch.equal(loss(x, y), nn.functional.cross_entropy(x, y))
    assert torch.equal(modules.make(torch.ones, 2), torch.ones(2))
    assert isinstance(modules.make(nn.Sequential, layer, modules.make(nn.Linear, 2, 2))[1], nn.Linear)


def test_modules_optimizers_and_schedulers_are_instances_of_their_classes(submission):
    modules = submission("""
        import torch
        from torch import nn
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.linear, self.act = nn.Linear(2, 3), nn.ReLU()
                self.stack = nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.1))
                self.many = nn.ModuleList([nn.Identity()])
                self.named = nn.ModuleDict({"a": nn.Identity()})
        class Wide(nn.Linear): pass
        class Own(torch.optim.SGD): pass
        class Data(torch.utils.data.Dataset):
            def __len__(self): return 3
            def __getitem__(self, i): return torch.tensor(i), -i
        class Function(torch.autograd.Function): pass
        def tools(net):
            optimizer = Own(net.parameters(), lr=0.1)
            return optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 2)
    """)
    net = modules.Net()
    assert isinstance(net, nn.Module) and isinstance(net, modules.Net) and not isinstance(net, nn.Linear)
    assert isinstance(net.linear, nn.Linear) and isinstance(net.act, nn.ReLU) and not isinstance(net.act, nn.Linear)
    assert isinstance(net.stack, nn.Sequential) and isinstance(net.stack[1], nn.Dropout)
    assert isinstance(net.many, nn.ModuleList) and isinstance(net.named, nn.ModuleDict)
    assert isinstance(net.named["a"], nn.Identity) and isinstance(net.named["a"], (nn.Linear, nn.Identity))
    assert isinstance(modules.Wide(1, 2), nn.Linear) and isinstance(modules.Wide(1, 2), modules.Wide)
    assert issubclass(modules.Net, nn.Module) and issubclass(modules.Wide, nn.Linear) and issubclass(modules.Wide, nn.Module)
    assert not issubclass(modules.Net, nn.Linear) and issubclass(modules.Wide, modules.Wide)
    assert issubclass(modules.Function, torch.autograd.Function) and issubclass(modules.Own, torch.optim.Optimizer)
    optimizer, scheduler = modules.tools(net)
    assert isinstance(optimizer, torch.optim.Optimizer) and isinstance(optimizer, torch.optim.SGD)
    assert not isinstance(optimizer, torch.optim.Adam)
    assert isinstance(scheduler, torch.optim.lr_scheduler.StepLR) and isinstance(
        scheduler, torch.optim.lr_scheduler.LRScheduler
    )
    assert isinstance(modules.Data(), torch.utils.data.Dataset) and not isinstance(modules.Data(), nn.Module)
    assert [name for name, module in net.named_modules() if isinstance(module, nn.Linear)] == ["linear", "stack.0"]
    assert not isinstance(net, torch.Tensor) and not isinstance(torch.ones(1), modules.Net)


def test_lists_tuples_and_dicts_of_tensors_cross(submission):
    modules = submission("""
        import torch
        X = torch.arange(3.0)
        def several(): return [X, 2 * X], (X, 1, "a", None)
        def named(): return {"x": X, "sizes": torch.Size([1, 2]), "n": torch.tensor(3), "parts": [X, X + 1]}
        def total(parts): return sum(part.sum().item() for part in parts)
        def total_of(named): return sum(part.sum().item() for part in named.values())
        def is_x(named): return named["x"] is X and named["parts"][0] is X
        def change(parts): parts[0][0] = 5
    """)
    (x, double), rest = modules.several()
    assert torch.equal(double, 2 * x) and rest[0] is x and rest[1:] == (1, "a", None)
    named = modules.named()
    assert named["x"] is x and named["n"] == 3 and named["n"].item() == 3 and named["parts"][1].tolist() == [1, 2, 3]
    assert modules.total([x, double]) == 9 and modules.total((torch.ones(2), torch.tensor(3))) == 5
    assert modules.total_of({"a": torch.ones(2), "b": torch.zeros(1)}) == 2
    assert modules.is_x({"x": x, "parts": (x, 1)})
    mine = torch.zeros(2)
    modules.change([mine])
    assert mine.tolist() == [5, 0]


def test_states_are_read_copied_and_loaded(submission):
    modules = submission(BOX)
    torch.manual_seed(0)
    a, b = modules.make(nn.Linear, 2, 3), modules.make(nn.Linear, 2, 3)
    assert list(a.state_dict()) == ["weight", "bias"] and a.state_dict()["weight"].shape == (3, 2)
    before = {name: value.clone() for name, value in a.state_dict().items()}
    kept = copy.deepcopy(a.state_dict())
    a.load_state_dict(b.state_dict())
    assert torch.equal(a.weight, b.weight) and a.weight is not b.weight
    a.load_state_dict(before)
    assert torch.equal(a.weight, before["weight"]) and not torch.equal(a.weight, b.weight)
    a.state_dict()["bias"].fill_(4)
    assert a.bias.tolist() == [4, 4, 4]
    a.load_state_dict(kept)
    assert torch.equal(a.bias, before["bias"])
    optimizer = modules.make(torch.optim.Adam, a.parameters(), 0.1)
    assert optimizer.state_dict()["param_groups"][0]["lr"] == 0.1


def test_loaders_and_datasets_are_iterated(submission):
    modules = submission("""
        import torch
        from torch.utils.data import DataLoader, TensorDataset
        data = TensorDataset(torch.arange(10.0).reshape(5, 2), torch.arange(5))
        loader = DataLoader(data, batch_size=2)
    """)
    assert len(modules.data) == 5 and len(modules.loader) == 3
    x, y = modules.data[1]
    assert x.tolist() == [2, 3] and y == 1
    batches = [(x, y) for x, y in modules.loader]
    assert [len(y) for _, y in batches] == [2, 2, 1] and batches[2][0].tolist() == [[8, 9]]
    ours = torch.utils.data.DataLoader(modules.data, batch_size=3)
    assert [len(y) for _, y in ours] == [3, 2] and next(iter(ours))[0].tolist() == [[0, 1], [2, 3], [4, 5]]


def test_tools_of_torch_work_on_parameters_of_the_submission(submission):
    layer = submission(BOX).make(nn.Linear, 2, 3)
    vector = nn.utils.parameters_to_vector(layer.parameters())
    assert vector.shape == (9,)
    nn.utils.vector_to_parameters(torch.arange(9.0), layer.parameters())
    assert layer.bias.tolist() == [6, 7, 8] and layer(torch.ones(1, 2)).tolist() == [[7, 12, 17]]
    layer(torch.ones(1, 2)).sum().backward()
    assert nn.utils.clip_grad_norm_(layer.parameters(), 1.0) == 3
    assert torch.allclose(layer.weight.grad, torch.full((3, 2), 1 / 3))
    nn.utils.clip_grad_value_(layer.parameters(), 0.25)
    assert layer.bias.grad.tolist() == [0.25] * 3
    nn.init.zeros_(layer.weight)
    assert sum(parameter.abs().sum() for parameter in layer.parameters()) == 21


def test_numbers_in_tensors_are_compared_and_calculated_with(submission):
    modules = submission("""
        import torch
        def loss(): return torch.tensor(0.25)
        def flags(): return torch.tensor([True, False])
        def classes(): return torch.tensor([2, 0, 1])
    """)
    loss, classes = modules.loss(), modules.classes()
    assert loss == 0.25 and float(loss) == 0.25 and loss.item() < 1 and f"{loss:.2f}" == "0.25" and loss + 1 == 1.25
    assert modules.flags().any() and not modules.flags().all()
    assert torch.eye(3)[classes].tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert (classes == torch.tensor([2, 1, 1])).float().mean() == torch.tensor(2 / 3)
    assert np.asarray(classes).tolist() == [2, 0, 1] and [int(c) for c in classes] == [2, 0, 1]


# Modes and seeds


def test_seeds_set_here_decide_what_is_random_there(submission):
    modules = submission("""
        import random
        import numpy as np
        import torch
        def draw(): return torch.rand(3), np.random.rand(), random.random()
        def init(): return torch.nn.Linear(3, 2).weight
    """)

    def seeded(seed):
        torch.manual_seed(seed)
        np.random.seed(seed)
        import random

        random.seed(seed)
        values, *numbers = modules.draw()
        return [*values.tolist(), *numbers, *modules.init().flatten().tolist()]

    assert seeded(1) == seeded(1) and seeded(1) != seeded(2)
    first = seeded(3)
    modules.draw()
    assert first == seeded(3)
    torch.manual_seed(4)
    expected = nn.Linear(3, 2).weight
    torch.manual_seed(4)
    assert torch.equal(modules.init(), expected)
    torch.manual_seed(5)
    torch.random.manual_seed(4)
    assert torch.equal(modules.init(), expected)


def test_gradient_mode_and_default_type_are_those_of_the_suite(submission):
    modules = submission("""
        import torch
        def modes(): return torch.is_grad_enabled(), torch.get_default_dtype()
        def ones(): return torch.ones(2)
    """)
    assert modules.modes() == (True, torch.float32)
    with torch.no_grad():
        assert modules.modes() == (False, torch.float32)
        with torch.enable_grad():
            assert modules.modes()[0] is True
        assert modules.modes()[0] is False
    with torch.set_grad_enabled(False):
        assert modules.modes()[0] is False
    torch.set_default_dtype(torch.float64)
    try:
        assert modules.modes() == (True, torch.float64) and modules.ones().dtype is torch.float64
    finally:
        torch.set_default_dtype(torch.float32)
    assert modules.modes() == (True, torch.float32) and modules.ones().dtype is torch.float32


def test_a_process_is_made_in_the_mode_in_which_it_is_first_used(submission):
    torch.set_default_dtype(torch.float64)
    try:
        with torch.no_grad():
            modules = submission("import torch\nx = torch.ones(1)\nmodes = [torch.is_grad_enabled()]")
            assert modules.x.dtype is torch.float64 and modules.modes == [False]
    finally:
        torch.set_default_dtype(torch.float32)


# What is refused


class Derived(torch.Tensor):
    """A class of the suite."""


def quantised():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.quantize_per_tensor(torch.zeros(2), 1.0, 0, torch.qint8)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: torch.zeros(2).as_subclass(Derived), "derived from torch.Tensor"),
        (lambda: torch.eye(2).to_sparse(), "sparse"),
        (quantised, "quantised"),
        (lambda: torch.zeros(2, device="meta"), "meta"),
    ],
    ids=["derived", "sparse", "quantised", "meta"],
)
def test_tensors_that_are_not_plain_are_not_passed_to_the_submission(sandboxed, make, words):
    modules = sandboxed(BOX)
    for argument in (make(), [make()], {"x": (1, make())}):
        with pytest.raises(TrustedValueError, match=words):
            modules.same(argument)
    assert modules.same(1) == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("derived", "derived from torch.Tensor"), ("overriding", "derived from torch.Tensor"), ("sparse", "sparse"),
        ("quantised", "quantised"), ("meta", "meta"), ("parameter", "derived from torch.Tensor"),
    ],
)  # fmt: skip
def test_tensors_that_are_not_plain_are_not_taken_from_the_submission(sandboxed, name, words):
    modules = sandboxed("""
        import torch
        class Derived(torch.Tensor): pass
        class Overriding(torch.Tensor):
            @classmethod
            def __torch_function__(cls, function, kinds, arguments=(), keywords=None): return True
        class Parameter(torch.nn.Parameter): pass
        def derived(): return torch.zeros(2).as_subclass(Derived)
        def overriding(): return torch.zeros(2).as_subclass(Overriding)
        def sparse(): return torch.eye(2).to_sparse()
        def quantised(): return torch.quantize_per_tensor(torch.zeros(2), 1.0, 0, torch.qint8)
        def meta(): return torch.zeros(2, device="meta")
        def parameter(): return Parameter(torch.zeros(2))
        def fine(): return torch.ones(1)
    """)
    with pytest.raises(TypeError, match=words) as caught:
        getattr(modules, name)()
    assert not isinstance(caught.value, TrustedValueError)
    assert modules.fine() == 1


def test_what_belongs_to_the_suite_is_refused_with_a_hint(sandboxed):
    modules = sandboxed(BOX)

    class Own(nn.Module):
        pass

    layer = modules.make(nn.Linear, 2, 3)
    for argument, words in [
        (Own, "class|type"), (nn.Linear(2, 2), "Linear"), (Own(), "Own"), (lambda x: x, "lambda"),
        (torch.Generator(), "Generator"),
        (torch.optim.SGD([torch.ones(1)], 0.1), "SGD"), (functools.partial(torch.relu), "partial"),
    ]:  # fmt: skip
        with pytest.raises(TrustedValueError, match=words):
            modules.same(argument)
    with pytest.raises(TrustedValueError, match="pass numbers, strings, arrays"):
        modules.same(nn.Linear(2, 2))
    with pytest.raises(TrustedValueError):
        layer.register_forward_hook(lambda *_: None)
    assert layer(torch.ones(1, 2)).shape == (1, 3)


# Verdicts are made here

LIES = """
    import torch
    torch.Tensor.__eq__ = lambda self, other: torch.tensor(True)
    torch.Tensor.__bool__ = lambda self: True
    torch.Tensor.sum = lambda self, *a, **k: torch.tensor(0.0)
    torch.allclose = torch.equal = lambda *a, **k: True
    torch.testing.assert_close = lambda *a, **k: None
    torch.nn.functional.cross_entropy = lambda *a, **k: torch.tensor(0.0)
    torch.nn.Linear.__instancecheck__ = lambda *a: True
    torch.manual_seed(1)
    def wrong(): return torch.ones(3)
    def five(): return torch.tensor(5.0)
    class Fake(torch.nn.Module):
        __class__ = torch.nn.Linear
    class Always:
        def __eq__(self, other): return True
        def __torch_function__(self, *a, **k): return torch.tensor(True)
    def always(): return Always()
"""


def test_what_a_submission_does_to_torch_changes_no_comparison(sandboxed):
    modules = sandboxed(LIES)
    found, expected = modules.wrong(), torch.zeros(3)
    assert not torch.allclose(found, expected) and not torch.equal(found, expected) and not (found == expected).any()
    with pytest.raises(AssertionError):
        torch.testing.assert_close(found, expected)
    assert modules.five() != 4 and modules.five() == 5 and found.sum() == 3
    assert nn.functional.cross_entropy(torch.zeros(1, 2), torch.tensor([0])) > 0.6


def test_an_object_that_stands_in_for_a_tensor_is_no_tensor(sandboxed):
    modules = sandboxed(LIES)
    always = modules.always()
    for compare in (torch.equal, torch.allclose, torch.testing.assert_close, torch.add):
        with pytest.raises((TypeError, AssertionError)):
            compare(always, torch.zeros(1))
    assert not isinstance(always, torch.Tensor)
    assert always != 5 and always != torch.zeros(1)


# Hostile replies

LIAR = """
    import gc, sys
    import torch
    connection = sys.modules["autograder.sandbox.connection"]
    wire = sys.modules["autograder.sandbox.wire"]
    child = sys.modules["autograder.sandbox.child"]
    world = sys.modules["autograder.sandbox.world"]
    T = wire.Tag
    honest = connection.Connection.send_packed
    F32, I64 = 8, 5

    def servant(): return next(thing for thing in gc.get_objects() if isinstance(thing, child.Servant))

    def reply(value, content=b"", graph=None, updates=(), retained=()):
        "Have this sent in place of the next reply."
        packed = connection.pack([T.LIST, "ok", value, graph, [T.LIST, *updates], [T.LIST, *retained], servant().number])
        frame = connection.HEADER.pack(len(packed), len(content)) + packed + content
        def send(self, packed, arrays):
            connection.Connection.send_packed = honest
            self.socket.sendall(frame)
        connection.Connection.send_packed = send

    def tensor(dtype=F32, shape=(2,), mirror=0, flags=0, grad=None): return [T.TENSOR, dtype, list(shape), mirror, flags, grad]
    def handle(): return servant().world.handle(torch.nn.ReLU())

    weight = torch.nn.Parameter(torch.ones(2))
    def number_of(value): return servant().world.mirror_ids[id(value)]
    def own(): return weight
    def fine(): return torch.ones(1)
"""
LIES_ABOUT_TENSORS = {
    "unknown_type": "reply(tensor(dtype=99), bytes(8))",
    "type_by_name": "reply(tensor(dtype='float32'), bytes(8))",
    "negative_length": "reply(tensor(shape=[-1]))",
    "text_as_shape": "reply([T.TENSOR, F32, 'xx', 0, 0, None])",
    "too_many_axes": "reply(tensor(shape=[1] * 40), bytes(4))",
    "terabytes": "reply(tensor(shape=[1 << 40]))",
    "impossible_shape": "reply(tensor(shape=[0, 1 << 47, 1 << 47]))",
    "too_little_content": "reply(tensor(shape=[4]), bytes(8))",
    "too_much_content": "reply(tensor(shape=[1]), bytes(8))",
    "unknown_flags": "reply(tensor(flags=1 << 20), bytes(8))",
    "negative_flags": "reply(tensor(flags=-1), bytes(8))",
    "too_few_parts": "reply([T.TENSOR, F32, [2], 0], bytes(8))",
    "even_number": "reply(tensor(mirror=12), bytes(8))",
    "text_as_number": "reply(tensor(mirror='3'), bytes(8))",
    "integers_with_a_gradient": "reply(tensor(dtype=I64, flags=1), bytes(16))",
    "gradient_of_another_shape": "reply(tensor(mirror=101, flags=1, grad=tensor(shape=[3])), bytes(20))",
    "gradient_of_another_type": "reply(tensor(mirror=101, flags=1, grad=tensor(dtype=9)), bytes(24))",
    "number_as_gradient": "reply(tensor(mirror=101, flags=1, grad=5), bytes(8))",
    "object_as_gradient": "reply(tensor(mirror=101, flags=1, grad=handle()), bytes(8))",
    "graph_without_a_graph": "reply(tensor(flags=4), bytes(8))",
    "graph_of_nothing": "reply(tensor(flags=4), bytes(8), graph=[T.LIST, handle(), [T.LIST]])",
    "graph_without_an_object": "reply(tensor(flags=4), bytes(8), graph=[T.LIST, 5, [T.LIST, tensor(mirror=101, flags=11)]])",
    "leaves_are_no_list": "reply(tensor(flags=4), bytes(8), graph=[T.LIST, handle(), tensor(mirror=101, flags=11)])",
    "leaf_that_nobody_knows": "reply(tensor(flags=4), bytes(8), graph=[T.LIST, handle(), [T.LIST, [T.MIRROR, 999]]])",
    "leaf_that_is_a_number": "reply(tensor(flags=4), bytes(8), graph=[T.LIST, handle(), [T.LIST, 7]])",
    "leaf_that_is_an_array": "reply(tensor(flags=4), bytes(9), graph=[T.LIST, handle(), [T.LIST, [T.ARRAY, 1, [1], 0, True]]])",
    "leaf_that_is_an_output": "reply(tensor(flags=4), bytes(16), graph=[T.LIST, handle(), [T.LIST, tensor(flags=4)]])",
    "graph_is_a_number": "reply(tensor(flags=4), bytes(8), graph=3)",
    "constant_that_is_unknown": "reply([T.CONSTANT, 10**6])",
    "constant_by_name": "reply([T.CONSTANT, 'Linear'])",
    "device_that_is_unknown": "reply([T.DEVICE, 'no such device'])",
    "device_by_number": "reply([T.DEVICE, 0])",
    "public_name": "reply([T.PUBLIC, 'os', 'system'])",
    "state_as_a_value": "reply([T.TENSOR_STATE, True, 5, 5])",
    "update_of_an_unknown_tensor": "reply(1, bytes(8), updates=[[T.LIST, 999, [T.TENSOR_STATE, False, tensor(), None]]])",
    "update_by_an_array":
        "reply(1, bytes(8), updates=[[T.LIST, number_of(weight), [T.ARRAY, 10, [2], 0, True]]])",
    "update_by_a_number": "reply(1, updates=[[T.LIST, number_of(weight), 5]])",
    "update_by_a_leaf":
        "reply(1, bytes(8), updates=[[T.LIST, number_of(weight), [T.TENSOR_STATE, True, tensor(flags=1), None]]])",
    "update_that_is_malformed": "reply(1, updates=[[T.LIST, number_of(weight), [T.TENSOR_STATE, 'x', None, None]]])",
    "a_tensor_twice": "reply(tensor(mirror=number_of(weight), flags=3), bytes(8))",
    "two_of_one_number": "reply([T.LIST, tensor(mirror=101), tensor(mirror=101)], bytes(16))",
    "retained_tensor_that_was_not_lent": "reply(1, retained=[2])",
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES_ABOUT_TENSORS)
def test_a_process_that_lies_about_tensors_fails_its_test_and_harms_nobody_else(sandboxed, lie):
    modules = sandboxed(LIAR + f"\n    def lie(): {LIES_ABOUT_TENSORS[lie]}\n")
    kept = modules.own()
    with pytest.raises(SubmissionFailure, match="invalid reply"):
        modules.lie()
    with pytest.raises(SubmissionFailure, match="invalid reply"):
        modules.fine()
    assert kept.tolist() == [1, 1] and kept.grad is None
    with sandboxed.test("the next one"):
        assert modules.fine() == 1


def test_an_update_of_another_size_stays_within_the_submissions_own_tensor(sandboxed):
    modules = sandboxed(LIAR + "\n    def keep(x): globals()['x'] = x\n    def swap(): x.data = torch.zeros(9)\n")
    mine = torch.ones(2)
    modules.keep(mine)
    modules.swap()
    assert mine.tolist() == [1, 1], "a tensor of the suite keeps its shape"


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
            assert weight.tolist() == [[1, 1]] and layer.weight is weight and weight.grad.tolist() == [[1, 1]]
            assert mine.tolist() == [1, 1] and box.total() == 2 and box.x is mine and weight.requires_grad
            mine[0] = 10
            assert box.total() == 11
            out.sum().backward(retain_graph=True)
            assert weight.grad.tolist() == [[2, 2]]
            layer(torch.ones(1, 2)).sum().backward()
            assert weight.grad.tolist() == [[3, 3]]
            weight.requires_grad_(False)
            weight.fill_(7)
            assert modules.total(layer.weight) == 14


NUMPY_ONLY = """
import sys
from pathlib import Path
from autograder.assignment import load
from autograder.grading.story import grade
folder = Path(sys.argv[1])
outcome = grade(load(folder), [folder / "sub"], sys.argv[2])
for record in outcome.records:
    print(record.nodeid.rpartition("::")[2], record.status, record.reason, record.staff)
print("torch" in sys.modules)
"""


@pytest.mark.parametrize("mode", ["auto", "off"])
def test_neither_side_loads_torch_where_only_numpy_is_used(tmp_path, mode):
    from toys import write_toy

    suite = """
        import sys
        import numpy as np
        from gradescope_utils.autograder_utils.decorators import weight
        from modules import loaded, twice

        @weight(1)
        def test_there():
            assert twice(np.ones(2)).tolist() == [2, 2] and loaded() == []

        @weight(1)
        def test_here():
            assert [name for name in sys.modules if name.split(".")[0] == "torch"] == []
    """
    source = """
        import sys
        def twice(x): return 2 * x
        def loaded(): return [name for name in sys.modules if name.split(".")[0] == "torch"]
    """
    write_toy(tmp_path, suite, source)
    settings = tmp_path / "assignment.toml"
    settings.write_text(settings.read_text().replace("preload = []", 'preload = ["numpy"]'))
    run = subprocess.run(
        [sys.executable, "-c", NUMPY_ONLY, str(tmp_path), mode], capture_output=True, text=True, check=True, timeout=120
    )
    lines = run.stdout.splitlines()
    assert [line.split()[:2] for line in lines[-3:-1]] == [["test_there", "passed"], ["test_here", "passed"]], run.stdout
    assert lines[-1] == "False"
