"""pytest on one test, in the process of the submission.

The fork server has loaded this module; a child calls `unpack` and `run`. The test runs as it does with `--sandbox off`, by the
same plugin and with the same words, but for imports: the modules of the submission are what Python imports. Only where a test
file cannot be read with them, because a name is missing say, are its names made up, and fail where they are used: a test fails
for what it needs itself.
"""

import importlib
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from _pytest.config import default_plugins

from autograder import fixtures
from autograder.assignment import Assignment, Suite
from autograder.errors import AssignmentError
from autograder.grading import decorations, points
from autograder.grading.explanations import explained_in_time
from autograder.grading.inside import claims
from autograder.grading.inside.claims import Claim
from autograder.grading.inside.judging import InsideJudge
from autograder.grading.inside.rewriting import known_code
from autograder.grading.inside.selection import family
from autograder.grading.phases import Phases
from autograder.grading.plugin import GradingPlugin, Running
from autograder.grading.suites import settings, suite_surroundings
from autograder.grading.timekeeping import Timekeeper
from autograder.grading.verdicts import Failure, traceback_from, whole_traceback
from autograder.handed_in import HandedIn
from autograder.sandbox.limits import Limits, TimeLimit
from autograder.standins.emptiness import empty_is_different
from autograder.standins.local import local_imports
from autograder.suite_files import Given

# Plugins of pytest's own that report to nobody here. faulthandler's would print lines of the suite.
NOT_NEEDED = ("faulthandler", "junitxml", "pastebin", "setuponly", "setupplan", "stepwise")
MAX_COPIED_BYTES = 1 << 20  # of a file of the submission
SHARED = "shared_files"  # the folder in the box for files that a suite gives to the submission


def load_pytest() -> None:
    """Load what pytest would load when it starts: 20 ms that no test has to wait for."""
    for name in default_plugins:
        importlib.import_module(f"_pytest.{name}")
    with suppress(ImportError):
        importlib.import_module("readline")  # which pytest imports each time it starts


load_pytest()


def unpack(names: Sequence[str], contents: Sequence[np.ndarray]) -> None:
    """Write the files of the suite into the current folder."""
    for name, content in zip(names, contents, strict=True):
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.tobytes())


def run(task: np.ndarray, code: np.ndarray) -> str:
    """Run one test; return what it has come to, as `claims.write` makes it.

    Args:
        task: JSON, as `plugin.task_for` makes it.
        code: of the test file, as `rewriting.rewritten` makes it.
    """
    sys.dont_write_bytecode = True
    use_own_streams()
    try:
        given = json.loads(task.tobytes())
        move_in(Path(given["stage"]))
        with known_code({os.path.abspath(given["file"]): code.tobytes()}):
            return claims.write(claim_of(given))
    except BaseException as error:
        return claims.write(Claim(Phases(), problem=whole_traceback(error)))


def use_own_streams() -> None:
    """Print to the descriptors of this process, and read from its own: the suite's side has no part in what is said here."""
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115  as long as this
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        file: Any = io.FileIO(descriptor, "w", closefd=False)
        stream = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", write_through=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def move_in(stage: Path) -> None:
    """Have the submission's and the support files in the current folder, as where students run the tests.

    What is large is linked to: it cannot be written to, and no test waits until it is copied.
    """
    for file in (path for path in stage.rglob("*") if path.is_file()):
        own = Path(file.relative_to(stage))
        if own.exists():
            continue
        own.parent.mkdir(parents=True, exist_ok=True)
        if file.stat().st_size > MAX_COPIED_BYTES:
            own.symlink_to(file)
        else:
            own.write_bytes(file.read_bytes())


def claim_of(task: dict[str, Any]) -> Claim:
    with suppress(NotCollected):
        return attempt(task, real_imports)
    return attempt(task, local_imports, last=True)


class NotCollected(Exception):
    """The test file could not be read."""


def attempt(task: dict[str, Any], imports: Any, last: bool = False) -> Claim:
    """Run pytest once.

    Args:
        imports: the context in which the modules of the submission are imported.
        last: whether a test file that cannot be read is the outcome.

    Raises:
        NotCollected: it cannot be read, and this was not the last attempt.
    """
    assignment = assignment_of(task)
    suite = assignment.suites[0]
    here = Path.cwd()
    modules: dict[str, str] = task["modules"]
    problems: dict[str, str] = task["problems"]
    judge = InsideJudge(lambda module: problems.get(modules.get(module, "")), here, modules, task["given"])
    plugin = ClaimingPlugin(assignment, judge)
    one = OneTest(task)
    shared = Path(SHARED).resolve()
    shared.mkdir(exist_ok=True)
    with (
        imports(list(modules), here, task["roots"]),
        suite_surroundings(assignment),
        empty_is_different(),
        explained_in_time(),
        plugin.background.active(),
        HandedIn(Path(task["stage"]), problems.get, task["variant"]).active(),
        Given(assignment.settings, shared).active(),
    ):
        # Without capture, what is printed is on its way out when the process ends, and input() finds an end of file.
        plugins = [*(f"no:{name}" for name in NOT_NEEDED), *task["plugins"]]
        arguments = settings(assignment.folder, capture="no") + [f"-p{name}" for name in plugins]
        pytest.main([*arguments, task["file"]], plugins=[plugin, one, fixtures])
    if plugin.claim:
        for failure in plugin.claim.phases.failures:
            failure.words, failure.staff = as_handed_in(failure.words, here), as_handed_in(failure.staff, here)
            failure.full = as_handed_in(failure.full, here)
        return plugin.claim
    if one.error is not None:
        if not last:
            raise NotCollected
        broken = judge.is_broken(one.error, "setup", True, None)
        words = as_handed_in(judge.words(one.error, suite.show_values, None), here)
        staff = as_handed_in(traceback_from(one.error, here / task["file"]), here)
        return Claim(Phases([Failure("setup", words, staff, broken)]))
    if plugin.error:
        return Claim(Phases(), problem=whole_traceback(plugin.error))
    return Claim(Phases(), problem=one.not_found())


def as_handed_in(text: str, here: Path) -> str:
    """A text with the files of the submission and of the suite named as their authors know them."""
    return text.replace(f"{here}{os.sep}", "")


@contextmanager
def real_imports(names: Sequence[str], folder: Path, roots: Sequence[str] = ()) -> Iterator[None]:
    """While this lasts, the submission's modules are those in its folder, whatever else has such a name.

    Args:
        roots: folders in it from which modules are imported as well.
    """
    for name in names:
        sys.modules.pop(name, None)
    paths = [str(place) for place in (*(folder / root for root in roots), folder)]
    sys.path[:0] = paths
    try:
        yield
    finally:
        for path in paths:
            sys.path.remove(path)
        for name in names:
            sys.modules.pop(name, None)


def assignment_of(task: dict[str, Any]) -> Assignment:
    """The assignment as far as it concerns one test. It lies in the current folder, with the submission."""
    folder = Path.cwd()
    given = task["suite"]
    suite = Suite(given["name"], folder / given["path"], show_output=given["show_output"], show_values=given["show_values"])
    return Assignment(
        folder=folder,
        title="",
        files=tuple(task["files"]),
        support=tuple(task["support"]),
        suites=(suite,),
        limits=Limits(test_seconds=task["seconds"], total_seconds=sys.maxsize),
        settings=task["settings"],
    )


class NoAlarm(Timekeeper):
    """The fork server ends this process in time. The signal that the grader uses for itself is left to suite and submission."""

    def set_alarm(self, limit: TimeLimit | None) -> None:
        """Set none."""


class ClaimingPlugin(GradingPlugin):
    """Grades as ever, and keeps what the test has come to instead of making a record of it."""

    def __init__(self, assignment: Assignment, judge: InsideJudge) -> None:
        super().__init__(assignment.suites, assignment.limits, None, judge)
        self.time = NoAlarm(assignment.limits, sandboxed=True)
        self.claim: Claim | None = None

    def waiting(self, limit: TimeLimit) -> NoReturn:
        raise AssignmentError(
            "a test that runs inside cannot wait for a run that is marked @background, which is in another process; do it in "
            "a fixture, and give the test the time for it with @pytest.mark.seconds"
        )

    def conclude(self, item: pytest.Item, running: Running) -> None:
        value, column = (decorations.given_value(item, name) for name in ("__score__", "__leaderboard_value__"))
        score = None if value is None else points.plain_number(value)
        self.claim = Claim(
            running.phases,
            score=float("nan") if value is not None and score is None else score,
            column=column if type(column) is str else points.plain_number(column),
        )
        self.unfinished.pop(running.record.nodeid, None)


class OneTest:
    """Keeps one test of those that are collected."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.nodeid: str = task["nodeid"]
        self.family: list[str] = task["family"]
        self.index: int = task["index"]
        self.count: int = task["count"]
        self.found = 0  # cases
        self.error: BaseException | None = None  # why a file could not be read

    @pytest.hookimpl
    def pytest_exception_interact(self, node: Any, call: pytest.CallInfo[Any]) -> None:
        if isinstance(node, pytest.Collector) and call.excinfo and self.error is None:
            error = call.excinfo.value
            # pytest shows a failed import as one of its own, and has the import's error as its cause.
            self.error = error.__cause__ if isinstance(error, pytest.Collector.CollectError) and error.__cause__ else error

    @pytest.hookimpl
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Choose by id; by place among the cases of the same test where ids are made of what the submission gives."""
        named = [item for item in session.items if item.nodeid == self.nodeid]
        if not named:
            cases = [item for item in session.items if family(item) == self.family]
            self.found = len(cases)
            named = cases[self.index : self.index + 1] if len(cases) == self.count else []
        session.items[:] = named[:1]

    def not_found(self) -> str:
        """What staff read where there is no such test."""
        return (
            f"{self.nodeid} is not there when it runs inside: of this test there are {self.count} cases where the submission "
            f"is not imported, and {self.found} where it is. Let the cases not depend on the submission, or give them ids"
        )
