"""submission_metadata.json: what is read from it, what may be missing, and the words for what cannot be read."""

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from autograder.errors import AutograderError
from autograder.gradescope.metadata import Dates, load, parse, student_ids

PACIFIC = timezone(timedelta(hours=-7))
FULL = {
    "id": 87184652,
    "users": [
        {
            "id": 233634,
            "email": "ann@school.edu",
            "name": "Ann",
            "sid": None,
            "sections": ["A"],
            "assignment": {
                "release_date": "2026-09-10T18:00:00.000000-07:00",
                "due_date": "2026-09-16T18:00:00.000000-07:00",
                "late_due_date": None,
            },
        },
        {"id": 233635, "email": "bo@school.edu", "name": "Bo", "sid": 1234567},
    ],
    "created_at": "2026-09-10T18:25:53.109082-07:00",
    "assignment_id": None,
    "assignment": {
        "id": 1482034,
        "title": "Project 1",
        "release_date": "2026-09-10T18:00:00.000000-07:00",
        "due_date": "2026-09-14T18:00:00.000000-07:00",
        "total_points": "100.0",
        "course_id": 267363,
        "group_submission": True,
        "group_size": 2,
        "late_due_date": "2026-12-17T20:00:00.000000-08:00",
        "outline": [{"id": 1, "weight": "64.0"}],
    },
    "submission_method": "upload",
    "previous_submissions": [
        {"id": 1, "submission_time": "2026-09-10T18:05:00.5-07:00", "score": 1.1, "autograder_error": False},
        {
            "id": 2,
            "submission_time": "2026-09-10T18:10:00Z",
            "score": "12.50",
            "autograder_error": True,
            "results": {"tests": []},
        },
    ],
}


def test_documented_and_undocumented_fields_are_read():
    metadata = parse(FULL)
    assert (metadata.id, metadata.submission_method) == ("87184652", "upload")
    assert metadata.created_at == datetime(2026, 9, 10, 18, 25, 53, 109082, PACIFIC)
    assignment = metadata.assignment
    assert (assignment.id, assignment.course_id, assignment.title) == ("1482034", "267363", "Project 1")
    assert (assignment.total_points, assignment.group_submission, assignment.group_size) == (Decimal(100), True, 2)
    assert assignment.dates.late_due == datetime(2026, 12, 18, 4, tzinfo=timezone.utc)
    ann, bo = metadata.users
    assert (ann.id, ann.name, ann.email, ann.sid) == ("233634", "Ann", "ann@school.edu", None)
    assert ann.dates == Dates(assignment.dates.release, datetime(2026, 9, 16, 18, tzinfo=PACIFIC), None)
    assert (bo.sid, bo.dates) == ("1234567", assignment.dates)
    first, second = metadata.previous
    assert (first.id, first.score, first.autograder_error, first.results) == ("1", Decimal("1.1"), False, None)
    assert (second.score, second.autograder_error, second.results) == (Decimal("12.5"), True, {"tests": []})


@pytest.mark.parametrize(
    "data", [{}, dict.fromkeys(FULL), {**FULL, "users": [{}], "assignment": {}, "previous_submissions": [{}]}]
)
def test_every_field_may_be_missing_or_null(data):
    metadata = parse(data)
    assert metadata.assignment.dates == Dates()
    assert all(user.dates == Dates() and user.sid is None for user in metadata.users)
    assert all(entry.time is None and entry.score is None and not entry.autograder_error for entry in metadata.previous)


@pytest.mark.parametrize(
    ("text", "microsecond", "hours"),
    [
        ("2026-11-12T23:59:30.365935+01:00", 365935, 1),
        ("2026-11-12T23:59:30.365-08:00", 365000, -8),
        ("2026-11-12T23:59:30+01:00", 0, 1),
        ("2026-11-12T23:59:30.123456789Z", 123456, 0),
        ("2026-11-12T23:59:30Z", 0, 0),
        ("2026-11-12 23:59:30 -0700", 0, -7),
        (" 2026-11-12 23:59:30 UTC ", 0, 0),
    ],
)
def test_every_form_of_a_time_is_read(text, microsecond, hours):
    time = parse({"created_at": text}).created_at
    assert time == datetime(2026, 11, 12, 23, 59, 30, microsecond, timezone(timedelta(hours=hours)))
    assert time.utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param({"created_at": "12 Nov 2026"}, 'created_at is "12 Nov 2026"; it must be a time', id="not ISO 8601"),
        pytest.param({"created_at": "2026-11-12T23:59:30"}, "with its offset from UTC", id="a time without an offset"),
        pytest.param({"created_at": "2026-11-31T23:59:30Z"}, "it must be a time that exists", id="31 November"),
        pytest.param({"created_at": 1794524370}, "created_at is 1794524370; it must be a time", id="seconds since 1970"),
        pytest.param({"assignment": {"due_date": "soon"}}, 'assignment.due_date is "soon"', id="due date of the assignment"),
        pytest.param({"assignment": "Project 1"}, 'assignment is "Project 1"; it must be an object', id="assignment as text"),
        pytest.param(
            {"assignment": {"total_points": "all"}}, 'total_points is "all"; it must be a number', id="points as text"
        ),
        pytest.param({"assignment": {"total_points": True}}, "total_points is true", id="points as truth value"),
        pytest.param(
            {"users": [{}, {"assignment": {"late_due_date": ""}}]},
            'users[1].assignment.late_due_date is ""',
            id="late due date of the second user",
        ),
        pytest.param(
            {"assignment": {"group_size": "1e999999999"}},
            'group_size is "1e999999999"; it must be a number of at most 9 digits',
            id="huge group",
        ),
        pytest.param({"created_at": "\ud800\u202e"}, 'created_at is "\\ud800\\u202e"; it must be a time', id="odd characters"),
        pytest.param({"users": {"id": 3}}, "users is", id="users as object"),
        pytest.param({"users": ["Ann"]}, 'users[0] is "Ann"; it must be an object', id="user as text"),
        pytest.param({"users": [{"sid": ["1"]}]}, 'users[0].sid is ["1"]', id="student id as list"),
        pytest.param({"previous_submissions": [{"score": "NaN"}]}, 'previous_submissions[0].score is "NaN"', id="score is NaN"),
        pytest.param({"previous_submissions": [{"autograder_error": 3}]}, "autograder_error is 3; it must be true", id="flag"),
        pytest.param([FULL], "is not a JSON object", id="a list of submissions"),
    ],
)
def test_what_cannot_be_read_is_named(data, words):
    with pytest.raises(AutograderError) as caught:
        parse(data)
    assert str(caught.value).startswith("submission_metadata.json")
    assert words in str(caught.value)


def test_a_long_value_is_shown_in_part():
    with pytest.raises(AutograderError) as caught:
        parse({"created_at": "x" * 10_000})
    assert len(str(caught.value)) < 300


def test_what_is_nested_too_deeply_to_be_shown_is_named():
    nested = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(AutograderError, match=r"users\[0\] is a deeply nested list; it must be an object"):
        parse({"users": [nested]})


def test_a_file_is_read(tmp_path):
    path = tmp_path / "metadata.json"
    path.write_text(json.dumps(FULL), encoding="utf-8")
    assert load(path).users == parse(FULL).users
    assert load(path).source == str(path)


def test_results_with_nan_do_not_spoil_the_file(tmp_path):
    path = tmp_path / "metadata.json"
    path.write_text('{"previous_submissions": [{"score": NaN, "results": {"score": Infinity}}]}')
    assert load(path).previous[0].score is None


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'"text"', b"[" * 100_000])
def test_a_file_that_is_no_such_json_is_named(tmp_path, content):
    path = tmp_path / "metadata.json"
    path.write_bytes(content)
    with pytest.raises(
        AutograderError, match=r"metadata\.json is not (?:valid|a) JSON.*give Gradescope's submission_metadata\.json"
    ):
        load(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(AutograderError, match=r"none\.json: No such file.*give Gradescope's submission_metadata\.json"):
        load(tmp_path / "none.json")


def test_a_student_goes_by_the_student_id_or_the_mail_address():
    users = [{"sid": 12, "email": "a@b"}, {"sid": None, "email": " c@d "}, {"sid": "", "email": "e@f"}]
    assert student_ids(parse({"users": users})) == ["12", "c@d", "e@f"]


@pytest.mark.parametrize("users", [None, [], [{"sid": 1}, {"name": "Bo"}]])
def test_students_without_any_id_are_an_error(users):
    with pytest.raises(AutograderError, match=r"names no users|users\[1\] \(Bo\) has neither a sid nor an email"):
        student_ids(parse({"users": users}))
