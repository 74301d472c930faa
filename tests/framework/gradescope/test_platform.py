"""The autograder zip, and what its run_autograder does on a machine like Gradescope's."""

import json
import os
import random
import shutil
import signal
import sys
import time
import zipfile

import pytest
from doubling import FILES, RIGHT, WRONG, suite_with
from files import write_files
from places import ROOT
from platforms import METADATA, Platform

from autograder.assignment import load
from autograder.errors import AssignmentError
from autograder.gradescope.autograder_zip import build_gradescope_zip
from autograder.gradescope.platform import Partial, fallback, listed_tests
from autograder.grading.records import Record
from autograder.results import gradescope as results
from autograder.results.ungraded import ungraded

pytest_plugins = ["own_zip"]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Gradescope's machines run Linux")


@pytest.fixture
def assignment(tmp_path):
    """The folder of a sound assignment of two tests."""
    folder = tmp_path / "assignment"
    write_files(folder, FILES)
    return folder


@pytest.fixture
def platform(assignment, tmp_path):
    """A function that builds the zip and gives the Platform with it."""

    def make():
        archive = tmp_path / "gradescope.zip"
        build_gradescope_zip(load(assignment), archive)
        return Platform(tmp_path / "platform", archive)

    return make


def points(document):
    return {item["number"]: (item["score"], item["max_score"]) for item in document["tests"] if "number" in item}


def test_a_submission_is_graded_on_the_platform(platform):
    machine = platform()
    machine.hand_in({"double.py": WRONG})
    printed, document = machine.run()
    assert points(document) == {"1.1": (4, 4), "1.2": (0, 6)}
    assert document["score"] == 4
    version = (machine.folder / "source/VERSION").read_text().strip()
    assert document["extra_data"]["version"] == version
    assert f"autograder version {version}" in printed
    assert "of the platform's 600 s" in printed and "sandbox level" in printed and "slowest tests" in printed


@pytest.mark.slow
def test_nobody_else_can_read_what_the_grading_goes_by(platform):
    machine = platform()
    machine.hand_in({"double.py": RIGHT})
    machine.run()
    for name in ("source", "submission", "results"):
        for path in [machine.folder / name, *(machine.folder / name).rglob("*")]:
            assert path.stat().st_mode & 0o077 == 0, path
    assert (machine.folder / "submission_metadata.json").stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_a_submission_that_cannot_be_read_fails_every_test_with_the_reason(platform):
    machine = platform()
    machine.hand_in({"work.zip": b"PK\x03\x04 this is no zip"})
    _, document = machine.run()
    assert points(document) == {"1.1": (0, 4), "1.2": (0, 6)}
    assert all("work.zip" in item["output"] or "double.py" in item["output"] for item in document["tests"])
    assert document["extra_data"]["needs_human"] is False


@pytest.mark.slow
def test_a_better_score_from_before_outlives_a_submission_that_cannot_be_read(platform, assignment):
    with open(assignment / "assignment.toml", "a") as file:
        file.write("[policies]\nkeep_best = true\n")
    machine = platform()
    machine.metadata = METADATA | {
        "previous_submissions": [{"submission_time": "2026-11-13T12:00:00+01:00", "score": "7.0", "autograder_error": False}]
    }
    machine.hand_in({"work.zip": b"PK\x03\x04 this is no zip"})
    _, document = machine.run()
    assert document["score"] == 7
    assert document["tests"][0]["name"] == "Best submission"
    assert points(document) == {"1.1": (0, 4), "1.2": (0, 6)}


@pytest.mark.slow
def test_the_first_result_does_not_wait_until_every_file_is_locked(platform, tmp_path, monkeypatch):
    machine = platform()
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/chmod"
    found = f'echo there: $(ls "{machine.folder}/results") >> "{tmp_path}/seen"'
    program.write_text(f'#!/bin/sh\n{found}\nexec {shutil.which("chmod")} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    machine.run()
    assert (tmp_path / "seen").read_text().splitlines()[0] == "there: results.json"


def test_a_submission_that_is_not_run_has_the_result_that_it_has_elsewhere(assignment):
    column = {"name": "Accuracy", "value": None, "order": "desc"}
    tests = [
        Record("t.py::one", "first", number="1.1", max_score=4.0, tags=("fast",), visibility="hidden"),
        Record("t.py::two", "second"),
        Record("t.py::three", "third", number="1.2", max_score=6.0, leaderboard=column),
    ]
    listed = listed_tests(json.loads(json.dumps(fallback(tests, "v"))))
    there, elsewhere = (results.document(ungraded(load(assignment), records, "no file")) for records in (listed, tests))
    assert there == elsewhere
    assert [item["output"] for item in there["tests"]] == ["not run: no file"] * 3 and there["leaderboard"] == [column]


@pytest.mark.slow
def test_nothing_handed_in_fails_every_test(platform):
    _, document = platform().run()
    assert points(document) == {"1.1": (0, 4), "1.2": (0, 6)}
    assert all("double.py" in item["output"] for item in document["tests"])


def test_a_fault_of_ours_asks_for_a_human_and_lists_every_test(platform, assignment):
    machine = platform()
    machine.hand_in({"double.py": RIGHT})
    (machine.folder / "source/assignment/assignment.toml").write_text("title = 3\n")
    printed, document = machine.run()
    assert points(document) == {"1.1": (0, 4), "1.2": (0, 6)}
    assert document["extra_data"]["needs_human"] is True
    assert "title is 3" in printed and "ended with status 3" in printed


@pytest.mark.slow
def test_tests_that_the_platforms_time_does_not_reach_are_there_with_the_reason(platform, assignment):
    (assignment / "tests/test_double.py").write_text(suite_with(60))
    machine = platform()
    machine.hand_in({"double.py": RIGHT})
    printed, document = machine.run(seconds=32)
    assert points(document) == {"1.1": (4, 4), "1.2": (0, 6)}
    # The grading has ended by itself and in order, before run_autograder's own clock and the platform's.
    assert "slowest tests: tests/test_double.py::test_of_fractions" in printed and "ended with status" not in printed
    assert document["extra_data"]["needs_human"] is True and "SuiteTimeout" in document["tests"][1]["extra_data"]["staff"]


@pytest.mark.slow
def test_policies_stand_beside_the_tests(platform, assignment):
    with open(assignment / "assignment.toml", "a") as file:
        file.write("[policies]\nlate_percent_per_day = 10\n")
    machine = platform()
    machine.hand_in({"double.py": RIGHT})
    _, document = machine.run()
    assert points(document) == {"1.1": (4, 4), "1.2": (6, 6)}
    assert document["score"] == 8
    assert document["tests"][0]["score"] == -2 and "10 %" in document["tests"][0]["output"]


@pytest.mark.slow
def test_a_submission_that_the_policies_refuse_is_not_run_and_keeps_its_score(platform, assignment):
    with open(assignment / "assignment.toml", "a") as file:
        file.write("[policies]\nmax_submissions = 1\n")
    machine = platform()
    machine.metadata = METADATA | {
        "previous_submissions": [{"submission_time": "2026-11-13T12:00:00+01:00", "score": "7.0", "autograder_error": False}]
    }
    machine.hand_in({"double.py": RIGHT})
    printed, document = machine.run()
    assert document["score"] == 7
    assert points(document) == {"1.1": (0, 4), "1.2": (0, 6)}
    assert document["tests"][0]["name"] == "Not graded"
    assert "not graded" in printed


@pytest.mark.slow
def test_metadata_that_cannot_be_read_leave_the_policies_to_a_human(platform, assignment):
    with open(assignment / "assignment.toml", "a") as file:
        file.write("[policies]\nlate_percent_per_day = 10\n")
    machine = platform()
    machine.metadata = METADATA | {"created_at": "yesterday"}
    machine.hand_in({"double.py": RIGHT})
    printed, document = machine.run()
    assert document["score"] == 10
    assert document["extra_data"]["needs_human"] is True
    assert "the policies were not applied" in printed and "yesterday" in printed


@pytest.mark.slow
def test_what_is_not_run_is_left_to_a_human_too_where_an_earlier_score_may_count(platform, assignment):
    with open(assignment / "assignment.toml", "a") as file:
        file.write("[policies]\nkeep_best = true\n")
    machine = platform()
    machine.metadata = METADATA | {"created_at": "yesterday"}
    machine.hand_in({"work.zip": b"PK\x03\x04 this is no zip"})
    _, document = machine.run()
    assert points(document) == {"1.1": (0, 4), "1.2": (0, 6)}
    assert document["extra_data"]["needs_human"] is True
    assert "the policies were not applied" in document["extra_data"]["notes"][0]


@pytest.mark.slow
def test_the_same_sources_give_the_same_zip(assignment, tmp_path):
    for name in ("one.zip", "two.zip"):
        build_gradescope_zip(load(assignment), tmp_path / name)
        os.utime(assignment / "reference/double.py", (0, 0))
        (assignment / "reference/__pycache__").mkdir(exist_ok=True)
        (assignment / "reference/__pycache__/double.cpython-311.pyc").write_bytes(b"")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert build_gradescope_zip(load(assignment), tmp_path / "two.zip") == []
    (assignment / "reference/double.py").write_text(f"{RIGHT}\n")
    assert build_gradescope_zip(load(assignment), tmp_path / "two.zip") != []


def test_an_assignment_that_is_not_sound_gives_no_zip(assignment, tmp_path):
    (assignment / "assignment.toml").write_text(FILES["assignment.toml"].replace("points = 10", "points = 11"))
    with pytest.raises(AssignmentError, match="add up to 10"):
        build_gradescope_zip(load(assignment), tmp_path / "gradescope.zip")
    assert not (tmp_path / "gradescope.zip").exists()


@pytest.mark.slow
def test_what_is_to_be_included_must_be_there(assignment, tmp_path):
    with open(assignment / "assignment.toml", "a") as file:
        file.write('[gradescope]\ninclude = ["data"]\nextra_index_url = "https://packages.school.edu/cpu"\n')
    with pytest.raises(AssignmentError, match="data does not exist"):
        build_gradescope_zip(load(assignment), tmp_path / "gradescope.zip")
    (assignment / "data").mkdir()
    (assignment / "data/x.npy").write_bytes(b"x")
    build_gradescope_zip(load(assignment), tmp_path / "gradescope.zip")
    with zipfile.ZipFile(tmp_path / "gradescope.zip") as file:
        assert file.read("assignment/data/x.npy") == b"x"
        assert file.read("requirements.txt").decode().startswith("--extra-index-url https://packages.school.edu/cpu\n")


@pytest.mark.slow
def test_a_grader_that_is_killed_at_any_moment_leaves_a_valid_result(platform, assignment):
    (assignment / "tests/test_double.py").write_text(suite_with(0.2))
    machine = platform()
    machine.hand_in({"double.py": RIGHT})
    chance, seen = random.Random(5), set()
    began = time.monotonic()
    machine.run()
    whole = time.monotonic() - began  # as long as it takes on this machine
    for _ in range(50):
        shutil.rmtree(machine.folder / "results", ignore_errors=True)
        (machine.folder / "results").mkdir()  # as the platform does
        process = machine.start()
        while not (machine.folder / "results/results.json").exists():  # run_autograder's first step, before any Python starts
            time.sleep(0.001)
        time.sleep(chance.uniform(0.0, 1.2 * whole))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        document = machine.result()
        assert {number: possible for number, (_, possible) in points(document).items()} == {"1.1": 4, "1.2": 6}
        seen.add(document["score"])
    assert {0, 10} <= seen, "all gradings were killed at the same stage"


def test_what_is_known_so_far_is_written_while_tests_run(tmp_path):
    path, names = tmp_path / "results.json", ("one", "two", "three")
    records = [Record(name, name, number=name, max_score=2.0) for name in names]
    partial = Partial(path, {"version": "v"})
    partial.begin(records)
    time.sleep(max(partial.next - time.monotonic(), 0))
    records[1].status, records[1].score = "passed", 2.0
    partial(records[1])
    document = json.loads(path.read_text())
    assert points(document) == {"one": (0, 2), "two": (2, 2), "three": (0, 2)}
    assert document["score"] == 2 and document["extra_data"]["needs_human"] is True
    assert [item["extra_data"].get("needs_human", False) for item in document["tests"]] == [True, False, True]


@pytest.mark.slow
def test_the_zip_of_this_repository_grades_by_itself(own_environment):
    machine = Platform(own_environment / "platform", own_environment / "gradescope.zip", own_environment / "environment")
    machine.hand_in({path.name: path.read_bytes() for path in (ROOT / "reference").iterdir() if path.is_file()})
    printed, document = machine.run()
    assert document["score"] == 100, printed
    assert len(document["tests"]) > 200
    assert [item for item in document["tests"] if item["extra_data"].get("needs_human")] == []
