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


ONLY = ("grade", "reference", "--sandbox", "off")


@pytest.mark.parametrize("only", ["1.2", "tests/test_double.py::test_of_fractions", "test_double.py::test_of_fractions"])
def test_only_the_tests_that_are_asked_for_run_and_the_result_says_so(assignment, only):
    status, printed, errors = run(*ONLY, "--only", only, cwd=assignment)
    assert (status, errors) == (0, "")
    assert "double: fractions" in printed and "double: integers" not in printed and "6 of 6 points, 1 of 1 tests" in printed
    words = f"only a part was graded ({only}): 1 of 2 tests; 1 with 4 points were left out"
    assert words in " ".join(printed.split()) and "assignment.toml says" not in printed


def test_several_numbers_may_be_asked_for_and_a_number_stands_for_those_below_it(assignment):
    for only in (["--only", "1"], ["--only", "1.1", "--only", "1.2"], ["--only", "tests"]):
        assert "10 of 10 points, 2 of 2 tests passed" in run(*ONLY, *only, cwd=assignment)[1]


def test_what_chooses_no_test_is_wrong_usage(assignment):
    status, printed, errors = run(*ONLY, "--only", "1.1", "--only", "9", cwd=assignment)
    assert (status, printed) == (2, "")
    assert "9: no test has this number, and none this id or a part of it; the numbers are 1.1, 1.2" in errors


@pytest.mark.parametrize("name", FORMATS)
def test_a_part_is_never_written_as_a_complete_result(assignment, name):
    status, printed, errors = run(*ONLY, "--only", "1.1", "--format", name, cwd=assignment)
    if FORMATS[name].of_all:
        assert (status, printed) == (2, "") and f"{name} is a form for complete results" in errors
    else:
        assert status == 0 and "left out" in printed
    assert run(*ONLY, "--only", "1.1", "--out", "results.json", cwd=assignment)[0] == 2
    assert not (assignment / "results.json").exists()


def test_a_suite_that_cannot_be_read_ends_with_a_fault_of_the_assignment(assignment):
    (assignment / "tests/test_more.py").write_text("import no_such_module")
    status, printed, errors = run("grade", "reference", "--sandbox", "off", "--out", "results.json", cwd=assignment)
    assert status == 3 and "tests/test_more.py could not be read, so the result is not complete" in errors
    assert "No module named 'no_such_module'" in printed and "10 of 10 points" in printed
    assert len(json.loads((assignment / "results.json").read_text())["tests"]) == 3


def test_staff_see_values_that_the_suite_withholds_and_students_do_not(assignment):
    settings = assignment / "assignment.toml"
    settings.write_text(settings.read_text().replace('path = "tests"', 'path = "tests"\nshow_values = false'))
    suite = assignment / "tests/test_double.py"
    suite.write_text(suite.read_text().replace('@visibility("visible")', '@visibility("hidden")'))
    (assignment / "student/double.py").write_text("def double(x):\n    return 3 * x\n")
    grade = ("grade", "student", "--sandbox", "off")
    _, printed, _ = run(*grade, cwd=assignment)
    assert "DESIRED: array([0, 2, 4])" in printed and "double: fractions" in printed and "sandbox level off" in printed
    _, printed, _ = run(*grade, "--as-student", cwd=assignment)
    assert "DESIRED" not in printed and "double: fractions" not in printed and "all in one process" in printed
    assert "not in this: 1 test whose results are not shown, 6 points" in printed


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
