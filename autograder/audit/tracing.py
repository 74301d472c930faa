"""Which functions of the reference each test executes: a mutant behaves as the reference until its function is executed.

The reference is the instructor's own code. So the suites are run on it once in a fork of this process, without a sandbox, and
calls are traced. What calls cannot tell is taken on the safe side:

- A test that reads a source file, as those of vectorisation do, reaches all functions in it.
- A test that starts a program reaches everything.
- A test whose file has a background run, or something that is computed once, reaches what any test of its file reaches.
- What a fixture executes counts for all tests that use it, whichever of them sets it up.
- What a module of the submission executes while it is imported counts for all tests.
"""

import contextlib
import json
import os
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from autograder.assignment import Assignment
from autograder.audit.functions import Function, function_at, functions_in
from autograder.background import BackgroundRun
from autograder.errors import AssignmentError, AutograderError
from autograder.grading.forks import fork
from autograder.grading.outcome import Outcome
from autograder.grading.records import Record
from autograder.grading.story import outcome_of, prepared
from autograder.grading.suites import run_suites

EVERYTHING = "*"  # in place of a file's name
WHOLE = "*"  # in place of a function's name
MODULE = ("", "<module>")  # what is executed while a module is imported
PROGRAMS = ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system", "os.fork", "os.forkpty")

PATIENCE = 10.0  # as long as a submission the reference may take

Place = tuple[str, str]  # file; function, or WHOLE


@dataclass(frozen=True)
class Test:
    """A test, and what it came to on the reference.

    Attributes:
        number: as in "1.2"; None for a test without one.
        score: its points; None for a test without points.
        seconds: that it took without a sandbox, with the tracing.
        waits: whether its file has a background run.
        places: what it executes.
    """

    nodeid: str
    number: str | None
    score: float | None
    seconds: float
    waits: bool
    places: frozenset[Place] = field(repr=False)

    def reaches(self, file: str, function: str) -> bool:
        """Whether a change of a function may make a difference to it; code outside of functions makes one to all."""
        if not function:
            return True
        return bool(self.places & {(EVERYTHING, WHOLE), (file, WHOLE), (file, function)})


def reach_of(assignment: Assignment) -> list[Test]:
    """Run the suites on the reference, once.

    Raises:
        AssignmentError: there is no reference, or it fails a test.
        AutograderError: the run has not come to its end.
    """
    if not assignment.reference:
        raise AssignmentError("assignment.toml names no reference; an audit makes its mutants of one")
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        answer = Path(folder, "reach.json")
        pid = fork()
        if pid == 0:
            traced_and_gone(assignment, answer)
        _, status = os.waitpid(pid, 0)
        try:
            found = json.loads(answer.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise AutograderError(
                f"the run of the suites on the reference has ended early (status {os.waitstatus_to_exitcode(status)}); "
                "`autograder grade reference --sandbox off` shows what happens"
            ) from error
    if "error" in found:
        raise (AssignmentError if found["ours"] else AutograderError)(found["error"])
    return [Test(**{**test, "places": frozenset(map(tuple, test["places"]))}) for test in found["tests"]]


def traced_and_gone(assignment: Assignment, answer: Path) -> None:
    """In a fork: leave what was found in a file, and end."""
    try:
        with open(os.devnull, "r+b") as null:
            for stream in range(3):
                os.dup2(null.fileno(), stream)
        try:
            tests, _ = traced(assignment)
            found: dict[str, Any] = {"tests": [{**asdict(test), "places": sorted(test.places)} for test in tests]}
        except AssignmentError as error:
            found = {"error": str(error), "ours": True}
        except Exception as error:
            told = isinstance(error, AutograderError)
            found = {"error": str(error) if told else "".join(traceback.format_exception(error)), "ours": False}
        answer.write_text(json.dumps(found), encoding="utf-8")
    finally:
        os._exit(0)


def traced(assignment: Assignment) -> tuple[list[Test], Outcome]:
    """Run the suites on the reference in this process; return what each test has executed, and the outcome.

    Raises:
        AssignmentError: the reference fails a test.
    """
    reference = assignment.folder / str(assignment.reference)
    limits = assignment.limits  # tracing takes time, and the machine may be busy: no verdict hangs on how long this takes
    patient = replace(limits, test_seconds=PATIENCE * limits.test_seconds, total_seconds=PATIENCE * limits.total_seconds)
    assignment = replace(assignment, limits=patient)
    with prepared(assignment, [reference], "off", students=None) as submission:
        tracer = Tracer(submission.stage.path, functions_of(reference, assignment.files))
        with tracer.listening():
            ran = run_suites(assignment, submission, watching=[tracer])
        outcome = outcome_of(assignment, submission, ran)
    lost = [record for record in ran.records if record.status != "passed"]
    if lost:
        told = "; ".join(f"{record.nodeid}: {record.why(staff=True)}".splitlines()[0] for record in lost[:3])
        raise AssignmentError(
            f"the reference fails {len(lost)} of {len(ran.records)} tests, so no mutant can be judged by them: {told}"
        )
    return tracer.tests(ran.records), outcome


def functions_of(reference: Path, files: Sequence[str]) -> dict[str, list[Function]]:
    sources = {name: reference / name for name in files if name.endswith(".py") and (reference / name).is_file()}
    return {name: functions_in(path.read_text(encoding="utf-8")) for name, path in sources.items()}


class Tracer:
    """A pytest plugin that notes what each test executes of a submission that runs in this process.

    Args:
        stage: the folder with the submission.
        functions: of its files.
    """

    def __init__(self, stage: Path, functions: Mapping[str, list[Function]]) -> None:
        self.stage = f"{stage}{os.sep}"
        self.functions = functions
        self.known: dict[CodeType, Place | None] = {}
        self.imported: set[Place] = set()  # by modules, while they are imported
        self.executed: list[set[Place]] = [set()]  # by the test, and on top of it by the fixture or import that is under way
        self.by_fixture: dict[Any, set[Place]] = {}
        self.by_test: dict[str, set[Place]] = {}
        self.sharing: dict[str, list[str]] = {}  # test file -> its tests, where they share results
        self.waiting: set[str] = set()  # tests of files with background runs

    @contextlib.contextmanager
    def listening(self) -> Any:
        """While this lasts, files that are read and programs that are started are noticed."""
        on = True

        def hear(event: str, arguments: tuple) -> None:
            if on and event == "open" and isinstance(arguments[0], (str, os.PathLike)):
                self.note_file(os.fspath(arguments[0]))
            elif on and event in PROGRAMS:
                self.executed[-1].add((EVERYTHING, WHOLE))

        sys.addaudithook(hear)  # which cannot be taken back
        try:
            yield
        finally:
            on = False

    def note_file(self, path: str) -> None:
        if self.executed[-1] is self.imported:
            return  # Python reads the source of a module that another one imports
        if path.startswith(self.stage) and path[len(self.stage) :] in self.functions:
            self.executed[-1].add((path[len(self.stage) :], WHOLE))

    def note(self, frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            code = frame.f_code
            if code not in self.known:
                self.known[code] = self.place_of(code)
            place = self.known[code]
            if place is MODULE:
                self.executed.append(self.imported)
            elif place:
                self.executed[-1].add(place)
        elif event == "return" and self.known.get(frame.f_code) is MODULE:
            self.executed.pop()

    def place_of(self, code: CodeType) -> Place | None:
        if not code.co_filename.startswith(self.stage):
            return None
        if code.co_name == "<module>":
            return MODULE
        file = code.co_filename[len(self.stage) :]
        function = function_at(self.functions.get(file, []), code.co_firstlineno)
        return (file, function) if function else None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> Any:
        sys.setprofile(self.note)
        try:
            return (yield)
        finally:
            sys.setprofile(None)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self.executed = [set()]
        forget_results(item)
        sys.setprofile(self.note)
        threading.setprofile(self.note)
        try:
            return (yield)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
            definitions = item._fixtureinfo.name2fixturedefs.values()  # type: ignore[attr-defined]
            used = [definition for found in definitions for definition in found]
            self.by_test[item.nodeid] = self.executed[0].union(*(self.by_fixture.get(one, set()) for one in used))
            if any(isinstance(value, BackgroundRun) for value in values_of(item)):
                self.waiting.add(item.nodeid)
                self.sharing.setdefault(str(item.path), []).append(item.nodeid)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Any:
        self.executed.append(set())
        try:
            return (yield)
        finally:
            self.by_fixture.setdefault(fixturedef, set()).update(self.executed.pop())

    def tests(self, records: Sequence[Record]) -> list[Test]:
        """The tests, in the order of the records."""
        for together in self.sharing.values():
            everything = set().union(*(self.by_test[nodeid] for nodeid in together))
            for nodeid in together:
                self.by_test[nodeid] = everything
        return [
            Test(
                record.nodeid,
                record.number,
                record.score,
                record.seconds,
                record.nodeid in self.waiting,
                frozenset(self.by_test.get(record.nodeid, {(EVERYTHING, WHOLE)}) | self.imported),
            )
            for record in records
        ]


def values_of(item: pytest.Item) -> list[object]:
    """What has a name in the module of a test."""
    return list(vars(getattr(item, "module", item)).values())


def forget_results(item: pytest.Item) -> None:
    """Clear what the module of a test has under `functools.cache`: each test is to execute what it needs itself."""
    for value in values_of(item):
        clear: Callable[[], None] | None = getattr(value, "cache_clear", None) if callable(value) else None
        if clear is not None:
            clear()
