"""`grade --metadata` applies the policies as the platform does, and `--format` gives a result whatever was handed in."""

import base64
import json
import sys

import pytest
from doubling import FILES, RIGHT, TOML, WRONG
from files import write_files
from platforms import METADATA
from programs import run_autograder as run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="who can be held back is graded in the sandbox")

POLICIES = """
[policies]
max_submissions = 30
late_percent_per_day = 10
late_cutoff_hours = 72
keep_best = true
"""
BEFORE = {"id": 0, "submission_time": "2026-11-12T20:10:00+01:00", "score": "5.5", "autograder_error": False}
FORMATS = ("gradescope", "autolab", "prairielearn", "github-classroom", "github-notices", "junit", "markdown")


@pytest.fixture
def graded(tmp_path):
    """A function that grades a submission and returns exit status, what is printed and what is said about errors."""
    write_files(tmp_path, FILES | {"assignment.toml": TOML + POLICIES})
    (tmp_path / "sub").mkdir()

    def grade(content, *options, previous=(), **changes):
        (tmp_path / "sub/double.py").write_text(content)
        (tmp_path / "metadata.json").write_text(json.dumps(METADATA | {"previous_submissions": previous} | changes))
        return run("grade", "sub", "--metadata", "metadata.json", *options, cwd=tmp_path)

    return grade


def score_of(name, text):
    """The score that a platform takes out of a result."""
    if name == "gradescope":
        return json.loads(text)["score"]
    if name == "autolab":
        return sum(json.loads(text.rstrip().split("\n")[-1])["scores"].values())
    if name == "prairielearn":
        return json.loads(text)["score"] * 10
    if name == "github-classroom":
        return sum(test["score"] for test in json.loads(base64.b64decode(text.partition("=")[2]))["tests"])
    if name == "github-notices":
        return json.loads(text.partition("report::")[2])["totalPoints"]
    if name == "junit":
        return sum(float(part.partition(" / ")[0]) for part in text.split("Points: ")[1:])
    return float(text.partition("**")[2].partition(" / ")[0])


def test_what_the_policies_say_stands_below_the_tests_with_the_score_that_counts(graded):
    status, printed, errors = graded(RIGHT)
    assert (status, errors) == (0, "")
    assert "✗ Lateness: -2 / 0\n    Handed in 1 day, 12 hours after your due date" in printed
    assert "✓ Submission 1 of at most 30\n" in printed
    assert "8 of 10 points, 10 in the tests, 2 of 2 tests passed" in printed


def test_a_better_submission_from_before_counts_and_staff_read_what_was_kept(graded, tmp_path):
    status, printed, _ = graded(WRONG, "--out", "results.json", previous=[BEFORE])
    assert status == 0
    assert "5.5 of 10 points, 4 in the tests" in printed
    assert "Note: kept: 5.5 points of 12 Nov 2026" in printed
    document = json.loads((tmp_path / "results.json").read_text())
    assert document["score"] == 5.5
    assert [item["name"] for item in document["tests"]][:3] == ["Lateness", "Submission 2 of at most 30", "Best submission"]
    assert document["extra_data"]["policies"][0].startswith("kept: 5.5 points")


def test_a_submission_that_is_refused_is_not_run_and_keeps_its_score(graded, tmp_path):
    late = "2026-11-18T12:00:00+01:00"
    crash = "raise SystemExit('this ran')"
    status, printed, errors = graded(crash, "--out", "results.json", previous=[BEFORE], created_at=late)
    assert (status, errors) == (0, "")
    assert "✗ Not graded\n" in printed and "this ran" not in printed
    assert "5.5 of 10 points, no test was run" in printed
    document = json.loads((tmp_path / "results.json").read_text())
    assert document["score"] == 5.5
    assert [(item["name"], item.get("score")) for item in document["tests"]] == [
        ("Not graded", None), ("double: integers", 0), ("double: fractions", 0),
    ]  # fmt: skip
    assert [item["output"] for item in document["tests"][1:]] == ["not run: see above"] * 2


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_the_score_that_counts(name, graded):
    for created_at in ("2026-11-14T12:00:00+01:00", "2026-11-18T12:00:00+01:00"):  # the second one is refused
        status, printed, _ = graded(WRONG, "--format", name, previous=[BEFORE], created_at=created_at)
        assert status == 0
        assert score_of(name, printed) == pytest.approx(5.5)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"created_at": None}, "created_at is missing"), ({"users": [3]}, "users[0] is 3"), ({"created_at": "now"}, '"now"')],
)
def test_metadata_that_cannot_be_used_are_an_error_before_anything_runs(graded, changes, said):
    status, printed, errors = graded(RIGHT, **changes)
    assert (status, printed) == (3, "")
    assert errors.startswith("autograder: metadata.json") and said in errors


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_a_submission_that_cannot_be_read_is_a_result_in_every_format(name, graded, tmp_path):
    (tmp_path / "work.zip").write_bytes(b"PK\x03\x04 this is no zip")
    graded(RIGHT)  # writes the assignment
    status, printed, errors = run("grade", "work.zip", "--format", name, cwd=tmp_path)
    assert (status, errors) == (0, "")
    text = base64.b64decode(printed.partition("=")[2]).decode() if name == "github-classroom" else printed
    assert "work.zip is damaged, incomplete or not a zip" in text or name == "github-notices"
    if name == "prairielearn":
        assert json.loads(text)["gradable"] is False
    else:
        assert score_of(name, printed) == 0


def test_without_a_format_a_submission_that_cannot_be_read_is_an_error(graded, tmp_path):
    (tmp_path / "work.zip").write_bytes(b"PK\x03\x04 this is no zip")
    status, printed, errors = run("grade", "work.zip", cwd=tmp_path)
    assert (status, printed) == (1, "")
    assert "work.zip is damaged" in errors
