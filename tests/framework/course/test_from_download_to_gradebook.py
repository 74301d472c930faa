"""The way of a class: a download and a roster, graded, to the scores of each student."""

import csv
import io
import sys
from datetime import datetime, timezone

import pytest
from doubling import FILES, TOML, WRONG
from downloads import gradescope
from files import write_files

from autograder.assignment import load
from autograder.course.choosing import choose, make_rows
from autograder.course.gradebook import scores_csv
from autograder.course.joining import join
from autograder.course.lateness import apply_policies
from autograder.course.model import Course
from autograder.course.roster import read_roster
from autograder.course.submissions import read_submissions
from autograder.grading.story import grade

DUE = datetime(2026, 11, 13, 0, 0, tzinfo=timezone.utc)
ROSTER = """\
First Name,Last Name,SID,Email,Sections
Zoë,Z,s9,zoe@example.edu,B
Ada,Lovelace,s1,ada@example.edu,A
Bob,B,s2,bob@example.edu,A
Eve,E,s3,eve@example.edu,B
"""


@pytest.fixture
def modules_forgotten(tmp_path):
    """Forget the modules of the suite."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", None)).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.mark.skipif(sys.platform != "linux", reason="submissions are graded in the sandbox")
def test_a_class_is_graded_from_the_download_to_the_scores(tmp_path, monkeypatch, modules_forgotten):
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    policies = "[policies]\nlate_percent_per_day = 10\n"
    assignment = load(write_files(tmp_path / "assignment", FILES | {"assignment.toml": TOML + policies}))
    write_files(gradescope(tmp_path / "export"), {"submission_102/double.py": WRONG})
    write_files(tmp_path, {"roster.csv": ROSTER})

    found = read_submissions(tmp_path / "export", assignment.files, tmp_path / "work")
    roster = read_roster(tmp_path / "roster.csv", DUE)
    joined = join(found.hand_ins, roster)
    outcomes = [grade(assignment, hand_in.sources) for hand_in in joined.hand_ins]
    rows = make_rows(joined.hand_ins, choose(joined.hand_ins), joined.absent, roster, outcomes)
    for row in rows:
        apply_policies(row, DUE)
    lines = list(csv.DictReader(io.StringIO(scores_csv(Course(assignment, rows, DUE)))))

    assert [(line["id"], line["name"], line["section"], line["score"], line["status"], line["late"]) for line in lines] == [
        ("s9", "Zoë Z", "B", "", "nothing handed in", ""),
        ("s1", "Ada Lovelace", "A", "10", "graded", ""),
        ("s2", "Bob B", "A", "10", "graded", ""),
        ("s3", "Eve E", "B", "3", "graded", "10 hours after the due date (13 Nov 2026, 00:00 UTC)"),
    ]
    assert [row.id for row in rows] == ["s9", "s1+s2", "s3"]
