"""Rosters as the platforms export them, and what is wrong with one by line and column."""

import re
from datetime import datetime, timedelta, timezone

import pytest

from autograder.course.model import Person
from autograder.course.roster import read_roster
from autograder.course.times import due_date
from autograder.errors import UsageError

DUE = datetime(2026, 11, 12, 23, 59, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def roster(tmp_path):
    """A function that reads a roster with this content."""

    def read(content, due=DUE):
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_roster(path, due)

    return read


def test_gradescope(roster):
    content = (
        "First Name,Last Name,SID,Email,Role,Sections\nAda,Lovelace,s1,ada@x.edu,Student,A\n"
        "Max,M,,max@x.edu,TA,\nBob,B,,b@x.edu,Student,\n"
    )
    assert roster(content) == [Person("s1", "Ada Lovelace", "ada@x.edu", "A"), Person("b@x.edu", "Bob B", "b@x.edu")]


def test_canvas(roster):
    content = (
        "Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (23)\n    Points Possible,,,,,10.00\n"
        '"Lovelace, Ada",4711,s1,ada99,CS 1,8.00\n"Student, Test",99,,,CS 1,\n"Bob",4712,,,CS 1,\n'
    )
    ada, bob = roster(content)
    assert ada == Person("s1", "Ada Lovelace", "", "CS 1", accounts=(("login", "ada99"), ("canvas", "4711")))
    assert (bob.id, bob.name, bob.account("canvas")) == ("4712", "Bob", "4712")


def test_moodle_grading_worksheet(roster):
    header = "Identifier,Full name,{}Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade)\n"
    plain = roster(header.format("") + "Participant 4711,Ada Lovelace,ada@x.edu,Submitted,,10.00,Yes,-\n")
    assert plain == [Person("4711", "Ada Lovelace", "ada@x.edu", accounts=(("moodle", "4711"),))]
    with_id = roster(header.format("ID number,") + "Participant 4711,Ada Lovelace,s1,ada@x.edu,Submitted,,10.00,Yes,-\n")
    assert with_id == [Person("s1", "Ada Lovelace", "ada@x.edu", accounts=(("moodle", "4711"),))]


def test_github_classroom(roster):
    content = 'identifier,github_username,github_id,name\n"s1","ada99","77","Ada Lovelace"\n"s2","","",""\n'
    assert roster(content) == [Person("s1", "Ada Lovelace", accounts=(("github", "ada99"),)), Person("s2")]


def test_of_your_own_with_extensions(roster):
    content = "ID,Name,Section,Extension\n1,Ada,A,+2d\n2,Bob,A,48h\n3,Eve,B,2026-11-20T12:00Z\n4,Kim,B,\n"
    people = roster(content)
    assert [person.due for person in people] == [
        DUE + timedelta(days=2),
        DUE + timedelta(hours=48),
        datetime(2026, 11, 20, 12, tzinfo=timezone.utc),
        None,
    ]


@pytest.mark.parametrize(
    "content",
    [
        "id;name\r\n1;Müller, Zoë\r\n\r\n",
        "\ufeffid\tname\n1\tMüller, Zoë\n\t\n",
        'id,name\n1,"Müller, Zoë"\n',
        "id\tname\n1\tMüller, Zoë\n".encode("utf-16"),
    ],
    ids=["semicolons", "tabs and a mark", "commas", "UTF-16"],
)
def test_spreadsheets_save_in_several_ways(roster, content):
    assert roster(content) == [Person("1", "Müller, Zoë")]


def test_an_apostrophe_before_a_formula_is_taken_off(roster):
    assert roster("id,name\n'=1+1,'Oscar\n") == [Person("=1+1", "'Oscar")]


def test_control_characters_are_shown(roster):
    assert roster('id,name\n1,"two\nlines\u202e\a"\n') == [Person("1", "two lines\\u202e\\u0007")]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "is empty; give a CSV whose first line names the columns"),
        ("id,name\n", "names no students"),
        (
            "name,grade\nAda,1\n",
            "has no column with ids or e-mail addresses; it has name, grade. Call one of them id, or email",
        ),
        ("id,ID,name\n1,2,Ada\n", "line 1: several columns are called 'id'"),
        ("id,name\n1,Ada\n\nS2,Bob\ns2,Eve\n", "line 5: s2 is in line 4 already; remove one of the two lines"),
        ('id,name\n1,"Ada\nL"\n1,Bob\n', "line 4: 1 is in line 2 already"),
        ("id,email,name\n1,a@x.edu,Ada\n,,Bob\n", "line 3 has neither an id nor an e-mail address"),
        ("id,name\n1,Lovelace, Ada\n", "line 2 has 3 cells, and the first line 2"),
        ('id,name\n1,"Ada\n', "line 2: unexpected end of data"),
        (b"id,name\n1,Ada\n2,M\xfcller\n", "line 3 is not in UTF-8; save it as CSV UTF-8"),
        (b"id,name\n1,A\0da\n", "is not a text file"),
        (f"id,name\n{'9' * 250},Ada\n", "line 2: the id has 250 characters; it may have 200"),
        ("id,due\n1,2026-11-12 23:59\n", "line 2, column due: '2026-11-12 23:59' does not say its time zone; write the offset"),
        (
            "id,due\n1,12/11/2026\n",
            "line 2, column due: '12/11/2026' is not a due date; write a date and time such as 2026-11-12",
        ),
        ("id,due\n1,2026-13-12 23:59Z\n", "is not a due date"),
        ("id,due\n1,+99999d99\n", "is not a due date"),
        ("id,due\n1,99999999d\n", "is not a due date"),
    ],
)
def test_what_is_wrong_is_named(roster, content, problem):
    with pytest.raises(UsageError, match=re.escape(problem)):
        roster(content)


def test_an_extension_in_days_needs_the_due_date_of_the_class(roster):
    with pytest.raises(UsageError, match=r"line 2, column Extension: '\+2d' counts from the due date of the class"):
        roster("id,Extension\n1,+2d\n", due=None)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match="roster.csv cannot be read: No such file"):  # noqa: RUF043
        read_roster(tmp_path / "roster.csv")


@pytest.mark.parametrize(
    "text", ["2026-11-12T23:59:00+0100", "2026-11-12 23:59 +01:00", "2026-11-12T22:59:00.000Z", "2026-11-12 22:59 UTC"]
)
def test_a_due_date_is_written_in_several_ways(text):
    assert due_date(text) == DUE
