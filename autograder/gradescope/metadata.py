"""Gradescope's submission_metadata.json -> checked dataclasses.

A field that is missing or null becomes None; code that needs the field reports that. A field that cannot be read is an error
that names it. The file says when a submission was handed in, so nothing here uses the clock.

Documented at https://gradescope-autograders.readthedocs.io/en/latest/submission_metadata/; `users[].sid`, the dates of each
user and `previous_submissions[].id` are not, and stand in real files (gradescope/autograder_samples, issue 60).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError
from autograder.text import clean

FILE = "submission_metadata.json"
MAX_DIGITS = 9  # of points or people; one of a billion digits would keep this process busy for days
EXAMPLE = "2026-11-12T23:59:00.000000+01:00"
TIME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[T ](?P<clock>\d\d:\d\d:\d\d)(\.(?P<fraction>\d+))? ?(?P<offset>Z|UTC|[+-]\d\d:?\d\d)", re.ASCII
)


@dataclass(frozen=True)
class Dates:
    """When an assignment opens, is due, and closes; None where no such date is set."""

    release: datetime | None = None
    due: datetime | None = None
    late_due: datetime | None = None


@dataclass(frozen=True)
class User:
    """One of those who hand in.

    Attributes:
        id: Gradescope's.
        sid: the school's student id, if Gradescope knows it.
        dates: those of this user, extensions included; the assignment's where the metadata have none for the user.
    """

    id: str | None
    name: str
    email: str
    sid: str | None
    dates: Dates


@dataclass(frozen=True)
class Previous:
    """A submission in the list of previous ones.

    Attributes:
        score: None while it is being graded, and where grading failed.
        autograder_error: grading ended by a fault that is not the student's.
        results: its results.json; Gradescope gives that of the latest one only.
    """

    id: str | None
    time: datetime | None
    score: Decimal | None
    autograder_error: bool
    results: Mapping[str, Any] | None


@dataclass(frozen=True)
class AssignmentDetails:
    """What Gradescope knows of the assignment.

    Attributes:
        total_points: with those that people give by hand.
        group_size: the largest group, if there is a limit.
    """

    id: str | None
    course_id: str | None
    title: str
    total_points: Decimal | None
    dates: Dates
    group_submission: bool
    group_size: int | None


@dataclass(frozen=True)
class Metadata:
    """One submission.

    Attributes:
        source: the file, for messages.
        created_at: when it was handed in; a rerun does not change it.
        previous: in the order of the file.
    """

    source: str
    id: str | None
    created_at: datetime | None
    submission_method: str
    users: tuple[User, ...]
    assignment: AssignmentDetails
    previous: tuple[Previous, ...]


def load(path: Path) -> Metadata:
    """Read a submission_metadata.json.

    Raises:
        AutograderError: it cannot be read; the message names the file, the field and what stands there.
    """
    try:
        # results of earlier submissions may hold NaN, which is no JSON; nobody calculates with them
        data = json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda name: None)
    except OSError as error:
        raise AutograderError(f"{path}: {error.strerror}; give Gradescope's {FILE}") from error
    except (ValueError, RecursionError) as error:
        raise AutograderError(f"{path} is not valid JSON: {error}; give Gradescope's {FILE}") from error
    return parse(data, str(path))


def parse(data: Any, source: str = FILE) -> Metadata:
    """Return what the content of a submission_metadata.json says.

    Raises:
        AutograderError: a field cannot be read; the message names it and what stands there.
    """
    if not isinstance(data, Mapping):
        raise AutograderError(f"{source} is not a JSON object; give Gradescope's {FILE}")
    table = Table(data, source)
    details = table.table("assignment")
    dates = dates_of(details, Dates())
    size = details.number("group_size")
    return Metadata(
        source=source,
        id=table.text("id") or None,
        created_at=table.time("created_at"),
        submission_method=table.text("submission_method"),
        users=tuple(
            User(
                id=user.text("id") or None,
                name=user.text("name"),
                email=user.text("email"),
                sid=user.text("sid") or None,
                dates=dates_of(user.table("assignment"), dates),
            )
            for user in table.tables("users")
        ),
        assignment=AssignmentDetails(
            id=details.text("id") or None,
            course_id=details.text("course_id") or None,
            title=details.text("title"),
            total_points=details.number("total_points"),
            dates=dates,
            group_submission=details.flag("group_submission"),
            group_size=None if size is None else int(size),
        ),
        previous=tuple(
            Previous(
                id=entry.text("id") or None,
                time=entry.time("submission_time"),
                score=entry.number("score"),
                autograder_error=entry.flag("autograder_error"),
                results=results if isinstance(results := entry.data.get("results"), Mapping) else None,
            )
            for entry in table.tables("previous_submissions")
        ),
    )


def student_ids(metadata: Metadata) -> list[str]:
    """Return who hands in: of each user the student id or, without one, the e-mail address.

    Raises:
        AutograderError: the metadata name nobody, or somebody who has neither.
    """
    if not metadata.users:
        raise AutograderError(f"{metadata.source} names no users; pass --student ID instead")
    for index, user in enumerate(metadata.users):
        if not user.sid and not user.email:
            raise AutograderError(f"{metadata.source}: users[{index}] ({user.name}) has neither a sid nor an email")
    return [user.sid or user.email for user in metadata.users]


def shown(value: Any) -> str:
    """The beginning of a value as JSON, for a message."""
    try:
        found = json.dumps(value, ensure_ascii=False, default=str)
    except RecursionError:
        found = f"a deeply nested {type(value).__name__}"
    return clean(found if len(found) <= 60 else f"{found[:60]}...")


def dates_of(table: "Table", otherwise: Dates) -> Dates:
    """The dates of a table; where it has no such key, not even with null, the other ones."""
    return Dates(
        release=table.time("release_date") if "release_date" in table.data else otherwise.release,
        due=table.time("due_date") if "due_date" in table.data else otherwise.due,
        late_due=table.time("late_due_date") if "late_due_date" in table.data else otherwise.late_due,
    )


class Table:
    """An object of the file that knows where it stands. Each field may be missing or null."""

    def __init__(self, data: Mapping[str, Any], source: str, prefix: str = "") -> None:
        self.data = data
        self.source = source
        self.prefix = prefix

    def unreadable(self, key: str, wanted: str) -> AutograderError:
        return AutograderError(f"{self.source}: {self.prefix}{key} is {shown(self.data[key])}; it must be {wanted} or null")

    def text(self, key: str) -> str:
        value = self.data.get(key)
        if isinstance(value, (Mapping, list)):
            raise self.unreadable(key, "a text or a number")
        return "" if value is None else str(value).strip()

    def time(self, key: str) -> datetime | None:
        value = self.data.get(key)
        if value is None:
            return None
        match = TIME.fullmatch(value.strip()) if isinstance(value, str) else None
        if not match:
            raise self.unreadable(key, f"a time with its offset from UTC, such as {EXAMPLE},")
        # Python 3.10 reads offsets with a colon and fractions of six digits only
        offset = "+00:00" if match["offset"] in ("Z", "UTC") else f"{match['offset'][:3]}:{match['offset'][-2:]}"
        try:
            return datetime.fromisoformat(f"{match['day']}T{match['clock']}.{(match['fraction'] or '')[:6]:0<6}{offset}")
        except ValueError:
            raise self.unreadable(key, f"a time that exists, such as {EXAMPLE},") from None

    def number(self, key: str) -> Decimal | None:
        value = self.data.get(key)
        if value is None:
            return None
        try:
            number = Decimal(str(value).strip()) if not isinstance(value, bool) else Decimal("NaN")
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number.adjusted() >= MAX_DIGITS:
            raise self.unreadable(key, f"a number of at most {MAX_DIGITS} digits")
        return number

    def flag(self, key: str) -> bool:
        """A truth value; false where it is missing."""
        value = self.data.get(key)
        found = {"": False, "none": False, "false": False, "true": True}.get(str(value).strip().lower())
        if found is None:
            raise self.unreadable(key, "true, false")
        return found

    def table(self, key: str) -> "Table":
        value = self.data.get(key)
        if value is not None and not isinstance(value, Mapping):
            raise self.unreadable(key, "an object")
        return Table(value or {}, self.source, f"{self.prefix}{key}.")

    def tables(self, key: str) -> list["Table"]:
        values = self.data.get(key)
        if values is not None and not isinstance(values, list):
            raise self.unreadable(key, "a list")
        found = []
        for index, value in enumerate(values or []):
            if not isinstance(value, Mapping):
                raise AutograderError(f"{self.source}: {self.prefix}{key}[{index}] is {shown(value)}; it must be an object")
            found.append(Table(value, self.source, f"{self.prefix}{key}[{index}]."))
        return found
