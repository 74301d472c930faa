"""What a graded class is written as: scores, results, feedback, a summary and the report, all for their owner alone.

    DIR/scores.csv, DIR/scores-FORMAT.csv     for people, for gradebooks
    DIR/results/ID.json                       the result as Gradescope has it, without times
    DIR/feedback/ID.md, ID.html               what a student can be sent
    DIR/summary.json                          counts and the scores, for programs
    DIR/report.html, students/, ...           for people to look at

All but the report is the same, byte for byte, however often and wherever the class is graded: the report has times.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.course.gradebook import FORMATS, status
from autograder.course.jobs import without_times
from autograder.course.model import Course, Row
from autograder.course.report.feedback import feedback_page
from autograder.course.report.writing import write as write_unless_same
from autograder.course.store import private_folder
from autograder.grading.parts import by_part
from autograder.grading.records import number
from autograder.results import gradescope, markdown
from autograder.results.excerpts import points

SUMMARY_FORMAT = 1


def write_gradebooks(course: Course, out: Path, formats: Sequence[str]) -> None:
    """Write the scores for these gradebooks, and remove those for others.

    Raises:
        UsageError: a gradebook needs what is not known of the students.
        AutograderError: a file cannot be written.
    """
    tables = {f"scores-{name}.csv": name for name in formats}
    for path in out.glob("scores-*.csv"):
        if path.name not in tables:
            path.unlink()
    for file, name in tables.items():
        write(out / file, FORMATS[name](course))


def write_files(course: Course, out: Path) -> None:
    """Write all but the report and gradebooks, and remove what is left of students who are not in the class any more.

    Raises:
        AutograderError: a file cannot be written.
    """
    write(out / "scores.csv", FORMATS["scores"](course))
    folders: dict[str, dict[str, str]] = {"results": {}, "feedback": {}}
    for row in course.rows:
        if row.outcome:
            outcome = without_times(row.outcome)
            folders["results"][f"{row.id}.json"] = gradescope.write(outcome)
            folders["feedback"][f"{row.id}.md"] = markdown.write(outcome)
            folders["feedback"][f"{row.id}.html"] = feedback_page(outcome).decode()
    for folder, files in folders.items():
        private_folder(out / folder)
        for path in (out / folder).iterdir():
            if path.is_file() and path.name not in files:
                path.unlink()
        for name, text in files.items():
            write(out / folder / name, text)
    write(out / "summary.json", json.dumps(summary(course), indent=2, ensure_ascii=False) + "\n")


def write(path: Path, text: str) -> None:
    """Write a file unless it is as it should be."""
    write_unless_same(path, text.encode("utf-8", "surrogateescape"))


def summary(course: Course) -> dict[str, Any]:
    """The class in numbers."""
    return {
        "format": SUMMARY_FORMAT,
        "assignment": course.assignment.title,
        "counts": counts(course.rows),
        "notes": list(course.notes),
        "rows": [row_summary(row) for row in course.rows],
    }


def counts(rows: Iterable[Row]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[status(row)] = found.get(status(row), 0) + 1
        if row.late:
            found["late"] = found.get("late", 0) + 1
    return dict(sorted(found.items()))


def row_summary(row: Row) -> Mapping[str, Any]:
    known: dict[str, Any] = {"id": row.id, "students": [person.id for person in row.people], "status": status(row)}
    if row.outcome:
        reached, possible = row.outcome.score
        known |= {"score": number(reached), "max_score": number(possible)}
        known["parts"] = {name: points(records) for name, records in by_part(row.outcome.assignment, row.outcome.records)}
        known["failed"] = [record.nodeid for record in row.outcome.records if record.status != "passed"]
    if row.late:
        known["late"] = row.late
    if row.fault:
        known["fault"] = row.fault
    return known
