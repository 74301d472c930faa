"""The pytest plugin that has a test run inside, in place of its set-up, call and tear-down in this process."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from _pytest.runner import pytest_make_collect_report

from autograder.assignment import Assignment, Suite
from autograder.errors import AssignmentError, AutograderError
from autograder.grading.containment import Wrapper
from autograder.grading.inside import claims
from autograder.grading.inside.blanks import blank_imports
from autograder.grading.inside.loading import MARKER, RUNNER
from autograder.grading.inside.parcel import Parcel, files_for
from autograder.grading.inside.rewriting import rewritten
from autograder.grading.inside.selection import family
from autograder.grading.plugin import RECORD, GradingPlugin, Running
from autograder.grading.records import TOLERANCE
from autograder.grading.verdicts import Failure, whole_traceback
from autograder.intake.stage import Stage
from autograder.sandbox.client import SandboxError
from autograder.sandbox.wire import WireError
from autograder.standins.failures import SubmissionFailure, SuiteTimeout
from autograder.standins.keeper import Keeper
from autograder.standins.names import Name

NOWHERE = "<submission>"  # the folder in __file__ of a blank module: a suite that runs such a file must not find one
ONLY_INSIDE = "The file of this test can be read for tests inside only. Let this one run inside, too, or see to this:"


class InsideTests:
    """Runs the tests that `GradingPlugin` has marked as such, each in a process of its own.

    Args:
        modules: module name -> file, of the submission.
        grading: the plugin that begins and ends each test.
        keeper: the submission's processes.
        stage: the submission's files.
        variant: the code of the student's own numbers.
    """

    def __init__(
        self,
        assignment: Assignment,
        modules: dict[str, str],
        grading: GradingPlugin,
        keeper: Keeper,
        stage: Stage,
        variant: str | None,
    ) -> None:
        self.assignment = assignment
        self.modules = modules
        self.grading = grading
        self.keeper = keeper
        self.stage = stage
        self.variant = variant
        self.places: dict[str, tuple[list[str], int, int]] = {}  # nodeid -> family, index in it, its size
        self.all_inside: set[Path] = set()
        self.parcels: dict[Path, Parcel] = {}  # by test file
        self.blank: dict[Path, str] = {}  # test files that could be read with blanks only, and why

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Wrapper:
        """Read a test file with blanks if it does with stand-ins what is possible inside a test only."""
        report = yield
        if not report.failed or not isinstance(collector, pytest.Module) or not self.may_be_inside(collector.path):
            return report
        for name in [name for name, module in sys.modules.items() if getattr(module, "__file__", "") == str(collector.path)]:
            del sys.modules[name]
        vars(collector).pop("_obj", None)  # what pytest has made of the file
        with blank_imports({name: f"{NOWHERE}/{file}" for name, file in self.modules.items()}):
            again = pytest_make_collect_report(collector)
        if again.failed:
            return report
        self.blank[collector.path] = str(report.longrepr)
        return again

    def may_be_inside(self, path: Path) -> bool:
        suite = self.grading.suite_of(path)
        return bool(suite and suite.inside) or bool(MARKER.search(path.read_text(encoding="utf-8", errors="replace")))

    @pytest.hookimpl
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note each test's place among the cases of the same test."""
        families = [(item, family(item)) for item in session.items if item.stash[RECORD].inside]
        sizes = Counter(tuple(family) for _, family in families)
        seen: Counter[tuple[str, ...]] = Counter()
        for item, its in families:
            self.places[item.nodeid] = (its, seen[tuple(its)], sizes[tuple(its)])
            seen[tuple(its)] += 1
        outside = {item.path for item in session.items if not item.stash[RECORD].inside}
        self.all_inside = {item.path for item, _ in families} - outside

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        running = self.grading.running
        if running is None or (not running.record.inside and item.path not in self.blank):
            return None
        if not running.record.inside:
            running.phases.failures.append(Failure("setup", "", f"{ONLY_INSIDE}\n{self.blank[item.path]}", broken=True))
        elif not running.phases.not_run:
            self.carry_out(item, running)
        self.end_fixtures(item, nextitem)
        return True

    def carry_out(self, item: pytest.Item, running: Running) -> None:
        """Have the test run, and put what it claims to have come to into `running`."""
        try:
            claim = claims.Claim(running.phases, problem=self.not_loaded())
            if not claim.problem:
                claim = self.ask(item, running)
            problem = claim.problem or claims.out_of_range(claim, running.record.max_score, TOLERANCE)
        except (SubmissionFailure, AutograderError, SandboxError, SuiteTimeout) as error:
            running.phases.failures.append(self.grading.failure(item, "call", error, False))
            return
        except Exception as error:  # no answer that `runner.run` gives
            problem = whole_traceback(error)
            claim = claims.Claim(running.phases)
        if problem:
            running.phases.failures.append(Failure("call", "", problem, broken=True))
            return
        running.phases = claim.phases
        running.claim = claim

    def not_loaded(self) -> str | None:
        """Why no test can run inside, for staff."""
        if RUNNER not in self.keeper.sandbox.preload:
            return (
                "the marker `inside` was not found in the suite's text: write @pytest.mark.inside at the test, or inside = true"
            )
        problems = [text for text in self.keeper.sandbox.report()["not_preloaded"] if text.startswith(RUNNER)]
        return f"tests cannot run inside here: {problems[0]}" if problems else None

    def ask(self, item: pytest.Item, running: Running) -> claims.Claim:
        suite = self.grading.suite_of(item.path)
        assert suite
        parcel = self.parcel(suite, item)
        try:
            task = json.dumps(self.task_for(item, suite, running.time.cpu_seconds, parcel)).encode()
        except TypeError as error:
            raise AssignmentError(
                f"[settings] has a value that a test inside cannot be given ({error}); write it as text"
            ) from None
        process = self.keeper.spawn(running.owner)
        self.keeper.add(process)
        if process.box:
            process.box.cwd.close()  # what it writes there is its own affair, and is not brought to the suite's folder
        with self.keeper.patches.ours():  # as if the process knew of them: it has a suite of its own
            self.keeper.patches.changes(process.door.patched)
        process.door.ask("call", [Name(self.keeper, RUNNER, "unpack"), parcel.names, parcel.contents])
        answer = process.door.ask("call", [Name(self.keeper, RUNNER, "run"), np.frombuffer(task, np.uint8), parcel.code])
        try:
            return claims.read(answer)
        except WireError as error:
            raise process.door.rejected(error) from None

    def parcel(self, suite: Suite, item: pytest.Item) -> Parcel:
        """What the tests of a file are given, read once."""
        path = item.path
        if path not in self.parcels:
            files = files_for(self.assignment, suite, path, self.all_inside)
            self.parcels[path] = Parcel.of(files, rewritten(path, item.config))
        return self.parcels[path]

    def task_for(self, item: pytest.Item, suite: Suite, seconds: float, parcel: Parcel) -> dict[str, Any]:
        """What the process of a test needs to know."""
        its, index, count = self.places[item.nodeid]
        top = self.assignment.folder
        return {
            "file": item.path.relative_to(top).as_posix(),
            "nodeid": item.nodeid,
            "family": its,
            "index": index,
            "count": count,
            "given": parcel.names,
            "plugins": parcel.plugins,
            "suite": {
                "name": suite.name,
                "path": suite.path.relative_to(top).as_posix(),
                "show_output": suite.show_output,
                "show_values": suite.show_values,
            },
            "files": self.assignment.files,
            "modules": self.modules,
            "roots": [self.assignment.root] if self.assignment.root else [],
            "support": self.assignment.support,
            "stage": str(self.stage.path),
            "seconds": seconds,
            "settings": self.assignment.settings,
            "variant": self.variant,
            "problems": {file: text for file in self.assignment.files if (text := self.stage.problem_with(file))},
        }

    def end_fixtures(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        """End the fixtures of tests before this one that the next does not share."""
        # In pytest this is a part of the tear-down of a test that was set up here; it has no public name.
        end = item.session._setupstate.teardown_exact
        call = pytest.CallInfo.from_call(
            lambda: end(nextitem), when="teardown", reraise=(pytest.exit.Exception, KeyboardInterrupt)
        )
        if call.excinfo and self.grading.running:
            self.grading.running.phases.failures.append(self.grading.failure(item, "teardown", call.excinfo.value, False))
