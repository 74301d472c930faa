"""How fast a class is graded, beside other ways to do it, on the same submissions and with as many at a time.

    python benchmarks/made_class.py OUT --students 1000 --files modules.py
    python benchmarks/class_speed.py OUT/submissions                         # all of them by `autograder class`, twice
    python benchmarks/class_speed.py OUT/submissions --others 100            # and 100 of them by the others
    python benchmarks/class_speed.py OUT/submissions --otter PYTHON          # of one with otter-grader, ipykernel and numpy
    python benchmarks/made_class.py HALF --students 1000 --files modules.py optimizers.py mlp_numpy.py
    python benchmarks/class_speed.py HALF/submissions --half --others 100    # by the NumPy tests of this assignment

Processor time and memory are those of a control group, for which it must be run as root; else they are left out.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
SUITE = HERE / "small_suite"
GROUPS = Path("/sys/fs/cgroup")
HALF = """
title = "The NumPy half of MLPs and backpropagation"
reference = "reference"
[submission]
files = ["modules.py", "optimizers.py", "mlp_numpy.py"]
{suites}
[limits]
test_seconds = 10
[sandbox]
preload = ["numpy"]
copy_arguments = true
"""
OTTER_TEST = """
OK_FORMAT = True
test = {{"name": "{name}", "points": 1, "suites": [{{"cases": [{{"code": {code!r}, "hidden": False, "locked": False}}],
        "scored": True, "setup": "", "teardown": "", "type": "doctest"}}]}}
"""
OTTER_CODE = """
>>> import numpy as np
>>> rng = np.random.default_rng(1)
>>> layer = LinearModule(6, 4)
>>> W, b, x = rng.normal(size=(4, 6)), rng.normal(size=(1, 4)), rng.normal(size=({samples}, 6))
>>> layer.params["weight"], layer.params["bias"] = W, b
>>> {check}
True
"""


@dataclass
class Used:
    """What running something has taken: seconds by the clock, of the processors, and MB at its peak."""

    wall: float
    cpu: float | None = None
    peak_mb: float | None = None


class Group:
    """A control group for processes that are started in it, where that can be made."""

    def __init__(self) -> None:
        name = f"autograder-benchmark-{os.getpid()}-{time.monotonic_ns()}"
        self.folders: list[Path] = []
        for controller in ("cpuacct", "memory"):
            folder = GROUPS / controller / name
            try:
                folder.mkdir()
                self.folders.append(folder)
            except OSError:
                continue

    def enter(self) -> None:
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(os.getpid()))

    def used(self, wall: float) -> Used:
        found: dict[str, int] = {}
        for folder in self.folders:
            for name in ("cpuacct.usage", "memory.max_usage_in_bytes"):
                if (folder / name).exists():
                    found[name] = int((folder / name).read_text())
            with_processes = (folder / "cgroup.procs").read_text().split()
            if not with_processes:
                folder.rmdir()
        cpu, peak = found.get("cpuacct.usage"), found.get("memory.max_usage_in_bytes")
        return Used(wall, cpu and cpu / 1e9, peak and peak / (1 << 20))


def measured(work: Callable[[Group], None]) -> Used:
    group = Group()
    began = time.perf_counter()
    work(group)
    wall = time.perf_counter() - began
    time.sleep(0.3)
    return group.used(wall)


def run(command: Sequence[object], group: Group, **how: object) -> None:
    done = subprocess.run(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=group.enter, check=False, **how
    )  # type: ignore[call-overload]
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout.decode()[-3000:]}")


def each(folders: Sequence[Path], jobs: int, work: Callable[[Path], None]) -> None:
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(work, folders))


def by_class(submissions: Path, assignment: Path, jobs: int, out: Path, group: Group) -> None:
    autograder = [sys.executable, "-m", "autograder"]
    run([*autograder, "class", submissions, "--assignment", assignment, "--out", out, "--jobs", jobs], group)


def one_by_one(folder: Path, assignment: Path, group: Group) -> None:
    with tempfile.TemporaryDirectory() as work:
        run([sys.executable, "-m", "autograder", "grade", folder, "--assignment", assignment, "--out", Path(work, "r.json"),
             "--jobs", 1], group)  # fmt: skip


def by_gradescope_utils(folder: Path, tests: Path, group: Group) -> None:
    from run import GRADESCOPE_UTILS

    with tempfile.TemporaryDirectory() as work:
        environment = {**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
        run([sys.executable, "-c", GRADESCOPE_UTILS, tests, Path(work, "r.json")], group, env=environment, timeout=600)


def by_otter(folder: Path, python: Path, bundle: Path, group: Group) -> None:
    with tempfile.TemporaryDirectory() as work:
        copy = shutil.copy(folder / "modules.py", Path(work, "modules.py"))
        environment = {**os.environ, "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}
        command = [python.parent / "otter", "run", copy, "-a", bundle, "-o", work, "--no-logo"]
        run(command, group, cwd=work, env=environment, timeout=600)


def otter_bundle(folder: Path) -> Path:
    """An autograder of Otter with the tests of the small suite."""
    bundle = folder / "autograder.zip"
    checks = {
        "forward": "bool(np.allclose(layer.forward(x), x @ W.T + b))",
        "backward": "layer.forward(x) is None or bool(np.allclose(layer.backward(x @ W.T), x @ W.T @ W))",
    }
    with zipfile.ZipFile(bundle, "w") as file:
        file.writestr("otter_config.json", json.dumps({"lang": "python", "pdf": False}))
        for name, check in checks.items():
            for samples in range(1, 11):
                code = OTTER_CODE.format(samples=samples, check=check)
                file.writestr(f"tests/{name}_{samples}.py", OTTER_TEST.format(name=f"{name}_{samples}", code=code))
    return bundle


def numpy_half(folder: Path) -> Path:
    """This repository's assignment without training and PyTorch."""
    from run import ROOT, variant

    paths = [path.relative_to(ROOT) for path in sorted(ROOT.glob("tests/*/test_[123]_*.py"))]
    folder.mkdir()
    variant(str(folder), HALF.format(suites="".join(f'[[suites]]\npath = "{path}"\n' for path in paths)))
    return folder


def line(what: str, count: int, used: Used) -> str:
    cpu = f"{used.cpu / count:.2f} s" if used.cpu else "-"
    peak = f"{used.peak_mb:.0f} MB" if used.peak_mb else "-"
    return f"{what:42} {count:5} {60 * count / used.wall:9.0f} a minute {cpu:>9} of processor each {peak:>8} at the peak"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("submissions", type=Path)
    parser.add_argument("--half", action="store_true", help="by the NumPy tests of this assignment, not by 20 small ones")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--others", type=int, default=0, help="submissions that the other ways grade")
    parser.add_argument("--otter", type=Path, metavar="PYTHON")
    options = parser.parse_args()
    folders = sorted(path for path in options.submissions.iterdir() if path.is_dir())
    some = folders[: options.others]
    with tempfile.TemporaryDirectory() as work:
        out = Path(work, "class")
        suite = numpy_half(Path(work, "half")) if options.half else SUITE
        for what in ("autograder class", "autograder class, again"):
            used = measured(lambda group: by_class(options.submissions, suite, options.jobs, out, group))
            print(line(what, len(folders), used), flush=True)
        ways: dict[str, Callable[[Path, Group], None]] = {
            "autograder grade, each": lambda folder, group: one_by_one(folder, suite, group)
        }
        if not options.half:
            ways["gradescope-utils, a process each"] = lambda folder, group: by_gradescope_utils(folder, SUITE / "tests", group)
        if options.otter and not options.half:
            bundle = otter_bundle(Path(work))
            ways["otter run, each"] = lambda folder, group: by_otter(folder, options.otter, bundle, group)
        for what, way in ways.items() if some else ():

            def grade_some(group: Group, way: Callable[[Path, Group], None] = way) -> None:
                each(some, options.jobs, lambda folder: way(folder, group))

            print(line(what, len(some), measured(grade_some)), flush=True)


if __name__ == "__main__":
    main()
