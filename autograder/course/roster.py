"""The roster of a class: a CSV with a line for each student, of your own or of Gradescope, Canvas, Moodle or GitHub Classroom.

The first line names the columns, in any order, in capitals or not. Columns of other names are not read.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from autograder.course.cells import unguarded
from autograder.course.model import Person
from autograder.course.times import due_date
from autograder.errors import UsageError
from autograder.intake.remark import shown
from autograder.text import line

# What a column says -> how it may be called. Of several that say the same, the first one in this order that has a value counts.
COLUMNS: Mapping[str, Sequence[str]] = {
    "id": (
        "sis user id",
        "sid",
        "student id",
        "student number",
        "id number",
        "roster identifier",
        "username",
        "id",
        "identifier",
    ),
    "name": ("name", "full name", "student", "student name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
    "email": ("email", "email address", "e mail", "e mail address", "mail"),
    "section": ("section", "sections", "group", "groups", "class"),
    "due": ("due", "due date", "extension", "extended due date", "deadline"),
    "login": ("sis login id", "login", "login id"),
    "github": ("github username", "github"),
    "role": ("role",),
}
PARTICIPANT = re.compile(r"Participant (\d+)")  # the Identifier of Moodle's grading worksheet
NOBODY = ("Points Possible", "Student, Test")  # lines of Canvas's gradebook that are no student
STUDENT = ("", "student")  # the role of those who hand in
DELIMITERS = (",", ";", "\t")
MAX_BYTES = 50_000_000
MAX_ID = 200  # characters


def read_roster(path: Path, due: datetime | None = None) -> list[Person]:
    """Read a roster.

    Where a line has no id, the e-mail address is the id. Staff are left out, and so are lines of Canvas's gradebook that are no
    student.

    Args:
        due: the due date of the class, from which extensions in days or hours count.

    Returns:
        who is in the class, in the order of the file.

    Raises:
        UsageError: it cannot be read, a student is in it twice, or a value makes no sense; the message names line and column.
    """
    lines = rows(path)
    table = Table(path, next(lines)[1])
    people: list[Person] = []
    seen: dict[str, int] = {}
    for number, cells in lines:
        person = table.person(number, cells, due)
        if person is None:
            continue
        before = seen.setdefault(person.id.casefold(), number)
        if before != number:
            raise UsageError(
                f"{path}, line {number}: {shown(person.id)} is in line {before} already; remove one of the two lines"
            )
        people.append(person)
    if not people:
        raise UsageError(f"{path} names no students")
    return people


class Table:
    """What the columns of a roster say.

    Attributes:
        columns: what -> the places of the columns that say it.
        canvas: whether it is Canvas's gradebook, in which "ID" is Canvas's own.
    """

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        """Find the columns by their names.

        Raises:
            UsageError: there are none with ids or e-mail addresses, or two of the same name.
        """
        self.path, self.header = path, header
        names = [" ".join(re.split(r"[\s_-]+", name.strip().lower())) for name in header]
        known = [name for name in names if any(name in each for each in COLUMNS.values())]
        twice = sorted({name for name in known if known.count(name) > 1})
        if twice:
            raise UsageError(f"{path}, line 1: several columns are called {', '.join(map(repr, twice))}; keep one of them")
        self.columns = {what: [names.index(name) for name in choices if name in names] for what, choices in COLUMNS.items()}
        self.canvas = "id" in names and "student" in names
        if not self.columns["id"] and not self.columns["email"]:
            found = ", ".join(map(shown, header))
            raise UsageError(
                f"{path} has no column with ids or e-mail addresses; it has {found}. Call one of them id, or email"
            )

    def values(self, what: str, cells: Sequence[str]) -> list[str]:
        """What a line says: the texts of those columns that are not empty."""
        texts = [unguarded(line(cells[index])) for index in self.columns[what] if index < len(cells)]
        return [text for text in texts if text]

    def person(self, number: int, cells: Sequence[str], due: datetime | None) -> Person | None:
        """The student of a line; None if it is nobody who hands in.

        Raises:
            UsageError: there is no id, or the due date makes no sense.
        """
        ids = self.values("id", cells)
        name, email, section, role, extension, login, github = (
            next(iter(self.values(what, cells)), "") for what in ("name", "email", "section", "role", "due", "login", "github")
        )
        if role.lower() not in STUDENT or (self.canvas and name in NOBODY):
            return None
        accounts = {"login": login, "github": github}
        if self.canvas:
            accounts["canvas"] = ids[-1] if ids else ""  # "sis user id" comes before "id"
            last, comma, first = name.partition(", ")
            name = f"{first} {last}" if comma else name
        participants = [match[1] for text in ids if (match := PARTICIPANT.fullmatch(text))]
        if participants:
            accounts["moodle"] = participants[0]
            ids = [text for text in ids if not PARTICIPANT.fullmatch(text)] + participants
        identifier = next(iter(ids), "") or email
        if not identifier:
            raise UsageError(f"{self.path}, line {number} has neither an id nor an e-mail address; fill in one of them")
        if len(identifier) > MAX_ID:
            raise UsageError(f"{self.path}, line {number}: the id has {len(identifier)} characters; it may have {MAX_ID}")
        name = name or " ".join([*self.values("first", cells), *self.values("last", cells)])
        known = tuple((platform, account) for platform, account in accounts.items() if account)
        person = Person(identifier, name, email, section, accounts=known)
        if extension in ("", "-"):
            return person
        try:
            return replace(person, due=due_date(extension, due))
        except (ValueError, OverflowError) as error:
            columns = " or ".join(shown(self.header[index]) for index in self.columns["due"])
            raise UsageError(f"{self.path}, line {number}, column {columns}: {error}") from error


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the first line of each row, and its cells; rows without any text are left out."""
    text = decoded(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    before, width = 0, 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UsageError(f"{path}, line {reader.line_num}: {error}; save it as CSV again") from error
        if cells is None:
            break
        number, before = before + 1, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        width = width or len(cells)
        if any(cell.strip() for cell in cells[width:]):
            raise UsageError(
                f"{path}, line {number} has {len(cells)} cells, and the first line {width}; quote cells with a delimiter"
            )
        yield number, cells
    if not width:
        raise UsageError(f"{path} is empty; give a CSV whose first line names the columns")


def decoded(path: Path) -> str:
    """The text of the file, in UTF-8 or, as spreadsheets also save it, in UTF-16."""
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise UsageError(f"{path} has more than {MAX_BYTES // 10**6} MB, so it is not a roster")
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        number = content[: error.start].count(b"\n") + 1
        raise UsageError(f"{path}, line {number} is not in UTF-8; save it as CSV UTF-8") from error
    if "\0" in text:
        raise UsageError(f"{path} is not a text file; save it as CSV UTF-8")
    return text


def delimiter(text: str) -> str:
    """What separates the cells: that with which the first line has most columns."""
    first = next((each for each in text.splitlines() if each.strip()), "")
    return max(DELIMITERS, key=first.count)
