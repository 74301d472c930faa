"""The codes of a whole course: from a list of students to the code of each student's numbers."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from autograder.assignment import FILE, Assignment
from autograder.errors import AssignmentError, UsageError
from autograder.variants import variant_code

# Names of columns, in any case. Like Gradescope's metadata, a row is known by its student id or, without one, its address.
IDS = ("sid", "student id", "student_id", "id", "student")
ADDRESSES = ("email", "email address", "e-mail")
GROUPS = ("group", "team")
DELIMITERS = ",;\t"


def course_codes(assignment: Assignment, roster: Path) -> str:
    """Return CSV with a line `id,code` for each student of a course.

    Args:
        roster: CSV with a line for each; with a head that names the columns, as Gradescope's roster has, or without one and
            with the ids in the first column. Those with the same entry in a column `group` have one code together.

    Raises:
        AssignmentError: all students have the same numbers, or there is no secret.
        UsageError: the roster cannot be read; the message names the line.
    """
    if not assignment.variants:
        raise AssignmentError(f"all students have the same numbers: {FILE} lacks variants = true")
    students = read_roster(roster)
    members: dict[str, list[str]] = {}
    for student, group in students.items():
        members.setdefault(group, []).append(student)
    secret = assignment.secret()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "code"])
    for student, group in students.items():
        writer.writerow([student, variant_code(secret, members[group] if group else [student])])
    return out.getvalue()


def read_roster(roster: Path) -> dict[str, str]:
    """Return the students' ids in the order of the list, each with its group, "" for those without one."""
    try:
        text = roster.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{roster}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{roster} is not UTF-8; save it as CSV in UTF-8") from error
    first = text.partition("\n")[0]
    rows = list(csv.reader(io.StringIO(text), delimiter=max(DELIMITERS, key=first.count)))
    columns = columns_of(rows[0]) if rows else {}
    found: dict[str, str] = {}
    for line, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (line == 1 and columns):
            continue
        student = cell_of(cells, columns, "id") or cell_of(cells, columns, "address") if columns else cells[0]
        if not student:
            raise UsageError(f"{roster}, line {line}: this line has neither an id nor an e-mail address")
        if student.casefold() in map(str.casefold, found):
            raise UsageError(f"{roster}, line {line}: {student} is listed already")
        found[student] = cell_of(cells, columns, "group")
    if not found:
        raise UsageError(f"{roster} names no students; write one line for each student, with the id in the first column")
    return found


def columns_of(head: list[str]) -> Mapping[str, int]:
    """Return where what stands by the head of a list; nothing where the first line is none."""
    names = [name.strip().casefold() for name in head]
    found = {}
    for kind, known in (("id", IDS), ("address", ADDRESSES), ("group", GROUPS)):
        place = next((names.index(name) for name in known if name in names), None)
        if place is not None:
            found[kind] = place
    return found if "id" in found or "address" in found else {}


def cell_of(cells: list[str], columns: Mapping[str, int], kind: str) -> str:
    place = columns.get(kind)
    return cells[place] if place is not None and place < len(cells) else ""
