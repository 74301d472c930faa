"""The proof that an assignment is right before anyone sees it: what `autograder check` says, step by step."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.assignment import FILE, Assignment
from autograder.authoring.check.handout_zip import reference_run_faults, skeleton_run_faults
from autograder.authoring.check.sources import source_faults
from autograder.authoring.handout_zip import handout_files
from autograder.commands.hollow import hollow_trials
from autograder.errors import AutograderError
from autograder.gradescope.autograder_zip import gradescope_files
from autograder.grading.accounting import PRELOAD
from autograder.grading.mistakes.library import FILE as FILE_OF_ANSWERS
from autograder.grading.mistakes.library import Library, fault_of, not_told_apart
from autograder.grading.records import Record
from autograder.text import line

Begin = Callable[[str], None]
AGREE = "tests, points, tasks, skeleton and handout agree"
NOTHING_GIVEN_AWAY = "the handout zip gives nothing away"
REFERENCE_HANDED_OUT = "by the handout zip the reference gets all points"
SKELETON_HANDED_OUT = "by the handout zip the skeleton gets none"
HOLLOW = "hollow submissions get no points"
SHOWN = 10  # tests of a submission that should have got something else
OUR_ERROR = re.compile(r"^autograder\.[\w.]+: ")
OWN_NUMBERS = re.compile(r"^variants\s*=\s*true\b", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """One thing that was looked at.

    Attributes:
        title: what should be so.
        faults: what is not, a text for each; empty where all is well.
        notes: what an instructor should know all the same.
    """

    title: str
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def steps(assignment: Assignment, records: Sequence[Record], begin: Begin = lambda title: None) -> Iterator[Step]:
    """Yield what was looked at, one after the other; nothing after a fault of the first step, on which the others build.

    Args:
        records: of `collect`.
        begin: called with the title of a step before it is looked at.
    """
    begin(AGREE)
    faults, notes = source_faults(assignment, records), tests_inside(assignment, records)
    agree = Step(AGREE, faults, notes)
    yield agree
    if agree.faults:
        return
    yield from named_mistakes(assignment)
    with ExitStack() as beside:
        hollow = None
        if assignment.reference and sys.platform == "linux":  # it forks
            hollow = beside.enter_context(hollow_trials(assignment, [record.nodeid for record in records]))
        if any(suite.public for suite in assignment.suites):
            yield from handed_out(assignment, begin)
        if assignment.reference:
            yield from graded(assignment, begin)
        if hollow:
            begin(HOLLOW)
            yield Step(HOLLOW, hollow())


def named_mistakes(assignment: Assignment) -> Iterator[Step]:
    """Look at the answers of known mistakes, where there are some: are they up to date, do tests tell them apart?"""
    path = assignment.folder / FILE_OF_ANSWERS
    if not path.is_file():
        return
    title = f"{FILE_OF_ANSWERS} has what the known mistakes answer"
    try:
        library = Library.read(path)
    except AutograderError as error:
        yield Step(title, [str(error)])
        return
    fault = fault_of(library, assignment)
    yield Step(title, [fault] if fault else [], [f"no test tells apart {pair}" for pair in not_told_apart(library)])


def tests_inside(assignment: Assignment, records: Sequence[Record]) -> list[str]:
    """Say how many tests run inside, and how many of them are hidden."""
    inside = [record for record in records if record.inside]
    if not inside:
        return []
    public = [suite.name.rstrip("/") for suite in assignment.suites if suite.public]
    hidden = [record for record in inside if not any(in_suite(record.nodeid, name) for name in public)]
    told = [f"{len(inside)} of {len(records)} tests run inside the submission's process: it could forge their verdicts"]
    if hidden:
        told.append(f"{len(hidden)} of them are hidden, and a submission could read them: {shown_ids(hidden)}")
    return told


def in_suite(nodeid: str, name: str) -> bool:
    return nodeid.startswith((f"{name}/", f"{name}::"))


def shown_ids(records: Sequence[Record]) -> str:
    more = [f"and {len(records) - SHOWN} more"] if len(records) > SHOWN else []
    return ", ".join([record.nodeid for record in records[:SHOWN]] + more)


def handed_out(assignment: Assignment, begin: Begin) -> Iterator[Step]:
    """Make the files of the handout zip, and do with them what students do; nothing more where they cannot be made."""
    begin(NOTHING_GIVEN_AWAY)
    try:
        files = handout_files(assignment)
    except AutograderError as error:
        yield Step(NOTHING_GIVEN_AWAY, [str(error)])
        return
    yield Step(NOTHING_GIVEN_AWAY)
    if assignment.reference:
        begin(REFERENCE_HANDED_OUT)
        yield Step(REFERENCE_HANDED_OUT, tried(lambda: reference_run_faults(assignment, files)))
    begin(SKELETON_HANDED_OUT)
    yield Step(SKELETON_HANDED_OUT, tried(lambda: skeleton_run_faults(assignment, files)))


def tried(look: Callable[[], list[str]]) -> list[str]:
    try:
        return look()
    except AutograderError as error:
        return [str(error)]


def graded(assignment: Assignment, begin: Begin) -> Iterator[Step]:
    """Grade the reference and the skeleton by what lies in the autograder zip, with the tool that lies there."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as work:
        folder = Path(work)
        folder.chmod(0o755)
        for name, content in gradescope_files(assignment).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        settings = folder / "assignment" / FILE
        # The reference has the answers to the common numbers.
        settings.write_text(OWN_NUMBERS.sub("variants = false", settings.read_text(encoding="utf-8")), encoding="utf-8")
        for who, full, title in (
            (assignment.reference, True, "by the autograder zip the reference gets all points"),
            (assignment.skeleton, False, "by the autograder zip the skeleton gets none"),
        ):
            if who:
                begin(title)
                yield Step(title, *unexpected(assignment, who, folder, full))


def reason_for_staff(item: dict[str, Any]) -> str:
    """Return all that is known of why a test of results.json has failed, what matters most in the first line."""
    extra = item.get("extra_data", {})
    if extra.get("needs_human"):  # the last line says what is wrong, and what to write instead
        before, _, last = extra.get("staff", "").strip().rpartition("\n")
        return "\n".join(filter(None, [OUR_ERROR.sub("", last) or item.get("output", ""), before]))
    return "\n".join(text for text in (extra.get("reason") or item.get("output", "")).splitlines() if text.strip())


def unexpected(assignment: Assignment, name: str, zipped: Path, full: bool) -> tuple[list[str], list[str]]:
    """Grade a folder; return the tests whose points are other than they should be, and notes for staff."""
    out = zipped / f"{Path(name).name}.json"
    command = [sys.executable, "-m", "autograder", "grade", str(assignment.folder / name)]
    command += ["--assignment", str(zipped / "assignment"), "--out", str(out)]
    if sys.platform != "linux":
        command += ["--sandbox", "off"]
    environment = {**os.environ, "PYTHONPATH": str(zipped / "tool")}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=zipped, check=False)
    if done.returncode:
        return [done.stderr.strip() or f"the grading ended with status {done.returncode}"], []
    wrong = []
    document = json.loads(out.read_text(encoding="utf-8"))
    notes = [note for note in document["extra_data"]["notes"] if PRELOAD in note]
    for item in document["tests"]:
        expected = item.get("max_score", 0.0) if full else 0.0
        if item.get("score", expected) != expected or (full and item["status"] != "passed"):
            points = f"{item.get('score', 0)} of {item.get('max_score', 0)} points"
            wrong.append(f"{line(item['name'])}: {points}. {reason_for_staff(item)}".rstrip())
    more = [f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
    return wrong[:SHOWN] + more, notes
