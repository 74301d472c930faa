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

from autograder import report, results
from autograder.archive import VERSION
from autograder.assignment import Assignment, Policies
from autograder.errors import AutograderError, SubmissionError, machine_fault
from autograder.gradescope import metadata
from autograder.gradescope.policies import Judgement, judge
from autograder.grading import Outcome, grade
from autograder.results import Record
from autograder.sandbox.client import Launched

FALLBACK = "fallback.json"
RESERVE_SECONDS = 30.0  # for what comes before and after the tests; run_autograder ends all at 10 s before the limit
WRITING_SHARE = 0.05  # of the time, at most, that goes into writing what is known so far
UNFINISHED = "the grading ended before this test"


def fallback(records: Sequence[Record], version: str) -> dict[str, Any]:
    """Return the result of a grading that has not come to any test, for all of `records`."""
    return results.results([unfinished(record) for record in records], 0.0, extra={"version": version, "notes": [UNFINISHED]})


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
        document = results.results(known, began - self.started, extra={**self.extra, "notes": [UNFINISHED]})
        with contextlib.suppress(AutograderError):  # the last time, that will be told
            results.write(document, self.path)
        now = time.monotonic()
        self.next = now + (now - began) / WRITING_SHARE


def run(assignment: Assignment, root: Path, platform_seconds: float, server: Launched | None = None) -> int:
    """Grade what lies below `root`, write the result there, and print for instructors how it went; return 0.

    Args:
        platform_seconds: the platform's limit for all of it.
        server: of `launch.fork_server`.
    """
    started = time.monotonic()
    target, console = root / "results" / "results.json", report.Terminal(file=sys.stdout)
    stamp = root / "source" / VERSION
    extra = {"version": stamp.read_text(encoding="utf-8").strip() if stamp.is_file() else "unknown"}
    limits = assignment.limits
    seconds = min(limits.total_seconds, max(platform_seconds - RESERVE_SECONDS, 1.0))
    assignment = replace(assignment, limits=replace(limits, total_seconds=seconds))
    partial = Partial(target, extra)
    try:
        policing = Policing(assignment, root / metadata.FILE)
        if policing.refused:
            results.write(with_judgement(not_run(root, "not run: see above", extra), policing.refused), target)
            print("\n".join(policing.refused.notes))
            return 0
        outcome = grade(assignment, [root / "submission"], "auto", partial, server, policing.students, partial.begin)
        outcome.details |= extra
        policing.apply(outcome)
        results.write(outcome.document(), target)
    except SubmissionError as error:
        document = not_run(root, f"not run: {error}", extra)
        judgement = policing.judgement(0, sum(item.get("max_score", 0) for item in document["tests"]))
        results.write(with_judgement(document, judgement) if judgement else document, target)
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
    report.show(outcome, console)
    for text in facts(outcome, time.monotonic() - started, platform_seconds):
        print(text)
    return 0


class Policing:
    """The policies of an assignment and the metadata of one submission.

    Attributes:
        students: ids of those who hand in, where each has numbers of one's own.
        refused: set if the submission is not graded.
        fault: what is wrong with the metadata, so that policies cannot be applied; whoever grades decides what follows.
    """

    def __init__(self, assignment: Assignment, path: Path) -> None:
        """Read the metadata.

        Raises:
            AutograderError: they do not say whose numbers are asked for, without which nothing can be graded.
        """
        self.policies = assignment.policies
        self.wanted = self.policies != Policies()
        self.students: Sequence[str] = ()
        self.refused: Judgement | None = None
        self.fault: AutograderError | None = None
        try:
            self.metadata = metadata.load(path)
            if assignment.variants:
                self.students = metadata.student_ids(self.metadata)
            if self.wanted:
                judgement = judge(self.policies, self.metadata, 0, 0)  # what the metadata lack does not depend on the points
                self.refused = None if judgement.allowed else judgement
        except AutograderError as error:
            if assignment.variants and not self.students:
                raise
            self.fault = error

    def judgement(self, reached: float, possible: float) -> Judgement | None:
        """Return what the policies make of a submission with these points; None where there are none, or a fault."""
        if self.fault or not self.wanted:
            return None
        return judge(self.policies, self.metadata, reached, possible)

    def apply(self, outcome: Outcome) -> None:
        """Put what the policies make of it into the result of a grading."""
        judgement = self.judgement(*outcome.score)
        if judgement:
            outcome.items, outcome.counted = list(judgement.items), float(judgement.score)
            outcome.details["policies"] = list(judgement.notes)
        if self.fault and self.wanted:
            outcome.notes.append(f"needs a human: the policies were not applied: {self.fault}")
            outcome.details["needs_human"] = True


def not_run(root: Path, reason: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of a submission of which no test runs: every test of fallback.json, each with the reason."""
    document = json.loads((root / "source" / FALLBACK).read_text(encoding="utf-8"))
    for item in document["tests"]:
        item |= {"status": "failed", "output": results.block(reason, results.MAX_OUTPUT), "extra_data": {}}
    document["extra_data"] |= {**extra, "needs_human": False, "notes": []}
    return document


def with_judgement(document: dict[str, Any], judgement: Judgement) -> dict[str, Any]:
    """Return the result of `not_run` with what the policies make of it: items before the tests, the score, notes for staff."""
    return {
        **document,
        "score": results.number(float(judgement.score)),
        "tests": [*(record.item() for record in judgement.items), *document["tests"]],
        "extra_data": {**document["extra_data"], "policies": list(judgement.notes)},
    }


def facts(outcome: Outcome, seconds: float, platform_seconds: float) -> list[str]:
    """Return what instructors may want to know, a line for each."""
    peak_mb = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    slowest = sorted(outcome.records, key=lambda record: -record.seconds)[:3]
    off = [name for name, on in outcome.details.get("layers", {}).items() if not on]
    return [
        f"autograder version {outcome.details['version']}, Python {sys.version.split()[0]}",
        f"{seconds:.1f} s of the platform's {platform_seconds:g} s; largest process {peak_mb:.0f} MB",
        "slowest tests: " + ", ".join(f"{results.line(record.nodeid)} {record.seconds:.1f} s" for record in slowest),
        f"sandbox level {outcome.level}" + (f", without {', '.join(off)}" if off else ", every layer on"),
    ]
