"""The fork server: a process that has loaded public libraries and nothing else, and forks one child per test.

It is started by `client.py` as a fresh program with an environment made from nothing, or forked by `launch.py` off such a
program, so that whatever a child finds in its memory, environment, descriptors and command line is public. It runs no byte
of a submission itself. It owns what the children cannot be trusted with: their deadlines, what they print, and their end.
"""

import array
import contextlib
import errno
import gc
import importlib
import os
import resource
import select
import signal
import socket
import sys
import time
import traceback
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgpack

from autograder.sandbox import child
from autograder.sandbox.confine import boxes, canary
from autograder.sandbox.confine.confinement import Confinement, default_readable, unreachable
from autograder.sandbox.confine.mounts import open_private_folders
from autograder.sandbox.limits import Limits

MESSAGE_BYTES = 1 << 17
PACKAGE_ROOT = Path(__file__).resolve().parents[2]
# What every child would otherwise import for itself: modules that student code imports or that a library loads late.
COMMON = ("argparse", "copy", "csv", "dataclasses", "datetime", "json", "math", "pickle", "random", "secrets", "typing")
LATE = {
    "numpy": ("numpy.random", "numpy.linalg", "numpy.ma"),
    "matplotlib.pyplot": ("matplotlib.backends.backend_agg",),
    "torch": (
        "autograder.sandbox.dynamo",  # in place of a second
        "torch.fx.experimental.symbolic_shapes",  # by the first torch.autograd.grad: 0.2 s
        "torch.profiler._cupti_monitor",
        "torch._subclasses.schema_check_mode",
        "torch.utils.serialization.config",
        "autograder.sandbox.autograd",
    ),
}
# What explains itself; anything else would be a mistake of ours.
MACHINE_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EIO)
DYING = 1  # children that are being ended while the next one runs
SPARES = 2  # children that wait for a test; made while there is nothing else to do
ORPHAN_ROUNDS = 50
APART_NICENESS = 5  # of what runs beside the tests: it has time, while somebody waits for them
ENTRY_BYTES = 4096  # that a file or folder counts beside its content: empty ones fill a disk's tables, too
TICK_SECONDS = 0.5  # how often the size of a box is looked at, and whether its process has ended without its family


@dataclass
class Child:
    """One process of a submission, and those it starts."""

    serial: int
    pid: int
    output: int  # the reading end of its stdout and stderr; -1 when closed
    box: str
    own_group: bool = True  # whether it leads a process group; a copy of another child belongs to that one's
    door: int = -1  # the grader's end of its socket, for hanging up
    deadline: float | None = None
    answers: int = -1  # the grader's end of its socket, if its deadline ends with the beginning of a reply
    apart: bool = False  # it runs beside the tests: with the beginning of a reply, it need not be done
    confined: bool = False  # as it has said before it knew anything of the submission
    killed: str = ""  # why we ended it
    kept: list[bytes] = field(default_factory=lambda: [b"", b""])  # first and last part of what it printed
    printed: int = 0  # bytes


class Server:
    """Owns the children. Requests come from the grader, one packet each."""

    def __init__(self, control: socket.socket, config: dict[str, Any]) -> None:
        self.control = control
        self.limits = Limits(**config["limits"])
        self.boxes = config["boxes"]
        self.children: dict[int, Child] = {}
        self.by_output: dict[int, Child] = {}
        self.by_answers: dict[int, Child] = {}
        self.dying: dict[int, Child] = {}  # killed and not yet waited for, by the descriptor that tells of their end
        self.serial = 0
        self.poll = select.poll()
        self.poll.register(control, select.POLLIN)
        self.not_preloaded = preload(config["preload"])
        forget_paths([str(PACKAGE_ROOT), *config["secrets"].values()])
        readable = [*default_readable(), *config["readable"]]
        private = open_private_folders([*readable, config["boxes"]])
        self.confinement = Confinement.prepare(
            readable=readable,
            hidden=config["hidden"],
            boxes=config["boxes"],
            limits=self.limits,
        )
        uid = self.confinement.uid_base
        self.report = {
            "level": self.confinement.level,
            "layers": self.confinement.layers,
            "canary": canary.check(self.confinement, config["secrets"]),
            "not_preloaded": self.not_preloaded,
            "unreachable": uid and unreachable(readable, uid + 1),
            "private_folders": private,
        }
        gc.collect()
        gc.freeze()  # a collection in a child then leaves the shared pages alone
        self.spares: deque[tuple[Child, socket.socket]] = deque()
        self.wanted = SPARES

    def new_child(self, seconds: float | None = None) -> tuple[Child, socket.socket]:
        """Fork a child that waits for its first request; it may use the processor as if a test had so many seconds."""
        self.serial += 1
        with contextlib.ExitStack() as undo:
            box = self.confinement.make_box(self.serial)
            undo.callback(self.confinement.remove_box, self.serial)
            ours, theirs = socket.socketpair()
            undo.callback(ours.close)
            with theirs:
                output, theirs_output = os.pipe()
                undo.callback(os.close, output)
                try:
                    pid = os.fork()
                    if pid == 0:
                        if seconds:
                            self.confinement.limits = replace(self.limits, test_seconds=seconds)
                        self.become_child(theirs, theirs_output, box)
                finally:
                    os.close(theirs_output)
            undo.pop_all()
        new = Child(self.serial, pid, output, box)
        self.watch(new)
        return new, ours

    def make_spare(self) -> None:
        try:
            self.spares.append(self.new_child())
        except OSError:  # who asks for one will be told
            self.wanted = 0

    def become_child(self, theirs: socket.socket, output: int, box: str) -> None:
        """The child's whole life. It never returns, whatever happens: a child must not go on as a second server."""
        status = child.NOT_CONFINED
        try:
            null = os.open(os.devnull, os.O_RDONLY)
            for target, source in enumerate((null, output, output, theirs.fileno())):
                os.dup2(source, target)
            theirs.detach()
            self.control.detach()
            self.confinement.enter(self.serial, box, keep_fds=4)
            os.write(1, child.CONFINED)
            for name in ("stdout", "stderr"):
                stream = open(1, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
                setattr(sys, name, stream)
                setattr(sys, f"__{name}__", stream)
            status = 0
            child.main(socket.socket(fileno=child.SOCKET_FD))
        except BaseException as error:
            with contextlib.suppress(Exception):
                os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(status)

    def watch(self, new: Child) -> None:
        os.set_blocking(new.output, False)
        self.children[new.serial] = new
        self.by_output[new.output] = new
        self.poll.register(new.output, select.POLLIN)

    def run(self) -> None:
        self.send({"ready": self.report})
        tick = time.monotonic() + TICK_SECONDS
        while True:
            events = self.poll.poll(0 if len(self.spares) < self.wanted else self.patience(tick))
            if not events and len(self.spares) < self.wanted:
                self.make_spare()
            for descriptor, _ in events:
                if descriptor == self.control.fileno():
                    if not self.serve():
                        return
                elif descriptor in self.by_output:
                    self.read_output(self.by_output[descriptor])
                elif descriptor in self.by_answers:
                    answering = self.by_answers[descriptor]
                    answering.deadline = None
                    self.forget_answers(answering)
                elif descriptor in self.dying:
                    self.tell_ending(descriptor)
            now = time.monotonic()
            for running in list(self.children.values()):
                if running.deadline is not None and now >= running.deadline and not running.killed:
                    self.kill(running, "time")
            if now >= tick:
                tick = now + TICK_SECONDS
                self.check_boxes()
                self.end_families()

    def patience(self, tick: float) -> float | None:
        """Milliseconds until something must be looked at."""
        alive = [running for running in self.children.values() if not running.killed]
        times = [running.deadline for running in alive if running.deadline] + [tick for running in alive if running.apart]
        return max(0.0, min(*times, tick) - time.monotonic()) * 1000 + 1 if times else None

    def check_boxes(self) -> None:
        for running in self.children.values():
            if (running.deadline is not None or running.apart) and not running.killed:
                size = box_bytes(running.box, self.limits.box_mb << 20)
                if size > self.limits.box_mb << 20:
                    self.kill(running, "box")

    def end_families(self) -> None:
        """End what a process has left running that has ended: it holds the socket open, and the grader would wait on."""
        for running in self.children.values():
            if running.deadline is not None and running.pid and not running.killed:
                with contextlib.suppress(ChildProcessError):
                    if os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                        self.kill(running, "")

    def send(self, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        self.control.sendmsg([msgpack.packb(message)], ancillary)

    def serve(self) -> bool:
        """Carry out one request of the grader; False when it is gone."""
        packet, descriptors, _, _ = socket.recv_fds(self.control, MESSAGE_BYTES, 1)
        if not packet:
            return False
        request = msgpack.unpackb(packet)
        if descriptors:
            request["sock"] = descriptors[0]
        getattr(self, f"serve_{request.pop('do')}")(**request)
        return True

    def serve_spawn(self, seconds: float | None) -> None:
        try:
            new, ours = self.spares.popleft() if self.spares and not seconds else self.new_child(seconds)
        except OSError as error:  # no room for a box, too many processes or open files
            self.send({"refused": str(error)})
            return
        new.door = os.dup(ours.fileno())
        self.send({"serial": new.serial}, (ours.fileno(),))
        ours.close()

    def serve_deadline(self, serial: int, seconds: float | None) -> None:
        self.forget_answers(self.children[serial])
        self.children[serial].deadline = None if seconds is None else time.monotonic() + seconds

    def serve_run_apart(self, serial: int, seconds: float, sock: int) -> None:
        """Have a child work beside the others. What has answered in time is not ended, however late it is asked about."""
        running = self.children[serial]
        running.deadline = time.monotonic() + seconds
        running.answers, running.apart = sock, True
        self.by_answers[sock] = running
        self.poll.register(sock, select.POLLIN)
        with contextlib.suppress(OSError):  # where it is not ours to do so
            os.setpriority(os.PRIO_PROCESS, running.pid, APART_NICENESS)

    def forget_answers(self, running: Child) -> None:
        if running.answers >= 0:
            self.poll.unregister(running.answers)
            del self.by_answers[running.answers]
            os.close(running.answers)
            running.answers = -1

    def serve_prepare_copy(self, of: int) -> None:
        """Make the ends for a copy of a child: for the grader its socket, for the copy a socket and its output."""
        self.serial += 1
        ours, theirs = socket.socketpair()
        with ours, theirs:
            output, theirs_output = os.pipe()
            copy = Child(self.serial, 0, output, self.children[of].box, own_group=False, confined=True)
            self.watch(copy)
            copy.door = os.dup(ours.fileno())
            self.send({"serial": copy.serial}, (ours.fileno(), theirs.fileno(), theirs_output))
            os.close(theirs_output)

    def serve_adopt(self, serial: int, pid: int) -> None:
        """Take a copy of a child as ours. The kernel has named its pid; it must be a child of this process by now."""
        known = self.pids()
        try:
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            pid = 0
        if pid not in known:
            self.children[serial].pid = pid
        self.send({"adopted": self.children[serial].pid != 0})

    def serve_end(self, serial: int) -> None:
        """End a child and all it has started. The next one need not wait until that is done."""
        ended = self.children.pop(serial)
        self.forget_answers(ended)
        self.kill(ended, ended.killed)
        try:
            descriptor = os.pidfd_open(ended.pid) if ended.own_group else -1
        except OSError:  # a container's filter that knows no such call
            descriptor = -1
        if descriptor < 0:  # a copy, too: its orphans are found before the next copy is made, which would look like one
            self.say_how(ended)
            return
        self.dying[descriptor] = ended
        self.poll.register(descriptor, select.POLLIN)
        if len(self.dying) > DYING:
            self.tell_ending(next(iter(self.dying)))

    def tell_ending(self, descriptor: int) -> None:
        ended = self.dying.pop(descriptor)
        self.poll.unregister(descriptor)
        os.close(descriptor)
        self.say_how(ended)

    def say_how(self, ended: Child) -> None:
        """Wait for a child that was killed; say how it ended and what it printed."""
        status, usage = self.wait(ended)
        self.read_output(ended, to_the_end=True)
        if ended.own_group:
            self.confinement.remove_box(ended.serial)
        keep = self.limits.output_kb * 512
        head, tail = ended.kept
        self.send(
            {
                "ended": ended.serial,
                "killed": ended.killed,
                "status": status,
                "confined": ended.confined,
                "cpu_seconds": usage.ru_utime + usage.ru_stime if usage else 0.0,
                "peak_mb": usage.ru_maxrss / 1024 if usage else 0.0,
                "head": head,
                "tail": tail[-keep:],
                "printed": ended.printed,
            }
        )

    def kill(self, running: Child, reason: str) -> None:
        running.killed = reason
        if running.own_group:
            with contextlib.suppress(ProcessLookupError):  # a spare that has not come so far as to lead a group
                os.killpg(running.pid, signal.SIGKILL)
        if running.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(running.pid, signal.SIGKILL)
        self.hang_up(running)

    def hang_up(self, running: Child) -> None:
        """End the grader's waiting for a child, whose end of the socket stays open if it was sent over that very socket."""
        if running.door >= 0:
            with socket.socket(fileno=running.door) as door, contextlib.suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            running.door = -1

    def wait(self, ended: Child) -> tuple[int, resource.struct_rusage | None]:
        """Wait for a process that was killed, and for every other of its group, which is re-parented to us."""
        status: int = 0
        usage = None
        if ended.pid:
            with contextlib.suppress(ChildProcessError):
                _, status, usage = os.wait4(ended.pid, 0)
        while ended.own_group:
            try:
                os.waitid(os.P_PGID, ended.pid, os.WEXITED)
            except ChildProcessError:
                break
        if not ended.own_group:
            self.end_orphans()
        return os.waitstatus_to_exitcode(status), usage

    def pids(self) -> set[int]:
        return {known.pid for known in (*self.children.values(), *self.dying.values())}

    def end_orphans(self) -> None:
        """Kill what a copy has left running. It has become our child, and none that we know.

        The group of a copy is that of the process it is a copy of, so it cannot be killed as a whole. What escapes here by
        forking faster than this looks ends with that group.
        """
        listing = Path(f"/proc/self/task/{os.getpid()}/children")
        for _ in range(ORPHAN_ROUNDS):
            known = self.pids()
            orphans = {int(pid) for pid in listing.read_text().split()} - known if listing.exists() else set()
            if not orphans:
                return
            for pid in orphans:
                os.kill(pid, signal.SIGKILL)
            for pid in orphans:
                os.waitpid(pid, 0)

    def read_output(self, running: Child, to_the_end: bool = False) -> None:
        """Take what a child has printed; keep the first and the last part."""
        keep = self.limits.output_kb * 512
        while running.output >= 0:
            try:
                block = os.read(running.output, 1 << 16)
            except BlockingIOError:
                block = None
            if not block:
                if block == b"" or to_the_end:
                    self.poll.unregister(running.output)
                    del self.by_output[running.output]
                    os.close(running.output)
                    running.output = -1
                return
            if not running.confined:
                running.confined = block.startswith(child.CONFINED)
                block = block.removeprefix(child.CONFINED)
            running.printed += len(block)
            room = keep - len(running.kept[0])
            running.kept[0] += block[:room]
            running.kept[1] = (running.kept[1] + block[room:])[-2 * keep :] if len(block) > room else running.kept[1]
            if not to_the_end:
                return

    def close(self) -> None:
        """End all children and leave nothing of them."""
        for running in self.children.values():
            self.kill(running, running.killed)
        for running in (*self.children.values(), *self.dying.values()):
            self.wait(running)
            if running.own_group:
                self.confinement.remove_box(running.serial)


def preload(modules: Sequence[str]) -> list[str]:
    """Import what children would otherwise import each for itself; return what could not be, and why."""
    problems = []
    late = [name for module in modules for name in LATE.get(module, ())]
    for module in (*COMMON, *modules, *late):
        try:
            importlib.import_module(module)
        except Exception as error:  # what is missing, and what does not load: its users will see
            problems.append(f"{module}: {error}")
    if "tqdm" in sys.modules:
        vars(sys.modules["tqdm"])["tqdm"].monitor_interval = 0  # no thread beside a progress bar: its process can be copied
    return problems


def forget_paths(secrets: list[str]) -> None:
    """Import nothing more from folders that hold what a child must not read: a checkout with the tests in it."""
    for entry in list(sys.path):
        if any(os.path.realpath(secret).startswith(os.path.realpath(entry)) for secret in secrets):
            sys.path.remove(entry)


def box_bytes(folder: str, enough: int) -> int:
    """Bytes in a box, counted until there are more than `enough`; what cannot be counted is too much."""
    total = 0
    folders = [folder]
    while folders and total <= enough:
        try:
            entries = os.scandir(folders.pop())
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return enough + 1
            continue  # it is gone
        with entries:
            for entry in entries:
                total += ENTRY_BYTES
                with contextlib.suppress(OSError):  # this one is gone, and the next must be seen all the same
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
    return total


def main(descriptor: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the grader
    control = socket.socket(fileno=descriptor)
    config = control.recv(MESSAGE_BYTES)
    if not config:
        return  # the grader was ended while this program started
    config = msgpack.unpackb(config)
    with contextlib.ExitStack() as cleanup:  # here, because a grader that was killed cannot tidy up
        for folder in filter(None, (config["scratch"], config["boxes"])):
            parent, name = os.path.split(folder)
            # Opened now: this process may come to see another folder under that path.
            cleanup.callback(boxes.remove_in, os.open(parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC), name)
        try:
            server = Server(control, config)
            try:
                server.run()
            finally:
                server.close()
        except ConnectionError:
            return  # the grader has left while it was owed an answer
        except (OSError, MemoryError) as error:
            if getattr(error, "errno", errno.ENOMEM) not in MACHINE_FAULTS:
                traceback.print_exc()
            refuse(control, str(error) or type(error).__name__)


def refuse(control: socket.socket, reason: str) -> None:
    """Answer the grader with nothing but the reason, until it goes. Before that, its folders must stay."""
    with contextlib.suppress(ConnectionError):
        control.send(msgpack.packb({"refused": reason}))
        while control.recv(MESSAGE_BYTES):
            control.send(msgpack.packb({"refused": reason}))
