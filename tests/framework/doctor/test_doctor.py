"""The doctor says of each level what is missing and what to do, and refuses what `grade` refuses; of machines as they come."""

import io
import os
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console
from toys import write_toy

from autograder import host
from autograder.assignment import Assignment, SandboxConfig, load
from autograder.doctor import machine
from autograder.doctor import report as report_module
from autograder.doctor.machine import Finding
from autograder.doctor.report import Report, examine, show
from autograder.sandbox.client import SandboxError
from autograder.sandbox.limits import Limits

LAYERS = (
    *("uid", "user namespace", "net namespace", "ipc namespace", "uts namespace", "subreaper", "not dumpable", "session"),
    *("descriptors", "signals", "box", "oom score", "rlimits", "capabilities", "process limit", "parent death", "no_new_privs"),
    *("landlock", "last descriptors", "seccomp", "signal scope", "access times"),
)
# What is missing at each level, as `Confinement.level` tells them apart.
LEVELS = {
    "A": ("user namespace",),
    "B": ("user namespace", "landlock", "signal scope"),
    "C": ("uid", "user namespace", "net namespace", "ipc namespace", "uts namespace"),
    "E": ("uid", "user namespace", "landlock", "net namespace", "ipc namespace", "uts namespace", "signal scope"),
    "F": ("uid", "user namespace", "landlock", "seccomp"),
}
ASSIGNMENT = Assignment(Path(), "Toy", ("modules.py",))


def found(level="A", **changes):
    """What a sandbox of this level would report."""
    layers = {name: {"on": name not in LEVELS[level], "detail": f"[{name}]"} for name in LAYERS}
    canary = {"probes": {"socket: AF_INET": "stopped: EPERM", "allowed: threads": "works"}, "failures": []}
    report = {
        "level": level,
        "layers": layers,
        "canary": canary,
        "not_preloaded": [],
        "unreachable": None,
        "private_folders": "",
    }
    return {**report, **changes}


@pytest.fixture
def doctor(monkeypatch):
    """Examine a machine whose sandbox reports what is given, or raises it."""

    def of_report(report):
        def sandbox_report(assignment):
            if isinstance(report, Exception):
                raise report
            return report

        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(report_module, "sandbox_report", sandbox_report)
        return examine()

    return of_report


def states(report):
    return {finding.name: finding.state for finding in (*report.layers, *report.surroundings)}


def shown(report, width=300):
    file = io.StringIO()
    show(report, Console(file=file, width=width, color_system=None, legacy_windows=False))
    return file.getvalue()


def flat(text):
    return " ".join(text.split())


@pytest.mark.parametrize(
    "level, off, refused",
    [
        ("A", set(), False),
        ("B", {"landlock"}, False),
        ("C", {"uid", "user namespace"}, False),
        ("E", {"uid", "user namespace", "landlock"}, True),
        ("F", {"uid", "user namespace", "landlock", "seccomp"}, True),
    ],
)
def test_each_level_names_the_layers_that_would_raise_it(doctor, level, off, refused):
    report = doctor(found(level))
    assert {name for name, state in states(report).items() if state == "off" and name in LAYERS} == off
    assert (report.level, bool(report.refusal), report.status) == (level, refused, int(refused))
    text = flat(shown(report))
    assert f"Level {level}: {report_module.LEVELS[level]}." in text
    assert ("would not be graded here" in text) is refused
    assert ("--sandbox strict, which requires level A, would refuse" in text) is (level in "BC")


def test_what_is_missing_has_advice_and_what_is_on_or_replaced_has_none(doctor):
    for level in LEVELS:
        for finding in doctor(found(level)).layers:
            assert finding.purpose
            assert bool(finding.advice) is (finding.state == "off"), finding


def test_without_root_namespaces_of_users_stand_in_for_users(doctor):
    report = found("A")
    report["layers"]["uid"]["on"], report["layers"]["user namespace"]["on"] = False, True
    assert states(doctor(report))["uid"] == "aside"


def test_network_namespaces_are_a_bonus_only_beside_seccomp(doctor):
    report = found("F")
    report["layers"]["net namespace"]["on"] = False
    assert states(doctor(report))["net namespace"] == "off"
    assert states(doctor(found("C")))["net namespace"] == "aside"


def test_a_test_suite_that_can_be_read_is_refused_with_its_name(doctor):
    canary = {"probes": {"read secret tests/hidden": "NOT stopped: 3 names"}, "failures": ["read secret tests/hidden"]}
    report = doctor(found("B", canary=canary))
    assert report.status == 1
    assert states(report)["self-test"] == "off"
    assert "read secret tests/hidden" in flat(shown(report)) and "chmod -R go-rwx" in flat(shown(report))


def test_a_layer_that_does_not_do_what_it_says_is_refused(doctor):
    canary = {"probes": {"socket: AF_INET": "NOT stopped: None"}, "failures": ["socket: AF_INET"]}
    report = doctor(found("A", canary=canary))
    assert report.status == 1 and "do not grade other people's code" in flat(shown(report))


def test_what_a_level_does_not_promise_is_told_and_not_refused(doctor):
    canary = {"probes": {"write /tmp": "NOT stopped: wrote a file"}, "failures": []}
    report = doctor(found("B", canary=canary))
    assert report.status == 0 and states(report)["not held back"] == "aside"


def test_packages_out_of_reach_are_refused_with_the_folder(doctor):
    report = doctor(found("A", unreachable="/root", private_folders="mount: EPERM"))
    assert report.status == 1 and states(report)["folders"] == "off"
    assert "closed: /root; opening it to them alone failed: mount: EPERM" in flat(shown(report))


def test_a_module_that_is_missing_is_named(doctor):
    report = doctor(found("A", not_preloaded=["torch: No module named 'torch'"]))
    assert states(report)["preload"] == "off" and "No module named 'torch'" in flat(shown(report))
    assert report.status == 0


@pytest.mark.parametrize("error", [SandboxError("the fork server has ended with status 1"), OSError("no processes")])
def test_a_sandbox_that_does_not_start_is_refused(doctor, error):
    report = doctor(error)
    assert (report.level, report.status) == ("F", 1)
    assert f"the sandbox does not start: {error}" in flat(shown(report))


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_than_on_linux_there_is_only_sandbox_off(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    report = examine()
    assert (report.level, report.status, report.layers) == ("F", 1, ())
    assert "use grade --sandbox off, only for code that you trust" in flat(shown(report))
    assert "Python" in states(report)


def test_names_from_the_machine_are_neither_markup_nor_escapes():
    finding = Finding("name", "off", "[red]folder[/] \x1b[31m", "[bold]", "[link=x]y[/]")
    text = shown(Report("A", "", (finding,), ()))
    assert "[red]folder[/] \\u001b[31m" in text and "[bold]" in text and "→ [link=x]y[/]" in text


@pytest.mark.parametrize("width", [60, 100, 200])
def test_the_table_fits_the_terminal(doctor, width):
    assert max(map(len, shown(doctor(found("E")), max(width, 100)).split("\n"))) <= max(width, 100)


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
def test_the_sandbox_of_this_machine_with_a_real_assignment(tmp_path):
    write_toy(tmp_path, "from modules import f\ndef test_f():\n    assert f()\n", "")
    report = examine(load(tmp_path))
    assert report.level in "ABC" and report.status == 0, shown(report)
    assert {finding.name for finding in report.layers} >= {*LAYERS, "self-test"}
    assert all(finding.purpose for finding in report.layers)
    assert states(report)["self-test"] == "on"


# The machine


def test_this_python_and_its_packages_are_right():
    assert machine.packages().state in ("on", "aside")
    assert machine.python().state == "on" or sys.version_info[:2] > machine.NEWEST


@pytest.mark.parametrize("version, state", [((3, 9, 2), "off"), ((3, 10, 0), "on"), ((3, 13, 9), "on"), ((3, 15, 0), "aside")])
def test_versions_of_python(monkeypatch, version, state):
    monkeypatch.setattr(machine, "sys", SimpleNamespace(version_info=version, executable="python"))
    assert machine.python().state == state


def test_packages_that_are_missing_or_too_old_are_named(monkeypatch):
    required = ["numpy>=999", "no-such-package>=1", 'tomli>=2; python_version < "3"', 'torch==0; extra == "torch"']
    monkeypatch.setattr(machine.importlib.metadata, "requires", lambda name: required)
    finding = machine.packages()
    assert finding.state == "off"
    assert "numpy is " in finding.detail and "not >=999" in finding.detail and "no-such-package is missing" in finding.detail
    assert "tomli" not in finding.detail and "torch" not in finding.detail


@pytest.mark.parametrize("mb, state", [(None, "aside"), (4000, "on"), (1200, "off"), (300, "off")])
def test_memory_for_an_assignment_with_pytorch(mb, state):
    assignment = replace(ASSIGNMENT, sandbox=SandboxConfig(preload=("numpy", "torch")), limits=Limits(memory_mb=1024))
    finding = machine.memory(assignment, mb)
    assert finding.state == state
    assert ("set limits.memory_mb to" in finding.advice) is (state == "off")


@pytest.mark.parametrize(
    "files, mb",
    [
        ({}, None),
        ({"/proc/meminfo": "MemTotal:        2097152 kB"}, 2048),
        ({"/proc/self/cgroup": "0::/", "/sys/fs/cgroup/memory.max": "805306368", "/proc/meminfo": "MemTotal: 2097152 kB"}, 768),
        (
            {
                "/proc/self/cgroup": "0::/a/b",
                "/sys/fs/cgroup/a/b/memory.max": "max",
                "/sys/fs/cgroup/a/memory.max": "536870912",
            },
            512,
        ),
        (
            {
                "/proc/self/cgroup": "4:memory:/docker/1\n3:cpu,cpuacct:/docker/1",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes": "402653184",
            },
            384,
        ),
    ],
    ids=["nothing to see", "the machine", "a container", "groups in groups", "version 1 in a container"],
)
def test_memory_is_that_of_the_machine_or_of_its_container(monkeypatch, files, mb):
    monkeypatch.setattr(host, "read", lambda path: files.get(path.as_posix(), ""))
    assert host.memory_mb() == mb


@pytest.mark.parametrize(
    "files, count",
    [
        ({"/proc/self/cgroup": "0::/", "/sys/fs/cgroup/cpu.max": "50000 100000"}, "0.5"),
        ({"/proc/self/cgroup": "0::/", "/sys/fs/cgroup/cpu.max": "max 100000"}, "8"),
        (
            {
                "/proc/self/cgroup": "3:cpu,cpuacct:/",
                "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "150000",
                "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
            },
            "1.5",
        ),
        ({"/proc/self/cgroup": "3:cpu:/", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1"}, "8"),
    ],
)
def test_processors_are_those_that_the_container_may_use(monkeypatch, files, count):
    for module in (host, machine):
        monkeypatch.setattr(module, "read", lambda path: files.get(path.as_posix(), ""))
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    finding = machine.processors()
    assert finding.detail == count
    assert finding.state == ("on" if count == "8" else "aside")


@pytest.mark.skipif(sys.platform != "linux", reason="the mount options are Linux's")
def test_a_temporary_folder_that_runs_no_programs_is_told(monkeypatch):
    real = os.statvfs("/")
    space = {name: getattr(real, name) for name in ("f_bavail", "f_blocks", "f_bfree", "f_frsize")}
    noexec = SimpleNamespace(f_flag=os.ST_NOEXEC, **space)
    monkeypatch.setattr(os, "statvfs", lambda path: noexec)
    assert machine.temporary(None).state == "aside" and "noexec" in machine.temporary(None).detail


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root's submissions have other users")
def test_a_temporary_folder_that_is_closed_to_others_is_told(monkeypatch, tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(machine.tempfile, "gettempdir", lambda: str(folder))
    finding = machine.temporary(None)
    assert finding.state == "off" and "chmod o+x" in finding.advice


def test_a_full_temporary_folder_is_told():
    finding = machine.temporary(replace(ASSIGNMENT, limits=Limits(box_mb=1 << 40)))
    assert finding.state == "off" and "limits.box_mb" in finding.advice


def test_a_debugger_is_told(monkeypatch):
    monkeypatch.setattr(machine, "read", lambda path: "Name:\tpython\nTracerPid:\t77\n")
    assert machine.tracing().detail == "process 77 traces this one"
    monkeypatch.setattr(machine, "read", lambda path: "TracerPid:\t0\n")
    monkeypatch.setattr(sys, "gettrace", lambda: print)
    assert machine.tracing().state == "off"
    monkeypatch.setattr(sys, "gettrace", lambda: None)
    monkeypatch.setattr(sys, "getprofile", lambda: None)
    assert machine.tracing().state == "on"


@pytest.mark.parametrize("cuda, asked, advice", [(None, True, False), ("12.6", True, True), ("12.6", False, False)])
def test_pytorchs_kind_is_known_without_loading_it(monkeypatch, tmp_path, cuda, asked, advice):
    (tmp_path / "version.py").write_text(f"__version__ = '2.13.0'\ndebug = False\ncuda: Optional[str] = {cuda!r}\nhip = None\n")
    spec = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(machine.importlib.util, "find_spec", lambda name: spec)
    assignment = replace(ASSIGNMENT, sandbox=SandboxConfig(preload=("torch",) if asked else ()))
    (finding,) = machine.torch(assignment)
    assert finding.detail == f"2.13.0, {f'for CUDA {cuda}' if cuda else 'for the CPU only'}"
    assert bool(finding.advice) is advice


def test_pytorch_that_is_asked_for_and_missing_is_told(monkeypatch):
    monkeypatch.setattr(machine.importlib.util, "find_spec", lambda name: None)
    (finding,) = machine.torch(replace(ASSIGNMENT, sandbox=SandboxConfig(preload=("torch",))))
    assert finding.state == "off" and "pip install torch" in finding.advice
    assert not list(machine.torch(ASSIGNMENT))


@pytest.mark.parametrize("columns", [50, 60])
def test_in_a_narrow_terminal_each_finding_has_one_column_of_words(columns):
    finding = Finding("landlock", "off", "missing here", "keeps files out of reach", "boot another kernel")
    out = io.StringIO()
    terminal = Console(file=out, force_terminal=True, width=columns, color_system=None, legacy_windows=False)
    show(Report("A", "", (finding,), ()), terminal)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    place = next(number for number, line in enumerate(lines) if line.startswith("✗  landlock  keeps files out of reach"))
    assert [line.strip() for line in lines[place + 1 : place + 3]] == ["missing here", "→ boot another kernel"]
    assert max(map(len, lines)) <= columns
