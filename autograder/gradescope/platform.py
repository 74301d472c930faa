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
from autograder.gradescope.policies import Judgement
from autograder.gradescope.policing import Policing
from autograder.grading.outcome import Outcome
from autograder.grading.records import Record, number
from autograder.grading.story import grade
from autograder.results.gradescope import document, document_of, item, write_file
from autograder.results.terminal import Terminal, show
from autograder.sandbox.client import Launched
from autograder.text import MAX_OUTPUT, block, line

FALLBACK = "fallback.json"
RESERVE_SECONDS = 30.0  # for what comes before and after the tests; run_autograder ends all at 10 s before the limit
WRITING_SHARE = 0.05  # of the time, at most, that goes into writing what is known so far
UNFINISHED = "the grading ended before this test"


def fallback(records: Sequence[Record], version: str) -> dict[str, Any]:
    """Return the result of a grading that has not come to any test, for all of `records`."""
    return document_of([unfinished(record) for record in records], 0.0, extra={"version": version, "notes": [UNFINISHED]})


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
            write_file(with_judgement(not_run(root, "not run: see above", extra), policing.refused), target)
            print("\n".join(policing.refused.notes))
            return 0
        outcome = grade(assignment, [root / "submission"], "auto", partial, server, policing.students, partial.begin)
        outcome.version = extra["version"]
        policing.apply(outcome)
        write_file(document(outcome), target)
    except SubmissionError as error:
        content = not_run(root, f"not run: {error}", extra)
        judgement = policing.judgement(0, sum(test.get("max_score", 0) for test in content["tests"]))
        write_file(with_judgement(content, judgement) if judgement else content, target)
        print(f"autograder: {error}")
        return 0
    except KeyboardInterrupt:
        if partial.records:
            partial.write()
        raise
    except Exception as error:
        # What was known by then stays in results.json: it says that a human is needed.
        told = str(error) if isinstance(error, AutograderError) else machine_fault(error)
        print(f"autograder: {told}" if told else traceback.format_exc())
        print("autograder: the grading could not be carried out, and no submission is to blame for that")
        return 0
    show(outcome, console)
    for text in facts(outcome, time.monotonic() - started, platform_seconds):
        print(text)
    return 0


def not_run(root: Path, reason: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of a submission of which no test runs: every test of fallback.json, each with the reason."""
    content = json.loads((root / "source" / FALLBACK).read_text(encoding="utf-8"))
    for test in content["tests"]:
        test |= {"status": "failed", "output": block(reason, MAX_OUTPUT), "extra_data": {}}
    content["extra_data"] |= {**extra, "needs_human": False, "notes": []}
    return content


def with_judgement(content: dict[str, Any], judgement: Judgement) -> dict[str, Any]:
    """Return the result of `not_run` with what the policies make of it: items before the tests, the score, notes for staff."""
    return {
        **content,
        "score": number(float(judgement.score)),
        "tests": [*(item(record) for record in judgement.items), *content["tests"]],
        "extra_data": {**content["extra_data"], "policies": list(judgement.notes)},
    }


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
