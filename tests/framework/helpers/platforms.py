"""Machines like Gradescope's: the autograder zip unpacked, a submission, and what run_autograder makes of it."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from autograder.assignment import Assignment
from autograder.gradescope.autograder_zip import build_gradescope_zip
from autograder.results.gradescope import validate

METADATA = {
    "id": 1,
    "created_at": "2026-11-14T12:00:00.000000+01:00",
    "assignment": {"id": 2, "title": "Doubling", "total_points": "10.0", "due_date": "2026-11-12T23:59:00.000000+01:00"},
    "users": [{"id": 3, "name": "A. Student", "email": "a@school.edu", "sid": None}],
    "previous_submissions": [],
}


class Platform:
    """A folder like /autograder on the machine that a zip is unpacked on."""

    def __init__(self, folder, archive, environment=sys.prefix):
        self.folder, self.environment = folder, environment
        with zipfile.ZipFile(archive) as file:
            file.extractall(folder / "source")
        (folder / "submission").mkdir()
        self.metadata = METADATA

    def hand_in(self, files):
        for name, content in files.items():
            (self.folder / "submission" / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def write_metadata(self):
        (self.folder / "submission_metadata.json").write_text(json.dumps(self.metadata))

    def start(self, seconds=600):
        self.write_metadata()
        variables = {"ROOT": str(self.folder), "ENVIRONMENT": str(self.environment), "PLATFORM_SECONDS": str(seconds)}
        return subprocess.Popen(
            ["sh", str(self.folder / "source/run_autograder")],
            env={"PATH": os.environ["PATH"]} | {f"AUTOGRADER_{name}": value for name, value in variables.items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, seconds=600):
        """Run to the end; return what was printed and the result."""
        process = self.start(seconds)
        printed, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        return printed, self.result()

    def result(self):
        path = self.folder / "results/results.json"
        assert path.stat().st_mode & 0o777 == 0o600
        document = json.loads(path.read_text())
        validate(document)
        return document


def write_platform(assignment: Assignment, folder: Path) -> Path:
    """Write the zip of an assignment, and an environment that has the tool of that zip, not that of this repository.

    Returns:
        The zip, gradescope.zip; beside it lies the environment.
    """
    archive, environment = folder / "gradescope.zip", folder / "environment"
    build_gradescope_zip(assignment, archive)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder / "unpacked")
    shutil.copytree(folder / "unpacked/tool/autograder", packages / "autograder")
    (packages / "others.pth").write_text(f"{next(path for path in sys.path if path.endswith('site-packages'))}\n")
    return archive
