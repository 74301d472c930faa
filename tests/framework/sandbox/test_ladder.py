"""Fork servers with more and more libraries: each child from the lowest that will do, and what it lacks it loads itself."""

import importlib
import importlib.util
import sys
from pathlib import Path

import pytest
from waiting import until

from autograder.sandbox.client import Sandbox
from autograder.sandbox.clocks import Clock
from autograder.sandbox.ladder import Ladder, rungs
from autograder.sandbox.limits import Limits
from autograder.sandbox.messages import Request
from autograder.standins.failures import ProcessGone

pytest_plugins = ["sandboxes"]
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's"),
    pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs PyTorch"),
]

SUBMISSION = """
    import sys

    def has(module): return module in sys.modules

    def draw():
        import torch
        return torch.rand(3)

    def dtype():
        import torch
        return str(torch.zeros(1).dtype)

    def double(x): return x * 2
    def kind(x): return type(x).__name__

    def relu(x):
        import torch
        return torch.nn.functional.relu(x)

    def spin():
        while True:
            pass
"""


LIMITS = Limits(test_seconds=0.5, memory_mb=100)  # less than PyTorch takes to load


@pytest.fixture(scope="module")
def ladder(stages):
    importlib.import_module("autograder.standins.tensors")  # as where preloading names PyTorch
    rule = {"files": [r".*/modules\.py"], "libraries": None, "forbidden": ["torch.nn.functional.relu"]}
    common = {"readable": [str(stages)], "restrictions": {"stage": str(stages), "rules": [rule], "support": []}}
    light = Sandbox(LIMITS, ["numpy"], **common, late=["torch"], rung=(0, 2))
    heavy = Sandbox(LIMITS, ["numpy", "torch"], **common, rung=(1, 2))
    running = Ladder([light, heavy])
    assert not running.report()["canary"]["failures"]
    yield running
    running.close()


@pytest.fixture(scope="module")
def sandbox(ladder):
    return ladder


@pytest.fixture
def on(sandboxed):
    """Start a submission whose tests are said to need some libraries; give its module."""

    def start(needs):
        sandboxed.libraries = lambda owner, keeper: needs
        return sandboxed(SUBMISSION)

    return start


@pytest.mark.parametrize(
    ("preload", "expected"),
    [
        (["numpy"], [["numpy"]]),
        ([], [[]]),
        (["torch"], [[], ["torch"]]),
        (["torch.nn", "numpy", "torch"], [["numpy"], ["numpy", "torch.nn", "torch"]]),
        (
            ["numpy", "torch", "tqdm", "matplotlib.pyplot"],
            [["numpy", "tqdm"], ["numpy", "tqdm", "matplotlib.pyplot"], ["numpy", "tqdm", "matplotlib.pyplot", "torch"]],
        ),
    ],
)
def test_each_rung_has_what_the_one_before_has_and_a_heavy_library(preload, expected):
    assert rungs(preload) == expected


@pytest.mark.parametrize(
    ("needs", "loaded"), [(set(), False), ({"numpy"}, False), ({"torch"}, True), ({"scipy"}, False), (None, True)]
)
def test_a_process_comes_from_the_lowest_rung_that_has_what_it_needs(on, needs, loaded):
    modules = on(needs)
    assert modules.has("torch") is loaded and modules.has("numpy") is True


def test_no_two_rungs_give_the_same_serial_number(ladder):
    serials = []
    for needs in ((), ("torch",), (), ("torch",)):
        serial, sock = ladder.spawn(needs=needs)
        sock.close()
        ladder.end(serial)
        serials.append(serial)
        assert ladder.rung_of(serial) is ladder.rung_for(needs)
    assert len(set(serials)) == 4
    assert [ladder.ending(serial).killed_for for serial in serials] == [None] * 4


def test_what_a_process_lacks_it_loads_and_has_more_time_for_it(on, sandboxed):
    modules = on(set())
    assert modules.has("torch") is False
    assert modules.draw().shape == (3,)
    assert modules.has("torch") is True
    ((library, milliseconds),) = sandboxed.keeper.imports
    assert library == "torch" and milliseconds > 0


def test_a_tensor_that_arrives_is_enough_to_load_its_library(on):
    import torch

    modules = on(set())
    x = torch.ones(2, requires_grad=True)
    assert modules.kind(torch.float32) == "dtype"
    modules.double(x).sum().backward()
    assert x.grad.tolist() == [2.0, 2.0]


def test_the_same_numbers_are_drawn_on_each_rung(on, sandboxed):
    drawn = []
    for needs in (set(), {"torch"}):
        modules = on(needs)
        with sandboxed.test("the same test"):
            drawn.append(modules.draw().tolist())
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("needs", [set(), {"torch"}], ids=["late", "preloaded"])
def test_a_seed_that_the_suite_sets_holds_for_what_is_loaded_late(on, sandboxed, needs):
    import torch

    modules = on(needs)
    assert modules.has("numpy")
    sandboxed.keeper.seed("torch.manual_seed", 7)
    assert modules.draw().tolist() == torch.rand(3, generator=torch.Generator().manual_seed(7)).tolist()


def test_a_mode_that_the_suite_has_set_holds_for_what_is_loaded_late(on):
    import torch

    modules = on(set())
    torch.set_default_dtype(torch.float64)
    try:
        assert modules.dtype() == "torch.float64"
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("needs", [set(), {"torch"}], ids=["late", "preloaded"])
def test_what_a_restriction_forbids_is_forbidden_on_each_rung(on, ladder, needs):
    import torch

    modules = on(needs)
    with pytest.raises(RuntimeError, match=r"modules\.py uses torch\.nn\.functional\.relu in line \d+; in this file it is"):
        modules.relu(torch.tensor([-1.0, 2.0]))
    assert ladder.report()["not_preloaded"] == []


def test_an_endless_loop_on_a_low_rung_gets_no_time_for_a_library(on, sandboxed):
    modules = on(set())
    assert modules.has("torch") is False
    sandboxed.keeper.renew(LIMITS.time_for(0.5))
    with pytest.raises(ProcessGone, match="cpu"):
        modules.spin()
    (process,) = sandboxed.keeper.processes
    sandboxed.keeper.close(process.owner)
    assert sandboxed.keeper.sandbox.ending(process.door.serial).cpu_seconds < 10


def test_time_that_is_given_later_counts_from_the_beginning():
    clock = Clock(began=100.0, used_before=1.0, cpu_seconds=2.0, until=None)
    assert clock.over(103.0, used=3.5) == "cpu"
    clock.allow(5.0)
    assert clock.over(103.0, used=3.5) is None
    assert clock.over(108.0, used=8.5) == "cpu"


def test_children_are_ready_on_the_rung_that_comes_next_and_on_no_other(ladder):
    ladder.expect(set())
    ladder.expect({"torch"})
    light, heavy = ladder.rungs
    assert ladder.expected == (heavy, 2)
    assert until(lambda: len(boxes_of(heavy)) >= 2)
    ladder.expect(set())
    assert until(lambda: len(boxes_of(light)) >= 2)


def boxes_of(rung):
    return [path for path in Path(rung.folder).iterdir() if path.name.isdigit()]


def test_no_more_children_are_ready_than_there_are_tests_left():
    class Rung:
        preload = ("numpy",)
        limits = Limits()

        def __init__(self):
            self.wanted = []

        def request(self, do, wanted):
            assert do is Request.EXPECT
            self.wanted.append(wanted)

    rung = Rung()
    ladder = Ladder([rung])
    for left in (4, 3, 2, 1, 0):
        ladder.expect(set(), left)
    assert rung.wanted == [2, 1, 0]


def test_a_ladder_reports_the_rung_that_is_confined_worst():
    class Rung:
        preload = ("numpy",)
        limits = Limits()

        def __init__(self, level, failures, problems):
            self.found = {"level": level, "canary": {"failures": failures}, "not_preloaded": problems}

        def report(self):
            return self.found

    assert Ladder([Rung("A", [], ["x"]), Rung("C", [], ["x", "y"])]).report() == {
        "level": "C",
        "canary": {"failures": []},
        "not_preloaded": ["x", "y"],
    }
    assert Ladder([Rung("A", ["network"], []), Rung("C", [], [])]).report()["canary"]["failures"] == ["network"]
