"""What a worker does with a job, without a cluster."""

import json
import os
import sys
import tempfile

import doubling
import pytest
from files import write_files

from autograder.assignment import load
from autograder.course.cluster import task
from autograder.course.cluster.parcel import packed_submission

ORDER = {"number": 0, "students": [], "only": [], "mode": "auto", "seconds": 60, "places": ["", "", "", ""]}
MAKES_A_FOLDER = "import sys, tempfile, time; open(sys.argv[1], 'w').write(tempfile.mkdtemp()); time.sleep(60)"


@pytest.fixture
def submission(tmp_path):
    """A submission as it is sent; the worker has the assignment, and a folder `tmp` for temporary files."""
    assignment = load(write_files(tmp_path / "assignment", {**doubling.FILES, "assignment.toml": doubling.TOML}))
    return packed_submission([write_files(tmp_path / "right", {"double.py": doubling.RIGHT})], assignment)


def test_a_job_that_is_killed_as_it_begins_leaves_no_folder(submission, tmp_path, monkeypatch):
    told, temporary = tmp_path / "told", tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setitem(task.ASSIGNMENTS, "run", tmp_path / "assignment")
    monkeypatch.setattr(task.program, "command", lambda *_: [sys.executable, "-c", MAKES_A_FOLDER, str(told)])
    monkeypatch.setattr(task, "wish", lambda: lambda: not (told.exists() and told.read_text()))
    answer = json.loads(task.grade("run", json.dumps(ORDER).encode(), submission))
    assert "fault" in answer
    assert told.read_text().startswith(str(temporary))
    assert os.listdir(temporary) == []
