"""The confinement holds what it promises: as root and as an ordinary user, with all layers and with some taken away."""

import contextlib
import errno
import itertools
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from waiting import until

from autograder.sandbox import kernel
from autograder.sandbox.confine import confinement as layers
from autograder.sandbox.confine.confinement import Confinement
from autograder.sandbox.confine.landlock import FileRules
from autograder.sandbox.confine.paths import listable, unreachable, without_hidden
from autograder.sandbox.confine.probe import claim_uids, report_of_child
from autograder.sandbox.confine.seccomp import FORBIDDEN, FORBIDDEN_FOR_SHARED_UID, PRETENDED, Machine, build_filter
from autograder.sandbox.limits import Limits

pytestmark = pytest.mark.skipif(not kernel.LINUX, reason="confinement needs Linux")

NOBODY = 65534
LANDLOCK_CREATE_RULESET, UNSHARE = 444, {"x86_64": 272, "aarch64": 97}.get(os.uname().machine, -1)

# Runs in a process of its own, as the user under test; a test's own lines follow and end with `answer(...)`.
DRIVER = """
import errno, json, os, signal, struct, sys
from autograder.sandbox.confine import canary, landlock
from autograder.sandbox import kernel
from autograder.sandbox.confine.confinement import Confinement
from autograder.sandbox.confine.paths import default_readable
from autograder.sandbox.confine.seccomp import refuse_if, instruction
from autograder.sandbox.confine.probe import report_of_child
from autograder.sandbox.limits import Limits

folder, blocked = sys.argv[1], json.loads(sys.argv[2])
if blocked:  # what an older kernel or a container would refuse
    kernel.set_no_new_privileges()
    refusals = b"".join(refuse_if(0x15, number) for number in blocked)
    kernel.install_filter(instruction(0x20, 0) + refusals + instruction(0x06, 0x7FFF0000))

def prepare(**limits):
    return Confinement.prepare(
        readable=[*default_readable(), folder + "/shown"], hidden=[folder + "/shown/hidden"],
        boxes=folder + "/boxes", limits=Limits(**limits),
    )

def confined(confinement, work, serial=1):
    box = confinement.make_box(serial)
    try:
        return report_of_child(lambda: (confinement.enter(serial, box, keep_fds=4), work())[1])
    finally:
        assert confinement.remove_box(serial), "the box is still there"

def error_of(work):
    try:
        return work() and None
    except OSError as error:
        return errno.errorcode[error.errno]

def answer(value):
    print(json.dumps(value))
"""


class User:
    """Runs lines of Python as one uid, beside a folder of files that it owns."""

    def __init__(self, uid: int, folder: Path):
        self.uid, self.folder = uid, folder

    def start(self, lines: str, blocked: tuple[int, ...] = ()) -> subprocess.Popen:
        command = [sys.executable, "-I", "-B", "-c", DRIVER + lines, str(self.folder), json.dumps(blocked)]
        if self.uid != os.geteuid():
            command = ["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups", *command]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/")

    def run(self, lines: str, blocked: tuple[int, ...] = ()):
        output, errors = self.start(lines, blocked).communicate(timeout=30)
        assert not errors, errors
        return json.loads(output)


def skip_if_private():
    """The environment of these tests may lie where only its owner may enter."""
    if closed := unreachable([sys.prefix, sys.base_prefix, str(Path(__file__).parent)], NOBODY):
        pytest.skip(f"{closed} is closed to other users, and this environment lies in it")


@pytest.fixture(params=["root", "ordinary user"])
def user(request):
    uid = {"root": 0, "ordinary user": NOBODY if os.geteuid() == 0 else os.geteuid()}[request.param]
    if uid == 0 and os.geteuid() != 0:
        pytest.skip("the tests do not run as root")
    if uid != os.geteuid() and shutil.which("setpriv") is None:
        pytest.skip("setpriv is not installed")
    if uid != os.geteuid():
        skip_if_private()
    folder = Path(tempfile.mkdtemp(prefix="confine-"))  # pytest's own folder is closed to other users
    try:
        (folder / "shown" / "hidden").mkdir(parents=True)
        (folder / "shown" / "open.txt").write_text("for everybody")
        (folder / "shown" / "hidden" / "answer.txt").write_text("42")
        (folder / "outside.txt").write_text("not listed")
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755)
            os.chown(path, uid, uid)
        yield User(uid, folder)
    finally:
        shutil.rmtree(folder)


def landlock_or_skip() -> None:
    try:
        kernel.landlock_abi()
    except OSError as error:
        pytest.skip(f"no Landlock: {error}")


def test_the_canary_finds_every_promise_kept_and_leaves_nothing_behind(user):
    report, level, boxes, children, seconds = user.run("""
import resource
def used():
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)

c = prepare()
before = used()
report = canary.check(c, {"marker": folder + "/outside.txt", "suite": folder + "/shown/hidden"})
children = open(f"/proc/self/task/{os.getpid()}/children").read()
answer([report, c.level, os.listdir(c.boxes), children, used() - before])
""")
    assert report["failures"] == []
    assert level in "ABC"
    assert len(report["probes"]) > 30
    assert seconds < 1  # of processor time: each grading begins with it
    assert boxes == []
    assert children == ""


@pytest.mark.parametrize(
    ("blocked", "as_root", "as_user"),
    [((LANDLOCK_CREATE_RULESET,), "B", "E"), ((UNSHARE,), "A", "C"), ((LANDLOCK_CREATE_RULESET, UNSHARE), "B", "E")],
    ids=["no Landlock", "no namespaces", "neither"],
)
def test_missing_layers_lower_the_level_and_the_rest_still_holds(user, blocked, as_root, as_user):
    landlock_or_skip()
    level, failures = user.run(
        """
c = prepare()
answer([c.level, canary.check(c, {"marker": folder + "/outside.txt"})["failures"]])
""",
        blocked,
    )
    assert (level, failures) == (as_root if user.uid == 0 else as_user, [])


@pytest.mark.parametrize(
    ("sabotage", "noticed"),
    [
        ("c.file_rules.enforce = lambda: None", "read secret marker"),
        ("c.filter_program = instruction(0x06, 0x7FFF0000)", "socket: AF_INET"),
        ("c.limit_processes = lambda: None", "process limit"),
        ("c.limit_resources = lambda cpu_seconds: None", "private memory"),
        ("c.close_descriptors = lambda keep: None; kernel.close_descriptors = lambda keep: None", "inherited descriptors"),
        (
            "enforce = c.file_rules.enforce; c.file_rules.enforce = lambda: enforce() or os.chmod('.', 0)",
            "allowed: write in the box",
        ),
    ],
)
def test_the_canary_notices_a_layer_that_does_nothing(user, sabotage, noticed):
    landlock_or_skip()
    failures = user.run(f"""
c = prepare()
{sabotage}
answer(canary.check(c, {{"marker": folder + "/outside.txt"}})["failures"])
""")
    assert noticed in failures


def test_a_hidden_folder_inside_a_readable_one_cannot_be_read(user):
    landlock_or_skip()
    assert user.run("""
c = prepare()
def work():
    shown = folder + "/shown"
    return [
        open(shown + "/open.txt").read(),
        error_of(lambda: open(shown + "/hidden/answer.txt")),
        error_of(lambda: os.listdir(shown + "/hidden")),
        error_of(lambda: os.listdir(shown)),
        error_of(lambda: open(folder + "/outside.txt")),
        error_of(lambda: open(shown + "/open.txt", "r+")),
    ]
answer(confined(c, work))
""") == ["for everybody", "EACCES", "EACCES", "EACCES", "EACCES", "EACCES"]


def test_a_link_out_of_the_box_leads_nowhere(user):
    landlock_or_skip()
    assert user.run("""
def work():
    os.symlink(folder + "/outside.txt", "link")
    return [error_of(lambda: open("link")), error_of(lambda: os.link(folder + "/outside.txt", "hard") or 1) is None]
answer(confined(prepare(), work))
""") == ["EACCES", False]


def test_a_child_starts_clean(user):
    found = user.run("""
signal.signal(signal.SIGTERM, signal.SIG_IGN)
c = prepare()
os.environ["HOME"] = "/root"
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
os.dup2(os.open("/", os.O_RDONLY), 200)
def work():
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    return {
        "cwd is home": os.getcwd() == os.environ["HOME"] == os.environ["TMPDIR"] == c.boxes + "/1",
        "leads its group": os.getpgid(0) == os.getpid(),
        "above 3": [fd for fd in range(4, 300) if error_of(lambda: os.fstat(fd)) is None],
        "SIGTERM": signal.getsignal(signal.SIGTERM) == signal.SIG_DFL,
        "SIGINT": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
        "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "capabilities": int(status["CapPrm"], 16) | int(status["CapEff"], 16) | int(status["CapInh"], 16),
        "umask": os.umask(0), "oom": open("/proc/self/oom_score_adj").read().strip(),
        "root": 0 in os.getresuid() + os.getresgid(), "groups": os.getgroups(),
    }
answer(confined(c, work))
""")
    assert found == {
        "cwd is home": True, "leads its group": True, "above 3": [], "SIGTERM": True, "SIGINT": True, "blocked": [],
        "capabilities": 0, "umask": 0o077, "oom": "1000", "root": False, "groups": [],
    }  # fmt: skip


def test_as_root_every_child_has_a_uid_of_its_own_and_cannot_go_back(user):
    if user.uid != 0:
        pytest.skip("an ordinary user cannot give its children other uids")
    first, second, back, signalled = user.run("""
c = prepare()
uids = [confined(c, os.getuid, serial) for serial in (1, 2)]
box = c.make_box(3)
other = os.fork()
if other == 0:
    try:
        c.enter(3, box, keep_fds=4)
        signal.pause()
    finally:
        os._exit(0)
back = confined(c, lambda: error_of(lambda: os.setresuid(0, 0, 0)), 4)
signalled = confined(c, lambda: error_of(lambda: os.kill(other, 0)), 5)
os.kill(other, signal.SIGKILL)
answer([*uids, back, signalled])
""")
    assert second == first + 1
    assert first > 10_000
    assert (back, signalled) == ("EPERM", "EPERM")


def test_limits_are_exceptions_in_the_child(user):
    file, memory, processes, cpu = user.run("""
import resource
c = prepare(file_mb=1, memory_mb=64, processes=20, test_seconds=2.5, total_seconds=15)
def memory():
    try:
        return len(bytearray(80 << 20))
    except MemoryError:
        return "MemoryError"
def work():
    big = open("big", "wb", buffering=0)
    big.write(bytes(1 << 20))
    limits = [resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_NPROC, resource.RLIMIT_CPU)]
    return [error_of(lambda: big.write(b"x")), memory(), limits[0] - c.process_base, limits[1]]
answer(confined(c, work))
""")
    assert (file, memory, processes, cpu) == ("EFBIG", "MemoryError", 20, 25)


def test_ordinary_programs_work(user):
    if os.geteuid() == 0:
        skip_if_private()  # its children import NumPy under a uid of their own
    assert user.run("""
import concurrent.futures, subprocess, tempfile
def work():
    import asyncio, colorsys
    import numpy
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        squares = list(pool.map(lambda value: value * value, range(5)))
    async def later():
        await asyncio.sleep(0)
        return "later"
    numpy.save("a.npy", numpy.arange(4.0))
    os.makedirs("deep/er")
    os.rename("a.npy", "deep/er/b.npy")
    with tempfile.NamedTemporaryFile() as file:
        inside = file.name.startswith(os.getcwd())
    total = float(numpy.load("deep/er/b.npy").sum() + numpy.linalg.norm(numpy.eye(200) @ numpy.eye(200)) * 0)
    return [squares, asyncio.run(later()), total, inside, subprocess.run(["/bin/sh", "-c", "exit 3"]).returncode]
answer(confined(prepare(), work))
""") == [[0, 1, 4, 9, 16], "later", 6.0, True, 3]


LOCKS = {
    "flock": "fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)",
    "a lock of POSIX": "fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)",
    "a lock of an open file": "fcntl.fcntl(file, 37, struct.pack('hhqqi4x', fcntl.F_RDLCK, 0, 0, 0, 0))",
}


@pytest.mark.parametrize("lock", LOCKS.values(), ids=LOCKS)
def test_a_lock_is_there_at_once_and_no_other_process_sees_it(user, lock):
    """Else one test could tell another something by files that both may read."""
    seen = user.run(f"""
import fcntl, time
path = folder + "/shown/open.txt"
def locked_by_another(on_the_way):
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(writer, 3)
        on_the_way()
        file = os.open(path, os.O_RDONLY)
        {lock}
        os.write(3, b"1")
        time.sleep(60)
    os.close(writer)
    assert os.read(reader, 1) == b"1", "there is no lock"
    file = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return False
c = prepare()
box = c.make_box(1)
answer([locked_by_another(lambda: None), locked_by_another(lambda: c.enter(1, box, keep_fds=4))])
c.remove_box(1)
""")
    assert seen == [True, False]


def test_who_reads_or_opens_a_file_is_not_told(user):
    assert (
        user.run("""
import fcntl, mmap, ctypes
def work():
    here = os.open(os.path.dirname(json.__file__), os.O_RDONLY)
    file = os.open(folder + "/shown/open.txt", os.O_RDONLY)
    own = os.open("own", os.O_RDWR | os.O_CREAT)
    os.write(own, b"1")
    memory = mmap.mmap(own, 0)
    pages, numbers = ctypes.create_string_buffer(64), {"x86_64": 27, "aarch64": 232}
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return [
        error_of(lambda: fcntl.fcntl(here, fcntl.F_NOTIFY, 1)),  # DN_ACCESS
        error_of(lambda: fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)),
        error_of(lambda: fcntl.fcntl(own, fcntl.F_GETLEASE)),
        error_of(lambda: kernel.syscall(numbers[os.uname().machine], address, 1, ctypes.addressof(pages))),
        error_of(lambda: kernel.syscall(451, file, 0, 0, 0)),
    ]
answer(confined(prepare(), work))
""")
        == ["EPERM"] * 5
    )


def test_databases_that_lock_their_files_work(user):
    assert (
        user.run("""
def work():
    import dbm.dumb, sqlite3
    with sqlite3.connect("notes.db") as first:
        first.execute("create table t (x)")
        first.execute("insert into t values (7)")
    with sqlite3.connect("notes.db") as second:
        second.execute("insert into t values (8)")
    return sqlite3.connect("notes.db").execute("select sum(x) from t").fetchone()[0]
answer(confined(prepare(), work))
""")
        == 15
    )


def test_root_of_the_machine_leaves_no_time_of_access(user):
    on, why, changed = user.run("""
def work():
    with open(folder + "/shown/open.txt", "rb") as file:
        file.read()
    return 0
c = prepare()
path = folder + "/shown/open.txt"
os.utime(path, (0, os.stat(path).st_mtime))  # read long ago: reading it would say so
before = os.stat(path).st_atime
confined(c, work)
answer([c.is_on("access times"), c.layers["access times"]["detail"], os.stat(path).st_atime != before])
""")
    if not on:
        pytest.skip(f"this user cannot: {why}")
    assert not changed


def test_without_a_signal_scope_a_shared_uid_may_signal_itself_only(user):
    if user.uid == 0:
        pytest.skip("root gives its children uids of their own")
    found = user.run("""
supported = landlock.supported_rights
landlock.supported_rights = lambda abi: (*supported(abi)[:2], 0)
import fcntl, resource
c = prepare()
def work():
    def by_kernel():
        return fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid())
    return {
        "scope": c.layers["signal scope"]["on"],
        "parent": error_of(lambda: os.kill(os.getppid(), 0)), "all": error_of(lambda: os.kill(-1, 0)),
        "itself": error_of(lambda: os.kill(os.getpid(), 0)), "by the kernel": error_of(by_kernel),
        "limits of the parent": error_of(lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU)),
        "priority of the parent": error_of(lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)),
        "raise": signal.raise_signal(0),
    }
answer([confined(c, work), canary.check(c, {})["failures"]])
""")
    assert found == [
        {
            "scope": False, "parent": "EPERM", "all": "EPERM", "itself": None, "by the kernel": "EPERM",
            "limits of the parent": "EPERM", "priority of the parent": "EPERM", "raise": None,
        },
        [],
    ]  # fmt: skip


def test_descendants_cannot_leave_the_group_that_ends_them(user):
    assert (
        user.run("""
def work():
    child = os.fork()
    if child == 0:
        try:
            os._exit(7 if (error_of(os.setsid), error_of(lambda: os.setpgid(0, 0))) == ("EPERM", "EPERM") else 1)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
answer(confined(prepare(), work))
""")
        == 7
    )


def test_a_child_dies_with_its_server(user):
    server = user.start("""
c = prepare()
box = c.make_box(1)
reader, writer = os.pipe()
child = os.fork()
if child == 0:
    try:
        os.dup2(writer, 3)
        c.enter(1, box, keep_fds=4)
        os.write(3, b"x")
        signal.pause()
    finally:
        os._exit(0)
os.read(reader, 1)
print(child, flush=True)
signal.pause()
""")
    assert server.stdout is not None
    child = int(server.stdout.readline())
    assert os.path.exists(f"/proc/{child}")
    server.kill()
    server.communicate()
    assert until(lambda: state_of(child) == "Z"), "the child goes on without its server"


def state_of(pid: int) -> str:
    """One letter: "Z" for a process that has ended, whether it was waited for or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "Z"


def test_a_layer_that_fails_after_preparing_is_an_error_that_names_it(user):
    landlock_or_skip()
    assert "confinement, landlock" in user.run("""
c = prepare()
for descriptor in c.file_rules.descriptors:
    os.close(descriptor)
try:
    confined(c, os.getpid)
    answer("entered")
except OSError as error:
    answer(str(error))
""")


def test_a_hostile_box_is_removed_and_nothing_else(user):
    gone, left, outside = user.run("""
c = prepare()
box = c.make_box(1)
def work():
    c.enter(1, box, keep_fds=4)
    os.symlink(folder, "link to a folder")
    os.symlink("nowhere", "dangling")
    os.mkfifo("pipe")
    os.makedirs("closed/inner/x")
    open("closed/inner/file", "w").close()
    for path in ("closed/inner/x", "closed/inner", "closed"):
        os.chmod(path, 0)
    start = os.getcwd()
    for _ in range(1100):  # deeper than a path can name or Python can recurse
        os.mkdir("deeper")
        os.chdir("deeper")
    os.symlink(folder, "link at the bottom")
    os.chmod(start, 0)
    return "made"
assert report_of_child(work) == "made"
answer([c.remove_box(1), os.listdir(c.boxes), sorted(os.listdir(folder))])
""")
    assert (gone, left, outside) == (True, [], ["boxes", "outside.txt", "shown"])
    assert (user.folder / "shown" / "hidden" / "answer.txt").read_text() == "42"


def test_removing_what_is_not_a_box_says_so_and_raises_nothing(tmp_path):
    confinement = Confinement(str(tmp_path), Limits())
    assert confinement.remove_box(5) is True  # there is none
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "file").touch()
    (tmp_path / "6").symlink_to(tmp_path / "target")
    assert confinement.remove_box(6) is False
    assert (tmp_path / "target" / "file").exists()


def test_boxes_below_a_closed_folder_are_refused_by_name(user):
    if user.uid != 0:
        pytest.skip("an ordinary user's children pass through its folders")
    (user.folder / "shown").chmod(0o700)
    message = user.run("""
try:
    Confinement.prepare(readable=[], hidden=[], boxes=folder + "/shown/boxes", limits=Limits())
    answer("prepared")
except PermissionError as error:
    answer(str(error))
""")
    assert str(user.folder / "shown") + " must be open to other users" in message


@pytest.mark.parametrize("missing", ["kernel", "machine"])
def test_on_an_unknown_system_the_level_is_f_and_a_child_still_gets_its_box(tmp_path, monkeypatch, missing):
    def work():
        if missing == "kernel":
            monkeypatch.setattr(kernel, "LINUX", False)
        monkeypatch.setattr(layers, "this_machine", lambda: None)
        confinement = Confinement.prepare(readable=[], hidden=[], boxes=str(tmp_path / "boxes"), limits=Limits())
        box = confinement.make_box(1)

        def child():
            confinement.enter(1, box, keep_fds=4)
            return os.getcwd()

        return [confinement.level, report_of_child(child) == box, confinement.layers["seccomp"]["on"]]

    tmp_path.chmod(0o755)
    monkeypatch.setattr(layers, "closed_folder", lambda path, uid: None)
    assert report_of_child(work) == ["F", True, False]


def test_a_probe_that_ends_early_or_hangs_is_an_error():
    with pytest.raises(OSError, match="ended early"):
        report_of_child(lambda: os._exit(0))
    with pytest.raises(OSError, match="hung"):
        report_of_child(signal.pause, seconds=0.05)
    with pytest.raises(PermissionError, match="as it was"):
        report_of_child(lambda: (_ for _ in ()).throw(PermissionError(errno.EPERM, "as it was")))


def test_unreachable_names_the_first_closed_part(tmp_path):
    inner = tmp_path / "closed" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "link").symlink_to(inner)
    for folder in (tmp_path, *list(tmp_path.parents)[:-2]):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/tmp"):
            folder.chmod(0o755)
    stranger = 1 << 21
    assert unreachable([str(inner), "/no/such/path"], stranger) is None
    (tmp_path / "closed").chmod(0o700)
    assert unreachable([str(tmp_path), str(tmp_path / "link")], stranger) == str(tmp_path / "closed")
    (tmp_path / "closed").chmod(0o711)
    assert unreachable([str(tmp_path / "closed" / "inner")], stranger) is None
    assert unreachable([str(tmp_path / "closed")], stranger) == str(tmp_path / "closed")


def test_readable_paths_are_split_around_hidden_ones(tmp_path):
    for name in ("a/b/secret", "a/b/open", "a/c", "d"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "a" / "link").symlink_to(tmp_path / "a" / "b" / "secret")
    paths = without_hidden(
        [str(tmp_path / "a"), str(tmp_path / "a" / "c"), str(tmp_path / "d")], [str(tmp_path / "a/b/secret")]
    )
    assert paths == [str(tmp_path / name) for name in ("a/b/open", "a/c", "d")]
    assert without_hidden([str(tmp_path / "a" / "link")], [str(tmp_path / "a/b")]) == []
    assert without_hidden([str(tmp_path / "d")], [str(tmp_path / "dd")]) == [str(tmp_path / "d")]


def test_folders_above_hidden_files_of_libraries_can_be_listed_and_those_above_secrets_cannot(tmp_path):
    for name in ("env/lib/library/data", "env/lib/other", "checkout/env/lib/library/data", "checkout/tests"):
        (tmp_path / name).mkdir(parents=True)
    env, checkout = str(tmp_path / "env"), str(tmp_path / "checkout")
    tests, elsewhere = f"{checkout}/tests", str(tmp_path)
    assert listable([env], [f"{env}/lib/library/data"], [tests]) == [env]
    assert listable([env, f"{env}/lib"], [f"{env}/lib/library/data"], []) == [env]
    assert listable([checkout], [f"{checkout}/env/lib/library/data"], [tests]) == [f"{checkout}/env"]
    assert listable([env], [f"{checkout}/env/lib/library/data"], []) == []
    assert listable([elsewhere], [f"{env}/lib/library/data"], [f"{env}/lib/library/tests"]) == []
    assert listable([env], [], [tests]) == []


def test_what_each_child_allows_itself_holds_neither_the_boxes_nor_other_processes():
    paths = ["/usr/lib/python3", "/usr/share/zoneinfo", "/tmp/run/stage/file", "/tmp/run/boxes-of-another", "/proc/cpuinfo"]
    assert FileRules.above(paths, "/tmp/run/boxes") == [
        "/proc/cpuinfo", "/tmp/run/boxes-of-another", "/tmp/run/stage", "/usr"
    ]  # fmt: skip


def verdict(program: bytes, audit_architecture: int, number: int, *arguments: int) -> int:
    """What the kernel would make of a system call: the program, interpreted."""
    data = struct.pack("=IIQ6Q", number, audit_architecture, 0, *arguments, *(0,) * (6 - len(arguments)))
    position, register = 0, 0
    while True:
        code, if_true, if_false, value = struct.unpack_from("=HBBI", program, 8 * position)
        position += 1
        if code == 0x06:
            return value
        if code == 0x20:
            register = struct.unpack_from("=I", data, value)[0]
        elif code == 0x54:
            register &= value
        elif code == 0x05:
            position += value
        else:
            true = {0x15: register == value, 0x35: register >= value, 0x45: bool(register & value)}[code]
            position += if_true if true else if_false


ALLOWED, DONE, KILLED = 0x7FFF0000, 0x50000, 0x80000000
REFUSED, ABSENT = 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS


@pytest.mark.parametrize(
    ("column", "calls"),
    [
        (0, {"read": 0, "socketpair": 53, "clone": 56, "ioctl": 16, "kill": 62, "prlimit64": 302, "socket": 41, "fcntl": 72}),
        (
            1,
            {
                "read": 63,
                "socketpair": 199,
                "clone": 220,
                "ioctl": 29,
                "kill": 129,
                "prlimit64": 261,
                "socket": 198,
                "fcntl": 25,
            },
        ),
    ],
    ids=["x86-64", "aarch64"],
)
def test_the_filter_refuses_by_number_and_by_argument(column, calls):
    machine = Machine(column)
    program = build_filter(machine, shared_uid=True, own_pid=77)

    def of(name, *arguments):
        return verdict(program, machine.audit_architecture, calls[name], *arguments)

    assert of("read") == ALLOWED
    assert of("socket", 2, 1) == REFUSED
    assert [of("socketpair", 1, kind | 0o2000000) for kind in (1, 2, 3, 5)] == [ALLOWED, REFUSED, REFUSED, ALLOWED]
    assert of("socketpair", 2, 1) == REFUSED
    assert of("clone", 0x3D0F00) == ALLOWED  # a thread
    assert of("clone", 17 | 0x10000000) == REFUSED  # a user namespace
    assert of("clone", 17 | 0x8000) == REFUSED  # a child of our parent
    assert [of("ioctl", 0, request) for request in (0x5401, 0x5412, 0x541C)] == [ALLOWED, REFUSED, REFUSED]
    assert [of("fcntl", 3, command) for command in (1, 6, 38, 8, 1024)] == [ALLOWED, DONE, DONE, REFUSED, REFUSED]
    assert [of("kill", pid & 0xFFFFFFFFFFFFFFFF) for pid in (77, 78, 0, -1)] == [ALLOWED, REFUSED, REFUSED, REFUSED]
    assert [of("prlimit64", pid) for pid in (0, 78)] == [ALLOWED, REFUSED]
    assert verdict(program, machine.audit_architecture, 435) == ABSENT  # clone3
    assert verdict(program, 0x40000003, calls["read"]) == KILLED  # 32-bit
    if column == 0:
        assert verdict(program, machine.audit_architecture, calls["socket"] | 0x40000000) == ABSENT
    assert verdict(build_filter(machine, False, None), machine.audit_architecture, calls["kill"], 78) == ALLOWED


@pytest.mark.parametrize("column", [0, 1])
def test_the_filter_finds_each_call_of_its_tables_and_no_other(column):
    machine = Machine(column)
    programs = {shared: build_filter(machine, shared, own_pid=None) for shared in (True, False)}
    found = {
        shared: {number for number in range(600) if verdict(program, machine.audit_architecture, number, 0) != ALLOWED}
        for shared, program in programs.items()
    }
    always = {*machine.numbers(FORBIDDEN), *machine.numbers(PRETENDED)}
    by_argument = {435, (53, 199)[column]}  # clone3, and a pair of sockets of no family
    assert found[False] == always | by_argument
    assert found[True] == found[False] | {*machine.numbers(FORBIDDEN_FOR_SHARED_UID)}


@pytest.mark.parametrize("column", [0, 1])
def test_no_two_calls_of_a_table_share_a_number(column):
    machine = Machine(column)
    numbers = [number for table in (FORBIDDEN, FORBIDDEN_FOR_SHARED_UID, PRETENDED) for number in machine.numbers(table)]
    assert len(numbers) == len(set(numbers)) > 80


def test_no_two_servers_have_the_same_uids_as_long_as_there_are_others(monkeypatch):
    monkeypatch.setattr("autograder.sandbox.confine.probe.mapped_ranges", lambda path: [(0, 65536)])
    for _ in range(2):  # those of the first round are free again in the second
        with contextlib.ExitStack() as held:
            claims = [claim_uids(layers.UID_SPAN) for _ in range(40)]
            for _, claim in claims:
                held.enter_context(claim)
            starts = sorted(first for first, _ in claims)
            assert all(later - earlier > layers.UID_SPAN for earlier, later in itertools.pairwise(starts))
