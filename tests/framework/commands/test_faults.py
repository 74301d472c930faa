"""What a machine does to a grading: no room, no memory, no descriptors, signals, streams that are gone.

One thing is broken at a time. The run ends with a valid result, or with one sentence that says what is wrong and what to do.
A former result stays as it was unless the new one is complete, and no temporary folder and no process is left.
"""

import contextlib
import errno
import fcntl
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from places import ROOT
from waiting import until

from autograder.errors import machine_fault
from autograder.gradescope import platform
from autograder.gradescope.platform import fallback
from autograder.grading.records import Record
from autograder.results.gradescope import validate
from autograder.sandbox import kernel

FORMER = b'{"score": 1, "output": "of a former run"}\n'
SECONDS = 60  # for anything that must happen

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
needs_mounts = pytest.mark.skipif(os.getuid() != 0 or not shutil.which("nsenter"), reason="needs root and nsenter, to mount")


@pytest.fixture(autouse=True, scope="module")
def hangups_end_programs():
    """As in a terminal: whoever runs the tests may ignore them, as nohup does."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


TOML = """
title = "Doubling"
[submission]
files = ["double.py"]
[[suites]]
path = "tests"
[limits]
test_seconds = 20
[sandbox]
preload = []
"""

SUITE = '''
import os, time
from pathlib import Path
from gradescope_utils.autograder_utils.decorators import number, weight
from double import double, write

def moment(name):
    """Say that this moment is reached, if somebody waits for it, and stay in it while that stands."""
    if os.environ["MOMENT"] == name:
        reached = Path(os.environ["REACHED"])
        reached.touch()
        while reached.exists():
            time.sleep(0.01)

moment("collection")

@number("1.1")
@weight(1)
def test_one():
    assert double(2) == 4
    moment("test")

@number("1.2")
@weight(2)
def test_two():
    assert double(3) == 6
'''
RIGHT = (
    "def double(x):\n    return 2 * x\n\ndef write():\n    with open('x', 'wb') as file:\n        file.write(bytes(1 << 20))\n"
)


def children(pid):
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    return set(map(int, listing.read_text().split()))


class Orphans:
    """Processes that have become children of this one, because who started them has ended."""

    def __init__(self):
        self.known = children(os.getpid())

    def found(self):
        for pid in children(os.getpid()) - self.known:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        return children(os.getpid()) - self.known


@pytest.fixture
def orphans():
    kernel.become_subreaper()
    found = Orphans()
    yield found
    left = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in found.found()}
    for pid in left:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    kernel.become_subreaper(False)
    assert not left


@dataclass
class Ended:
    """How a command ended."""

    status: int
    printed: str
    errors: str
    result: dict | None  # None: there is none, or the former one

    def complained(self, *words, status=3):
        """Whether it failed as it should: no new result, and one sentence that holds the words."""
        assert (self.status, self.result) == (status, None), self
        (line,) = self.errors.splitlines()
        assert line.startswith("autograder: ") and all(word in line for word in words), line
        return True

    def graded(self, score=3):
        assert self.status == 0 and self.result and self.result["score"] == score, self
        return True

    def said_something(self):
        """Whether there is the right result, or a sentence that says why there is none."""
        return self.graded() if self.status == 0 else self.complained()

    def staff(self):
        """What staff read of each test that asks for them, by its number."""
        items = [item for item in self.result["tests"] if item["extra_data"].get("needs_human")]
        return {item.get("number"): item["extra_data"].get("staff", "") for item in items}


class Scene:
    """A submission to be graded, and the folders in which nothing but a result may be left."""

    def __init__(self, folder, orphans):
        self.folder = folder
        self.orphans = orphans
        self.root = Path("/")  # of the file system that the command sees
        self.prefix = []  # of every command
        self.reached = folder / "reached"
        self.out = folder / "out/results.json"
        self.temporary = folder / "temporary"
        self.assignment = folder / "assignment"
        folder.chmod(0o755)
        for name in ("out", "temporary", "assignment/tests", "submission"):
            (folder / name).mkdir(parents=True)
        self.hand_in(RIGHT)
        (self.assignment / "assignment.toml").write_text(TOML)
        self.add_tests("")
        self.out.write_bytes(FORMER)

    def hand_in(self, text):
        (self.folder / "submission/double.py").write_text(text)

    def add_tests(self, text):
        (self.assignment / "tests/test_double.py").write_text(SUITE + textwrap.dedent(text))

    def seen(self, path):
        """Where a path of the command's file system is for this process."""
        return self.root / path.relative_to("/")

    def command(self, *more, program=None):
        """The command line; program: code that comes first."""
        code = ["-c", f"import sys\n{program}\nfrom autograder.__main__ import command\nsys.exit(command())"]
        arguments = ["grade", self.folder / "submission", "--assignment", self.assignment, "--out", self.out, *more]
        return [sys.executable, *(code if program else ["-m", "autograder"]), *map(str, arguments)]

    def environment(self):
        return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}

    def start(self, *more, program=None, prefix=(), moment="", **streams):
        self.reached.unlink(missing_ok=True)
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL} | streams
        return subprocess.Popen(
            [*self.prefix, *prefix, *self.command(*more, program=program)],
            cwd=ROOT,
            env=self.environment() | {"TMPDIR": str(self.temporary), "MOMENT": moment, "REACHED": str(self.reached)},
            text=True,
            start_new_session=True,
            **streams,
        )

    def end(self, process):
        """Wait for the command and look at what is left of it."""
        try:
            printed, errors = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            pytest.fail(f"the command did not come to an end: {process.communicate()}")
        ended = Ended(process.returncode, printed or "", errors or "", None)
        for text in (ended.printed, ended.errors):  # in the table, the submission's are indented
            assert not re.search("^(Traceback|Exception ignored|INTERNALERROR)", text, re.MULTILINE), ended
        assert until(lambda: not self.orphans.found()), "processes are left"
        assert until(lambda: self.left(self.temporary) == []), self.left(self.temporary)
        out = self.seen(self.out)
        if not out.parent.is_dir():
            return ended
        assert set(self.left(out.parent)) <= {out.name}
        if out.is_file() and out.read_bytes() != FORMER:
            ended.result = json.loads(out.read_bytes())
            validate(ended.result)
            assert {item.get("number") for item in ended.result["tests"]} >= {"1.1", "1.2"}
        return ended

    def left(self, folder):
        return [path.name for path in self.seen(folder).iterdir() if path.name != "filler"]

    def run(self, *more, **how):
        return self.end(self.start(*more, **how))

    def at(self, moment, *more, **how):
        """A command that has come to a moment and stays there while `self.reached` exists."""
        process = self.start(*more, moment=moment, **how)
        assert until(lambda: self.reached.exists() or process.poll() is not None)
        assert process.poll() is None, process.communicate()
        return process

    def stopped(self, number, moment, **how):
        """The end of a command that has got a signal at a moment."""
        process = self.at(moment, **how)
        process.send_signal(number)
        return self.end(process)


class OnPlatform(Scene):
    """The same by run_autograder."""

    def __init__(self, folder, orphans):
        super().__init__(folder, orphans)
        self.source = folder / "source"
        self.source.mkdir()
        self.assignment = self.assignment.rename(self.source / "assignment")
        self.out.unlink()
        self.out = folder / "results/results.json"
        self.out.parent.mkdir()
        records = [
            Record(f"tests/test_double.py::test_{n}", n, number=f"1.{i}", max_score=i) for i, n in ((1, "one"), (2, "two"))
        ]
        (self.source / "fallback.json").write_text(json.dumps(fallback(records, "v")))
        shutil.copy(Path(platform.__file__).parent / "image/run_autograder", self.source)

    def command(self, *more, program=None):
        return ["sh", str(self.source / "run_autograder")]

    def environment(self):
        variables = {"ROOT": str(self.folder), "ENVIRONMENT": sys.prefix, "PLATFORM_SECONDS": "600"}
        return {"PATH": os.environ["PATH"]} | {f"AUTOGRADER_{name}": value for name, value in variables.items()}


@pytest.fixture
def scene(tmp_path, orphans):
    return Scene(tmp_path, orphans)


@pytest.fixture
def on_platform(tmp_path, orphans):
    return OnPlatform(tmp_path, orphans)


def namespace(scene):
    """Give a scene mounts that only its commands see; yield a function that carries out shell commands among them."""
    holder = subprocess.Popen(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", "echo; exec sleep 1000"], stdout=subprocess.PIPE
    )
    holder.stdout.readline()
    scene.prefix = ["nsenter", "--mount", f"--target={holder.pid}", f"--wd={ROOT}"]
    scene.root = Path(f"/proc/{holder.pid}/root")
    scene.orphans.known.add(holder.pid)
    (scene.folder / "former").write_bytes(FORMER)

    def prepare(script):
        names = {"out": scene.out.parent, "temporary": scene.temporary}
        names["former"] = f"cp {scene.folder}/former {scene.out}"
        names["fill"] = f"cat /dev/zero > {scene.out.parent}/filler 2>/dev/null || true"
        subprocess.run([*scene.prefix, "sh", "-euc", script.format(**names)], check=True)

    try:
        yield prepare
    finally:
        holder.kill()
        holder.communicate()


@pytest.fixture
def mount(scene):
    yield from namespace(scene)


@pytest.fixture
def mount_on_platform(on_platform):
    yield from namespace(on_platform)


# The result cannot be written.

READ_ONLY = "mount --bind {out} {out}; mount -o remount,ro,bind {out}"
FULL = "mount -t tmpfs -o size=16k tmpfs {out}; {former}; {fill}"
NO_INODES = "mount -t tmpfs -o nr_inodes=2 tmpfs {out}; {former}"


@needs_mounts
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param(READ_ONLY, "Read-only file system; choose a folder that can be written to", id="read-only"),
        pytest.param(FULL, "No space left on device; make room there", id="full"),
        pytest.param(NO_INODES, "No space left on device; make room there", id="no inodes", marks=pytest.mark.slow),
    ],
)
def test_a_result_that_cannot_be_written_leaves_the_former_one_and_shows_the_table(scene, mount, fault, words):
    mount(fault)
    ended = scene.run("--sandbox", "off")
    assert ended.complained(f"{scene.out} was not written: {words}; what stood in results.json before still does")
    assert scene.seen(scene.out).read_bytes() == FORMER
    assert "3 of 3 points" in ended.printed


@pytest.mark.parametrize("form", ["gradescope", pytest.param("junit", marks=pytest.mark.slow)])
def test_a_result_that_is_larger_than_a_file_may_be_leaves_the_former_one(scene, form):
    ended = scene.run("--sandbox", "off", "--format", form, prefix=["prlimit", "--fsize=200"])
    assert ended.complained("results.json was not written: File too large; allow larger files (ulimit -f unlimited)")
    assert scene.out.read_bytes() == FORMER


@pytest.mark.slow
def test_a_folder_in_the_place_of_the_result_is_named_and_stays(scene):
    scene.out.unlink()
    scene.out.mkdir()
    assert scene.run("--sandbox", "off").complained(f"{scene.out} was not written: Is a directory")
    assert list(scene.out.iterdir()) == []


@pytest.mark.slow
def test_a_folder_of_the_result_that_goes_away_while_tests_run_is_named(scene):
    scene.add_tests(f"""
    import shutil
    def test_three():
        shutil.rmtree({str(scene.out.parent)!r})
    """)
    ended = scene.run("--sandbox", "off")
    assert ended.complained(f"{scene.out} was not written: No such file or directory")
    assert "3 of 3 points" in ended.printed


def test_a_pipe_in_the_place_of_the_result_is_written_into_and_not_replaced(scene):
    scene.out.unlink()
    os.mkfifo(scene.out)
    reader = os.open(scene.out, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert scene.run("--sandbox", "off").status == 0
        assert scene.out.is_fifo() and json.loads(os.read(reader, 1 << 16))["score"] == 3
    finally:
        os.close(reader)


# No room for temporary files.


@needs_mounts
@pytest.mark.parametrize(
    "inodes", [2, 7, *(pytest.param(n, marks=pytest.mark.thorough) for n in (3, 4, 5, 6, 8, 9, 10, 11, 12))]
)
def test_a_temporary_folder_that_takes_few_files_is_named_or_does(scene, mount, inodes):
    mount(f"mount -t tmpfs -o nr_inodes={inodes} tmpfs {{temporary}}")
    ended = scene.run()
    assert ended.said_something()
    assert ended.status == 0 or re.search("No space left on device|see to room in the temporary folder", ended.errors)


@needs_mounts
@pytest.mark.parametrize(
    "kilobytes", [4, pytest.param(8, marks=pytest.mark.thorough), pytest.param(16, marks=pytest.mark.thorough)]
)
def test_a_temporary_folder_without_room_is_named_or_does(scene, mount, kilobytes):
    mount(f"mount -t tmpfs -o size={kilobytes}k tmpfs {{temporary}}")
    ended = scene.run()
    assert ended.said_something()
    assert ended.status == 0 or f"{scene.temporary}/autograder-" in ended.errors
    assert ended.status == 0 or "make room there, or let TMPDIR name another folder" in ended.errors


@needs_mounts
def test_a_machine_without_any_temporary_folder_is_told_so(scene, mount):
    folders = f"/tmp /var/tmp /usr/tmp {{temporary}} {ROOT}"
    bind = "mount --rbind $folder $folder; mount -o remount,ro,bind $folder"
    mount(f"for folder in {folders}; do if [ -d $folder ]; then {bind}; fi; done")
    assert scene.run().complained("No usable temporary directory", "let TMPDIR name a folder that is")


@needs_mounts
def test_a_disk_that_is_full_while_tests_run_is_no_fault_of_the_submission(scene, mount):
    mount("mount -t tmpfs -o size=4m tmpfs {temporary}")
    scene.add_tests("""
    import contextlib
    from double import write
    def test_three():
        with open(Path(os.environ["TMPDIR"], "filler"), "wb", 0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
    def test_four():
        write()
    def test_five():
        assert double(4) == 8
    """)
    ended = scene.run()
    assert ended.graded()
    assert list(ended.staff()) == [None] and "No space left on device" in ended.staff()[None]
    printed = " ".join(ended.printed.split())  # of test_five, whether a few bytes had become free decides
    assert re.search(r"needs a human: \S+::test_four(, \S+::test_five)? could not be run because of", printed)


@pytest.mark.slow
def test_a_submission_that_only_says_that_the_disk_is_full_has_failed(scene):
    scene.hand_in("def double(x):\n    raise OSError(28, 'No space left on device')\n")
    ended = scene.run()
    assert ended.graded(0) and ended.staff() == {}


# Limits of the process.


@pytest.mark.parametrize("files", [8, 70])
def test_too_few_open_files_are_named(scene, files):
    assert scene.run(prefix=["prlimit", f"--nofile={files}"]).complained(f"the limit of this process is {files}", "ulimit -n")


@pytest.mark.slow
@pytest.mark.parametrize("files", range(5, 140, 5))
def test_an_assignment_that_asks_for_few_open_files_is_graded_or_says_why_not(scene, files):
    (scene.assignment / "assignment.toml").write_text(TOML.replace("[limits]", "[limits]\nopen_files = 20"))
    assert scene.run(prefix=["prlimit", f"--nofile={files}"]).said_something()


MEGABYTES = (60, 400, *(pytest.param(n, marks=pytest.mark.thorough) for n in (90, 120, 150, 200, 300, 600, 900, 1200, 2000)))


@pytest.mark.parametrize("megabytes", MEGABYTES)
def test_too_little_memory_is_named(scene, megabytes):
    ended = scene.run(prefix=["prlimit", f"--as={megabytes << 20}"])
    assert ended.said_something()
    assert ended.status == 0 or "1024 MB of memory" in ended.errors


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2, 3, 4, 5, 6, 7, 8, 12])
def test_too_few_processes_are_named(orphans, processes):
    """As an ordinary user whom no other process belongs to, for an assignment that promises a test a single process."""
    if os.getuid() != 0:
        pytest.skip("needs root, to become such a user")
    user = 1_111_111
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(Path(folder), orphans)
        (scene.assignment / "assignment.toml").write_text(TOML.replace("[limits]", "[limits]\nprocesses = 1"))
        for path in (scene.folder, *scene.folder.rglob("*")):
            os.chown(path, user, user)
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        ended = scene.run(prefix=[*become, "prlimit", f"--nproc={processes}"])
        if ended.status == 130:  # OpenBLAS interrupts its process, after it has said why
            assert "process count limits" in ended.errors
        elif ended.status == 0:
            assert ended.result["extra_data"]["needs_human"] or ended.graded()
        else:
            assert ended.complained()


# The clock is set while the grading runs.

JUMPS = """
import itertools, time
jump, real = itertools.cycle((0, 1e9, -1e9, 3600, -5)), time.time
time.time = lambda: real() + next(jump)
time.time_ns = lambda: int(time.time() * 1e9)
"""


def test_a_clock_that_jumps_changes_nothing(scene):
    ended = scene.run(program=JUMPS)
    assert ended.graded() and 0 <= ended.result["execution_time"] < 3600  # which the clock's jumps are not in


# Signals. That run_autograder may be killed at any moment is shown in gradescope/test_platform.py.

STATUS = {signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGINT: 130, signal.SIGXCPU: 152}
QUICK_SIGNALS = [(signal.SIGTERM, "test"), (signal.SIGHUP, "collection"), (signal.SIGINT, "test")]
SIGNALS = [
    pytest.param(*case, marks=() if case in QUICK_SIGNALS else pytest.mark.thorough, id=f"{case[0].name} {case[1]}")
    for case in ((number, moment) for number in STATUS for moment in ("collection", "test"))
]


@pytest.mark.parametrize(("number", "moment"), SIGNALS)
def test_a_signal_ends_the_grading_and_leaves_nothing(scene, number, moment):
    ended = scene.stopped(number, moment)
    words = "interrupted" if number == signal.SIGINT else "terminated"
    assert ended.complained(f"autograder: {words}", status=STATUS[number])
    assert scene.out.read_bytes() == FORMER


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_suite_that_catches_everything_does_not_keep_a_signal_from_ending_the_grading(scene, number):
    scene.add_tests("""
    import contextlib
    def test_three():
        with contextlib.suppress(BaseException):
            moment("caught")
    def test_four():
        time.sleep(60)
    """)
    assert scene.stopped(number, "caught").complained(status=STATUS[number])


@pytest.mark.slow
def test_a_hangup_that_is_ignored_is_no_reason_to_end(scene):
    process = scene.at("test", prefix=["nohup"])
    process.send_signal(signal.SIGHUP)
    scene.reached.unlink()
    assert scene.end(process).graded()


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_a_signal_while_the_result_is_written_waits_for_it(scene, number):
    program = f"""
import os, signal
real = os.fsync
def fsync(descriptor):
    os.kill(os.getpid(), {int(number)})
    real(descriptor)
os.fsync = fsync
"""
    ended = scene.run(program=program)
    assert ended.status == STATUS[number] and ended.result["score"] == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_a_second_signal_does_not_disturb_the_tidying_up(scene, number):
    program = f"""
import os, signal
from autograder.sandbox.client import Sandbox
real = Sandbox.close
def close(self):
    for _ in range(3):
        os.kill(os.getpid(), {int(number)})
    real(self)
Sandbox.close = close
"""
    assert scene.stopped(signal.SIGTERM, "test", program=program).complained(status=143)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.thorough)])
def test_a_grader_that_is_ended_at_any_moment_leaves_nothing(scene, number):
    chance, seen = random.Random(int(number)), set()
    for _ in range(20):
        scene.out.write_bytes(FORMER)
        process = scene.start()
        time.sleep(chance.uniform(0, 1.2))
        process.send_signal(number)
        ended = scene.end(process)
        # -SIGINT: so Python ends, though it was handled, where the interruption came in code that was made of text.
        assert ended.status in (0, -number, 128 + number, -signal.SIGINT)
        assert ended.result is None or ended.result["score"] == 3
        assert ended.result or scene.out.read_bytes() == FORMER
        seen.add(ended.status)
    assert len(seen) > 1, "all gradings were ended at the same stage"


@pytest.mark.parametrize("moment", [pytest.param("collection", marks=pytest.mark.slow), "test"])
def test_a_grader_that_is_killed_leaves_no_process_and_no_folder(scene, moment):
    scene.hand_in(f"import subprocess\nsubprocess.Popen(['sleep', '1000'], start_new_session=False)\n{RIGHT}")
    assert scene.stopped(signal.SIGKILL, moment).status == -signal.SIGKILL
    assert scene.out.read_bytes() == FORMER


def kill_server(process):
    (server,) = (
        pid for pid in children(process.pid) if b"autograder.sandbox.server" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    os.kill(server, signal.SIGKILL)


@pytest.mark.slow
def test_a_fork_server_that_is_killed_before_the_tests_is_told(scene):
    process = scene.at("collection")
    kill_server(process)
    scene.reached.unlink()
    ended = scene.end(process)
    told = "the fork server has ended with status -9"
    if ended.status:  # it had not been ready yet
        assert ended.complained(f"the sandbox could not be started: {told}")
    else:
        assert ended.graded(0) and set(ended.staff()) == {"1.1", "1.2"} and told in ended.staff()["1.1"]


def test_a_fork_server_that_cannot_start_says_why(scene):
    program = """
from autograder.sandbox import client
client.PROGRAM = "import sys\\nsys.path.insert(0, sys.argv[1])\\nfrom autograder.sandbox import server\\n" + (
    "def prepare(**keywords):\\n raise OSError(28, 'No space left on device', '/there')\\n"
    "server.Confinement.prepare = prepare\\nserver.main(int(sys.argv[2]))")
"""
    ended = scene.run(program=program)
    assert ended.complained("the sandbox could not be started: ", "No space left on device: '/there'")


def test_a_fork_server_that_is_killed_leaves_the_verdicts_that_there_are_and_nothing_of_the_submission(scene):
    scene.hand_in(f"import subprocess\nsubprocess.Popen(['sleep', '1000'])\n{RIGHT}")
    scene.add_tests("""
    def test_three():
        moment("third")
        assert double(4) == 8
    """)
    process = scene.at("third")
    kill_server(process)
    scene.reached.unlink()
    ended = scene.end(process)
    assert ended.graded()
    assert list(ended.staff()) == [None] and "the fork server has ended with status -9" in ended.staff()[None]


# Standard streams.


@pytest.mark.parametrize(
    ("redirection", "status", "words"),
    [
        ("<&- >&- 2>&-", 0, ""),
        pytest.param("<&-", 0, "", marks=pytest.mark.thorough),
        pytest.param(">&-", 0, "", marks=pytest.mark.thorough),
        pytest.param("2>&-", 0, "", marks=pytest.mark.thorough),
        (">/dev/full", 3, "what is printed, or a temporary file: No space left on device"),
        pytest.param(">/dev/full 2>/dev/full", 3, "", marks=pytest.mark.thorough),
        pytest.param("| true; exit ${PIPESTATUS[0]}", 141, "", marks=pytest.mark.thorough),
    ],
)
def test_standard_streams_that_are_closed_or_full_cost_no_result(scene, redirection, status, words):
    ended = scene.run(prefix=["bash", "-c", f'"$0" "$@" {redirection}'])
    assert ended.status == status and ended.result["score"] == 3
    assert words in ended.errors and bool(words) == bool(ended.errors)


def test_a_terminal_that_goes_away_ends_the_grading_and_leaves_nothing(scene):
    ours, theirs = os.openpty()
    process = scene.at(
        "test", stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    )
    os.close(theirs)
    os.close(ours)
    assert scene.end(process).status == STATUS[signal.SIGHUP]
    assert scene.out.read_bytes() == FORMER


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENFILE, "", "/x"), "/x: Too many open files in system; the machine has too many files open"),
        (OSError(errno.EDQUOT, "", "/x"), "/x: Disk quota exceeded; make room there"),
        (MemoryError(), "Cannot allocate memory; give the grading more memory"),
        (ImportError("libx.so: failed to map segment from shared object"), "Cannot allocate memory"),
        (BlockingIOError(errno.EAGAIN, ""), "allow more processes (ulimit -u"),
    ],
)
def test_what_the_machine_refuses_is_told_with_a_remedy(error, words):
    assert words in machine_fault(error)


def test_other_errors_are_not_put_down_to_the_machine():
    for error in (OSError(errno.EBADF, ""), OSError("no number"), ImportError("No module named 'x'"), ValueError("28")):
        assert machine_fault(error) is None


# By run_autograder.


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, *(pytest.param(n, marks=pytest.mark.slow) for n in (signal.SIGHUP, signal.SIGINT))]
)
def test_run_autograder_that_is_ended_keeps_what_is_known(on_platform, number):
    on_platform.add_tests("""
    def test_three():
        moment("third")
    """)
    ended = on_platform.stopped(number, "third")
    assert ended.status == 0 and ended.result["score"] == 3
    assert list(ended.staff()) == [None] and ended.result["extra_data"]["needs_human"]
    assert "the grading ended with status 143" in ended.printed


@pytest.mark.slow
def test_run_autograder_that_is_ended_while_tests_are_collected_keeps_the_fallback(on_platform):
    ended = on_platform.stopped(signal.SIGTERM, "collection")
    assert ended.status == 0 and ended.result["score"] == 0 and set(ended.staff()) == {"1.1", "1.2"}


@pytest.mark.slow
def test_run_autograder_whose_grader_is_killed_keeps_what_is_known_and_leaves_nothing(on_platform):
    process = on_platform.at("test")
    (timeout,) = children(process.pid)
    (grader,) = children(timeout)
    os.kill(grader, signal.SIGKILL)
    ended = on_platform.end(process)
    assert ended.status == 0 and set(ended.staff()) == {"1.1", "1.2"}
    assert "the grading ended with status 137" in ended.printed


@needs_mounts
def test_run_autograder_without_any_room_for_a_result_says_so_and_leaves_no_half(on_platform, mount_on_platform):
    mount_on_platform("mount -t tmpfs -o size=16k tmpfs {out}; {fill}")
    ended = on_platform.run()
    assert ended.result is None and on_platform.left(on_platform.out.parent) == []
    assert f"{on_platform.out} was not written: No space left on device; make room there" in ended.printed


@pytest.mark.slow
@needs_mounts
def test_run_autograder_with_room_for_a_smaller_result_keeps_that(on_platform, mount_on_platform):
    mount_on_platform("mount -t tmpfs -o size=16k tmpfs {out}")
    on_platform.add_tests("""
    def test_three():
        print("much " * 10_000)
    """)
    ended = on_platform.run()
    assert ended.result["extra_data"]["needs_human"] and len(ended.result["tests"]) == 3
    assert f"{on_platform.out} was not written: No space left on device; make room there" in ended.printed


@pytest.mark.slow
@needs_mounts
@pytest.mark.parametrize("fault", ["size=4k", "nr_inodes=2", "nr_inodes=8"])
def test_run_autograder_without_room_for_temporary_files_keeps_the_fallback(on_platform, mount_on_platform, fault):
    mount_on_platform(f"mount -t tmpfs -o {fault} tmpfs {{temporary}}")
    ended = on_platform.run()
    assert ended.status == 0 and set(ended.staff()) == {"1.1", "1.2"}
    assert re.search("autograder: .*(No space left on device; make room there|see to room)", ended.printed)
    assert "this is not the submission's fault" in ended.printed


@pytest.mark.slow
@pytest.mark.parametrize("redirection", [">&-", ">/dev/full", "2>&- >&-", "| true"])
def test_run_autograder_whose_output_goes_nowhere_has_the_result(on_platform, redirection):
    ended = on_platform.run(prefix=["bash", "-c", f'"$0" "$@" {redirection}'])
    assert ended.graded()


@pytest.mark.slow
def test_run_autograder_with_too_few_open_files_says_so_and_keeps_the_fallback(on_platform):
    ended = on_platform.run(prefix=["prlimit", "--nofile=60"])
    assert set(ended.staff()) == {"1.1", "1.2"} and "the limit of this process is 60: raise it (ulimit -n)" in ended.printed
