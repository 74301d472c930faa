"""The scores of a class for people and for gradebooks; lateness in a class."""

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from autograder.assignment import Assignment, Part, Policies
from autograder.course.gradebook import FORMATS, left_out, scores_csv
from autograder.course.lateness import apply_policies, needs_due_date
from autograder.course.model import Course, HandIn, Person, Row
from autograder.course.roster import read_roster
from autograder.errors import UsageError
from autograder.grading.outcome import Outcome
from autograder.grading.records import Record

DUE = datetime(2026, 11, 12, 23, 59, tzinfo=timezone(timedelta(hours=1)))
ASSIGNMENT = Assignment(Path("."), "Double", ("double.py",), parts=(Part("1", "Layers", 6), Part("2", "Training", 4)))
PER_DAY = Policies(late_percent_per_day=10)


def outcome(first=5.5, status="passed", policies=None, **changes):
    records = [
        Record("t::a", "a", number="1.1", max_score=6.0, score=first, status=status),
        Record("t::b", "b", number="2.1", max_score=4.0, score=2.0, status="failed"),
    ]
    return Outcome(replace(ASSIGNMENT, policies=policies or Policies()), records, 1.0, **changes)


def row(*people, hours=-1, graded=True, late=None, metadata=None, handed_in=True, **changes):
    """A row of people who have handed in so many hours after the due date; None for nobody knows when."""
    people = people or (Person("s1", "Ada"),)
    time = None if hours is None else DUE + timedelta(hours=hours)
    hand_in = HandIn((Path("x"),), people, "x", time, late=late, metadata=metadata or {}) if handed_in else None
    return Row(people[0].id, people, hand_in, outcome(**changes) if graded and handed_in else None)


def course(*rows):
    return Course(ASSIGNMENT, rows, DUE)


def cells(text):
    """A CSV: lines as mappings from the header."""
    return list(csv.DictReader(io.StringIO(text)))


# Scores


def test_each_student_has_a_line_and_what_is_not_known_is_an_empty_cell():
    group = row(Person("s1", "Ada", "ada@x.edu", "A"), Person("s2", "Bob"))
    group.late, group.others = "2 hours after the due date", 3
    lines = cells(scores_csv(course(group, row(Person("s3"), handed_in=False), row(Person("s4"), graded=False))))
    assert lines[0] == {
        "id": "s1",
        "name": "Ada",
        "email": "ada@x.edu",
        "section": "A",
        "score": "7.5",
        "max": "10",
        "1 Layers": "5.5",
        "2 Training": "2",
        "status": "graded",
        "late": "2 hours after the due date",
        "others": "3",
    }
    assert [(line["id"], line["score"], line["1 Layers"], line["status"]) for line in lines[1:]] == [
        ("s2", "7.5", "5.5", "graded"),
        ("s3", "", "", "nothing handed in"),
        ("s4", "", "", "failed"),
    ]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"status": "broken"}, "needs human"),
        ({"needs_human": True}, "needs human"),
        ({"not_run": "the zip is damaged"}, "not run"),
    ],
)
def test_a_score_that_may_change_is_marked(changes, status):
    assert cells(scores_csv(course(row(**changes))))[0]["status"] == status


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1+1", "@SUM(A1)", "\t=1", "\n=1", " =1", "＝1"])
@pytest.mark.parametrize("form", FORMATS)
def test_no_cell_of_a_student_is_a_formula(text, form):
    person = Person(text, text, text, text, accounts=(("canvas", text), ("login", text), ("moodle", text)))
    title = replace(ASSIGNMENT, title=text, parts=(Part("1", text, 6),))
    text = FORMATS[form](Course(title, [row(person)], DUE))
    found = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
    assert not [cell for cell in found if cell != "-" and cell.lstrip().startswith(("=", "+", "-", "@", "＝", "\t"))]


def test_scores_are_a_roster_again(tmp_path):
    person = Person("=1", "Zoë, Müller", "z@x.edu", "A")
    (tmp_path / "scores.csv").write_text(scores_csv(course(row(person))), encoding="utf-8")
    assert read_roster(tmp_path / "scores.csv") == [person]


def test_gradebooks_have_no_line_for_a_score_that_does_not_stand():
    numbers = (("canvas", "7"), ("moodle", "8"))
    rows = [
        row(Person("s1", "Ada", "ada@x.edu", "A", accounts=(*numbers, ("login", "ada99")))),
        row(Person("s2", "Bob", accounts=numbers), handed_in=False),
        row(Person("s3", "Eve", accounts=numbers), graded=False),
        row(Person("s4", "Kim", accounts=numbers), needs_human=True),
    ]
    texts = {form: make(course(*rows)) for form, make in FORMATS.items()}
    assert texts["canvas"] == (
        "Student,ID,SIS User ID,SIS Login ID,Section,Double\n    Points Possible,,,,,10\nAda,7,s1,ada99,A,7.5\n"
    )
    assert texts["gradescope"] == "Name,SID,Email,Total Score,Max Points\nAda,s1,ada@x.edu,7.5,10\n"
    assert texts["moodle"] == (
        "Identifier,Full name,Email address,Grade,Maximum Grade,Last modified (grade)\nParticipant 8,Ada,ada@x.edu,7.5,10,-\n"
    )
    assert left_out(course(*rows), "canvas") == [
        "not in scores-canvas.csv: Bob (nothing handed in)",
        "not in scores-canvas.csv: Eve (failed)",
        "not in scores-canvas.csv: Kim (needs human)",
    ]
    assert left_out(course(*rows), "scores") == []


def test_an_id_of_canvas_is_no_id_of_the_school():
    text = FORMATS["canvas"](course(row(Person("7", "Ada", accounts=(("canvas", "7"),)))))
    assert text.splitlines()[-1] == "Ada,7,,,,7.5"


def test_moodle_needs_its_own_numbers():
    with pytest.raises(UsageError, match="give the grading worksheet of the assignment as the roster"):
        FORMATS["moodle"](course(row()))
    some = course(row(), row(Person("s2", "Bob", accounts=(("moodle", "8"),))))
    assert len(FORMATS["moodle"](some).splitlines()) == 2
    assert left_out(some, "moodle") == ["not in scores-moodle.csv: Ada (Moodle's participant number is not known)"]


# Lateness


def applied(policies, due=DUE, **changes):
    found = row(policies=policies, **changes)
    before = found.outcome
    apply_policies(found, due)
    assert before.counted is None and not before.items and not before.needs_human  # another row may have it too
    return found


def test_started_days_after_the_due_date_are_taken_off():
    found = applied(PER_DAY, hours=25)
    assert found.late == "1 day, 1 hour after the due date (12 Nov 2026, 23:59 +01:00)"
    assert (found.outcome.counted, [item.score for item in found.outcome.items]) == (5.5, [-2.0])
    assert cells(scores_csv(course(found)))[0]["score"] == "5.5"


def test_in_time_nothing_is_taken_off_and_without_policies_lateness_is_said_only():
    assert (applied(PER_DAY, hours=0).late, applied(PER_DAY, hours=0).outcome.counted) == ("", 7.5)
    found = applied(None, hours=2)
    assert found.late.startswith("2 hours after the due date") and found.outcome.counted is None


def test_an_extension_counts_and_in_a_group_the_latest_one():
    more = Person("s1", due=DUE + timedelta(days=2))
    alone = row(more, hours=25, policies=PER_DAY)
    group = row(Person("s2"), more, hours=25, policies=PER_DAY)
    for found in (alone, group):
        apply_policies(found, DUE)
        assert (found.late, found.outcome.counted) == ("", 7.5)
    later = row(more, hours=50, policies=PER_DAY)
    apply_policies(later, DUE)
    assert "yours by extension" in later.outcome.items[0].reason and later.outcome.counted == 6.5


def test_what_comes_after_the_cutoff_is_not_graded_and_staff_read_what_its_tests_gave():
    found = applied(Policies(late_cutoff_hours=24), hours=25)
    assert (found.outcome.counted, found.outcome.not_run) == (0.0, "see above")
    assert all(record.score == 0 for record in found.outcome.records)
    assert "its tests gave 7.5 points of 10 points" in found.outcome.policies
    assert cells(scores_csv(course(found)))[0]["status"] == "not run"


def test_earlier_scores_of_gradescope_are_kept():
    time = (DUE - timedelta(days=1)).isoformat()
    previous = {"previous_submissions": [{"id": "1", "submission_time": time, "score": "9"}]}
    assert applied(Policies(keep_best=True), metadata=previous, due=None).outcome.counted == 9.0


@pytest.mark.parametrize(
    ("policies", "changes", "reason"),
    [
        (PER_DAY, {"hours": None}, "the time of handing in is not known"),
        (PER_DAY, {"hours": None, "late": True}, "the platform says that it is late, but not by how much"),
        (PER_DAY, {"due": None}, "the due date is not known"),
        (Policies(refuse_after_late_due_date=True), {"hours": 1}, "the late due date is not known"),
        (Policies(keep_best=True), {"metadata": {"previous_submissions": [{"score": 1}]}}, "submission_time is missing"),
    ],
)
def test_where_something_is_not_known_a_human_looks_and_nothing_is_taken_off(policies, changes, reason):
    found = applied(policies, **changes).outcome
    assert found.needs_human and found.counted is None and not found.items
    assert reason in found.notes[-1]


@pytest.mark.parametrize("policies", [Policies(max_submissions=3), Policies(keep_best=True, cooldown_minutes=5)])
def test_policies_about_earlier_hand_ins_are_left_out_where_nobody_knows_these(policies):
    found = applied(policies, hours=None).outcome
    assert not found.needs_human and found.counted is None
    assert found.notes[-1].startswith("not applied: ") and "does not say what was handed in before" in found.notes[-1]


def test_what_the_platform_calls_in_time_is_in_time():
    found = applied(PER_DAY, hours=None, late=False)
    assert not found.outcome.needs_human and found.late == ""


def test_who_has_handed_in_nothing_is_not_late():
    nobody = row(handed_in=False)
    apply_policies(nobody, DUE)
    assert nobody.late == ""


def test_policies_about_lateness_need_a_due_date():
    assert needs_due_date(PER_DAY) and needs_due_date(Policies(late_cutoff_hours=0))
    assert not needs_due_date(Policies(max_submissions=3, grace_minutes=5))
