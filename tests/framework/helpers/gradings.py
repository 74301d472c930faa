"""Many gradings: two at a time, each in a process of its own, forked off one that has loaded what all of them use."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import forkserver, get_context
from multiprocessing.pool import Pool
from pathlib import Path

import pytest
from executed import without_case
from known import TEST_SECONDS, Corpus
from places import HELPERS
from plugins import with_plugin
from reach import files_of, id_of, suite_of

from autograder.assignment import Assignment, Suite, load
from autograder.authoring.mistakes import Mistake
from autograder.commands.check import files_in_memory
from autograder.commands.launch import fork_server
from autograder.grading.acceptance import SandboxMode
from autograder.grading.carried import uncarried
from autograder.grading.outcome import Outcome
from autograder.grading.story import grade
from autograder.sandbox.preloading import LATE

PROCESSES = 2
OPEN: list[list[str]] = []  # what the pool of this process that is open has loaded


@contextmanager
def graders(preload: Sequence[str]) -> Iterator[Pool]:
    """A pool of processes that each do one task, as each run of the command has a process of its own.

    They are forked off one that stays, and has loaded `preload` and what grades. A task that grades forks its fork server
    before anything else, as the command does; see autograder/commands/launch.py.

    Raises:
        AssertionError: another pool of this process is open, whose processes belong to the one server that there is.
    """
    assert not OPEN, f"a pool is open, with {OPEN}: close it first (a fixture of module scope does)"
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # the one before would stay, with what it has loaded
    context = get_context("forkserver")
    context.set_forkserver_preload([*preload, *(name for module in preload for name in LATE.get(module, ())), "warm"])
    with pytest.MonkeyPatch.context() as patch, files_in_memory():
        patch.setenv("OMP_NUM_THREADS", "1")  # a team of threads would not survive a fork
        patch.setenv("PYTHONPATH", str(HELPERS))  # where `warm` is
        pool = context.Pool(PROCESSES, maxtasksperchild=1)
    OPEN.append(list(preload))
    try:
        with pool:
            yield pool
    finally:
        OPEN.clear()


class Only:
    """A pytest plugin that runs these tests, named by their ids without cases, and no others."""

    def __init__(self, tests: Collection[str]) -> None:
        self.tests = tests

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if without_case(item.nodeid) in self.tests]


def grade_together(
    corpus: Corpus, group: Sequence[Mistake], tests: Collection[str], into: Path, mode: SandboxMode = "auto"
) -> Outcome:
    """Grade a group of known submissions as one, by these tests; once in a process.

    Other suites are not even read: they would start their background runs.
    """
    server = fork_server() if mode != "off" else None
    assignment = uncarried(of_suites(corpus, set(map(suite_of, tests))))
    for seconds in (TEST_SECONDS[known.name] for known in group if known.name in TEST_SECONDS):
        assignment = replace(assignment, limits=replace(assignment.limits, test_seconds=seconds))
    with with_plugin(Only(tests)):
        return grade(assignment, [corpus.hand_in(group, into)], mode, server=server)


def grade_folder(assignment: Path, name: str, mode: SandboxMode = "auto") -> Outcome:
    """Grade a folder of an assignment, once in a process."""
    server = fork_server() if mode != "off" else None
    return grade(load(assignment), [assignment / name], mode, server=server)


def grade_tests(corpus: Corpus, name: str, tests: Collection[str], test_seconds: float) -> Outcome:
    """Grade a folder of an assignment by some tests, named by their ids without cases; once in a process."""
    server = fork_server()
    assignment = of_suites(corpus, set(map(suite_of, tests)))
    assignment = replace(assignment, limits=replace(assignment.limits, test_seconds=test_seconds, wall_seconds=None))
    with with_plugin(Only(tests)):
        return grade(assignment, [assignment.folder / name], server=server)


def of_suites(corpus: Corpus, names: Collection[str]) -> Assignment:
    """The assignment with these suites alone. It has no parts then, whose points could not add up."""
    assignment = corpus.assignment
    if set(names) == set(corpus.reach.suites):
        return assignment
    suites = [
        narrowed(suite, file) if suite.path.is_dir() else suite
        for suite in assignment.suites
        for file in files_of(suite)
        if id_of(assignment, file) in names
    ]
    with_torch = any(corpus.reach.imports(name, "torch") for name in names)
    preload = [module for module in assignment.sandbox.preload if module != "torch" or with_torch]
    return replace(assignment, suites=tuple(suites), parts=(), sandbox=replace(assignment.sandbox, preload=tuple(preload)))


def narrowed(suite: Suite, file: Path) -> Suite:
    """A folder of tests as assignment.toml has it, but for all its files but one."""
    name, inside = file.relative_to(suite.path).as_posix(), suite.inside
    if isinstance(inside, tuple):
        inside = tuple(f"{file.name}{test[len(name) :]}" for test in inside if test.partition("::")[0] == name)
    return replace(suite, name=f"{suite.name}/{name}", path=file, inside=inside)
