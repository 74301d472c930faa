"""The scores of a class as a CSV: for people, and for the gradebooks of Canvas, Gradescope and Moodle.

A score that is not known is an empty cell in the table for people. The files for gradebooks have no line for it, because
Canvas takes an empty cell for a score to be deleted; neither have they one for a result that a human has to look at.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping

from autograder.course.cells import guarded
from autograder.course.model import Course, Person, Row
from autograder.errors import UsageError
from autograder.gradescope.wording import plain
from autograder.grading.outcome import Outcome
from autograder.grading.parts import by_part
from autograder.grading.records import number, total

GRADED, HUMAN, NOTHING, FAILED, NOT_RUN = "graded", "needs human", "nothing handed in", "failed", "not run"


def scores_csv(course: Course) -> str:
    """Return the table for people: a line for each student, also of a group, with points by part and what became of it.

    The status is "graded", "needs human" (the score may change), "not run" (no test has run, such as for a damaged zip),
    "failed" (grading itself has, so that there is no score), or "nothing handed in".
    """
    parts = part_names(course)
    header = ["id", "name", "email", "section", "score", "max", *map(guarded, parts), "status", "late", "others"]
    lines = []
    for row, person in each_person(course):
        cells = [guarded(text) for text in (person.id, person.name, person.email, person.section)]
        points = part_points(course, row.outcome)
        score, possible = map(written, row.outcome.score) if row.outcome else ("", "")
        cells += [score, possible, *(points.get(part, "") for part in parts), status(row), guarded(row.late), str(row.others)]
        lines.append(cells)
    return table(header, lines)


def canvas_csv(course: Course) -> str:
    """Return what "Import" in Canvas's gradebook takes.

    Canvas knows students by its own id or by the id or login of the school, and an assignment by its title; if it has none of
    that title, it asks (canvas-lms, lib/gradebook_importer.rb).
    """
    possible = max((row.outcome.score[1] for row in course.rows if row.outcome), default=0.0)
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", guarded(course.assignment.title)]
    lines = [["    Points Possible", "", "", "", "", written(possible)]]
    for row, person in standing(course):
        account = person.account("canvas")
        school = "" if person.id == account else person.id
        cells = (person.name, account, school, person.account("login"), person.section)
        lines.append([*map(guarded, cells), score_of(row)])
    return table(header, lines)


def gradescope_csv(course: Course) -> str:
    """Return scores in the columns of Gradescope's own "Download Grades"."""
    lines = [
        [
            *map(guarded, (person.name, person.id, person.email)),
            score_of(row),
            written(row.outcome.score[1]) if row.outcome else "",
        ]
        for row, person in standing(course)
    ]
    return table(["Name", "SID", "Email", "Total Score", "Max Points"], lines)


def moodle_csv(course: Course) -> str:
    """Return what "Upload grading worksheet" of an assignment in Moodle takes.

    Moodle knows students by the number that its downloads and its grading worksheet have, and wants the last column too
    (mod/assign/feedback/offline/importgradeslib.php).

    Raises:
        UsageError: nobody's number is known.
    """
    people = list(standing(course))
    if people and not any(person.account("moodle") for _, person in people):
        raise UsageError(
            "Moodle's participant numbers are not known; give the grading worksheet of the assignment as the roster"
        )
    header = ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (grade)"]
    lines = []
    for row, person in people:
        if person.account("moodle") and row.outcome:
            cells = (f"Participant {person.account('moodle')}", person.name, person.email)
            lines.append([*map(guarded, cells), score_of(row), written(row.outcome.score[1]), "-"])
    return table(header, lines)


FORMATS: Mapping[str, Callable[[Course], str]] = {
    "scores": scores_csv,
    "canvas": canvas_csv,
    "gradescope": gradescope_csv,
    "moodle": moodle_csv,
}


def left_out(course: Course, form: str) -> list[str]:
    """Say for staff who is not in a file for a gradebook, and why.

    Args:
        form: a name of FORMATS.
    """
    if form == "scores":
        return []
    reasons: dict[str, list[str]] = {}
    for row, person in each_person(course):
        if status(row) not in (GRADED, NOT_RUN):
            reasons.setdefault(status(row), []).append(person.name or person.id)
        elif form == "moodle" and not person.account("moodle"):
            reasons.setdefault("Moodle's participant number is not known", []).append(person.name or person.id)
    return [f"not in scores-{form}.csv: {', '.join(names)} ({reason})" for reason, names in reasons.items()]


def each_person(course: Course) -> Iterator[tuple[Row, Person]]:
    """The students of all rows."""
    return ((row, person) for row in course.rows for person in row.people)


def standing(course: Course) -> Iterator[tuple[Row, Person]]:
    """The students whose score stands."""
    return ((row, person) for row, person in each_person(course) if status(row) in (GRADED, NOT_RUN))


def status(row: Row) -> str:
    """What has become of a row, in a word or two."""
    if row.hand_in is None:
        return NOTHING
    if row.outcome is None:
        return FAILED
    if row.outcome.needs_human or any(record.status == "broken" or record.needs_human for record in row.outcome.records):
        return HUMAN
    return NOT_RUN if row.outcome.not_run else GRADED


def part_names(course: Course) -> list[str]:
    """The parts of the assignment, in its order, and what belongs to none; empty if it has no parts."""
    if not course.assignment.parts:
        return []
    outcomes = [row.outcome for row in course.rows if row.outcome]
    found = [name for outcome in outcomes for name, _ in by_part(course.assignment, outcome.records)]
    return list(dict.fromkeys([*(name for name, _ in by_part(course.assignment, [])), *found]))


def part_points(course: Course, outcome: Outcome | None) -> dict[str, str]:
    """The points of each part, as tests gave them."""
    if outcome is None:
        return {}
    return {name: written(total(records)[0]) for name, records in by_part(course.assignment, outcome.records)}


def score_of(row: Row) -> str:
    return written(row.outcome.score[0]) if row.outcome else ""


def written(points: float) -> str:
    return plain(number(points))


def table(header: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """A CSV with lines that end as everybody reads them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return text.getvalue()
