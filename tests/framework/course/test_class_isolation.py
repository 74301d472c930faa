"""`autograder class`: the processes of a run leave nothing to each other, and are confined as those of `autograder grade`."""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from attacks import as_user, no_other_user
from classes import documents, grade_class
from doubling import FILES, RIGHT
from files import write_files
from places import ROOT

from autograder.assignment import load
from autograder.course import pool
from autograder.course.pool import Pool

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a class is graded on Linux")

LEAVES_A_PROCESS = '''
import os
import subprocess
from pathlib import Path
from double import double

def names_of_children(pid):
    """The programs that a process has started, or that were left to it."""
    pids = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [Path(f"/proc/{pid}/comm").read_text().strip() for pid in pids]

def test_of_a_program_that_stays():
    assert "sleep" not in names_of_children(os.getppid())
    subprocess.Popen(["sleep", "1000"])
    assert double(1) == 2
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_files(tmp_path / "assignment", FILES)
    write_files(tmp_path / "submissions", {f"s{number}/double.py": f"{RIGHT}# {number}\n" for number in range(20)})
    return tmp_path


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "autograder", "class", "submissions", "--assignment", "assignment", *options]


def handles(pid: int) -> int:
    """How many descriptors of processes a process has open."""
    found = 0
    for path in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found += os.readlink(path) == "anon_inode:[pidfd]"
        except FileNotFoundError:
            continue  # it was closed meanwhile
    return found


def test_the_head_keeps_no_descriptor_of_a_submission_that_is_graded(folder):
    process = subprocess.Popen(command("--jobs", "2"), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen = set()
    try:
        while process.poll() is None:
            try:
                seen.add(handles(process.pid))
            except OSError:
                break  # it has ended
    finally:
        process.kill()
        process.wait()
    assert 1 <= max(seen) <= 4  # of two graders, and of the server of the next one


def test_what_a_suite_leaves_running_ends_with_the_submission(folder):
    (folder / "assignment/tests/test_double.py").write_text(LEAVES_A_PROCESS)
    toml = folder / "assignment/assignment.toml"
    toml.write_text(toml.read_text().partition("[[parts]]")[0])
    grade_class(folder, "--jobs", 1)
    tests = [test for document in documents(folder / "out").values() for test in document["tests"]]
    assert [test["status"] for test in tests] == ["passed"] * 20


@pytest.mark.skipif(bool(no_other_user()), reason=no_other_user())
def test_an_ordinary_user_confines_submissions_as_if_they_were_graded_alone():
    user = (1 << 17) + secrets.randbelow(1 << 17)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder / "assignment", FILES)
        write_files(folder / "submissions", {f"s{number}/double.py": f"{RIGHT}# {number}\n" for number in range(2)})
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user, user)
        own = {"HOME": name, "TMPDIR": name, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        alone = [
            sys.executable,
            "-m",
            "autograder",
            "grade",
            "submissions/s0",
            "--assignment",
            "assignment",
            "--out",
            "s0.json",
        ]
        for program in (alone, command("--jobs", "2")):
            done = subprocess.run(as_user(program, user), cwd=folder, env={**os.environ, **own}, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        found = [json.loads((folder / place).read_text()) for place in ("s0.json", "class/results/s0.json")]
    assert found[0]["extra_data"]["layers"] == found[1]["extra_data"]["layers"]


def test_submissions_that_share_a_user_are_graded_one_at_a_time(folder, monkeypatch):
    found = SimpleNamespace(close=lambda: None)
    report = {"level": "C", "unreachable": None, "canary": {"probes": {}, "failures": []}}
    monkeypatch.setattr(pool, "start_sandbox", lambda *arguments: found)
    monkeypatch.setattr(pool, "report_of", lambda sandbox: report)
    noted: list[str] = []
    graders = Pool(load(folder / "assignment"), [], 3, note=noted.append)
    graders.see_level([])
    assert graders.count == 1 and "one submission is graded at a time" in noted[0]
    report["level"] = "A"
    graders = Pool(load(folder / "assignment"), [], 3, note=noted.append)
    graders.see_level([])
    assert graders.count == 3 and len(noted) == 1
