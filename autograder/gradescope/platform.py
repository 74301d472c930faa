"""Grading on Gradescope's machine: what `run_autograder` of the autograder zip starts.

    source/                     the zip, unpacked; run_autograder has made it readable for its owner alone
    submission/                 what was handed in
    submission_metadata.json    by whom and when
    results/results.json        what comes of it

At every moment there is a valid results.json that lists every test: at first fallback.json of the zip, in which none has run,
then what is known so far, in the end all of it. So a grader that is killed loses what it had not come to, and says so.
"""

import contextlib
import json
import resource
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.archive import VERSION
from autograder.assignment import Assignment
from autograder.errors import AutograderError, SubmissionError, machine_fault
from autograder.gradescope import metadata
from autograder.gradescope.policing import Policing
from autograder.grading.outcome import Outcome
from autograder.grading.records import Record
from autograder.grading.story import grade
from autograder.results.gradescope import document, document_of, write_file
from autograder.results.terminal import Terminal, show
from autograder.results.ungraded import SEE_ABOVE, ungraded
from autograder.sandbox.client import Launched
from autograder.text import line

FALLBACK = "fallback.json"
RESERVE_SECONDS = 30.0  # for what comes before and after the tests; run_autograder ends all at 10 s before the limit
WRITING_SHARE = 0.05  # of the time, at most, that goes into writing what is known so far
UNFINISHED = "the grading ended before this test"


def fallback(records: Sequence[Record], version: str) -> dict[str, Any]:
    """Return the result of a grading that has not come to any test, for all of `records`."""
    return document_of([unfinished(record) for record in records], 0.0, extra={"version": version, "notes": [UNFINISHED]})


def listed_tests(fallback: Mapping[str, Any]) -> list[Record]:
    """Return the tests that a fallback lists, as far as platforms are told of them; nothing of the suites is loaded for it.

    A test for a leaderboard alone is there twice, as the fallback has it: as a test without points and as a column.
    """
    tests = [
        Record(
            nodeid=test["extra_data"]["id"],
            name=test["name"],
            number=test.get("number"),
            max_score=test.get("max_score"),
            visibility=test.get("visibility"),
            tags=tuple(test.get("tags", ())),
        )
        for test in fallback["tests"]
    ]
    columns = [
        Record(f"leaderboard: {column['name']}", column["name"], leaderboard=column) for column in fallback["leaderboard"]
    ]
    return [*tests, *columns]


def unfinished(record: Record) -> Record:
    return replace(record, status="broken", score=None if record.max_score is None else 0.0, staff=UNFINISHED)


class Partial:
    """Writes what is known while the tests run."""

    def __init__(self, path: Path, extra: Mapping[str, Any]) -> None:
        self.path = path
        self.extra = dict(extra)
        self.records: Sequence[Record] = ()
        self.done: set[str] = set()
        self.started = time.monotonic()
        self.next = self.started  # not before this time, it is written again

    def begin(self, records: Sequence[Record]) -> None:
        self.records = records
        self.write()

    def __call__(self, record: Record) -> None:
        self.done.add(record.nodeid)
        if time.monotonic() >= self.next:
            self.write()

    def write(self) -> None:
        began = time.monotonic()
        known = [record if record.nodeid in self.done else unfinished(record) for record in self.records]
        content = document_of(known, began - self.started, extra={**self.extra, "notes": [UNFINISHED]})
        with contextlib.suppress(AutograderError):  # the last time, that will be told
            write_file(content, self.path)
        now = time.monotonic()
        self.next = now + (now - began) / WRITING_SHARE


def run(assignment: Assignment, root: Path, platform_seconds: float, server: Launched | None = None) -> int:
    """Grade what lies below `root`, write the result there, and print for instructors how it went; return 0.

    Args:
        platform_seconds: the platform's limit for all of it.
        server: of `launch.fork_server`.
    """
    started = time.monotonic()
    target, console = root / "results" / "results.json", Terminal(file=sys.stdout)
    stamp = root / "source" / VERSION
    extra = {"version": stamp.read_text(encoding="utf-8").strip() if stamp.is_file() else "unknown"}
    limits = assignment.limits
    seconds = min(limits.total_seconds, max(platform_seconds - RESERVE_SECONDS, 1.0))
    assignment = replace(assignment, limits=replace(limits, total_seconds=seconds))
    partial = Partial(target, extra)
    try:
        policing = Policing(assignment, root / metadata.FILE)
        if policing.refused:
            outcome = not_run(assignment, root, SEE_ABOVE)
        else:
            try:
                outcome = grade(assignment, [root / "submission"], "auto", partial, server, policing.students, partial.begin)
            except SubmissionError as error:
                outcome = not_run(assignment, root, str(error))
        from autograder.grading.mistakes.naming import Namer  # loads NumPy, as the grading has by now

        outcome = Namer(assignment).name(outcome)
        outcome.version = extra["version"]
        policing.apply(outcome)
        write_file(document(outcome), target)
    except KeyboardInterrupt:
        if partial.records:
            partial.write()
        raise
    except Exception as error:
        # What was known by then stays in results.json: it says that a human is needed.
        told = str(error) if isinstance(error, AutograderError) else machine_fault(error)
        print(f"autograder: {told}" if told else traceback.format_exc())
        print("autograder: the grading failed; this is not the submission's fault")
        return 0
    if outcome.not_run:
        print("\n".join(policing.refused.notes) if policing.refused else f"autograder: {outcome.not_run}")
        return 0
    show(outcome, console, staff=True)
    for text in facts(outcome, time.monotonic() - started, platform_seconds):
        print(text)
    return 0


def not_run(assignment: Assignment, root: Path, reason: str) -> Outcome:
    """Return the result of a submission of which no test runs: every test of fallback.json, each with the reason."""
    return ungraded(assignment, listed_tests(json.loads((root / "source" / FALLBACK).read_text(encoding="utf-8"))), reason)


def facts(outcome: Outcome, seconds: float, platform_seconds: float) -> list[str]:
    """Return what instructors may want to know, a line for each."""
    peak_mb = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    slowest = sorted(outcome.records, key=lambda record: -record.seconds)[:3]
    off = [name for name, on in (outcome.layers or {}).items() if not on]
    return [
        f"autograder version {outcome.version}, Python {sys.version.split()[0]}",
        f"{seconds:.1f} s of the platform's {platform_seconds:g} s; largest process {peak_mb:.0f} MB",
        "slowest tests: " + ", ".join(f"{line(record.nodeid)} {record.seconds:.1f} s" for record in slowest),
        f"sandbox level {outcome.level}" + (f", without {', '.join(off)}" if off else ", every layer on"),
    ]
