"""Measures what docs/measured.md reports: `.venv/bin/python benchmarks/run.py [--rounds N]`.

Everything is measured in one run on one machine, in turns, and given as medians; compare ratios, not milliseconds.
"""

import argparse
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from autograder.outline import outlines_of
from autograder.sandbox.client import Sandbox
from autograder.sandbox.limits import Limits, TimeLimit
from autograder.standins.classes import Classes
from autograder.standins.importer import sandboxed_imports
from autograder.standins.keeper import Keeper, Owner

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SMALL, PYTHON = HERE / "small_suite", HERE / "python_suite"
LARGE_BYTES = 100_000_000
TIME = TimeLimit(60, 60)
ONE_THREAD = "OPENBLAS_NUM_THREADS"

SUBMISSION = """
import numpy as np

def nothing():
    return None

def make(count):
    return np.ones(count)

def total(x):
    return float(x.sum())

class Linear:
    def __init__(self, inputs, outputs):
        self.weight = np.ones((inputs, outputs))

    def forward(self, x):
        self.x = x
        self.out = x @ self.weight
        return self.out
"""
SHAPES = ((50, 40), (340, 100))  # of arrays of which a numerical gradient perturbs entries
PERTURBED = 2000
INPUTS = (448, 1800)  # of a batch normalisation that gradcheck looks at


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=15)
    rounds = arguments.parse_args().rounds
    if ONE_THREAD not in os.environ:  # as in the sandbox; NumPy looks at it when it is loaded
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, ONE_THREAD: "1"})
    del os.environ[ONE_THREAD]  # the commands that are measured choose for themselves
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| what | measured |\n| --- | --- |")
    for row in (*isolated_tests(rounds), *isolated_torch(rounds), *suites(rounds), *assignment(rounds), *memory()):
        print("| {} | {} |".format(*row), flush=True)


@contextmanager
def submission(source: str, preload: Sequence[str]) -> Iterator[tuple[Keeper, Any]]:
    """A sandbox with a submission of one file, and the stand-in for its module."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        Path(folder, "submitted.py").write_text(source)
        sandbox = Sandbox(Limits(test_seconds=60), preload=preload, readable=[folder])
        classes = Classes(outlines_of({"submitted": source.encode()}))
        keeper = Keeper(sandbox, folder, 1 << 30, frozenset(), lambda ending, time: str(ending), classes=classes)
        try:
            with sandboxed_imports(keeper, {"submitted": []}):
                yield keeper, importlib.import_module("submitted")
        finally:
            sandbox.close()


def isolated_tests(rounds: int) -> list[tuple[str, str]]:
    """Cost of one test's process, and of what crosses its door."""
    with submission(SUBMISSION, ["numpy"]) as (keeper, submitted):
        fresh = fresh_processes(keeper, submitted, 40 * rounds)
        return [*fresh, *traffic(keeper, submitted, rounds), *numerical_gradients(keeper, submitted, rounds)]


def isolated_torch(rounds: int) -> list[tuple[str, str]]:
    """The same with PyTorch loaded, and gradients through the boundary."""
    import torch

    importlib.import_module("autograder.standins.tensors")
    torch.set_num_threads(1)  # as in the sandbox
    own: dict[str, Any] = {}
    exec(TORCH_SUBMISSION, own)
    with submission(TORCH_SUBMISSION, ["numpy", "torch"]) as (keeper, submitted):
        rows = fresh_processes(keeper, submitted, 20 * rounds, ", PyTorch loaded")
        owner = Owner("function", "gradients")
        keeper.enter(owner, TIME)
        x = torch.linspace(-1, 1, 20, dtype=torch.float64, requires_grad=True)
        batch, labels = torch.ones(128, 64), torch.zeros(128, dtype=torch.int64)
        network, local = submitted.network(), own["network"]()

        def gradcheck(cube: Any) -> None:
            torch.autograd.gradcheck(cube.apply, (x,))

        def step(network: Any) -> None:
            torch.nn.functional.cross_entropy(network(batch), labels).backward()

        def of_batches(count: int) -> Callable[[Any], None]:
            inputs = torch.linspace(-1, 1, count, dtype=torch.float64, requires_grad=True).reshape(-1, 4).sin()
            scale = torch.ones(4, dtype=torch.float64, requires_grad=True)
            return lambda norm: torch.autograd.gradcheck(norm.apply, (inputs, scale))

        for name, work, there, here, often in (
            ("gradcheck of a custom function of 20 numbers", gradcheck, submitted.Cube, own["Cube"], 5),
            ("forward and backward of a 64-128-10 network, batch of 128", step, network, local, 5),
            *(
                (f"gradcheck of a batch normalisation of {count:,} inputs", of_batches(count), submitted.Norm, own["Norm"], 1)
                for count in INPUTS
            ),
        ):
            keeper.renew(TIME)
            rows.append(
                in_turns(name, lambda w=work, f=there: w(f), lambda w=work, f=here: w(f), often, min(rounds, 3 * often))
            )
        keeper.leave(owner)
        keeper.close(owner)
    return rows


def fresh_processes(keeper: Keeper, submitted, count: int, suffix: str = "") -> list[tuple[str, str]]:
    """Tests of one call each: alone, so that the server has a process ready, and one straight after the other."""
    keeper.sandbox.report()
    rows = []
    for name, alone in (("alone", True), ("straight after another", False)):
        times, serials = [], []
        for index in range(count):
            owner = Owner("function", f"test {name} {index}")
            began = time.perf_counter()
            keeper.enter(owner, TIME)
            submitted.nothing()
            times.append(1000 * (time.perf_counter() - began))
            keeper.leave(owner)
            serials.append(keeper.close(owner))
            if alone:
                keeper.sandbox.ending(serials[-1])
                time.sleep(0.02)
        for serial in serials:
            keeper.sandbox.ending(serial)
        p95 = statistics.quantiles(times, n=20)[-1]
        rows.append(
            (
                f"an isolated test, {name}{suffix}: process, import, first reply",
                f"{statistics.median(times):.1f} ms (p95 {p95:.1f})",
            )
        )
    return rows


def traffic(keeper: Keeper, submitted, rounds: int) -> list[tuple[str, str]]:
    owner = Owner("function", "traffic")
    keeper.enter(owner, TIME)
    submitted.nothing()
    calls = statistics.median(rate(submitted.nothing, 2000) for _ in range(rounds))
    count = LARGE_BYTES // 8
    large = np.ones(count)
    submitted.make(count), submitted.total(large)  # the machine's memory is touched for the first time here
    out = statistics.median(rate(lambda: submitted.make(count), 1) for _ in range(rounds)) * LARGE_BYTES / 1e9
    into = statistics.median(rate(lambda: submitted.total(large), 1) for _ in range(rounds)) * LARGE_BYTES / 1e9
    keeper.leave(owner)
    keeper.close(owner)
    return [
        ("calls that carry nothing", f"{calls:,.0f} per second"),
        ("a 100 MB array, from the submission / to it", f"{out:.1f} / {into:.1f} GB/s"),
    ]


def numerical_gradients(keeper: Keeper, submitted, rounds: int) -> list[tuple[str, str]]:
    """Entries of an array changed in place, one after the other, with two calls for each."""
    own: dict[str, Any] = {}
    exec(SUBMISSION, own)
    owner = Owner("function", "numerical gradients")
    keeper.enter(owner, TIME)
    rows = []
    for rows_of, columns in SHAPES:
        x, dout = np.ones((rows_of, columns)), np.ones((rows_of, 50))

        def work(layer: Any, x: np.ndarray = x, dout: np.ndarray = dout) -> None:
            gradient = np.zeros_like(x)
            for place in list(np.ndindex(x.shape))[:PERTURBED]:
                old = x[place]
                x[place] = old + 1e-5
                more = layer.forward(x).copy()
                x[place] = old - 1e-5
                less = layer.forward(x).copy()
                x[place] = old
                gradient[place] = ((more - less) * dout).sum() / 2e-5

        name = f"a numerical gradient of {PERTURBED:,} entries of an array of {x.size:,}, each changed in place"
        there, here = submitted.Linear(columns, 50), own["Linear"](columns, 50)
        keeper.renew(TIME)
        rows.append(in_turns(name, lambda w=work, f=there: w(f), lambda w=work, f=here: w(f), 1, min(rounds, 5)))
    keeper.leave(owner)
    keeper.close(owner)
    return rows


def in_turns(name: str, there: Callable, here: Callable, often: int, rounds: int) -> tuple[str, str]:
    """Median times of the same work with a submission that is isolated, and with one that is not."""
    times: tuple[list[float], list[float]] = ([], [])
    there(), here()
    for _ in range(rounds):
        for found, work in zip(times, (there, here), strict=True):
            found.append(1000 / rate(work, often))
    isolated, in_process = map(statistics.median, times)
    return f"{name}: isolated / in process", f"{isolated:.1f} / {in_process:.1f} ms, {isolated / in_process:.1f} times"


TORCH_SUBMISSION = """
import torch

def nothing():
    return None

def network():
    return torch.nn.Sequential(torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))

class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad):
        return 3 * ctx.saved_tensors[0] ** 2 * grad

class Norm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale):
        inverse = 1 / torch.sqrt(x.var(0, unbiased=False) + 1e-5)
        normed = (x - x.mean(0)) * inverse
        ctx.save_for_backward(normed, scale, inverse)
        return scale * normed

    @staticmethod
    def backward(ctx, grad):
        normed, scale, inverse = ctx.saved_tensors
        total, along = grad.sum(0), (grad * normed).sum(0)
        return scale * inverse / len(grad) * (len(grad) * grad - total - normed * along), along
"""


def rate(function: Callable, count: int) -> float:
    began = time.perf_counter()
    for _ in range(count):
        function()
    return count / (time.perf_counter() - began)


def suites(rounds: int) -> list[tuple[str, str]]:
    """The same 20 small tests by three runners, in turns: of NumPy, and of plain Python."""
    return [*small("20 small NumPy tests", SMALL, rounds), *small("20 small plain-Python tests", PYTHON, rounds)]


def small(what: str, suite: Path, rounds: int) -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        runners = {
            "isolated": [sys.executable, "-m", "autograder", "grade", suite / "submission", "--assignment", suite,
                         "--out", Path(folder, "results.json")],
            "plain pytest": [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", suite, suite / "tests"],
            "gradescope-utils": [sys.executable, "-c", GRADESCOPE_UTILS, suite / "tests", Path(folder, "other.json")],
        }  # fmt: skip
        return compared(what, runners, {"PYTHONPATH": str(suite / "submission")}, rounds)


def assignment(rounds: int) -> list[tuple[str, str]]:
    """This assignment's suites without those that train, by the tool and by plain pytest in the process of the tests."""
    with tempfile.TemporaryDirectory() as folder:
        tests = sorted(path for path in (ROOT / "tests").glob("*/test_*.py") if path.parent.name in ("public", "hidden"))
        chosen = [path.relative_to(ROOT) for path in tests if "training" not in path.name]
        suites = "".join(f'[[suites]]\npath = "{path}"\n' for path in chosen)
        before, _, after = ROOT.joinpath("assignment.toml").read_text().partition("[[suites]]")
        variant(folder, f"{before}{suites}[sandbox]{after.partition('[sandbox]')[2]}")
        runners = {
            "isolated": [sys.executable, "-m", "autograder", "grade", ROOT / "reference", "--assignment", folder],
            "plain pytest": [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", ROOT, *chosen],
        }
        path = os.pathsep.join(str(ROOT / name) for name in ("reference", "tests/public", "tests/hidden"))
        return compared("the assignment's tests without training", runners, {"PYTHONPATH": path}, rounds)


def variant(folder: str, text: str) -> None:
    """Make a folder this assignment with another assignment.toml."""
    os.chmod(folder, 0o755)
    for name in ("reference", "tests", "twins"):
        Path(folder, name).symlink_to(ROOT / name)
    Path(folder, "assignment.toml").write_text(text)


def compared(what: str, runners: dict[str, list], environment: dict[str, str], rounds: int) -> list[tuple[str, str]]:
    """Median wall time of commands that run in turns, and its ratio to that of plain pytest."""
    times: dict[str, list[float]] = {name: [] for name in runners}
    for index in range(rounds + 1):
        for name, command in runners.items():
            began = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **environment}, cwd=ROOT)
            if index:  # the first round fills the disk's cache
                times[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(values) for name, values in times.items()}
    plain = medians["plain pytest"]
    return [
        (f"{what}, whole command: {name}", f"{value:.2f} s, {value / plain:.2f} of plain pytest")
        for name, value in medians.items()
    ]


GRADESCOPE_UTILS = """
import sys, unittest
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner
with open(sys.argv[2], "w") as stream:
    JSONTestRunner(stream=stream).run(unittest.defaultTestLoader.discover(sys.argv[1]))
"""


def memory() -> list[tuple[str, str]]:
    """Peak of the summed proportional set size of all processes of one grading."""
    rows = [
        peak("20 small NumPy tests", SMALL / "submission", SMALL),
        peak("the whole assignment, one grader", ROOT / "reference", ROOT),
        peak("the whole assignment, two graders", ROOT / "reference", ROOT, jobs=2),
    ]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        large_data_set(data)
        text = ROOT.joinpath("assignment.toml").read_text().replace('data_set = "digits"', 'data_set = "cifar10"')
        variant(folder, text.replace('data_dir = "data"', f'data_dir = "{data}"'))
        return [
            *rows,
            peak("the whole assignment on data of the size of CIFAR-10, one grader", ROOT / "reference", Path(folder)),
        ]


def large_data_set(folder: Path) -> None:
    """Noise in the prepared form of data.py: 45,000, 5,000 and 10,000 images of 32 × 32 pixels in colour."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name, samples in (("train", 45_000), ("val", 5_000), ("test", 10_000)):
        np.save(folder / f"x_{name}.npy", rng.integers(0, 256, size=(samples, 3072), dtype=np.uint8))
        np.save(folder / f"y_{name}.npy", rng.integers(0, 10, size=samples))
    about = {"format": 1, "name": "cifar10", "n_classes": 10, "image_shape": [3, 32, 32]}
    folder.joinpath("about.json").write_text(json.dumps({**about, "mean": [127.5], "deviation": [73.9]}))


def peak(name: str, submission: Path, assignment: Path, jobs: int = 1) -> tuple[str, str]:
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        str(submission),
        "--assignment",
        str(assignment),
        "--jobs",
        str(jobs),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    highest = 0.0
    while process.poll() is None:
        highest = max(highest, tree_pss(process.pid))
        time.sleep(0.005)
    return f"peak memory of all processes: {name}", f"{highest / 1024:.0f} MB"


def tree_pss(root: int) -> float:
    """Proportional set size of a process and its descendants, kB."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                parents[int(entry)] = int(Path("/proc", entry, "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    found, waiting = set(), [root]
    while waiting:
        found.add(current := waiting.pop())
        waiting += [pid for pid, parent in parents.items() if parent == current]
    total = 0.0
    for pid in found:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        total += next((float(line.split()[1]) for line in lines if line.startswith("Pss:")), 0.0)
    return total


if __name__ == "__main__":
    main()
