"""PyTorch's types, modules, modes and seeds at the boundary; wherever possible the same in process and sandboxed."""

import copy
import subprocess
import sys

import numpy as np
import pytest
import torch
from submitted import BOX
from torch import nn

pytest_plugins = ["sandboxes", "torch_sandboxes"]


@pytest.fixture(scope="session")
def sandbox(torch_sandbox):
    return torch_sandbox


# Types, functions and objects


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
    assert found["dtype"] is torch.float64
    assert found["shape"] == (2, 3)
    assert str(found["device"]) == "cpu"
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


OBJECTS = """
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
        def optimizer(net): return Own(net.parameters(), lr=0.1)
        def scheduler(net): return torch.optim.lr_scheduler.StepLR(optimizer(net), 2)
    """


@pytest.mark.parametrize(
    ("expression", "classes", "others"),
    [
        ("net", "nn.Module, modules.Net", "nn.Linear, torch.Tensor"),
        ("net.linear", "nn.Linear", "nn.ReLU"),
        ("net.act", "nn.ReLU", "nn.Linear"),
        ("net.stack", "nn.Sequential", "nn.Linear"),
        ("net.stack[1]", "nn.Dropout", "nn.Linear"),
        ("net.many", "nn.ModuleList", "nn.ModuleDict"),
        ("net.named['a']", "nn.Identity, (nn.Linear, nn.Identity)", "nn.Linear"),
        ("modules.Wide(1, 2)", "nn.Linear, modules.Wide", "modules.Net"),
        ("modules.optimizer(net)", "torch.optim.Optimizer, torch.optim.SGD, modules.Own", "torch.optim.Adam"),
        ("modules.scheduler(net)", "torch.optim.lr_scheduler.LRScheduler, torch.optim.lr_scheduler.StepLR", "torch.optim.SGD"),
        ("modules.Data()", "torch.utils.data.Dataset", "nn.Module"),
        ("torch.ones(1)", "torch.Tensor", "modules.Net"),
    ],
)
def test_modules_optimizers_and_schedulers_are_instances_of_their_classes(submission, expression, classes, others):
    modules = submission(OBJECTS)
    names = {"modules": modules, "net": modules.Net(), "nn": nn, "torch": torch}
    thing = eval(expression, names)
    assert [cls for cls in eval(f"[{classes}]", names) if not isinstance(thing, cls)] == []
    assert [cls for cls in eval(f"[{others}]", names) if isinstance(thing, cls)] == []


@pytest.mark.parametrize(
    ("name", "classes", "others"),
    [
        ("Net", "nn.Module", "nn.Linear"),
        ("Wide", "nn.Linear, nn.Module, modules.Wide", "modules.Net"),
        ("Function", "torch.autograd.Function", "nn.Module"),
        ("Own", "torch.optim.Optimizer", "torch.optim.Adam"),
    ],
)
def test_classes_of_the_submission_derive_from_those_of_pytorch(submission, name, classes, others):
    modules = submission(OBJECTS)
    names = {"modules": modules, "nn": nn, "torch": torch}
    cls = getattr(modules, name)
    assert [base for base in eval(f"[{classes}]", names) if not issubclass(cls, base)] == []
    assert [base for base in eval(f"[{others}]", names) if issubclass(cls, base)] == []


def test_the_layers_of_a_network_are_found_by_their_class(submission):
    net = submission(OBJECTS).Net()
    assert [name for name, module in net.named_modules() if isinstance(module, nn.Linear)] == ["linear", "stack.0"]


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
    assert torch.equal(double, 2 * x)
    assert rest[0] is x
    assert rest[1:] == (1, "a", None)
    named = modules.named()
    assert named["x"] is x
    assert named["n"] == 3
    assert named["n"].item() == 3
    assert named["parts"][1].tolist() == [1, 2, 3]
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
    assert loss == 0.25
    assert float(loss) == 0.25
    assert loss.item() < 1
    assert f"{loss:.2f}" == "0.25"
    assert loss + 1 == 1.25
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


def test_autocast_of_the_suite_is_the_submissions(submission):
    modules = submission("""
        import torch
        net = torch.nn.Linear(2, 1)
        def out(x): return net(x)
    """)
    x = torch.ones(1, 2)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y = modules.out(x)
        assert y.dtype is torch.bfloat16
        with torch.autocast("cpu", enabled=False):
            assert modules.out(x).dtype is torch.float32
    y.float().sum().backward()
    weight = modules.net.weight
    assert weight.grad.dtype is torch.float32 and modules.out(x).dtype is torch.float32
    with torch.no_grad():
        weight += 1
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.allclose(modules.out(x).float(), y.float() + 2, atol=0.1)


def test_a_process_is_made_in_the_mode_in_which_it_is_first_used(submission):
    torch.set_default_dtype(torch.float64)
    try:
        with torch.no_grad():
            modules = submission("import torch\nx = torch.ones(1)\nmodes = [torch.is_grad_enabled()]")
            assert modules.x.dtype is torch.float64 and modules.modes == [False]
    finally:
        torch.set_default_dtype(torch.float32)


# Where nothing of it is used


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
