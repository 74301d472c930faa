"""Fixtures: one running sandbox for the whole session, and submissions written by the test that uses them.

A test module asks for them with `pytest_plugins = ["sandboxes"]`.
"""

import contextlib
import importlib
import shutil
import tempfile
import textwrap
from pathlib import Path

import pytest

from autograder import outline
from autograder.sandbox.client import Sandbox
from autograder.sandbox.limits import Limits, TimeLimit
from autograder.standins.classes import Classes
from autograder.standins.importer import sandboxed_imports
from autograder.standins.keeper import Keeper, Owner
from autograder.standins.local import local_imports

TIME = TimeLimit(cpu_seconds=10.0, wall_seconds=120.0)


@pytest.fixture(scope="session")
def stages():
    """A folder that the processes of a submission may read."""
    folder = Path(tempfile.mkdtemp(prefix="stages-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def sandbox(stages):
    running = Sandbox(Limits(), readable=[str(stages)])
    assert not running.report()["canary"]["failures"]
    yield running
    running.close()


class Submissions:
    """Writes files of a submission and lets the test import them.

    Attributes:
        keeper: of the last submission, or None when it runs in this process.
        libraries: what a process of the next one is expected to use; see `Keeper`.
    """

    def __init__(self, stages, sandbox, cleanup):
        self.stages = stages
        self.sandbox = sandbox
        self.cleanup = cleanup
        self.keeper = None
        self.libraries = lambda owner, keeper: None

    def __call__(self, source, operators=(), missing=(), **others):
        """Write modules.py (and others), and return the module `modules`, as a suite's import gives it."""
        folder = Path(tempfile.mkdtemp(dir=self.stages))
        folder.chmod(0o755)
        sources = {}
        for name, text in {"modules": source, **others}.items():
            file = folder / f"{name}.py"
            file.write_text(textwrap.dedent(text), encoding="utf-8")
            sources[name] = textwrap.dedent(text)
        outlines = outline.outlines_of(sources)
        names = {name: outline.exports(outlines, name) for name in [*sources, *missing]}
        if self.sandbox is None:
            self.cleanup.enter_context(local_imports(list(names), folder))
        else:
            self.keeper = Keeper(
                self.sandbox, str(folder), 1 << 28, frozenset(operators), words,
                classes=Classes(outlines), libraries=self.libraries,
            )  # fmt: skip
            self.cleanup.enter_context(sandboxed_imports(self.keeper, names))
            self.cleanup.callback(end_all, self.keeper)
            self.cleanup.enter_context(self.test())
        return importlib.import_module("modules")

    @contextlib.contextmanager
    def test(self, node="the test"):
        """While this lasts, a test runs."""
        with self.running("function", node):
            yield

    @contextlib.contextmanager
    def running(self, scope, node):
        """While this lasts, a test or the fixture of a wider scope runs."""
        owner, keeper = Owner(scope, node), self.keeper
        keeper.enter(owner, TIME)
        try:
            yield owner
        finally:
            keeper.leave(owner)
            if scope == "function":
                keeper.close(owner)


def end_all(keeper):
    for process in list(keeper.processes):
        keeper.close(process.owner)


def words(ending, time):
    return f"it ended ({ending.killed_for or ending.status}): {ending.output}"


@pytest.fixture(params=["in process", "sandboxed"])
def submission(request, stages, sandbox):
    """The same test in this process and through stand-ins: a suite cannot tell which."""
    with contextlib.ExitStack() as cleanup:
        yield Submissions(stages, sandbox if request.param == "sandboxed" else None, cleanup)


@pytest.fixture
def sandboxed(stages, sandbox):
    with contextlib.ExitStack() as cleanup:
        yield Submissions(stages, sandbox, cleanup)
