"""The commands as a user runs them: exit status, what is printed where, what is written."""

import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from doubling import WRONG
from places import ROOT
from programs import run_autograder as run
from rich.console import Console
from waiting import until

from autograder.assignment import load
from autograder.commands.cli import main
from autograder.commands.grade import write_result
from autograder.errors import AutograderError
from autograder.grading.acceptance import require_level
from autograder.grading.outcome import Outcome
from autograder.grading.records import Record
from autograder.results.formats import FORMATS
from autograder.sandbox.limits import Limits

pytest_plugins = ["assignments"]


@pytest.mark.parametrize("mode", ["auto", "off"])
def test_grade_shows_tests_parts_and_total_and_writes_the_results(assignment, mode):
    out = assignment / "results.json"
    (assignment / "student/double.py").write_text(WRONG)
    status, printed, errors = run("grade", assignment / "student", "--assignment", assignment, "--out", out, "--sandbox", mode)
    assert (status, errors) == (0, "")
    assert "double: integers" in printed and "double: fractions" in printed and "4 of 10 points" in printed
    document = json.loads(out.read_text())
    assert [(item["number"], item["score"], item["max_score"]) for item in document["tests"]] == [("1.1", 4, 4), ("1.2", 0, 6)]
    assert document["score"] == 4
    assert out.stat().st_mode & 0o777 == 0o600


def test_the_assignment_in_the_current_folder_is_used(assignment):
    status, printed, _ = run("grade", "reference", "--sandbox", "off", cwd=assignment)
    assert status == 0 and "10 of 10 points" in printed


def test_a_submission_that_is_not_there_is_named(assignment):
    status, printed, errors = run("grade", assignment / "nowhere", "--assignment", assignment)
    assert status == 1 and printed == "" and "nowhere" in errors


def test_an_assignment_that_is_not_there_is_named(assignment):
    status, _, errors = run("grade", assignment / "reference", "--assignment", assignment / "tests")
    assert status == 3 and "has no assignment.toml" in errors


def test_a_folder_for_the_results_that_is_not_there_is_named_before_grading(assignment):
    status, printed, errors = run(
        "grade", assignment / "reference", "--assignment", assignment, "--out", assignment / "no/results.json"
    )
    assert status == 3 and printed == "" and "--out needs an existing folder" in errors


def test_parts_whose_points_do_not_add_up_are_noted_for_staff(assignment):
    settings = assignment / "assignment.toml"
    settings.write_text(settings.read_text().replace("points = 10", "points = 11"))
    status, printed, _ = run("grade", "reference", "--sandbox", "off", cwd=assignment)
    assert status == 0
    assert "part 1 (Numbers): the weights of its tests add up to 10, assignment.toml says 11" in " ".join(printed.split())


def test_the_skeleton_is_built_checked_and_worth_nothing(assignment, capsys):
    where = ["--assignment", str(assignment)]
    assert main(["build", "skeleton", "--check", *where]) == 1
    assert main(["build", "skeleton", *where]) == 0
    assert main(["build", "skeleton", "--check", *where]) == 0
    text = (assignment / "student/double.py").read_text()
    assert "# TODO 1.1: one product" in text and "2 * x" not in text
    (assignment / "student/double.py").write_text(text.replace("Return", "return"))
    assert main(["build", "skeleton", "--check", *where]) == 1
    assert "double.py" in capsys.readouterr().out
    assert main(["build", "skeleton", *where]) == 0
    status, printed, _ = run("grade", assignment / "student", *where)
    assert status == 0 and "0 of 10 points, 0 of 2 tests passed" in printed


def test_the_skeleton_of_this_repository_is_up_to_date():
    assert main(["build", "skeleton", "--check", "--assignment", str(ROOT)]) == 0


def test_a_zip_and_single_files_are_graded_like_their_folder(assignment, tmp_path):
    archive = shutil.make_archive(str(tmp_path / "submission"), "zip", assignment / "reference")
    for submission in (archive, assignment / "reference/double.py"):
        status, printed, _ = run("grade", submission, "--assignment", assignment)
        assert status == 0 and "10 of 10 points" in printed


def test_on_a_terminal_progress_is_shown_while_tests_run(assignment):
    import pty

    (assignment / "student/double.py").write_text("import time\ndef double(x):\n    time.sleep(0.5)\n    return 2 * x\n")
    ours, theirs = pty.openpty()
    program = [sys.executable, "-m", "autograder", "grade", str(assignment / "student"), "--assignment", str(assignment)]
    grading = subprocess.Popen(program, stdout=theirs, stderr=theirs, cwd=ROOT, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    shown = b""
    while block := read_terminal(ours):
        shown += block
    os.close(ours)
    assert grading.wait() == 0
    assert b"1 tests, double: integers" in shown and b"10 of 10" in shown


def read_terminal(descriptor):
    try:
        return os.read(descriptor, 10_000)
    except OSError:  # the other end is closed
        return b""


def test_an_interrupt_ends_the_run_without_a_traceback_and_leaves_no_process(assignment):
    (assignment / "student/double.py").write_text("import time\ntime.sleep(100)\n")
    program = [sys.executable, "-m", "autograder", "grade", str(assignment / "student"), "--assignment", str(assignment)]
    grading = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    children = Path(f"/proc/{grading.pid}/task/{grading.pid}/children")
    while not children.read_text().split():
        assert grading.poll() is None
    (server, *_) = children.read_text().split()
    grading.terminate()
    _, errors = grading.communicate(timeout=30)
    assert grading.returncode == 143 and "Traceback" not in errors
    assert until(lambda: not os.path.exists(f"/proc/{server}"))


REPORT = {
    "level": "A",
    "layers": {"landlock": {"on": True, "detail": ""}},
    "unreachable": None,
    "private_folders": "",
    "canary": {"failures": [], "probes": {"read secret tests": "stopped"}},
}


def test_a_sandbox_of_the_level_asked_for_is_accepted():
    require_level(REPORT, "strict")
    require_level({**REPORT, "level": "C"}, "auto")


@pytest.mark.parametrize(
    ("change", "mode", "words"),
    [
        ({"level": "B"}, "strict", "reaches level B here and --sandbox strict asks for A"),
        ({"level": "E", "layers": {"landlock": {"on": False, "detail": ""}}}, "auto", "missing: landlock"),
        ({"unreachable": "/root"}, "auto", "cannot enter /root, where Python or its packages lie"),
        ({"unreachable": "/root", "private_folders": "mount"}, "auto", "showing it to that user alone failed: mount"),
        ({"canary": {"failures": ["socket"], "probes": {}}}, "auto", "self-test was not stopped at: socket"),
        ({"canary": {"failures": [], "probes": {"read secret tests": "NOT stopped"}}}, "auto", "chmod -R go-rwx"),
    ],
)
def test_a_sandbox_that_is_too_weak_or_does_not_hold_is_refused_with_advice(change, mode, words):
    with pytest.raises(AutograderError, match=words.replace("(", r"\(")):
        require_level({**REPORT, **change}, mode)


def test_limits_of_an_assignment_reach_the_tests(assignment):
    from autograder.grading.story import grade

    (assignment / "student/double.py").write_text("import time\ndef double(x):\n    time.sleep(100)\n")
    slow = replace(load(assignment), limits=replace(Limits(), test_seconds=0.5, wall_seconds=0.7))
    outcome = grade(slow, [assignment / "student"], "auto")
    assert [record.reason for record in outcome.records] == [
        "your code was stopped after 0.7 s of waiting (sleep, input, a blocked socket or lock?)"
    ] * 2


def test_a_format_is_printed_alone_or_written_beside_the_table(assignment):
    status, printed, _ = run("grade", "reference", "--sandbox", "off", "--format", "autolab", cwd=assignment)
    assert status == 0
    assert json.loads(printed.splitlines()[-1]) == {"scores": {"1 Numbers": 10}}
    status, printed, _ = run(
        "grade", "reference", "--sandbox", "off", "--format", "junit", "--out", "junit.xml", cwd=assignment
    )
    assert status == 0 and "10 of 10 points" in printed
    assert (assignment / "junit.xml").read_text().startswith("<?xml")


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_not_for_students_is_its_owners_alone(assignment, name):
    outcome = Outcome(load(assignment), [Record("t.py::secret", "a hidden test", max_score=1.0, staff="Traceback")], 0.0)
    out = assignment / "result"
    out.write_text("from before")
    out.chmod(0o666)
    before = os.umask(0o027)
    try:
        write_result(outcome, name, out, Console(file=io.StringIO()))
    finally:
        os.umask(before)
    private = name in ("gradescope", "junit")
    assert oct(out.stat().st_mode & 0o777) == ("0o600" if private else "0o640")
    assert private or "Traceback" not in out.read_text()


def test_doctor_says_whether_submissions_can_be_graded_here(assignment):
    status, printed, _ = run("doctor", "--assignment", assignment)
    assert "Level" in printed
    assert (status == 0) == ("Submissions are graded here" in printed)
