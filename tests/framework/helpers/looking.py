"""An assignment whose submission looks around, and reports to its suite what it got hold of."""

import secrets
import struct
from pathlib import Path

SUBMISSION = '''
import ctypes, glob, os, re, socket, time
import numpy as np

KEPT = []
PIECE = 1 << 23


def text_of(path):
    with open(path, "rb") as file:
        return file.read(100)


def readable(paths):
    """The paths that can be read or listed."""
    found = []
    for path in paths:
        for look in (text_of, os.listdir):
            try:
                look(path)
                found.append(path)
            except OSError:
                pass
    return found


def other_processes():
    """What can be learnt of any other process."""
    found = []
    pids = {os.getppid(), 1} | {pid for pid in range(max(2, os.getpid() - 300), os.getpid() + 20) if pid != os.getpid()}
    for pid in pids:
        for name in ("environ", "cmdline", "maps", "mem", "cwd", "status"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    file.read(1)
                found.append(f"{pid} {name}")
            except OSError:
                pass
    return found


def listed_processes():
    try:
        return [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    except OSError:
        return []


def in_memory(pattern, masked):
    """Occurrences in this process's memory of a text, by pattern, and of a float64, by its inverted bits."""
    texts = numbers = regions = 0
    compiled = re.compile(pattern.encode())
    with open("/proc/self/maps") as maps:
        lines = maps.read().splitlines()
    for line in lines:
        places, rights, *rest = line.split()
        if not rights.startswith("rw"):
            continue
        start, end = (int(part, 16) for part in places.split("-"))
        regions += 1
        for place in range(start, end, PIECE):
            block = copied(place, min(PIECE, end - place))
            texts += len(compiled.findall(block))
            words = np.frombuffer(block[: len(block) // 8 * 8], np.uint64)
            numbers += int(((words ^ np.uint64(2**64 - 1)) == np.uint64(int(masked))).sum())
    return texts, numbers, regions


def copied(place, length):
    """Bytes of this process's memory by way of a file; empty where there is no memory any more."""
    with open("piece", "w+b", 0) as file:
        write = ctypes.CDLL(None).write
        write(file.fileno(), ctypes.c_void_p(place), ctypes.c_size_t(length))
        file.seek(0)
        return file.read()


def keep(x):
    KEPT.append(x.copy())


def square(x):
    return x * x


def environment():
    texts = [f"{name}={value}" for name, value in os.environ.items()]
    for name in ("cmdline", "environ"):
        try:
            texts.append(text_of(f"/proc/self/{name}").decode())
        except OSError:
            pass
    return texts


def descriptors():
    return sorted(int(name) for name in os.listdir("/proc/self/fd"))


def sockets():
    found = []
    for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET", "AF_VSOCK"):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
            try:
                socket.socket(getattr(socket, family), kind).close()
                found.append(family)
            except OSError:
                pass
    return found


def signal_everyone():
    found = []
    for pid in {os.getppid(), 1, *range(max(2, os.getpid() - 60), os.getpid())}:
        try:
            os.kill(pid, 0)
            found.append(pid)
        except OSError:
            pass
    return found


def regain_root():
    found = []
    for change in (lambda: os.setuid(0), lambda: os.setresuid(0, 0, 0), lambda: os.setgid(0), lambda: os.setgroups([0])):
        try:
            change()
            found.append(str(change))
        except OSError:
            pass
    return found, os.getuid(), os.getgid(), os.getgroups()


def leave_processes():
    """Start processes that are hard to end; return their pids."""
    pids = []
    read, write = os.pipe()
    for _ in range(3):
        if os.fork() == 0:
            try:
                os.setsid()
            except OSError:
                pass
            if os.fork() == 0:
                import signal
                for number in range(1, 65):
                    try:
                        signal.signal(number, signal.SIG_IGN)
                    except (OSError, ValueError):
                        pass
                os.write(write, b"%d " % os.getpid())
                time.sleep(1000)
            os._exit(0)
    while len(pids) < 3:
        pids += [int(part) for part in os.read(read, 1000).split()]
    return pids


def leave_note(name):
    with open(name, "w") as file:
        file.write("note")
    return os.getcwd()[::-1]  # as a path, the next process would get that of its own folder


def notes_left(backwards):
    return glob.glob(os.path.join(backwards[::-1], "*")) + [name for name in os.listdir(".") if name != "submitted.py"]


def writable(folders):
    found = []
    for folder in folders:
        try:
            with open(os.path.join(folder, "planted"), "w") as file:
                file.write("x")
            found.append(folder)
        except OSError:
            pass
    return found
'''

SUITE = '''
"""MARKER"""
import os, time
import numpy as np
from gradescope_utils.autograder_utils.decorators import weight
import submitted

SECRET = "MARKER"
EXPECTED = float.fromhex("EXPECTED_HEX")
LEFT = []


@weight(1)
def test_the_submission_works_and_can_see_itself():
    assert submitted.square(7.0) == 49.0
    assert EXPECTED * EXPECTED > 0 and SECRET


@weight(1)
def test_files_of_the_grader_cannot_be_read():
    assert submitted.readable(PATHS) == []


@weight(1)
def test_the_grader_can_read_them():
    assert all(os.path.exists(path) for path in PATHS)


@weight(1)
def test_files_of_the_system_that_tell_of_others_cannot_be_read():
    assert submitted.readable(["/root", "/home", "/etc/shadow", "/proc/1/environ", "/var/log", "/autograder"]) == []


@weight(1)
def test_other_processes_cannot_be_looked_at():
    assert submitted.other_processes() == []
    assert submitted.listed_processes() == []


@weight(1)
def test_the_memory_holds_no_text_and_no_expected_value_of_the_suite():
    texts, numbers, regions = submitted.in_memory(PATTERN, MASKED)
    assert (texts, numbers) == (0, 0) and regions > 5
    assert submitted.in_memory("tell[ ]nobody", MASKED)[0] == 0


@weight(1)
def test_the_search_of_the_memory_would_have_found_them():
    planted = np.array([1.2345678901234567, 2.0])
    submitted.keep(planted)
    submitted.keep(np.frombuffer(b"tell nobody", np.uint8))
    masked = str(int(~planted.view(np.uint64)[0]))
    texts, numbers, _ = submitted.in_memory("tell[ ]nobody", masked)
    assert texts > 0 and numbers > 0


@weight(1)
def test_environment_and_command_line_are_public():
    texts = submitted.environment()
    assert len(texts) > 5
    for text in texts:
        assert not any(secret in text for secret in ("SECRET_OF_THE_GRADER", "hidden", "results", ASSIGNMENT))


@weight(1)
def test_only_standard_streams_and_the_door_are_open():
    assert [number for number in submitted.descriptors() if number > 4] == []  # 4 is the listing itself


@weight(1)
def test_no_socket_can_be_made():
    assert submitted.sockets() == []


@weight(1)
def test_nobody_can_be_signalled():
    assert submitted.signal_everyone() == []


@weight(1)
def test_root_is_gone():
    found, uid, gid, groups = submitted.regain_root()
    assert found == [] and uid != 0 and gid != 0 and 0 not in groups


@weight(1)
def test_nothing_outside_of_the_box_can_be_written():
    folders = [ASSIGNMENT, "/tmp", "/dev/shm", "/var/tmp", "/", os.path.dirname(ASSIGNMENT), os.path.dirname(os.getcwd())]
    assert submitted.writable(folders) == []


@weight(1)
def test_a_note_and_processes_are_left():
    LEFT.append(submitted.leave_note("note.txt"))
    LEFT.extend(submitted.leave_processes())
    assert len(LEFT) == 4


@weight(1)
def test_neither_note_nor_processes_are_found_by_the_next_test():
    assert submitted.notes_left(LEFT[0]) == []
    limit = time.monotonic() + 5
    while time.monotonic() < limit and any(os.path.exists(f"/proc/{pid}") for pid in LEFT[1:]):
        time.sleep(0.01)
    assert not any(os.path.exists(f"/proc/{pid}") for pid in LEFT[1:])
'''


def write_assignment(folder: Path, preload: str) -> tuple[str, str]:
    """Write an assignment whose submission looks around; return the marker that its hidden suite holds and its float."""
    marker = f"SECRET-{secrets.token_hex(16)}"
    value = 1.0 + secrets.randbits(50) / 2**50
    masked = struct.unpack("<Q", struct.pack("<d", value))[0] ^ (2**64 - 1)
    for name in ("tests/hidden", "reference", "submission", "results"):
        (folder / name).mkdir(parents=True)
    (folder / "assignment.toml").write_text(
        'title = "Looking around"\nreference = "reference"\n[submission]\nfiles = ["submitted.py"]\n'
        '[[suites]]\npath = "tests/hidden"\n'
        f'[limits]\ntest_seconds = 60\n[sandbox]\npreload = ["numpy", "{preload}"]\n'
    )
    (folder / "reference/submitted.py").write_text(f"# {marker}\n")
    (folder / "results/results.json").write_text(marker)
    (folder / "submission/submitted.py").write_text(SUBMISSION)
    paths = [str(folder / name) for name in ("tests/hidden", "tests/hidden/test_look.py", "reference", "reference/submitted.py",
                                              "results/results.json", "assignment.toml", ".")]  # fmt: skip
    constants = (
        f"PATHS = {paths!r}\nASSIGNMENT = {str(folder)!r}\nMASKED = {str(masked)!r}\nPATTERN = 'SECRET.[0-9a-f]{{32}}'\n"
    )
    suite = SUITE.replace("MARKER", marker).replace("EXPECTED_HEX", value.hex())
    (folder / "tests/hidden/test_look.py").write_text(suite + constants)
    return marker, value.hex()
