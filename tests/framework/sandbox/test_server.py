"""The fork server and its children: limits, endings, output, leftovers. Each test has a process of the submission."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pytest
from waiting import until

from autograder.grading.endings import words_for
from autograder.sandbox import client
from autograder.sandbox.child import NOT_CONFINED
from autograder.sandbox.client import Sandbox, SandboxError
from autograder.sandbox.limits import Limits, TimeLimit
from autograder.sandbox.programs import clean_environment
from autograder.standins.failures import ProcessGone
from autograder.standins.importer import sandboxed_imports
from autograder.standins.keeper import Keeper, Owner

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")

LIMITS = Limits(test_seconds=20, memory_mb=200, processes=20, file_mb=1, box_mb=4, output_kb=4)
TIME = LIMITS.time_for(20)

SUBMISSION = """
import ctypes, os, signal, sys, time, threading
import numpy as np

def nothing():
    return None

def sleep(seconds):
    time.sleep(seconds)

def burn(seconds):
    began = time.process_time()
    while time.process_time() - began < seconds:
        pass

def spin():
    while True:
        pass

def spin_in_threads():
    for _ in range(2):
        threading.Thread(target=spin).start()

def spin_in_a_child():
    if os.fork() == 0:
        spin()
    time.sleep(1000)

def spin_in_children_that_are_waited_for():
    while True:
        if os.fork() == 0:
            burn(0.1)
            os._exit(0)
        os.wait()

def spin_as_a_daemon():
    if os.fork() == 0:
        for _ in range(2):
            if os.fork():
                os._exit(0)
        spin()
    time.sleep(1000)

def spin_when_all_else_is_closed():
    signal.signal(signal.SIGPROF, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_PROF, 0.1, 0.1)
    signal.signal(signal.SIGXCPU, lambda *_: None)
    os.nice(10)
    spin()

def stop_itself():
    os.kill(os.getpid(), signal.SIGSTOP)

def ignore_signals_and_sleep():
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    time.sleep(1000)

def leave(status):
    os._exit(status)

def reply_and_fill_the_box():
    os.write(3, b"x")
    for number in range(8):
        with open(str(number), "wb") as file:
            file.write(bytes(1 << 20))
    time.sleep(100)

def crash():
    ctypes.string_at(0)

def say(text, times=1):
    for _ in range(times):
        print(text, end="")

def say_to_stderr(text):
    sys.stderr.write(text)

def say_and_leave(*texts):
    for text in texts or ["last words" + chr(10)]:
        print(text, end="")
    os._exit(3)

def allocate(megabytes):
    return len([np.ones(1_000_000 // 8) for _ in range(megabytes)])

def processes():
    count = 0
    try:
        for _ in range(100):
            if os.fork() == 0:
                time.sleep(100)
            count += 1
    except OSError:
        pass
    return count

def write_file(megabytes):
    with open("large", "wb") as file:
        for _ in range(megabytes):
            file.write(bytes(1_000_000))

def write_files():
    for number in range(100):
        with open(f"file{number}", "wb") as file:
            file.write(bytes(900_000))
        time.sleep(0.05)

def processor_limit():
    import resource
    return resource.getrlimit(resource.RLIMIT_CPU)[0]

def scramble_streams():
    sys.stdout = sys.stderr = None

def read_input():
    return input()

def user():
    return os.getuid(), os.getcwd(), os.environ["HOME"]

def remember(note=[0]):
    note[0] += 1
    return note[0]
"""


@pytest.fixture(scope="module")
def running():
    stage = Path(tempfile.mkdtemp())  # not below pytest's own folder, which other users cannot enter
    stage.chmod(0o755)
    (stage / "submitted.py").write_text(SUBMISSION)
    sandbox = Sandbox(LIMITS, readable=[str(stage)])
    keeper = Keeper(sandbox, str(stage), 1 << 28, frozenset(), lambda ending, time: words_for(ending, time, LIMITS))
    with sandboxed_imports(keeper, {"submitted": []}):
        import submitted

        yield keeper, submitted
    sandbox.close()
    shutil.rmtree(stage)


class InProcess:
    """A process of the submission for the length of a `with`; `ending` afterwards."""

    def __init__(self, keeper, seconds=20.0, wall=None):
        self.keeper, self.time = keeper, TimeLimit(seconds, wall or 6 * seconds)
        self.owner = Owner("function", f"test {id(self)} {time.monotonic()}")

    def __enter__(self):
        self.keeper.enter(self.owner, self.time)
        return self

    def __exit__(self, *_):
        self.keeper.leave(self.owner)
        self.ending = self.keeper.sandbox.ending(self.keeper.close(self.owner))


def fails(keeper, call, *arguments, seconds=20.0):
    """Call a function of the submission that does not come back; return what the student reads."""
    with InProcess(keeper, seconds), pytest.raises(ProcessGone) as caught:
        call(*arguments)
    return str(caught.value)


def test_a_process_ends_with_its_test_and_the_next_one_knows_nothing_of_it(running):
    keeper, submitted = running
    for _ in range(3):
        with InProcess(keeper) as process:
            assert submitted.remember() == 1
            assert submitted.remember() == 2
        assert (
            process.ending.status in (0, -signal.SIGKILL) and not process.ending.killed_for
        )  # it may see its door close first


def test_each_process_has_a_box_and_as_root_a_user_of_its_own(running):
    keeper, submitted = running
    seen = []
    for _ in range(2):
        with InProcess(keeper):
            uid, folder, home = submitted.user()
            assert folder == home and os.path.isdir(folder)
        seen.append((uid, folder))
        assert not os.path.exists(folder)
    assert seen[0][1] != seen[1][1]
    if os.getuid() == 0:
        assert 0 not in (seen[0][0], seen[1][0]) and seen[0][0] != seen[1][0]


@pytest.mark.parametrize("name", ["sleep", "stop_itself", "ignore_signals_and_sleep"])
def test_what_waits_without_end_is_ended_by_the_clock_on_the_wall(running, name):
    keeper, submitted = running
    arguments = (1000,) if name == "sleep" else ()
    with InProcess(keeper, seconds=0.5, wall=0.7) as process, pytest.raises(ProcessGone) as caught:
        getattr(submitted, name)(*arguments)
    assert str(caught.value) == "your code was stopped after 0.7 s of waiting (sleep, input, a blocked socket or lock?)"
    assert (process.ending.killed_for, process.ending.status) == ("wall", -signal.SIGKILL)  # what else ends it leaves no reason


@pytest.mark.parametrize(
    "name",
    [
        "spin",
        "spin_in_threads",
        "spin_in_a_child",
        "spin_in_children_that_are_waited_for",
        "spin_as_a_daemon",
        "spin_when_all_else_is_closed",
    ],
)
def test_processor_time_is_that_of_all_that_a_test_has_started(running, name):
    keeper, submitted = running
    with InProcess(keeper, seconds=0.5, wall=1000) as process, pytest.raises(ProcessGone) as caught:
        getattr(submitted, name)()
        submitted.sleep(1000)
    words = "your code was stopped after using 0.5 s of processor time, the time there is for this test (an endless loop?)"
    assert str(caught.value) == words
    assert process.ending.killed_for == "cpu"


def test_a_test_that_waits_loses_nothing_as_long_as_it_comes_to_an_end(running):
    keeper, submitted = running
    with InProcess(keeper, seconds=0.2, wall=1000):
        submitted.sleep(1.0)  # as where other processes have all processors
        submitted.nothing()


def test_each_test_of_a_fixture_has_all_of_its_processor_time(running):
    keeper, submitted = running
    module = Owner("module", f"module {time.monotonic()}")
    time_limit = TimeLimit(0.6, 1000)
    keeper.enter(module, time_limit)
    submitted.burn(0.5)
    keeper.leave(module)
    keeper.enter(module, time_limit)  # another fixture of that scope
    submitted.burn(0.5)
    keeper.leave(module)
    for _ in range(2):
        with InProcess(keeper, seconds=0.6, wall=1000):
            submitted.burn(0.5)
    with InProcess(keeper, seconds=0.6, wall=1000) as process, pytest.raises(ProcessGone, match="processor time"):
        submitted.spin_in_a_child()
    assert process.ending.killed_for == "cpu"
    keeper.sandbox.ending(keeper.close(module))


def test_the_time_limit_holds_for_all_calls_of_a_test_together(running):
    keeper, submitted = running
    with InProcess(keeper, seconds=0.6, wall=0.6), pytest.raises(ProcessGone, match=r"stopped after 0\.6 s"):
        for _ in range(100):
            submitted.sleep(0.1)


def test_an_exit_is_told_with_its_status(running):
    keeper, submitted = running
    for status in (0, 3):
        assert f"ended the program with status {status}" in fails(keeper, submitted.leave, status)


def test_a_crash_is_told_in_words(running):
    keeper, submitted = running
    assert "it crashed (segmentation fault" in fails(keeper, submitted.crash)


def test_after_its_end_every_further_use_in_the_test_fails_in_the_same_words(running):
    keeper, submitted = running
    with InProcess(keeper):
        with pytest.raises(ProcessGone, match="status 4"):
            submitted.leave(4)
        with pytest.raises(ProcessGone, match="status 4"):
            submitted.nothing()


def test_what_is_printed_is_there_when_a_call_returns(running, capsys):
    keeper, submitted = running
    with InProcess(keeper) as process:
        submitted.say("to stdout\n")
        assert capsys.readouterr() == ("to stdout\n", "")
        submitted.say_to_stderr("to stderr\n")
        assert capsys.readouterr() == ("", "to stderr\n")
    assert process.ending.output == ""


def test_what_is_printed_before_an_abrupt_end_is_kept(running):
    keeper, submitted = running
    with InProcess(keeper) as process, pytest.raises(ProcessGone):
        submitted.say_and_leave()
    assert process.ending.output == "last words\n"


def test_of_a_flood_the_first_and_last_part_are_kept_and_the_rest_is_counted(running):
    keeper, submitted = running
    with InProcess(keeper) as process, pytest.raises(ProcessGone):
        submitted.say_and_leave("first\n", *["x" * 10_000 + "\n"] * 2000, "last\n")
    output = process.ending.output
    assert output.startswith("first\nxxx") and output.endswith("xxx\nlast\n") and len(output) < LIMITS.output_kb * 1024 + 100
    assert "bytes left out" in output


def test_replacing_the_streams_does_no_harm(running):
    keeper, submitted = running
    with InProcess(keeper):
        submitted.scramble_streams()
        assert submitted.nothing() is None


def test_input_finds_no_terminal(running):
    keeper, submitted = running
    with InProcess(keeper), pytest.raises(EOFError):
        submitted.read_input()


def test_memory_above_the_limit_is_refused_and_below_it_is_not(running):
    keeper, submitted = running
    with InProcess(keeper):
        assert submitted.allocate(100) == 100
    with InProcess(keeper), pytest.raises((MemoryError, ProcessGone)):
        submitted.allocate(2500)


def test_the_number_of_processes_is_limited_and_all_of_them_end_with_the_test(running):
    keeper, submitted = running
    with InProcess(keeper):
        uid, _, _ = submitted.user()
        assert 0 < submitted.processes() <= LIMITS.processes
    if os.getuid() == 0:
        assert [entry for entry in Path("/proc").iterdir() if entry.name.isdigit() and owner(entry) == uid] == []


@pytest.mark.skipif(os.getuid() != 0, reason="tells processes by their user, which only root gives to each test")
def test_processes_left_by_a_test_that_shares_a_fixture_end_with_that_test(running):
    keeper, submitted = running
    module = Owner("module", f"module {time.monotonic()}")
    first = Owner("function", "first")
    keeper.enter(first, TIME)
    keeper.enter(module, TIME)
    uid, _, _ = submitted.user()
    keeper.leave(module)
    assert submitted.user()[0] == uid
    assert submitted.processes() > 5
    keeper.leave(first)
    keeper.sandbox.ending(keeper.close(first))
    assert len([entry for entry in Path("/proc").iterdir() if entry.name.isdigit() and owner(entry) == uid]) == 1
    keeper.sandbox.ending(keeper.close(module))
    assert [entry for entry in Path("/proc").iterdir() if entry.name.isdigit() and owner(entry) == uid] == []


def owner(entry):
    try:
        return entry.stat().st_uid
    except FileNotFoundError:
        return None


def test_a_large_file_is_refused(running):
    keeper, submitted = running
    with InProcess(keeper), pytest.raises(OSError, match="File too large"):
        submitted.write_file(3)


def test_many_files_end_the_process(running):
    keeper, submitted = running
    assert fails(keeper, submitted.write_files) == "your code was stopped because it wrote more than 4 MB of files"


@pytest.mark.slow
def test_two_hundred_processes_leave_no_descriptor_no_box_and_no_zombie(running):
    keeper, submitted = running
    with InProcess(keeper):
        submitted.nothing()
    before = count_of(keeper.sandbox), len(os.listdir("/proc/self/fd"))
    for _ in range(200):
        with InProcess(keeper):
            submitted.nothing()
    time.sleep(0.2)
    descriptors, children, boxes = count_of(keeper.sandbox)
    assert abs(descriptors - before[0][0]) <= 8 and abs(children - before[0][1]) <= 4 and boxes <= 8
    assert len(os.listdir("/proc/self/fd")) == before[1]


def count_of(sandbox):
    """(descriptors, living and dead children, boxes) of a fork server."""
    server = sandbox.process.pid
    children = sum(1 for entry in Path("/proc").iterdir() if entry.name.isdigit() and parent(entry) == server)
    return len(os.listdir(f"/proc/{server}/fd")), children, len(os.listdir(sandbox.folder))


def parent(entry):
    try:
        return int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except FileNotFoundError:
        return None


def test_the_environment_is_made_from_nothing():
    assert "HOME" not in clean_environment() and clean_environment()["OMP_NUM_THREADS"] == "1"


def test_a_dead_fork_server_is_an_error_of_ours_and_not_a_verdict(tmp_path):
    sandbox = Sandbox(Limits(), readable=[])
    sandbox.report()
    sandbox.process.kill()
    with pytest.raises(SandboxError, match="fork server"):
        sandbox.spawn()
    sandbox.close()
    assert not os.path.exists(sandbox.folder)


def test_modules_that_cannot_be_preloaded_are_reported():
    sandbox = Sandbox(Limits(), preload=["numpy", "no_such_module_anywhere"])
    assert sandbox.report()["not_preloaded"] == ["no_such_module_anywhere: No module named 'no_such_module_anywhere'"]
    sandbox.close()


def test_a_progress_bar_starts_no_thread_that_would_keep_its_process_from_being_copied():
    program = textwrap.dedent(
        """
        import threading
        from autograder.sandbox.preloading import preload
        assert preload(["tqdm"]) == []
        from tqdm import tqdm
        assert len(list(tqdm(range(3)))) == 3
        print(threading.active_count())
        """
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "1\n"


@pytest.mark.parametrize(("seconds", "most"), [(1, LIMITS.total_seconds + 10), (600, 4 * 600 + 10)])
def test_what_may_run_longer_than_other_tests_may_use_the_processor_longer(running, seconds, most):
    keeper, submitted = running
    with InProcess(keeper, seconds):
        assert submitted.processor_limit() == most


@pytest.mark.slow
def test_when_the_grader_is_killed_nothing_of_the_submission_goes_on():
    program = textwrap.dedent(
        """
        import os, sys, tempfile
        from autograder.sandbox.client import Sandbox
        from autograder.sandbox.limits import Limits, TimeLimit
        from autograder.standins.importer import sandboxed_imports
        from autograder.standins.keeper import Keeper, Owner
        stage = tempfile.mkdtemp()
        os.chmod(stage, 0o755)
        open(stage + "/submitted.py", "w").write(sys.argv[1])
        sandbox = Sandbox(Limits(), readable=[stage])
        keeper = Keeper(sandbox, stage, 1 << 20, frozenset(), lambda *_: "")
        with sandboxed_imports(keeper, {"submitted": []}):
            import submitted
            keeper.enter(Owner("function", "t"), TimeLimit(100, 100))
            print(sandbox.process.pid, submitted.user()[0], sandbox.folder, flush=True)
            submitted.processes()
            submitted.sleep(1000)
        """
    )
    grader = subprocess.Popen([sys.executable, "-c", program, SUBMISSION], stdout=subprocess.PIPE, text=True)
    server, uid, folder = grader.stdout.readline().split()
    time.sleep(0.3)
    grader.kill()
    grader.wait()
    grader.stdout.close()
    assert until(lambda: not os.path.exists(f"/proc/{server}")) and not os.path.exists(folder)
    if os.getuid() == 0:
        assert [entry for entry in Path("/proc").iterdir() if entry.name.isdigit() and owner(entry) == int(uid)] == []


def test_what_runs_beside_the_tests_is_watched_after_its_reply_has_begun_as_well(running):
    keeper, submitted = running
    owner = Owner("session", "beside the tests")
    keeper.enter(owner, TIME)
    process = keeper.spawn(owner)
    keeper.processes.append(process)
    process.door.begin("call", [submitted.reply_and_fill_the_box])
    keeper.sandbox.run_apart(process.door.serial, 20.0, process.door.connection.socket)
    sock = process.door.connection.socket
    assert sock.recv(1) == b"x" and sock.recv(1) == b""  # it was hung up on
    serial = keeper.close(owner)
    keeper.leave(owner)
    assert keeper.sandbox.ending(serial).killed_for == "box"


UNCONFINED = """
import sys
sys.path.insert(0, sys.argv[1])
from autograder.sandbox import server
from autograder.sandbox.confine.confinement import Confinement
enter = Confinement.enter
def fail(self, serial, box, keep_fds, cpu_seconds=None):
    if serial > 0:  # no probe
        raise OSError(1, "no more of it")
    enter(self, serial, box, keep_fds, cpu_seconds)
Confinement.enter = fail
server.main(int(sys.argv[2]))
"""


def test_a_process_that_could_not_be_confined_is_no_verdict(monkeypatch):
    monkeypatch.setattr(client, "PROGRAM", UNCONFINED)
    sandbox = Sandbox(LIMITS)
    keeper = Keeper(sandbox, "/", 1 << 20, frozenset(), str)
    with sandboxed_imports(keeper, {"submitted": []}):
        import submitted

        owner = Owner("function", "test")
        keeper.enter(owner, TIME)
        with pytest.raises(SandboxError, match=r"could not be confined: .*no more of it"):
            submitted.leave(0)
        keeper.close(owner)
    sandbox.close()


def test_a_submission_cannot_claim_that_it_was_not_confined(running):
    keeper, submitted = running
    with InProcess(keeper), pytest.raises(ProcessGone, match=f"status {NOT_CONFINED}"):
        submitted.leave(NOT_CONFINED)


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives submissions a user of their own")
def test_of_a_private_folder_a_submission_sees_what_it_needs_and_nothing_else():
    private = Path(tempfile.mkdtemp())
    stage = private / "stage"
    stage.mkdir(mode=0o755)
    (private / "diary").write_text("mine")
    (stage / "submitted.py").write_text("import os\ndef look(path):\n    return os.listdir(path)\n")
    sandbox = Sandbox(LIMITS, readable=[str(stage)])
    if sandbox.report()["unreachable"]:
        pytest.skip(f"no mount namespace here: {sandbox.report()['private_folders']}")
    keeper = Keeper(sandbox, str(stage), 1 << 20, frozenset(), str)
    with sandboxed_imports(keeper, {"submitted": []}):
        import submitted

        with InProcess(keeper):
            assert submitted.look(str(stage)) == ["submitted.py"]
            with pytest.raises(PermissionError):
                submitted.look(str(private))
    sandbox.close()
    assert (private / "diary").read_text() == "mine" and private.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(private)
