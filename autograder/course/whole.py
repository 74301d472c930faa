"""A class in one function: read the hand-ins, grade those without a stored result, choose which count, write the output."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.course import keys
from autograder.course.choosing import choose, make_rows
from autograder.course.groups import groups
from autograder.course.jobs import MAX_TEXT
from autograder.course.joining import Joined, join
from autograder.course.lateness import apply_policies
from autograder.course.model import Course, Person, Row
from autograder.course.output import write, write_files, write_gradebooks
from autograder.course.pool import Engine
from autograder.course.report.writing import write_report
from autograder.course.roster import read_roster
from autograder.course.similarity import similar
from autograder.course.store import Store, private_folder
from autograder.course.story import Entry, Grading, changes
from autograder.course.submissions import read_submissions
from autograder.grading.mistakes.library import FILE as NAMES

RUN = "run.json"  # in the folder of a class: what the last run has written, and from what


@dataclass(frozen=True)
class Wishes:
    """What is asked for; see `autograder class --help`.

    Attributes:
        work: a folder of ours, in which a download is unpacked.
    """

    submissions: Path
    out: Path
    store: Path
    work: Path
    roster: Path | None = None
    download: str | None = None
    due: datetime | None = None
    count: str = "latest"
    formats: tuple[str, ...] = ()
    archive: Path | None = None
    anonymous: bool = False
    again: tuple[str, ...] = ()
    mode: str = "auto"

    def facts(self) -> list[Any]:
        """What of it decides what is written."""
        return [self.due and self.due.isoformat(), self.count, sorted(self.formats), self.anonymous]


@dataclass(frozen=True)
class Graded:
    """What has come of it.

    Attributes:
        course: None if nothing has changed since it was written.
        faults: label of a hand-in -> why it has no result.
        graded: how many hand-ins were graded; the results of the others were stored.
    """

    course: Course | None
    faults: Mapping[str, str]
    graded: int


def grade_class(
    assignment: Assignment,
    wishes: Wishes,
    engine_for: Callable[[Grading], Engine],
    tell: Callable[[str], None] = lambda words: None,
    begin: Callable[[int], Callable[[Entry], None]] = lambda total: lambda entry: None,
) -> Graded:
    """Grade a class.

    Args:
        engine_for: gives what has jobs done.
        tell: is told what was recognised, and what has changed.
        begin: called with the number of hand-ins that are to be graded; what it returns is called with each that is done.

    Raises:
        UsageError: the submissions or the roster are not what they should be.
        AutograderError: nothing can be graded, or a file cannot be written.
    """
    roster = read_roster(wishes.roster, wishes.due) if wishes.roster else []
    found = read_submissions(wishes.submissions, assignment.files, wishes.work, wishes.download)
    joined = join(found.hand_ins, roster)
    notes = [found.words, *found.notes, *joined.notes]
    for words in notes:
        tell(words)
    archive = archived(wishes, assignment)
    private_folder(wishes.out)
    run = Run(wishes.out)
    grading = Grading(assignment, Store(wishes.store), wishes.mode, wishes.again)
    counting = None if wishes.count == "best" else choose(joined.hand_ins)
    numbers = range(len(joined.hand_ins)) if counting is None else [choice.number for choice in counting]
    entries = {number: grading.entry(joined.hand_ins[number]) for number in numbers}
    missing = [entry for entry in entries.values() if entry.missing]

    def inputs() -> str:
        people = [[asdict(person) for person in hand_in.people] for hand_in in joined.hand_ins]
        of_class = [[asdict(person) for person in group] for group in (joined.absent, roster)]
        names = assignment.folder / NAMES
        of_names = keys.of_file(names) if names.is_file() else ""  # names are given to results that are stored, too
        states = [[number, grading.state(entry)] for number, entry in entries.items()]
        facts = [wishes.facts(), notes, people, of_class, times_of(joined), states, archive, str(assignment.policies), of_names]
        return keys.digest([json.loads(json.dumps(fact, default=str)) for fact in facts])

    if not missing and run.is_of(inputs()):
        return Graded(None, {}, 0)
    tell_changes(run, grading, missing, len(entries), tell)
    grading.grade(list(entries.values()), engine_for, begin(len(missing)))
    rows = rows_of(grading, joined, roster, entries, wishes)
    course = Course(assignment, rows, datetime.now(timezone.utc), skeleton_of(assignment), notes)
    write_files(course, wishes.out)
    write_report(
        course,
        wishes.out,
        anonymous=wishes.anonymous,
        pairs=similar(rows, course.skeleton, archive),
        grouping=groups(rows, assignment, course.skeleton),
    )
    write_gradebooks(course, wishes.out, wishes.formats)
    faults = {entry.hand_in.label: entry.fault for entry in entries.values() if entry.fault}
    run.write("" if faults else inputs(), grading)
    return Graded(course, faults, len(missing))


class Run:
    """What the last run in a folder has written, and from what."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.known = json.loads((folder / RUN).read_bytes())
        except (OSError, ValueError):
            self.known = {}

    def is_of(self, inputs: str) -> bool:
        """Whether it was written from this, and all files are as they were."""
        return self.known.get("inputs") == inputs and self.known.get("files") == self.files()

    def files(self) -> dict[str, str]:
        """Path -> digest of all that was written but the store and the record of this run."""
        found = {}
        for parent, folders, names in os.walk(self.folder):
            top = Path(parent) == self.folder
            folders[:] = [name for name in folders if not top or name in OWN_FOLDERS]
            for path in (Path(parent, name) for name in names if not top or name != RUN):
                found[path.relative_to(self.folder).as_posix()] = keys.of_file(path)
        return dict(sorted(found.items()))

    def write(self, inputs: str, grading: Grading) -> None:
        known = {
            "format": keys.FORMAT,
            "inputs": inputs,
            "ingredients": asdict(grading.ingredients),
            "files": self.files(),
        }
        write(self.folder / RUN, json.dumps(known))


OWN_FOLDERS = frozenset({"results", "feedback", "students", "groups", "similar"})


def tell_changes(run: Run, grading: Grading, missing: Sequence[Entry], total: int, tell: Callable[[str], None]) -> None:
    """Say what is graded, and why."""
    if not missing:
        tell(f"nothing to grade: all {total} results are stored")
        return
    changed = changes(run.known.get("ingredients"), grading.ingredients)
    if changed:
        tell(f"changed since the last run: {', '.join(changed)}")
    if len(missing) < total:
        tell(f"{len(missing)} of {total} to grade; the results of the others are stored")
    partly: dict[str, int] = {}
    for entry in missing:
        if entry.pieces:
            for group in entry.missing:
                partly[group.name] = partly.get(group.name, 0) + 1
    for name, count in partly.items():
        tell(f"{name}: {count} of {total}")


def rows_of(
    grading: Grading, joined: Joined, roster: Sequence[Person], entries: Mapping[int, Entry], wishes: Wishes
) -> list[Row]:
    """The rows of the class, with what the policies say."""
    rows = {number: graded_row(grading, entry) for number, entry in entries.items()}
    scores: list[float | None] | None = None
    if wishes.count == "best":
        judged = [graded_row(grading, entries[number]) for number in range(len(joined.hand_ins))]
        for row in judged:
            apply_policies(row, wishes.due)
        scores = [row.outcome.score[0] if row.outcome else None for row in judged]
    choices = choose(joined.hand_ins, wishes.count, scores)
    outcomes = [rows[number].outcome if number in rows else None for number in range(len(joined.hand_ins))]
    made = make_rows(joined.hand_ins, choices, joined.absent, roster, outcomes)
    of_hand_in = {id(entry.hand_in): rows[number] for number, entry in entries.items()}
    for row in made:
        if row.hand_in:
            known = of_hand_in[id(row.hand_in)]
            row.files, row.fault = known.files, known.fault
        apply_policies(row, wishes.due)
    return made


def graded_row(grading: Grading, entry: Entry) -> Row:
    """A hand-in with its result, as if it counted for all its people."""
    files = entry.taken.files if entry.taken else {}
    return Row("", entry.hand_in.people, entry.hand_in, grading.outcome(entry), entry.fault, files=files)


def times_of(joined: Joined) -> list[Any]:
    return [[hand_in.label, hand_in.time, hand_in.attempt, hand_in.late, hand_in.metadata] for hand_in in joined.hand_ins]


def skeleton_of(assignment: Assignment) -> dict[str, str]:
    """The files as they are handed out, by name; nothing where the assignment has none."""
    if not assignment.skeleton:
        return {}
    paths = {name: assignment.folder / assignment.skeleton / name for name in assignment.files}
    return {name: path.read_text("utf-8", "replace") for name, path in paths.items() if path.is_file()}


def archived(wishes: Wishes, assignment: Assignment) -> dict[str, dict[str, str]]:
    """Label -> files of the submissions of earlier years."""
    if not wishes.archive:
        return {}
    work = wishes.work / "archive"
    work.mkdir()
    found: dict[str, dict[str, str]] = {}
    for number, hand_in in enumerate(read_submissions(wishes.archive, assignment.files, work).hand_ins):
        texts = texts_in(hand_in.sources, assignment, work / f"stage-{number}")
        if texts:
            found[hand_in.label] = texts
    return found


def texts_in(sources: Sequence[Path], assignment: Assignment, into: Path) -> dict[str, str]:
    """The files of a submission that the assignment asks for, by name; nothing where it cannot be looked through."""
    from autograder.errors import SubmissionError
    from autograder.intake.stage import stage_submission

    try:
        stage = stage_submission(sources, into, assignment.files, {})
    except SubmissionError:
        return {}
    try:
        return {name: (stage.path / name).read_bytes().decode("utf-8", "replace")[:MAX_TEXT] for name in stage.files}
    finally:
        stage.discard()
