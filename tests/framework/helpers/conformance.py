"""The conformance corpus: small tests, each graded sandboxed (and inside) and compared with plain pytest in one process.

tests/framework/conformance/README.md describes the folder. The suites make a few assignments, which differ in what is
preloaded and in whether there is a reference. Each is run with the right and with the wrong submission.
"""

import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from multiprocessing import TimeoutError
from pathlib import Path
from typing import Any

import pytest
from gradings import graders
from places import ROOT
from plugins import with_plugin

from autograder import fixtures
from autograder.assignment import load, tomllib
from autograder.commands.launch import fork_server

FOLDER = ROOT / "tests" / "framework" / "conformance"
SUBMISSIONS = ("right", "wrong")
WAYS = ("plain", "sandboxed", "inside")
IN_CI = ("plain", "sandboxed", "half inside")  # each test with one of the submissions, every other one with the right one
SECONDS = 900  # for one run of all suites of a group, on a machine that is busy
NEEDS_TORCH = re.compile(r"^\s*(import|from) torch\b", re.MULTILINE)
LIBRARIES = ("pandas",)  # preloaded for the suites that name them, which are left out where they are not installed


@dataclass(frozen=True)
class Verdict:
    """What a test has come to.

    Attributes:
        status: "passed", "failed", "skipped", "broken": staff are asked; "not collected" or "not there".
        reason: why, as staff read it.
    """

    status: str
    reason: str = ""


FAILED = ("failed", "not collected")
MISSING = Verdict("not there")  # the test is not in the result of a way
LEFT_OUT = Verdict("left out")  # it runs that way with the other submission


@dataclass(frozen=True)
class Case:
    """One test with one submission.

    Attributes:
        test: file::name.
        verdicts: way -> what it gave there.
    """

    test: str
    submission: str
    verdicts: dict[str, Verdict]

    @property
    def area(self) -> str:
        return self.test.removeprefix("test_").split("_")[0].split(".")[0]

    def compared(self, way: str) -> str:
        """How a way differs from plain pytest: "equal"; "staff asked"; "silent", a pass that is none; or "student's cost".

        Also "left out", of a test that runs with the other submission.
        """
        status = self.verdicts[way].status
        if status == LEFT_OUT.status:
            return status
        if status == self.verdicts["plain"].status:
            return "equal"
        return {"broken": "staff asked", "passed": "silent"}.get(status, "student's cost")

    def __str__(self) -> str:
        told = [f"{way} {verdict.status}" for way, verdict in self.verdicts.items()]
        reasons = [f"    {verdict.reason.strip()[-600:]}" for verdict in self.verdicts.values() if verdict.reason.strip()]
        return "\n".join([f"{self.test} [{self.submission}]: {', '.join(told)}", *reasons])


@dataclass(frozen=True)
class Group:
    """Suites that make one assignment.

    Attributes:
        topics: a suite's name without "test_"; of the submitted module too.
    """

    name: str
    topics: tuple[str, ...]
    reference: bool
    preload: tuple[str, ...]


def topics() -> list[str]:
    """The topics of the corpus."""
    return sorted(path.stem.removeprefix("test_") for path in (FOLDER / "suites").glob("test_*.py"))


def source(folder: str, topic: str) -> str:
    """The submitted file of a topic. Where there is nothing wrong with it, the wrong submission has the right one."""
    path = FOLDER / folder / f"{topic}.py"
    return (path if path.exists() else FOLDER / "right" / f"{topic}.py").read_text(encoding="utf-8")


def groups(chosen: Collection[str]) -> list[Group]:
    """The assignments that these topics make."""
    members: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for topic in chosen:
        text = (FOLDER / "suites" / f"test_{topic}.py").read_text(encoding="utf-8") + source("right", topic)
        if any(name in text and importlib.util.find_spec(name) is None for name in LIBRARIES):
            continue
        wanted = ["numpy", *(["torch"] if NEEDS_TORCH.search(text) else []), *(name for name in LIBRARIES if name in text)]
        members.setdefault((not topic.startswith("noref_"), tuple(wanted)), []).append(topic)
    return [
        Group("-".join([*preload, *([] if reference else ["noref"])]), tuple(names), reference, preload)
        for (reference, preload), names in sorted(members.items())
    ]


def write(group: Group, folder: Path) -> Path:
    """Write the assignment of a group with its submissions; return its folder."""
    files = [f"{topic}.py" for topic in group.topics]
    support = sorted(path.name for path in (FOLDER / "support").glob("*.*"))
    for name in ("suites", "support", *SUBMISSIONS, *(["reference"] if group.reference else [])):
        (folder / name).mkdir(parents=True)
    for path in (FOLDER / "suites").glob("*.*"):
        if not path.name.startswith("test_"):  # a file that suites read
            shutil.copy(path, folder / "suites")
    for topic in group.topics:
        shutil.copy(FOLDER / "suites" / f"test_{topic}.py", folder / "suites")
        for name in SUBMISSIONS:
            (folder / name / f"{topic}.py").write_text(source(name, topic), encoding="utf-8")
        if group.reference:
            (folder / "reference" / f"{topic}.py").write_text(source("right", topic), encoding="utf-8")
    for name in support:  # a script's own folder is where a run in one process finds them
        for place in (*SUBMISSIONS, "reference" if group.reference else "."):
            shutil.copy(FOLDER / "support" / name, folder / place)
    lines = [
        f'title = "{group.name}"',
        *(['reference = "reference"'] if group.reference else []),
        "[submission]",
        f"files = {files}",
        f"support = {support}",
        "[[suites]]",
        'path = "suites"',
        "[limits]",
        "test_seconds = 30",
        f"total_seconds = {SECONDS}",  # of a busy machine
        "[sandbox]",
        f"preload = {list(group.preload)}",
    ]
    (folder / "assignment.toml").write_text("\n".join(lines), encoding="utf-8")
    folder.chmod(0o755)
    return folder


class EveryOther:
    """A pytest plugin that runs every other test.

    Attributes:
        first: 0 to begin with the first test, 1 with the second.
        left_out: ids of the tests that do not run.
    """

    def __init__(self, first: int) -> None:
        self.first = first
        self.left_out: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.left_out += [item.nodeid for item in items[1 - self.first :: 2]]
        items[:] = items[self.first :: 2]


class Recorder:
    """A pytest plugin that notes what each test has come to."""

    def __init__(self) -> None:
        self.verdicts: dict[str, Verdict] = {}

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.verdicts[report.nodeid] = Verdict("not collected", report.longreprtext)

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.verdicts[report.nodeid] = Verdict("failed", report.longreprtext)
        elif report.skipped and not hasattr(report, "wasxfail"):
            self.verdicts.setdefault(report.nodeid, Verdict("skipped", report.longreprtext))
        elif report.when == "call" or report.skipped:
            self.verdicts.setdefault(report.nodeid, Verdict("passed"))


def plainly(folder: Path, submission: str) -> list[tuple[str, Verdict]]:
    """Run a group's suites by plain pytest beside the submission, once in a process."""
    os.chdir(folder / submission)
    sys.path[:0] = [str(folder / submission), str(folder / "suites")]
    recorder = Recorder()
    options = ["-c", os.devnull, "--rootdir", str(folder), "--import-mode=importlib", "--continue-on-collection-errors"]
    options += ["-p", "no:cacheprovider", "-p", "no:terminal", "--disable-plugin-autoload", str(folder / "suites")]
    pytest.main(options, plugins=[recorder, fixtures])
    return list(recorder.verdicts.items())


def graded(folder: Path, submission: str, way: str) -> list[tuple[str, Verdict]]:
    """Grade a group's submission, once in a process and before anything else in it."""
    server = fork_server()
    from autograder.grading.story import grade

    assignment = load(folder)
    if way != "sandboxed":
        change: dict[str, Any] = {"inside": True}
        assignment = replace(assignment, suites=tuple(replace(suite, **change) for suite in assignment.suites))
    os.chdir(folder)
    some = EveryOther(SUBMISSIONS.index(submission))
    with with_plugin(some) if way == "half inside" else nullcontext():
        outcome = grade(assignment, [folder / submission], server=server)
    verdicts = [(nodeid, LEFT_OUT) for nodeid in some.left_out]
    for record in outcome.records:
        skipped = record.status == "failed" and record.reason.startswith(("skipped", "ended by the test itself"))
        status = "skipped" if skipped else record.status
        verdicts.append((record.nodeid, Verdict(status, record.staff or record.reason if status != "passed" else "")))
    return verdicts


def run(folder: Path, submission: str, way: str) -> list[tuple[str, Verdict]]:
    """Run all tests of a group one way; return each test's name and verdict."""
    found = plainly(folder, submission) if way == "plain" else graded(folder, submission, way)
    return [(nodeid.removeprefix("suites/"), verdict) for nodeid, verdict in found]


def conformance(into: Path, chosen: Sequence[str] | None = None, ways: Sequence[str] = WAYS) -> list[Case]:
    """Run the corpus, or the suites of the chosen topics, with both submissions and all ways.

    Raises:
        AssertionError: a way gives a test twice, or does not end.
    """
    return [case for group in groups(chosen or topics()) for case in cases_of(write(group, into / group.name), group, ways)]


def answer(result: Any, name: str) -> list[tuple[str, Verdict]]:
    """Wait for a run.

    Raises:
        AssertionError: it does not end; the message names it.
    """
    try:
        return result.get(SECONDS)
    except TimeoutError:
        raise AssertionError(f"{name}: has not ended after {SECONDS} s") from None


def cases_of(folder: Path, group: Group, ways: Sequence[str]) -> Iterator[Case]:
    with graders(group.preload) as pool:
        pending = {
            (submission, way): pool.apply_async(run, (folder, submission, way)) for submission in SUBMISSIONS for way in ways
        }
        results = {key: answer(result, f"{group.name}, {', '.join(key)}") for key, result in pending.items()}
    for submission in SUBMISSIONS:
        found = {way: dict(results[submission, way]) for way in ways}
        for way in ways:
            names = [name for name, _ in results[submission, way]]
            assert len(names) == len(found[way]), f"{group.name}, {submission}, {way}: a test stands twice"
        for name in dict.fromkeys(name for way in ways for name in found[way]):
            yield Case(name, submission, {way: found[way].get(name, MISSING) for way in ways})


def known() -> dict[str, str]:
    """Tests that ask for staff, and why: known.toml."""
    return tomllib.loads((FOLDER / "known.toml").read_text(encoding="utf-8"))
