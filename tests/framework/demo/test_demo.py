"""`autograder demo`: its assignment, its class, and what the command shows."""

import json
import re
import sys

import pytest
from programs import run_autograder as run

from autograder.assignment import load
from autograder.authoring.mistakes import Corpus
from autograder.authoring.new import DEMO
from autograder.demo.made import LINES, PLAN, make_demo
from autograder.grading.mistakes.library import FILE, Library, fault_of

KINDS = {"right", "late", "alike", "nothing", "file missing", "unfinished", *LINES}


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_answers_of_the_known_mistakes_are_up_to_date():
    # After a change: autograder audit --mistakes in demo/assignment, and copy mistakes/answers.json from there.
    assert fault_of(Library.read(DEMO / FILE), load(DEMO)) == ""


def test_each_kind_of_hand_in_is_there_and_known():
    assert set(PLAN) >= KINDS and len(PLAN) == 30
    known = Corpus(load(DEMO)).mistakes
    assert {name for kind in set(PLAN) - KINDS for name in kind.split()} <= set(known)


def test_the_class_is_the_same_every_time(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        make_demo(tmp_path / name, 30)
    made = contents(tmp_path / "a")
    assert made == contents(tmp_path / "b")
    works = [name for name in made if name.startswith("submissions/submission_3")]
    assert len({name.split("/")[1] for name in works}) == 29 and len(works) == 57  # one file is missing
    assert len(made["roster.csv"].splitlines()) == 31


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo/notes.txt").write_text("mine")
    status, printed, errors = run("demo", "--no-open", cwd=tmp_path)
    assert (status, printed) == (2, "") and "demo is not empty; remove it, or name another folder with --out DIR" in errors
    status, _, errors = run("demo", "--out", "no/where", cwd=tmp_path)
    assert status == 2 and "no/where cannot be made" in errors
    assert contents(tmp_path) == {"demo/notes.txt": b"mine"}


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sandbox needs Linux")
def test_a_small_class_is_graded_and_its_mistakes_are_named(tmp_path):
    status, printed, errors = run("demo", "--out", "shown", "--students", "11", "--no-open", cwd=tmp_path)
    assert status == 0, errors
    assert "11 students: 10 graded, 1 late, 1 nothing handed in" in printed
    assert "   2  bias_gradient_averaged\n      The bias gradient is averaged" in printed
    assert "   2  perhaps softmax_overflows\n" in printed and "The file does not compile" in " ".join(printed.split())
    assert "autograder check --assignment shown/assignment" in printed
    student = re.search("autograder grade (shown/submissions/.*) --assignment shown/assignment", printed)[1]
    assert "mean(axis=0" in (tmp_path / student / "layers.py").read_text(encoding="utf-8")  # bias_gradient_averaged
    assert "shown/class/report.html" in printed and (tmp_path / "shown/class/report.html").is_file()
    rows = json.loads((tmp_path / "shown/class/summary.json").read_text())["rows"]
    assert [row.get("score") for row in rows].count(20) == 3  # two right ones, and the work that is another's
    assert [row["score"] for row in rows if "late" in row] == [18]
