"""Hostile submissions and what grading them must come to; the format is described in tests/attacks/README.md.

python tests/framework/helpers/attacks.py [NAME ...] [--environment user]    grades attacks and says what is wrong
"""

import argparse
import ctypes
import hashlib
import importlib.util
import json
import os
import re
import secrets
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import containers
from places import ROOT

from autograder.assignment import tomllib
from autograder.errors import AutograderError
from autograder.results.gradescope import validate
from autograder.sandbox.confine.paths import unreachable

FOLDER = ROOT / "tests" / "attacks"
ASSIGNMENT = FOLDER / "assignment"
SECRET = re.compile("SECRET-[0-9a-f]{32}")
POINTS = {"1": 1, "2": 1, "3": 24, "4": 1, "5": 1, "6": 1, "7": 1, "8.1": 1, "8.2": 1, "9": 1, "10": 1, "11": 1}
KINDS = ("verdict", "secret", "resource", "persistence", "protocol", "intake", "text")
GRADER = (sys.executable, "-m", "autograder")
LAST_SECONDS = 10  # for what the run has started to end after it
FIRST_UID_OF_CHILDREN = (1 << 20) + 8  # see sandbox/confine/probe.first_uid
WRITABLE = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock")
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Attack:
    """One folder; the attributes are the keys of its attack.toml."""

    folder: Path
    title: str
    kind: str
    quick: bool = False
    others: str = "none"
    reason: str = ""
    levels: str = "ABC"
    environments: tuple[str, ...] = ()
    remark: str = ""
    refused: str = ""
    needs_human: bool = False
    points: dict[str, float] = field(default_factory=dict)
    limits: dict[str, Any] = field(default_factory=dict)
    sandbox: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def expected(self) -> dict[str, float]:
        """Exact points by test number."""
        rest = {"none": {"10": POINTS["10"]}, "full": POINTS}[self.others]
        return {number: float(self.points.get(number, rest.get(number, 0))) for number in POINTS}

    def hand_in(self, folder: Path) -> Path:
        """Write what is handed in into an empty folder; return its path."""
        if (self.folder / "make.py").is_file():
            spec = importlib.util.spec_from_file_location(f"make_{self.name}", self.folder / "make.py")
            assert spec and spec.loader
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module.make(folder) or folder
        shutil.copytree(self.folder / "submission", folder, dirs_exist_ok=True)
        return folder


def attacks() -> list[Attack]:
    """All attacks by name.

    Raises:
        AssertionError: a key has a value that means nothing.
    """
    found = []
    for settings in sorted(FOLDER.glob("*/attack.toml")):
        attack = Attack(settings.parent, **tomllib.loads(settings.read_text(encoding="utf-8")))
        assert attack.kind in KINDS, f"{attack.name}: kind {attack.kind}"
        assert attack.others in ("none", "full") and set(attack.points) <= set(POINTS), attack.name
        assert set(attack.environments) <= set(ENVIRONMENTS), attack.name
        found.append(attack)
    return found


def here(command: list[str], folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command as whoever runs this."""
    environment = {**os.environ, **variables}
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, errors="replace", timeout=300)


def in_container(container: containers.Environment) -> Callable:
    """A function that runs a command in a container of its own, with nothing else of this machine to write in."""

    def inside(command: list[str], folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return containers.run(container, command, writable={str(folder): folder}, variables=variables, timeout=300)

    return inside


@dataclass(frozen=True)
class Environment:
    """Where a grading runs.

    Attributes:
        missing: why it cannot be used here, or nothing.
        ordinary_user: the grader is a user without rights, for each grading another one; else whoever runs this.
        execute: runs a command there, given the folder that must be writable, and variables.
        lasts: another grading follows there.
    """

    name: str
    missing: Callable[[], str] = lambda: ""
    ordinary_user: bool = False
    execute: Callable[[list[str], Path, dict[str, str]], subprocess.CompletedProcess[str]] = here
    lasts: bool = True


def no_other_user() -> str:
    """Why a command cannot be run as another user here, or nothing."""
    if os.getuid() != 0:
        return "needs root"
    closed = unreachable([sys.prefix, sys.base_prefix, str(ROOT)], 1 << 17)
    if closed:
        return f"{closed} is closed to other users, and this environment lies in it"
    return "" if shutil.which("setpriv") else "needs setpriv"


def as_user(command: list[str], user: int) -> list[str]:
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *command]


DEFAULT_CONTAINER = containers.Environment()
OLD_CONTAINER = containers.Environment(refused=containers.without(containers.LANDLOCK))
ENVIRONMENTS = {
    environment.name: environment
    for environment in (
        Environment("root", lambda: "" if os.getuid() == 0 else "needs root"),
        Environment("user", no_other_user, ordinary_user=True) if os.getuid() == 0 else Environment("user"),
        Environment("container", containers.missing, execute=in_container(DEFAULT_CONTAINER), lasts=False),
        Environment("container without Landlock", containers.missing, execute=in_container(OLD_CONTAINER), lasts=False),
    )
}
HERE = ENVIRONMENTS["root" if os.getuid() == 0 else "user"]


@dataclass
class Graded:
    """What a grading has come to.

    Attributes:
        document: results.json; None if there is none.
        problems: with what the run has left behind.
    """

    status: int
    printed: str
    document: dict[str, Any] | None
    problems: list[str]

    @property
    def level(self) -> str:
        return self.document["extra_data"]["sandbox"] if self.document else ""

    def points(self) -> dict[str, float]:
        """Points reached by test number."""
        reached = dict.fromkeys(POINTS, 0.0)
        for item in self.document["tests"] if self.document else ():
            reached[item["number"]] = round(reached.get(item["number"], 0.0) + item["score"], 6)
        return reached

    def seen_by_student(self) -> str:
        """All texts that the student reads."""
        if self.document is None:
            return ""
        texts = [self.document.get("output", "")]
        for item in self.document["tests"]:
            texts += [item["name"], item.get("output", ""), *item.get("tags", ())]
        return "\n".join(texts)


def grade(
    attack: Attack,
    environment: Environment,
    program: Sequence[str] = GRADER,
    before: Callable[[Path], None] = lambda folder: None,
) -> Graded:
    """Grade an attack in a folder of its own and look at what it has left.

    Args:
        program: the command that grades.
        before: called with the folder of the assignment before the grading.
    """
    user = (1 << 17) + secrets.randbelow(1 << 17) if environment.ordinary_user else None
    with tempfile.TemporaryDirectory(prefix="attack-") as name, subreaper() as left_running:
        work = Path(name)
        work.chmod(0o755)
        folder, submission, temporary = work / "assignment", work / "submission", work / "tmp"
        plant(attack, folder)
        submission.mkdir()
        temporary.mkdir()
        handed_in = attack.hand_in(submission)
        out = folder / f"results/{new_secret()}.json"
        folder.chmod(0o700)  # as run_autograder does
        before(folder)
        if user is not None:
            for path in (work, *work.rglob("*")):
                os.chown(path, user, user, follow_symlinks=False)
        planted, elsewhere = {place: snapshot(place) for place in (folder, submission)}, traces(user)
        command = [*program, "grade", str(handed_in), "--assignment", str(folder), "--out", str(out)]
        variables = {"SECRET_OF_THE_GRADER": new_secret(), "HOME": str(work), "TMPDIR": str(temporary)}
        variables |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        done = environment.execute(command if user is None else as_user(command, user), work, variables)
        problems = [f"left running: {process}" for process in left_running()]
        problems += [f"{path} was changed" for place, was in planted.items() for path in differences(was, snapshot(place), out)]
        problems += [f"left behind: {path}" for path in (*temporary.iterdir(), *sorted(traces(user) - elsewhere))]
        document = None
        if out.exists():
            document = json.loads(out.read_text(encoding="utf-8"))
            try:
                validate(document)
            except AutograderError as error:
                problems.append(str(error))
        return Graded(done.returncode, done.stdout + done.stderr, document, problems)


def plant(attack: Attack, folder: Path) -> None:
    """Write the assignment with new secrets, and the limits of this attack."""
    shutil.copytree(ASSIGNMENT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "results").mkdir()
    (folder / "results/results.json").write_text(new_secret())
    (folder / "submission_metadata.json").write_text(json.dumps({"users": [{"email": new_secret()}]}))
    for path in folder.rglob("*.py"):
        path.write_text(path.read_text().replace("SECRET-" + "0" * 32, new_secret()))
    tables = {"limits": {"test_seconds": 10, **attack.limits}, "sandbox": {"preload": ["numpy"], **attack.sandbox}}
    with open(folder / "assignment.toml", "a", encoding="utf-8") as file:
        for table, keys in tables.items():
            file.write(f"\n[{table}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items()))


def new_secret() -> str:
    return f"SECRET-{secrets.token_hex(16)}"


def wrong(attack: Attack, graded: Graded) -> list[str]:
    """What a grading has come to that it must not."""
    if attack.refused:
        refused = graded.status == 1 and re.search(attack.refused, graded.printed) and graded.document is None
        return graded.problems + ([] if refused else [f"not refused, but status {graded.status}: {graded.printed[-2000:]}"])
    if graded.status != 0 or graded.document is None:
        return [*graded.problems, f"status {graded.status}: {graded.printed[-2000:]}"]
    if graded.level not in attack.levels:
        return []
    found = list(graded.problems)
    most = dict.fromkeys(POINTS, 0.0)
    for item in graded.document["tests"]:
        most[item["number"]] = round(most.get(item["number"], 0.0) + item["max_score"], 6)
    if most != POINTS:
        found.append(f"the tests are not complete: {most}")
    for number, points in graded.points().items():
        if points != attack.expected.get(number):
            expected = attack.expected.get(number, 0)
            items = [item for item in graded.document["tests"] if item["number"] == number]
            odd = [item for item in items if (item["score"] > 0 if points > expected else item["score"] < item["max_score"])]
            outputs = "\n".join(map(told_of, odd[:20]))
            found.append(f"test {number} has {points:g} points and not {expected:g}:\n{outputs}")
    for item in graded.document["tests"]:
        if item["score"] < item["max_score"] and not re.search(attack.reason, item.get("output", "")):
            found.append(f"the reason of test {item['number']} is not {attack.reason!r}:\n{told_of(item)}")
    if not re.search(attack.remark, graded.document.get("output", "")):
        found.append(f"the output is not {attack.remark!r}:\n{graded.document.get('output')}")
    if graded.document["extra_data"]["needs_human"] != attack.needs_human:
        found.append(
            f"needs a human: {[told_of(item) for item in graded.document['tests'] if 'needs_human' in item['extra_data']]}"
        )
    return found + leaks(graded)


def told_of(item: dict[str, Any]) -> str:
    return (
        f"    {item['name']}: {item['score']:g} {item.get('output', '')[:1500]} {item['extra_data'].get('staff', '')[-1500:]}"
    )


def leaks(graded: Graded) -> list[str]:
    """What a student must not see."""
    text = graded.seen_by_student()
    found = [f"the student sees the secret {secret}" for secret in SECRET.findall(text)]
    odd = {char for char in text if char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")}
    return found + [f"the student sees the character U+{ord(char):04X}" for char in sorted(odd)]


def gains(attack: Attack, graded: Graded) -> list[str]:
    """What an attacker has gained: points, a secret, a change, something that stays."""
    if graded.document is None:
        return ["the end of the grading"]
    reached = graded.points()
    found = [f"points of test {number}" for number, points in attack.expected.items() if reached[number] > points]
    attempt = next(item for item in graded.document["tests"] if item["number"] == "9")
    if attack.expected["9"] and not attempt["score"] and "is not what the task asks for" in attempt.get("output", ""):
        found.append("what it tried to get hold of")
    found += ["a change in the grader"] if not reached["10"] else []
    kinds = dict.fromkeys(problem.split(":")[0] if ":" in problem else "files of the grader" for problem in graded.problems)
    return found + [
        {"left running": "a process that stays", "left behind": "a file that stays"}.get(kind, kind) for kind in kinds
    ]


class Right(Attack):
    """The right submission."""

    def hand_in(self, folder: Path) -> Path:
        return Path(shutil.copy(ASSIGNMENT / "reference/submitted.py", folder)).parent


RIGHT = Right(ASSIGNMENT, "the right solution", "verdict", others="full")


def run(attack: Attack, environment: Environment) -> list[str]:
    """Grade an attack, and a right submission after it where one can follow; return what is wrong."""
    found = wrong(attack, grade(attack, environment))
    if environment.lasts:
        found += [f"the right submission after it: {problem}" for problem in wrong(RIGHT, grade(RIGHT, environment))]
    return found


# What is left of a run.


@contextmanager
def subreaper() -> Iterator[Callable[[], list[str]]]:
    """Have processes that lose their parent come to this one; give a function that tells (and ends) those that have."""
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    own = children()
    try:
        yield lambda: left_over(own)
    finally:
        prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def left_over(own: set[int]) -> list[str]:
    limit = time.monotonic() + LAST_SECONDS
    while (found := children() - own) and time.monotonic() < limit:
        for pid in found:
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.02)
    described = []
    for pid in found:
        described.append(f"{pid} {Path(f'/proc/{pid}/cmdline').read_bytes()!r}")
        os.kill(pid, 9)
        os.waitpid(pid, 0)
    return described


def children() -> set[int]:
    """The processes whose parent is this one."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text(errors="replace")
        except OSError:
            continue  # it has ended
        if int(text.rpartition(")")[2].split()[1]) == os.getpid():
            found.add(int(path.parent.name))
    return found


def snapshot(folder: Path) -> dict[str, tuple]:
    """Each path below a folder with what must not change."""
    found: dict[str, tuple] = {}
    for path in (folder, *folder.rglob("*")):
        status = path.lstat()
        content = b""
        if stat.S_ISREG(status.st_mode) and status.st_size < 1 << 24:
            content = hashlib.sha256(path.read_bytes()).digest()
        elif stat.S_ISLNK(status.st_mode):
            content = os.readlink(path).encode(errors="surrogateescape")
        found[str(path)] = (status.st_mode, status.st_uid, status.st_size, status.st_mtime_ns, content)
    return found


def differences(before: dict[str, tuple], after: dict[str, tuple], out: Path) -> list[str]:
    """The paths that differ, but for the result and its folder."""
    allowed = {str(out), str(out.parent)}
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path) and path not in allowed)


def traces(user: int | None) -> set[str]:
    """What the users of a run have outside of its folder: files, System V objects, queues, keys."""

    def theirs(uid: int) -> bool:
        return uid == user if user is not None else uid >= FIRST_UID_OF_CHILDREN

    found = set()
    for folder in WRITABLE:
        try:
            with os.scandir(folder) as entries:
                found |= {entry.path for entry in entries if theirs(entry.stat(follow_symlinks=False).st_uid)}
        except OSError:
            continue  # it is not there, or an entry has just gone
    for name in ("shm", "sem", "msg"):
        try:
            header, *rows = [line.split() for line in Path(f"/proc/sysvipc/{name}").read_text().splitlines()]
        except OSError:
            continue
        found |= {f"System V {name} {row[1]}" for row in rows if theirs(int(row[header.index("uid")]))}
    try:
        rows = [line.replace(":", "").split() for line in Path("/proc/key-users").read_text().splitlines()]
    except OSError:
        rows = []
    return found | {f"key of {row[0]}" for row in rows if theirs(int(row[0])) and not row[2].startswith("0/")}


def main() -> int:
    parser = argparse.ArgumentParser(description="Grade attacks.")
    parser.add_argument("names", nargs="*", help="of attacks or their beginnings (default: all)")
    parser.add_argument("--environment", choices=ENVIRONMENTS, default=HERE.name)
    parser.add_argument("--show", action="store_true", help="show the result")
    arguments = parser.parse_args()
    failed = 0
    for attack in attacks():
        if not arguments.names or attack.name.startswith(tuple(arguments.names)):
            graded = grade(attack, ENVIRONMENTS[arguments.environment])
            found = wrong(attack, graded)
            failed += bool(found)
            print("✗" if found else "✓", attack.name, *found, sep="\n  " if found else " ", flush=True)
            if arguments.show and graded.document:
                print(*map(told_of, graded.document["tests"]), sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
