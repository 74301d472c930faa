"""`autograder class`: a result is used again exactly where all that it depends on is as it was."""

import json
import os
import sys
import zipfile
from pathlib import Path

import pytest
from classes import documents, grade_class
from doubling import FILES, RIGHT, WRONG
from files import write_files

from autograder.assignment import load
from autograder.course.jobs import record_of
from autograder.course.keys import of_assignment
from autograder.grading.mistakes.library import FILE, Described, Library, digest_of_tests

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a class is graded on Linux")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_files(tmp_path / "assignment", FILES)
    write_files(tmp_path / "submissions", {"right/double.py": RIGHT, "wrong/double.py": WRONG})
    return tmp_path


@pytest.mark.parametrize(
    ("suites", "changed"),
    [
        ("tests", "tests/helper.py"),
        ("tests", "tests/data/numbers.csv"),
        ("tests/hidden", "tests/conftest.py"),
        ("tests/hidden", "conftest.py"),
        ("tests/test_double.py", "tests/helper.py"),
        ("tests/test_double.py", "tests/conftest.py"),
        ("tests", "reference/double.py"),
        ("tests", "reference/helper.py"),
    ],
)
def test_whatever_a_suite_may_use_decides_about_results(folder, suites, changed):
    toml = folder / "assignment/assignment.toml"
    toml.write_text(toml.read_text().replace('path = "tests"', f'path = "{suites}"'))
    write_files(folder / "assignment", {"tests/hidden/test_double.py": FILES["tests/test_double.py"]})
    write_files(folder / "assignment", {changed: "# one way\n"})
    before = of_assignment(load(folder / "assignment"))
    write_files(folder / "assignment", {changed: "# another way\n"})
    after = of_assignment(load(folder / "assignment"))
    assert {name for name in before if before[name] != after[name]} == {changed}


@pytest.mark.parametrize(
    ("kinds", "content"),
    [(("intake",), "{}"), (("results",), '{"level": "A", "rec'), (("results",), "{}"), (("intake", "results", "suites"), "[]")],
)
def test_what_is_damaged_in_the_store_is_worked_out_again(folder, kinds, content):
    grade_class(folder)
    before = documents(folder / "out")
    for path in (folder / "out/store").rglob("*.json"):
        if path.relative_to(folder / "out/store").parts[0] in kinds:
            path.write_text(content)
    (folder / "out/run.json").unlink()
    status, _, errors = grade_class(folder)
    assert status == 0, errors
    found = documents(folder / "out")
    assert {name: document["score"] for name, document in found.items()} == {"right": 10, "wrong": 4}
    assert found.keys() == before.keys()


def test_the_same_files_in_a_zip_of_another_date_are_not_graded_again(folder):
    def hand_in(year: int) -> None:
        for name, text in (("right", RIGHT), ("wrong", WRONG)):
            with zipfile.ZipFile(folder / f"submissions/{name}/double.zip", "w") as file:
                file.writestr(zipfile.ZipInfo("double.py", (year, 1, 1, 0, 0, 0)), text)

    for name in ("right", "wrong"):
        os.unlink(folder / f"submissions/{name}/double.py")
    hand_in(2025)
    grade_class(folder)
    before = {path: path.read_bytes() for path in (folder / "out/store/results").rglob("*.json")}  # with what was measured
    hand_in(2026)
    status, _, errors = grade_class(folder)
    assert status == 0, errors
    assert {path: path.read_bytes() for path in (folder / "out/store/results").rglob("*.json")} == before


def test_a_store_that_cannot_be_written_ends_the_run_with_the_reason(folder):
    grade_class(folder)
    intake = folder / "out/store/intake"
    for path in intake.rglob("*.json"):
        path.unlink()
        path.mkdir()
    (folder / "out/run.json").unlink()
    status, _, errors = grade_class(folder)
    assert status == 3
    assert "was not written" in errors and "Traceback" not in errors


def test_a_new_mistake_gives_names_to_stored_results_and_nothing_is_graded_again(folder):
    grade_class(folder)
    assert "named" not in failed_test(folder)["extra_data"]
    assignment = load(folder / "assignment")
    stored = list((folder / "out/store/results").rglob("*.json"))
    records = [record_of(record) for path in stored for record in json.loads(path.read_text())["records"]]
    failed = [record for record in records if record.status == "failed"]
    said = {"truncated": Described("Fractions are cut off.")}
    Library.of(said, {"truncated": failed}, digest_of_tests(assignment)).write(assignment.folder / FILE)
    before = {path: path.stat().st_mtime_ns for path in stored}
    grade_class(folder)
    assert failed_test(folder)["extra_data"]["named"]["mistake"] == "truncated"
    assert {path: path.stat().st_mtime_ns for path in (folder / "out/store/results").rglob("*.json")} == before


def failed_test(folder):
    """The test of the wrong submission that fails, as its results.json has it."""
    document = json.loads((folder / "out/results/wrong.json").read_text())
    return next(test for test in document["tests"] if test["status"] == "failed")
