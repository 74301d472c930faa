"""Many gradings: two at a time, each in a process of its own, forked off one that has loaded what all of them use."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import forkserver, get_context
from multiprocessing.pool import Pool
from pathlib import Path

import pytest
from executed import without_case
from known import Known, build
from places import HELPERS, ROOT
from reach import ALL_PARTS, WITH_TORCH, suites_of

from autograder.assignment import Assignment, load
from autograder.commands.launch import fork_server
from autograder.grading.acceptance import SandboxMode
from autograder.grading.outcome import Outcome
from autograder.grading.story import grade
from autograder.sandbox.preloading import LATE

PROCESSES = 2


@contextmanager
def graders(preload: Sequence[str]) -> Iterator[Pool]:
    """A pool of processes that each do one task, as each run of the command has a process of its own.

    They are forked off one that stays, and has loaded `preload` and what grades. A task that grades forks its fork server
    before anything else, as the command does; see autograder/commands/launch.py.
    """
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # the one before would stay, with what it has loaded
    context = get_context("forkserver")
    context.set_forkserver_preload([*preload, *(name for module in preload for name in LATE.get(module, ())), "warm"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")  # a team of threads would not survive a fork
        patch.setenv("PYTHONPATH", str(HELPERS))  # where `warm` is
        pool = context.Pool(PROCESSES, maxtasksperchild=1)
    with pool:
        yield pool


class Only:
    """A pytest plugin that runs these tests, named by their ids without cases, and no others."""

    def __init__(self, tests: Collection[str]) -> None:
        self.tests = tests

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if without_case(item.nodeid) in self.tests]


def grade_together(group: Sequence[Known], tests: Collection[str], into: Path, mode: SandboxMode = "auto") -> Outcome:
    """Grade a group of known submissions as one, by these tests; once in a process."""
    server = fork_server() if mode != "off" else None
    assignment = of_parts(load(ROOT), parts_of(group))
    for seconds in (known.test_seconds for known in group if known.test_seconds is not None):
        assignment = replace(assignment, limits=replace(assignment.limits, test_seconds=seconds))
    with only(tests):
        return grade(assignment, [build(group, assignment, into)], mode, server=server)


def grade_folder(name: str, mode: SandboxMode = "auto") -> Outcome:
    """Grade a folder of this repository, once in a process."""
    server = fork_server() if mode != "off" else None
    return grade(load(ROOT), [ROOT / name], mode, server=server)


def grade_tests(name: str, part: int, tests: Collection[str], test_seconds: float) -> Outcome:
    """Grade a folder of this repository by some tests of a part, named by their ids without cases; once in a process."""
    server = fork_server()
    assignment = of_parts(load(ROOT), (part,))
    assignment = replace(assignment, limits=replace(assignment.limits, test_seconds=test_seconds, wall_seconds=None))
    with only(tests):
        return grade(assignment, [ROOT / name], server=server)


@contextmanager
def only(tests: Collection[str]) -> Iterator[None]:
    """While this lasts, pytest runs these tests and no others."""
    main = pytest.main
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pytest, "main", lambda arguments, plugins: main(arguments, plugins=[*plugins, Only(tests)]))
        yield


def parts_of(group: Sequence[Known]) -> tuple[int, ...]:
    return tuple(sorted({part for known in group for part in known.parts}))


def of_parts(assignment: Assignment, parts: tuple[int, ...]) -> Assignment:
    """The assignment with the tests of these parts alone."""
    if parts == ALL_PARTS:
        return assignment
    suites = [
        replace(suite, name=f"{suite.name}/{file.name}", path=file)
        for suite in assignment.suites
        for part in parts
        for file in suites_of(part)
        if file.parent == suite.path
    ]
    preload = tuple(name for name in assignment.sandbox.preload if name != "torch" or WITH_TORCH & set(parts))
    return replace(
        assignment,
        suites=tuple(suites),
        parts=tuple(part for part in assignment.parts if int(part.number) in parts),
        sandbox=replace(assignment.sandbox, preload=preload),
    )
