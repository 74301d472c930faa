"""`autograder class`: hostile submissions among right ones gain nothing, and the right ones lose nothing."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import attacks
import pytest
from attacks import ASSIGNMENT, GRADER, RIGHT, ROOT, Attack, Graded

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="a class is graded on Linux")]

# Those that go for the grader, for other tests and for what stays, of which the next submission would see something.
KINDS = ("secret", "persistence", "protocol")
# What a suite must not ask for while it is collected by a process that is not the grader yet.
UNHARMED = {'        "folder": os.getcwd(),\n': "", "descriptors() <= DESCRIPTORS": "descriptors() <= DESCRIPTORS + 10"}


def chosen() -> list[Attack]:
    return [
        attack
        for attack in attacks.attacks()
        if attack.kind in KINDS and not (attack.limits or attack.sandbox or attack.refused)
    ]


def test_attacks_in_a_class_come_to_what_they_come_to_alone_and_right_submissions_to_all_points(tmp_path: Path):
    folder, submissions, temporary = (tmp_path / name for name in ("assignment", "submissions", "tmp"))
    attacks.plant(RIGHT, folder)
    unharmed = folder / "tests/hidden/test_unharmed.py"
    text = unharmed.read_text()
    for old, new in UNHARMED.items():
        assert old in text
        text = text.replace(old, new)
    unharmed.write_text(text)
    temporary.mkdir()
    handed_in = {attack.name: attack for attack in chosen()}
    for attack in handed_in.values():
        (submissions / attack.name).mkdir(parents=True)
        attack.hand_in(submissions / attack.name)
    for number in range(6):  # spread among the others
        name = f"{20 * number:02}_right"
        shutil.copytree(ASSIGNMENT / "reference", submissions / name)
        with open(submissions / name / "submitted.py", "a", encoding="utf-8") as file:
            file.write(f"# {number}\n")
        handed_in[name] = RIGHT
    planted, elsewhere = {place: attacks.snapshot(place) for place in (folder, submissions)}, attacks.traces(None)
    variables = {"SECRET_OF_THE_GRADER": attacks.new_secret(), "HOME": str(tmp_path), "TMPDIR": str(temporary)}
    variables |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    with attacks.subreaper() as left_running:
        done = subprocess.run(
            [*GRADER, "class", "submissions", "--assignment", "assignment", "--out", "out", "--jobs", "3"],
            env={**os.environ, **variables}, cwd=tmp_path, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert left_running() == []
    assert done.returncode == 0, done.stderr
    assert "takes longer" not in done.stderr, done.stderr
    for place, was in planted.items():
        assert attacks.differences(was, attacks.snapshot(place), tmp_path / "out") == []
    assert not list(temporary.iterdir()) and attacks.traces(None) <= elsewhere
    for name, attack in handed_in.items():
        document = json.loads((tmp_path / "out/results" / f"{name}.json").read_text())
        assert attacks.wrong(attack, Graded(0, "", document, [])) == [], name
