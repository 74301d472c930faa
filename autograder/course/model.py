"""A class: who is in it, what they have handed in, and what came of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.assignment import Assignment
from autograder.grading.outcome import Outcome


@dataclass(frozen=True)
class Person:
    """One student.

    Attributes:
        id: the school's student id, or what the download has in place of one. It is unique in a class.
        due: this student's due date, if it differs from that of the class. It has a time zone.
        accounts: platform -> what it calls this student, such as ("canvas", "4711"); "login" stands for the school's own.
    """

    id: str
    name: str = ""
    email: str = ""
    section: str = ""
    due: datetime | None = None
    accounts: tuple[tuple[str, str], ...] = ()

    def account(self, platform: str) -> str:
        """What a platform calls this student; empty where that is not known."""
        return dict(self.accounts).get(platform, "")


@dataclass(frozen=True)
class HandIn:
    """What one student or group has handed in at one time.

    Attributes:
        sources: a folder, a zip, or files, as `autograder grade` takes them.
        people: who has handed it in; one, or the members of a group.
        label: what the download calls it, such as the name of its folder.
        time: when; None where the download does not say. It has a time zone.
        attempt: its number, where the download counts; None otherwise.
        late: whether the platform calls it late, where the download says that and no time; None otherwise.
        metadata: Gradescope's, for policies; empty elsewhere.
    """

    sources: tuple[Path, ...]
    people: tuple[Person, ...]
    label: str
    time: datetime | None = None
    attempt: int | None = None
    late: bool | None = None
    metadata: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Row:
    """One line of the class: a hand-in that counts, or a student who has handed in nothing.

    Attributes:
        id: names the files that belong to it, such as results/ID.json. It is unique in a class and safe as a file name.
        people: whose line it is; several for a group.
        hand_in: None where nothing was handed in.
        outcome: None where nothing was handed in, or where grading has failed.
        fault: why grading has failed, for staff; empty where it has not.
        late: what the policies say of the time of handing in, in words; empty where it was on time or nothing says.
        others: how many more hand-ins there are of the same people, that do not count.
        files: what was graded, by name: the text of each staged file that is text.
    """

    id: str
    people: tuple[Person, ...]
    hand_in: HandIn | None = None
    outcome: Outcome | None = None
    fault: str = ""
    late: str = ""
    others: int = 0
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> str:
        """Who it is, for people."""
        return ", ".join(person.name or person.id for person in self.people)


@dataclass
class Course:
    """All that a report is made of. Reports read it and never grade.

    Attributes:
        rows: in the order of the roster, or of the names where there is none.
        skeleton: the files as they were handed out, by name; empty where the assignment has none.
        made: when the class was graded.
        notes: for staff: what was recognised, what was left out.
    """

    assignment: Assignment
    rows: Sequence[Row]
    made: datetime
    skeleton: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
