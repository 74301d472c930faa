"""Names for the lines of a class in a report: real names, or made-up labels."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.course.model import Course, Row
from autograder.course.report.markup import address, escaped
from autograder.errors import AutograderError

FILE_NAME = re.compile(r"[^./\\][^/\\]{0,199}")
SHORTEST_MASKED = 3  # letters; shorter parts of names are words like any other


@dataclass(frozen=True)
class Listed:
    """A line of the class as a report shows it.

    Attributes:
        place: in the report's order, from 0.
        name, id, email, section: as text that is not escaped yet.
        file: the name of its page, without a folder.
        time: of handing in, in the time zone of the report; None where it is not known or not told.
        anonymous: whether name and file are made up, and id and email empty.
    """

    row: Row
    place: int
    name: str
    id: str
    email: str
    section: str
    file: str
    time: datetime | None = None
    anonymous: bool = False

    @property
    def link(self) -> str:
        """A link to its page, from the folder that report.html is in."""
        return f"<a href={self.address}>{escaped(self.name, 60)}</a>"

    @property
    def address(self) -> str:
        return address(f"students/{self.file}")

    @property
    def outside(self) -> str:
        """A link to its page, from a folder beside that of the pages."""
        return f"<a href=../{self.address}>{escaped(self.name)}</a>"

    def told(self, text: str) -> str:
        """A text about this line, without what tells who it is if nobody is to be told."""
        return masked(text, self.row, self.name) if self.anonymous else text


Lines = Mapping[str, Listed]  # by the ids of their rows


def listed(course: Course, anonymous: bool) -> list[Listed]:
    """Return the lines in the order in which a report shows them.

    Anonymous lines are called "Student 017". Their order follows from a digest keyed with everything that was handed in, so
    that it is the same each time, and neither the alphabet nor a list of the class leads back from it to the names.

    Raises:
        AutograderError: an id is no file name, or not unique.
    """
    ids = [row.id for row in course.rows]
    for name in ids:
        if not FILE_NAME.fullmatch(name) or not name.isprintable():
            raise AutograderError(f"the id {name!r} of a line of the class cannot name a file; give it another")
    if len({name.casefold() for name in ids}) < len(ids):
        doubled = sorted(name for name in ids if [other.casefold() for other in ids].count(name.casefold()) > 1)
        raise AutograderError(f"several lines of the class have the id {doubled[0]!r}; make each unique, in small letters too")
    if not anonymous:
        return [named(course, row, place) for place, row in enumerate(course.rows)]
    key = key_of(course.rows)
    digits = max(3, len(str(len(ids))))
    shuffled = sorted(course.rows, key=lambda row: hmac.digest(key, row.id.encode(errors="surrogatepass"), "sha256"))
    return [
        Listed(
            row, place, f"Student {place + 1:0{digits}}", "", "", sections(row), f"{place + 1:0{digits}}.html", anonymous=True
        )
        for place, row in enumerate(shuffled)
    ]


def named(course: Course, row: Row, place: int) -> Listed:
    emails = ", ".join(person.email for person in row.people if person.email)
    ids = ", ".join(person.id for person in row.people)
    time = row.hand_in.time if row.hand_in else None
    if time and course.made.tzinfo:
        time = time.astimezone(course.made.tzinfo)
    return Listed(row, place, row.names or row.id, ids, emails, sections(row), f"{row.id}.html", time)


def sections(row: Row) -> str:
    return ", ".join(dict.fromkeys(person.section for person in row.people if person.section))


def key_of(rows: Sequence[Row]) -> bytes:
    """A digest of all that was handed in, which nobody but the staff has."""
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda row: row.id):
        parts = [row.id, (row.outcome and row.outcome.submission_sha256) or ""]
        parts += [part for item in sorted(row.files.items()) for part in item]
        for part in parts:
            data = part.encode(errors="surrogatepass")
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()


def masked(text: str, row: Row, label: str) -> str:
    """A text in which names, ids and addresses of a line's people are replaced by its label."""
    words = {row.id, *(word for person in row.people for word in (person.id, person.name, person.email))}
    words |= {part for person in row.people for part in re.split(r"[\W_]+", person.name)}
    if row.hand_in:
        words.add(row.hand_in.label)
    found = sorted((word for word in words if len(word) >= SHORTEST_MASKED), key=lambda word: (-len(word), word))
    if not found:
        return text
    return re.sub(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, found))})(?![^\W_])", lambda _: label, text, flags=re.IGNORECASE)
