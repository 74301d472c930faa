"""Facts about this machine outside of the sandbox: Python, packages, memory, processors."""

import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement  # pytest needs it too

from autograder.assignment import Assignment
from autograder.host import cgroups, memory_mb, read
from autograder.sandbox.confine.mounts import SOMEBODY
from autograder.sandbox.confine.paths import closed_folder
from autograder.sandbox.limits import Limits

OLDEST, NEWEST = (3, 10), (3, 13)  # of Python, that the tests run with
# Peak of grader and fork server, which share most of it (docs/measured.md), rounded up.
GRADER_MB = 100
TORCH_MB = 350  # what PyTorch adds


@dataclass(frozen=True)
class Finding:
    """A row of the report.

    Attributes:
        state: "off" wants to be changed; "aside" is good to know, or is off while something else does its work.
        detail: what was found.
        advice: what to do, if anything.
    """

    name: str
    state: Literal["on", "off", "aside"]
    detail: str
    purpose: str
    advice: str = ""


def look(assignment: Assignment | None) -> Iterator[Finding]:
    """Findings about everything but the sandbox itself."""
    yield Finding("system", "aside", system(), "")
    yield python()
    yield packages()
    yield from torch(assignment)
    yield memory(assignment, memory_mb())
    yield processors()
    yield temporary(assignment)
    yield tracing()


def system() -> str:
    """Such as "Linux 6.8.0 x86_64, as root, in a container"."""
    parts = [f"{platform.system()} {platform.release()} {platform.machine()}"]
    if hasattr(os, "geteuid"):
        parts.append("as root" if os.geteuid() == 0 else "not as root")
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        parts.append("in a container")
    return ", ".join(parts)


def python() -> Finding:
    purpose = f"{'.'.join(map(str, OLDEST))} to {'.'.join(map(str, NEWEST))}"
    detail = f"{platform.python_version()}, {sys.executable}"
    if sys.version_info < OLDEST:
        return Finding("Python", "off", detail, purpose, "make the environment with a newer Python")
    if sys.version_info[:2] > NEWEST:
        return Finding("Python", "aside", detail, purpose, "newer than the versions that this one was tested with")
    return Finding("Python", "on", detail, purpose)


def packages() -> Finding:
    """Whether there is what the tool's own metadata ask for."""
    purpose = "what the autograder itself needs"
    try:
        required = importlib.metadata.requires("autograder") or []
    except importlib.metadata.PackageNotFoundError:  # run from a folder
        return Finding("packages", "aside", "not known, because autograder is not installed as a package", purpose)
    wrong = []
    for requirement in map(Requirement, required):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            wrong.append(f"{requirement.name} is {version}, not {requirement.specifier}")
    if wrong:
        return Finding("packages", "off", "; ".join(wrong), purpose, "./setup.sh, or pip install them into this environment")
    return Finding("packages", "on", "all there", purpose)


def torch(assignment: Assignment | None) -> Iterator[Finding]:
    """PyTorch's version and kind, without loading it, which takes seconds; nothing where nobody asks for it."""
    asked = assignment is not None and "torch" in assignment.sandbox.preload
    purpose = "the assignment preloads it" if asked else "no preload needs it"
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        if asked:
            yield Finding("PyTorch", "off", "not installed", purpose, "pip install torch, or take it out of sandbox.preload")
        return
    text = Path(spec.origin).with_name("version.py").read_text(encoding="utf-8")
    version = re.search(r"^__version__ = '(.*)'", text, re.MULTILINE)
    cuda = re.search(r"^cuda\b.*= '(.*)'", text, re.MULTILINE)
    kind = f"for CUDA {cuda[1]}" if cuda else "for the CPU only"
    advice = ""
    if asked and cuda:
        advice = "submissions see no GPU; a CPU build is smaller (PyTorch's page on installing names its index)"
    yield Finding("PyTorch", "on" if asked else "aside", f"{version[1] if version else '?'}, {kind}", purpose, advice)


def memory(assignment: Assignment | None, available_mb: float | None) -> Finding:
    """Whether a test may take what it is allowed without somebody else paying for it."""
    limits = assignment.limits if assignment else Limits()
    base = GRADER_MB + (TORCH_MB if assignment and "torch" in assignment.sandbox.preload else 0)
    purpose = f"about {base} MB for the grader, and limits.memory_mb = {limits.memory_mb} for a test"
    if available_mb is None:
        return Finding("memory", "aside", "not known", purpose)
    if available_mb >= base + limits.memory_mb:
        return Finding("memory", "on", f"{available_mb:,.0f} MB", purpose)
    room = max(int(available_mb - base), 0)
    advice = f"give the machine or container more, or set limits.memory_mb to {room} or less"
    return Finding("memory", "off", f"{available_mb:,.0f} MB", purpose, advice)


def processors() -> Finding:
    affinity = getattr(os, "sched_getaffinity", None)  # Linux
    count: float = len(affinity(0)) if affinity else os.cpu_count() or 1
    for folder in cgroups("cpu"):
        quota = read(folder / "cpu.max") or f"{read(folder / 'cpu.cfs_quota_us')} {read(folder / 'cpu.cfs_period_us')}"
        share = re.fullmatch(r"(\d+) (\d+)", quota)
        if share:
            count = min(count, int(share[1]) / int(share[2]))
    purpose = "one for the grader and its tests, another for training in the background"
    if count >= 2:
        return Finding("processors", "on", f"{count:g}", purpose)
    return Finding("processors", "aside", f"{count:g}", purpose, "leave room in limits.total_seconds: grading takes longer")


def temporary(assignment: Assignment | None) -> Finding:
    """The folder below which submissions write."""
    folder = tempfile.gettempdir()
    limits = assignment.limits if assignment else Limits()
    purpose = "holds the submission and what it writes"
    free_mb = shutil.disk_usage(folder).free / (1 << 20)
    detail = f"{folder}, {free_mb:,.0f} MB free"
    closed = closed_folder(os.path.join(folder, "x"), SOMEBODY) if sys.platform == "linux" and os.geteuid() == 0 else None
    if closed:
        advice = "open it to others (chmod o+x), or set TMPDIR to a folder that is, such as /tmp"
        return Finding("temporary folder", "off", f"{detail}; {closed} is closed to other users", purpose, advice)
    if free_mb < limits.box_mb:
        return Finding("temporary folder", "off", detail, purpose, f"limits.box_mb allows {limits.box_mb}: make room")
    if hasattr(os, "ST_NOEXEC") and os.statvfs(folder).f_flag & os.ST_NOEXEC:
        advice = "a submission cannot load what it compiles; set TMPDIR to another folder if it has to"
        return Finding("temporary folder", "aside", f"{detail}, noexec", purpose, advice)
    return Finding("temporary folder", "on", detail, purpose)


def tracing() -> Finding:
    purpose = "nothing watches the grader"
    status = read(Path("/proc/self/status"))
    tracer = re.search(r"^TracerPid:\s*([1-9]\d*)$", status, re.MULTILINE)
    if tracer:
        return Finding(
            "tracing", "off", f"process {tracer[1]} traces this one", purpose, "grade without strace, gdb and the like"
        )
    if sys.gettrace() or sys.getprofile():
        advice = "grade without debugger, coverage or profiler: PyTorch is then loaded twice, and tests take longer"
        return Finding("tracing", "off", "a trace or profile function is set in Python", purpose, advice)
    return Finding("tracing", "on", "nothing does", purpose)
