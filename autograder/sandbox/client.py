"""The grader's side of the fork server: start it, ask for children, end them."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import msgpack

from autograder.sandbox.confine import boxes
from autograder.sandbox.limits import Limits, TimeLimit
from autograder.sandbox.messages import MESSAGE_BYTES, KilledFor, Request
from autograder.sandbox.programs import PACKAGE_ROOT, clean_environment, fresh_options

ANSWER_SECONDS = 120.0  # to each request; to begin with it loads torch from a cold disk
PROGRAM = """
import os, sys
sys.path.insert(0, sys.argv[1])
from autograder.sandbox.server import main
main(int(sys.argv[2]), alone=True)
sys.stderr.flush()
os._exit(0)  # nothing is left to be ended, and taking libraries down takes as long as the grader waits for it
"""


class SandboxError(RuntimeError):
    """The sandbox itself does not work; no verdict can be given."""


class ServerProcess(Protocol):
    """The process of a fork server: a `subprocess.Popen`, or what is like one."""

    pid: int

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit status, or raise subprocess.TimeoutExpired."""

    def kill(self) -> None:
        """Send it SIGKILL."""


Server = tuple[ServerProcess, socket.socket]  # a fork server that runs, and the control socket to it
Launched = list[Server]  # by what they have loaded, see `ladder.py`; a single one is to load everything
SPARES = 2  # children that the rung for the next tests has ready


@dataclass(frozen=True)
class Ending:
    """How a process of the submission ended, and what it left.

    Attributes:
        killed_for: the limit that it was killed for going over; None when it was not.
        status: exit status, or minus the signal.
        output: what it printed on stdout and stderr, at most `limits.output_kb`.
        cpu_seconds: processor time that it used.
        peak_mb: of its resident memory.
        confined: False: it has ended on the way there, and has run nothing of the submission.
    """

    killed_for: KilledFor | None
    status: int
    output: str
    cpu_seconds: float
    peak_mb: float
    confined: bool = True


class Sandbox:
    """A running fork server. Used by one thread.

    Args:
        limits: what each child may use.
        preload: modules that the server imports before the first fork.
        readable: paths, beside the interpreter's, that a child may read: the stage.
        hidden: paths below readable ones that it may not.
        withheld: the same for files of libraries, which it can import all the same.
        restrictions: the arguments of `restrictions.Restrictions` but the boxes, if there are any.
        secrets: name -> path of what the self-test proves to be unreadable from a child.
        scratch: a folder that the server deletes in its end, so that it goes even if this process is killed.
        server: one that runs already and waits for this, and the control socket to it; otherwise a new program is started.
        late: modules that it leaves to rungs above it; see `ladder.py`.
        rung: its number from below, and how many there are.
    """

    def __init__(
        self,
        limits: Limits,
        preload: Sequence[str] = ("numpy",),
        readable: Sequence[str] = (),
        hidden: Sequence[str] = (),
        withheld: Sequence[str] = (),
        restrictions: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
        scratch: str | None = None,
        server: Server | None = None,
        late: Sequence[str] = (),
        rung: tuple[int, int] = (0, 1),
    ) -> None:
        self.limits = limits
        self.preload = tuple(preload)
        self.endings: dict[int, Ending] = {}
        self.ready: dict[str, Any] | None = None
        self.folder = tempfile.mkdtemp(prefix="autograder-")
        try:
            os.chmod(self.folder, 0o711)  # noqa: S103  children pass through to their own boxes
            self.process, self.control = server or start_program()[0]
        except BaseException:
            os.rmdir(self.folder)
            raise
        with contextlib.suppress(OSError):  # it has ended; whoever asks it for anything is told
            self.control.send(
                msgpack.packb(
                    {
                        "limits": asdict(limits),
                        "preload": list(preload),
                        "late": list(late),
                        "rung": {"number": rung[0], "count": rung[1]},
                        "readable": list(readable),
                        "hidden": list(hidden),
                        "withheld": list(withheld),
                        "restrictions": restrictions,
                        "secrets": dict(secrets or {}),
                        "boxes": self.folder,
                        "scratch": scratch,
                    }
                )
            )

    def report(self) -> dict[str, Any]:
        """Wait until the server is ready; return its level, layers and self-test.

        Raises:
            SandboxError: it has died or says nothing.
        """
        if self.ready is None:
            self.control.settimeout(ANSWER_SECONDS)
            self.ready = self.receive()[0]["ready"]
        return self.ready

    def receive(self) -> tuple[dict[str, Any], list[int]]:
        """Return the next message of the server and the descriptors that came with it.

        Raises:
            SandboxError: it has ended, or says that it cannot do what it was asked for.
        """
        try:
            packet, descriptors, flags, _ = socket.recv_fds(self.control, MESSAGE_BYTES, 4)
        except ConnectionError:  # it was killed before it had read what it was sent
            packet = b""
        except OSError as error:
            raise SandboxError(f"the fork server does not answer: {error}") from error
        if not packet:
            raise SandboxError(f"the fork server has ended with status {self.process.wait()}")
        message = msgpack.unpackb(packet)
        if "refused" in message:
            raise SandboxError(f"the fork server could not go on: {message['refused']}")
        if flags & socket.MSG_CTRUNC:
            for descriptor in descriptors:
                os.close(descriptor)
            raise SandboxError("the grader may open no more files; let it open more (ulimit -n 1024)")
        return message, descriptors

    def request(self, do: Request, descriptors: Sequence[int] = (), **fields: Any) -> None:
        """Send a request, see `messages`, with copies of these descriptors.

        Raises:
            SandboxError: the server has ended.
        """
        packet = msgpack.packb({"do": do.value, **fields})
        try:
            if descriptors:
                socket.send_fds(self.control, [packet], descriptors)
            else:
                self.control.send(packet)
        except OSError as error:
            raise SandboxError(f"the fork server has ended with status {self.process.wait()}") from error

    def answer(self) -> tuple[dict[str, Any], list[int]]:
        """Return the next message that is not the end of a child; those are kept."""
        self.report()
        while True:
            message, descriptors = self.receive()
            if "ended" not in message:
                return message, descriptors
            self.keep(message)

    def keep(self, message: dict[str, Any]) -> None:
        head, tail, printed = message["head"], message["tail"], message["printed"]
        dropped = printed - len(head) - len(tail)
        between = f"\n[... {dropped} bytes left out ...]\n".encode() if dropped else b""
        self.endings[message["ended"]] = Ending(
            killed_for=message["killed_for"],
            status=message["status"],
            confined=message["confined"],
            output=(head + between + tail).decode("utf-8", "replace"),
            cpu_seconds=message["cpu_seconds"],
            peak_mb=message["peak_mb"],
        )

    def spawn(self, cpu_seconds: float = 0.0, needs: Collection[str] | None = None) -> tuple[int, socket.socket]:
        """Return the serial number of a new child and the socket to it.

        Args:
            cpu_seconds: processor time that it may need, if that is more than `limits.test_seconds`.
            needs: of no meaning where there is a single rung.
        """
        self.report()
        self.request(Request.SPAWN, cpu_seconds=cpu_seconds if cpu_seconds > self.limits.test_seconds else None)
        message, descriptors = self.answer()
        return message["serial"], socket.socket(fileno=descriptors[0])

    def expect(self, needs: Collection[str] | None, most: int = SPARES) -> None:
        """Nothing: a single rung has children ready in any case."""

    def control_of(self, serial: int) -> socket.socket:
        """The socket that closes when nobody ends that child any more."""
        return self.control

    def box_of(self, serial: int) -> str:
        """The folder in which a child may write, as the child itself sees it."""
        return os.path.join(os.path.realpath(self.folder), str(serial))

    def limit(self, serial: int, time: TimeLimit | None) -> None:
        """Let a child go on so long from now (None: it has nothing to do, and is left alone)."""
        self.request(
            Request.LIMIT,
            serial=serial,
            cpu_seconds=time and time.cpu_seconds,
            wall_seconds=time and time.wall_seconds,
        )

    def run_apart(self, serial: int, cpu_seconds: float, sock: socket.socket) -> None:
        """Let a child use so much processor time, at a lower priority than those with a test, while nobody waits for it.

        Args:
            sock: our end of the socket to it, on which the reply will arrive.
        """
        self.request(Request.RUN_APART, [sock.fileno()], serial=serial, cpu_seconds=cpu_seconds)

    def wait_for(self, serial: int, wall_seconds: float) -> None:
        """Say that a child that runs apart is waited for, so long. Its processor time stays what it was."""
        self.request(Request.WAIT_FOR, serial=serial, wall_seconds=wall_seconds)

    def watch(self, wall_seconds: float) -> None:
        """Have this process killed if it is not done after so many seconds: only another one can end what hears no signal."""
        self.request(Request.WATCH, wall_seconds=wall_seconds)

    def prepare_copy(self, of: int) -> tuple[int, socket.socket, list[int]]:
        """Return serial number and socket of a copy that is still to be made, and the two descriptors it needs."""
        self.request(Request.PREPARE_COPY, of=of)
        message, (ours, *theirs) = self.answer()
        return message["serial"], socket.socket(fileno=ours), theirs

    def adopt(self, serial: int, pid: int) -> bool:
        """Put a copy under the server's control; False if the pid is not one of its processes."""
        self.request(Request.ADOPT, serial=serial, pid=pid)
        return self.answer()[0]["adopted"]

    def end(self, serial: int) -> None:
        """End a child; `ending` tells how, later."""
        self.request(Request.END, serial=serial)

    def ending(self, serial: int) -> Ending:
        """How a child ended for which `end` was called."""
        while serial not in self.endings:
            message, _ = self.receive()
            self.keep(message)
        return self.endings[serial]

    def hand_over(self) -> None:
        """Let another process, a fork of this one, be the only one that uses it; the server ends with that one."""
        self.control.close()

    def close(self) -> None:
        """End the server and all that is left of its children."""
        self.control.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        boxes.remove(self.folder)  # all of it, if the server was killed


class Program(subprocess.Popen[bytes]):
    """A fork server as a program of its own."""

    def wait(self, timeout: float | None = None) -> int:
        """See `subprocess.Popen.wait`, which looks only now and then, up to 16 ms too late."""
        if timeout and self.returncode is None:
            with contextlib.suppress(AttributeError, OSError):  # no Linux, or an old one
                descriptor = os.pidfd_open(self.pid)
                try:
                    ended = select.poll()
                    ended.register(descriptor, select.POLLIN)
                    ended.poll(1000 * timeout)
                finally:
                    os.close(descriptor)
        return super().wait(timeout)


def start_program() -> Launched:
    """Start a single fork server as a fresh program."""
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = Program(
        [sys.executable, *fresh_options(), "-c", PROGRAM, str(PACKAGE_ROOT), str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd="/",
        env=clean_environment(),
        start_new_session=True,
    )
    theirs.close()
    return [(process, control)]
