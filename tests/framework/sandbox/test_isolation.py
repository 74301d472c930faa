"""What a submission can reach, seen from inside one: it is graded as any other and reports what it got hold of."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from looking import write_assignment
from places import OTHER_USER, ROOT

from autograder.sandbox.confine.paths import unreachable


def grade_as(user: int, folder: Path) -> dict:
    """Grade in a process of its own, as an ordinary user if asked to, with secrets in environment and arguments."""
    out = folder / f"results/SECRET-{secrets.token_hex(16)}.json"
    command = [sys.executable, "-m", "autograder", "grade", str(folder / "submission")]
    command += ["--assignment", str(folder), "--out", str(out)]
    if user != os.getuid():
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user, user)
        command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *command]
    told = f"SECRET-{secrets.token_hex(16)}"  # a text that the submission looks for in its memory
    environment = {**os.environ, "SECRET_OF_THE_GRADER": told, "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(out.read_text())


USERS = [
    pytest.param(0, id="root", marks=pytest.mark.skipif(os.getuid() != 0, reason="needs root")),
    pytest.param(
        OTHER_USER if os.getuid() == 0 else os.getuid(),
        id="ordinary user",
        marks=pytest.mark.skipif(os.getuid() == 0 and not shutil.which("setpriv"), reason="needs setpriv"),
    ),
]


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("preload", ["numpy.linalg", pytest.param("torch.nn", marks=pytest.mark.slow)])
def test_a_submission_reaches_nothing_of_the_grader_and_leaves_nothing_behind(user, preload):
    """With PyTorch, the server is forked off the grader before that knows anything; see commands/launch.py."""
    if user != os.getuid() and (closed := unreachable([sys.prefix, sys.base_prefix, str(ROOT)], user)):
        pytest.skip(f"{closed} is closed to other users, and this environment lies in it")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        write_assignment(folder, preload)
        document = grade_as(user, folder)
        failed = {item["name"]: item.get("output", "") for item in document["tests"] if item["status"] != "passed"}
        assert failed == {}
        assert document["extra_data"]["sandbox"] in "ABC"
        assert document["score"] == len(document["tests"]) == 15
