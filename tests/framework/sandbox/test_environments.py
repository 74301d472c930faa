"""The environments that a grader meets: which level the sandbox reaches there, that it grades right, and what it refuses."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from containers import LANDLOCK, ROOT, Environment, missing, run, without
from doubling import FILES, RIGHT
from files import write_files
from places import HELPERS, OTHER_USER
from platforms import Platform, write_platform

from autograder.assignment import load
from autograder.grading.records import NEUTRAL

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")]

VARIABLES = {"PYTHONPATH": str(HELPERS), "PYTHONDONTWRITEBYTECODE": "1"}

# Goes through what a grader does in an environment, and prints what came of it as JSON.
VISITOR = """
import json, os, subprocess, sys, tempfile
from pathlib import Path

from autograder.sandbox.client import Sandbox
from autograder.sandbox.limits import Limits
from doubling import FILES, RIGHT, WRONG
from files import write_files
from looking import write_assignment

def autograder(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *arguments], capture_output=True, text=True, env={"PATH": os.environ["PATH"]}
    )
    return done.returncode, done.stdout + done.stderr

def grade(assignment, submission, *options):
    out = Path(assignment).with_name("results.json")
    status, text = autograder("grade", str(submission), "--assignment", str(assignment), "--out", str(out), *options)
    document = json.loads(out.read_text()) if out.exists() else None
    out.unlink(missing_ok=True)
    return status, text, document

found = {}
sandbox = Sandbox(Limits())
found["report"] = sandbox.report()
sandbox.close()
with tempfile.TemporaryDirectory() as name:  # mode 0700
    write_files(Path(name, "assignment"), FILES)
    write_files(Path(name), {"right/double.py": RIGHT, "wrong/double.py": WRONG})
    found["doctor"] = autograder("doctor", "--assignment", f"{name}/assignment")
    for submission in ("right", "wrong"):
        found[submission] = grade(f"{name}/assignment", f"{name}/{submission}")
    found["strict"] = grade(f"{name}/assignment", f"{name}/right", "--sandbox", "strict")
    write_assignment(Path(name, "looking"), "numpy.linalg")
    found["looking"] = grade(f"{name}/looking", f"{name}/looking/submission")
    os.chmod(name, 0o755)
    found["open"] = grade(f"{name}/assignment", f"{name}/right")
found["left"] = [name for name in os.listdir("/tmp") if name.startswith("autograder-")] if os.getpid() == 1 else []
print(json.dumps(found))
"""

REPORT = """
import json
from autograder.sandbox.client import Sandbox
from autograder.sandbox.limits import Limits

sandbox = Sandbox(Limits())
print(json.dumps(sandbox.report()))
sandbox.close()
"""

BOMB = """
import subprocess, sys, tempfile
from pathlib import Path

from toys import write_toy

suite = '''
from modules import bomb, fine
def test_before(): assert fine()
def test_bomb(): bomb()
def test_after(): assert fine()
'''
submission = '''
import os
def fine():
    return True
def bomb():
    while True:
        try:
            os.fork()
        except OSError:
            pass
'''
with tempfile.TemporaryDirectory() as name:
    write_toy(Path(name), suite, submission, limits="test_seconds = 1")
    subprocess.run([sys.executable, "-m", "autograder", "grade", f"{name}/sub", "--assignment", name], check=True)
print(len([path for path in Path("/proc").iterdir() if path.name.isdigit()]), "left")
"""


@dataclass(frozen=True)
class Place:
    """An environment, and what is promised there.

    Attributes:
        container: that it is; None: a process of this machine, started by `wrapper`.
        level: that the sandbox reaches.
        off: layers without which it does, beside those that no container has.
        leaks: tests of test_isolation's suite that fail, because the level does not promise what they ask for.
    """

    level: str
    container: Environment | None = field(default_factory=Environment)
    wrapper: Sequence[str] = ()
    off: frozenset[str] = frozenset()
    leaks: frozenset[str] = frozenset()


NO_LANDLOCK = frozenset({"landlock", "signal scope"})
# Without Landlock everybody may read what everybody may read, and leave files in /tmp.
WORLD = frozenset(
    {
        "test_files_of_the_system_that_tell_of_others_cannot_be_read",
        "test_other_processes_cannot_be_looked_at",
        "test_nothing_outside_of_the_box_can_be_written",
    }
)
NO_USERS = frozenset({"uid"})
STILL_ROOT = frozenset({"test_root_is_gone"})  # by its number, without the rights
NO_NAMESPACES = frozenset({"user namespace", "net namespace", "ipc namespace", "uts namespace", "access times"})
AS_SOMEBODY = ("setpriv", f"--reuid={OTHER_USER}", f"--regid={OTHER_USER}", "--clear-groups")
REMAPPED = (0, 1 << 20, 1 << 16)  # what a daemon with userns-remap, and Podman without root, gives to a container

GRADED = {
    "root": Place("A"),
    "ordinary user": Place("C", Environment(uid=1000), off=NO_USERS),
    "root, Docker before 20.10.18": Place("B", Environment(refused=without(LANDLOCK)), off=NO_LANDLOCK, leaks=WORLD),
    "root, gVisor": Place("B", Environment(refused=without(LANDLOCK, errno.ENOSYS)), off=NO_LANDLOCK, leaks=WORLD),
    "root without capabilities": Place("C", Environment(capabilities=()), off=NO_USERS | {"process limit"}, leaks=STILL_ROOT),
    "root that may only change its user": Place(
        "C", Environment(capabilities=("CAP_SETUID", "CAP_SETGID")), off=NO_USERS | {"process limit"}, leaks=STILL_ROOT
    ),
    "root of a user namespace": Place("A", Environment(users=REMAPPED)),
    "ordinary user of a user namespace": Place("C", Environment(uid=1000, users=REMAPPED), off=NO_USERS),
    "root of a user namespace with one user": Place(
        "C", None, ("unshare", "--map-root-user"), off=NO_USERS | {"process limit"}, leaks=STILL_ROOT
    ),
    "somebody as root of a namespace with one user": Place(
        "A", None, (*AS_SOMEBODY, "unshare", "--map-root-user"), off=NO_USERS, leaks=STILL_ROOT
    ),
    "user of a namespace with one user": Place("A", None, (*AS_SOMEBODY, "unshare", "--map-current-user"), off=NO_USERS),
}
REFUSED = {
    "ordinary user, Docker before 20.10.18": Place(
        "E", Environment(uid=1000, refused=without(LANDLOCK)), off=NO_USERS | NO_LANDLOCK
    ),
    "root without capabilities, gVisor": Place(
        "E",
        Environment(capabilities=(), refused=without(LANDLOCK, errno.ENOSYS)),
        off=NO_USERS | NO_LANDLOCK | {"process limit"},
    ),
    "no filter of system calls": Place(
        "F", Environment(refused=without(("seccomp", "prctl")), only_with={"prctl": 22}), off=frozenset({"seccomp"})
    ),
    "a machine without a table": Place(
        "F", Environment(wrapper=("setarch", "i686")), off=frozenset({"seccomp", "capabilities"})
    ),
}


OFTEN = {
    "root",
    "ordinary user",
    "root, Docker before 20.10.18",
    "somebody as root of a namespace with one user",
    "ordinary user, Docker before 20.10.18",
}


def visit(place: Place) -> dict[str, Any]:
    """Be a grader there; return what it found."""
    command = [sys.executable, "-c", VISITOR]
    if place.container:
        if reason := missing():
            pytest.skip(reason)
        done = run(place.container, command, variables=VARIABLES)
    else:
        done = run_here(place.wrapper, command)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def run_here(wrapper: Sequence[str], command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command on this machine, in a folder for temporary files that the grader may be denied to leave."""
    if subprocess.run([*wrapper, "true"], capture_output=True).returncode:
        pytest.skip(f"{' '.join(wrapper)} does not work here")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o1777)
        environment = {"PATH": os.environ["PATH"], "TMPDIR": folder, **VARIABLES}
        return subprocess.run([*wrapper, *command], env=environment, cwd="/", capture_output=True, text=True, timeout=120)


def places(names: Iterable[str]) -> list[Any]:
    return [pytest.param(name, marks=() if name in OFTEN else pytest.mark.thorough) for name in names]


@pytest.fixture(scope="module", params=places(GRADED))
def graded(request):
    return GRADED[request.param], visit(GRADED[request.param])


@pytest.fixture(scope="module", params=places(REFUSED))
def refused(request):
    return REFUSED[request.param], visit(REFUSED[request.param])


def points(document):
    return {item["number"]: item["score"] for item in document["tests"]}


def test_the_level_is_the_one_that_the_layers_give(graded):
    place, found = graded
    off = {name for name, layer in found["report"]["layers"].items() if not layer["on"]}
    assert found["report"]["level"] == place.level
    assert place.off <= off <= place.off | NO_NAMESPACES
    assert found["report"]["canary"]["failures"] == []


def test_the_doctor_says_so_and_that_submissions_are_graded(graded):
    place, found = graded
    status, text = found["doctor"]
    assert status == 0, text
    assert f"Level {place.level}: " in text and "Submissions are graded here" in text


def test_right_and_wrong_submissions_get_what_they_should(graded):
    for submission, expected in (("right", {"1.1": 4, "1.2": 6}), ("wrong", {"1.1": 4, "1.2": 0})):
        status, text, document = graded[1][submission]
        assert status == 0, text
        assert points(document) == expected


def test_a_submission_that_looks_around_finds_no_more_than_the_level_says(graded):
    place, found = graded
    status, text, document = found["looking"]
    assert status == 0, text
    failed = {item["extra_data"]["id"].rpartition("::")[2]: item["output"] for item in document["tests"] if item["score"] == 0}
    assert set(failed) == place.leaks, failed


def test_only_the_highest_level_is_graded_when_every_layer_is_asked_for(graded):
    place, found = graded
    assert found["strict"][0] == (0 if place.level == "A" else 3), found["strict"][1]


def test_tests_that_everybody_may_read_are_refused_where_only_their_modes_could_hide_them(graded):
    place, found = graded
    status, text, _ = found["open"]
    assert status == (3 if place.level == "B" else 0), text
    assert ("chmod -R go-rwx" in " ".join(text.split())) is (place.level == "B")


def test_nothing_is_left_behind(graded):
    assert graded[1]["left"] == []


def test_where_the_tests_could_not_be_hidden_nothing_is_graded_and_the_message_says_what_to_do(refused):
    place, found = refused
    off = {name for name, layer in found["report"]["layers"].items() if not layer["on"]}
    assert found["report"]["level"] == place.level
    assert place.off <= off <= place.off | NO_NAMESPACES
    for name in ("right", "wrong", "strict", "looking", "open"):
        status, text, document = found[name]
        assert (status, document) == (3, None), text
        text = " ".join(text.split())
        assert f"level {place.level}" in text and "Grade as root, in a container" in text


def test_the_doctor_says_that_nothing_would_be_graded(refused):
    place, found = refused
    status, text = found["doctor"]
    assert status == 1
    assert f"Level {place.level}: " in text and "would not be graded here" in text


def test_a_fork_bomb_ends_with_its_test_where_the_kernel_does_not_count_processes():
    if reason := missing():
        pytest.skip(reason)
    place = GRADED["root without capabilities"]
    done = run(replace(place.container, processes=1000), [sys.executable, "-c", BOMB], variables=VARIABLES)
    printed = done.stdout.split("\n")
    assert [line.strip() for line in printed if line.startswith(("✓", "✗"))] == ["✓ test_before", "✗ test_bomb", "✓ test_after"]
    assert "1 left" in printed
    assert "stopped after using 1 s" in done.stdout


def test_processes_of_the_same_user_that_are_out_of_sight_take_nothing_from_a_submission():
    if reason := missing():
        pytest.skip(reason)
    uid = 54_321
    program = "for number in $(seq 100); do sleep 100 & done; echo; wait"
    somebody = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "sh", "-c", program]
    others = subprocess.Popen(somebody, stdout=subprocess.PIPE, start_new_session=True)
    try:
        others.stdout.readline()
        done = run(Environment(uid=uid), [sys.executable, "-c", REPORT])
    finally:
        os.killpg(others.pid, signal.SIGKILL)
        others.communicate()
    report = json.loads(done.stdout)
    assert report["canary"]["failures"] == []
    assert report["layers"]["process limit"]["on"]


@pytest.fixture
def folder():
    """A folder that every user may enter, as pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def own_zip():
    """The zip of this repository, with an environment beside it."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield write_platform(load(ROOT), Path(name))


def run_autograder(machine: Platform, environment: Environment, readable: Sequence[Path]) -> tuple[str, dict[str, Any]]:
    """Carry out what the platform does with a submission, in a container; return what was printed and the result."""
    if reason := missing():
        pytest.skip(reason)
    machine.write_metadata()
    done = run(
        environment,
        ["sh", "/autograder/source/run_autograder"],
        readable=readable,
        writable={"/autograder": machine.folder},
        variables={"AUTOGRADER_ENVIRONMENT": str(machine.environment)},
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, machine.result()


@pytest.mark.parametrize("name", ["ordinary user, Docker before 20.10.18", "no filter of system calls"])
def test_where_nothing_can_be_graded_the_platform_has_every_test_and_students_learn_no_reason(folder, name):
    write_files(folder / "assignment", FILES)
    archive = write_platform(load(folder / "assignment"), folder)
    machine = Platform(folder / "autograder", archive, folder / "environment")
    machine.hand_in({"double.py": RIGHT})
    printed, document = run_autograder(machine, REFUSED[name].container, [folder / "environment"])
    assert [(item["number"], item["score"], item["max_score"]) for item in document["tests"]] == [("1.1", 0, 4), ("1.2", 0, 6)]
    assert document["extra_data"]["needs_human"] is True
    seen = [document.get("output", ""), *(item["output"] for item in document["tests"])]
    assert seen == ["", NEUTRAL, NEUTRAL]
    assert "stdout_visibility" not in document, "students see what was printed"
    assert f"level {REFUSED[name].level}" in " ".join(printed.split())
    assert re.search("landlock|seccomp", printed)


@pytest.mark.parametrize("uid", [0, 1000], ids=["root", "ordinary user"])
def test_the_zip_of_this_repository_grades_in_the_memory_of_the_platforms_container(folder, own_zip, uid):
    machine = Platform(folder / "autograder", own_zip, own_zip.with_name("environment"))
    machine.hand_in({path.name: path.read_bytes() for path in (ROOT / "reference").iterdir() if path.is_file()})
    printed, document = run_autograder(machine, Environment(uid=uid, memory_mb=768), [machine.environment])
    assert document["score"] == 100, printed
    assert len(document["tests"]) > 200
    assert [item for item in document["tests"] if item["extra_data"].get("needs_human")] == []
    assert document["extra_data"]["sandbox"] == ("C" if uid else "A")
