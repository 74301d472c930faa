"""Fork servers that are forks of a process with public libraries, and nurseries: processes that fork more of them.

A fork server is for one submission. Where many are graded, each rung has a nursery, which has loaded the libraries once and
forks a server for each submission. A nursery holds nothing but libraries and hears nothing about any submission: what a server
is told reaches it on a socket that the nursery closes unread. So all servers begin alike.
"""

import gc
import os
import select
import signal
import socket
import subprocess
import time
import traceback
from collections.abc import Callable

from autograder.sandbox import kernel
from autograder.sandbox.client import SandboxError, Server
from autograder.sandbox.programs import clean_environment

UNKNOWN = -1  # status of a process that is not a child of this one
CONTROL = 3  # a fork's only descriptor beside the standard streams
ANSWER_SECONDS = 60.0  # to a request for a server; a nursery does nothing else


class ForkedServer:
    """A fork server that is a child of this process; see `client.ServerProcess`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.status: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        limit = time.monotonic() + (timeout or 0)
        while self.status is None:
            try:
                pid, status = os.waitpid(self.pid, 0 if timeout is None else os.WNOHANG)
            except ChildProcessError:  # in another grader, which is a fork of the one that has started it
                return UNKNOWN
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() >= limit:
                raise subprocess.TimeoutExpired(f"fork server {self.pid}", timeout or 0)
            else:
                time.sleep(0.002)
        return self.status

    def kill(self) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)


class NurseryServer:
    """A fork server that is a child of a nursery; see `client.ServerProcess`.

    Args:
        handle: a descriptor of the process, which tells when it has ended. It is closed by `wait`.
    """

    def __init__(self, pid: int, handle: int) -> None:
        self.pid = pid
        self.handle = handle

    def wait(self, timeout: float | None = None) -> int:
        if self.handle >= 0:
            poll = select.poll()
            poll.register(self.handle, select.POLLIN)
            if not poll.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired(f"fork server {self.pid}", timeout or 0)
            self.let_go()
        return UNKNOWN

    def let_go(self) -> None:
        """In a process that does not use it, or no longer: close the descriptor."""
        if self.handle >= 0:
            os.close(self.handle)
            self.handle = -1

    def kill(self) -> None:
        if self.handle >= 0:
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)


class Nursery:
    """A process that forks fork servers, all alike. Used by one thread of one process.

    It ends with the process that has the other end of its socket.
    """

    def __init__(self) -> None:
        """Fork it off this process: all that is in memory here, submissions can read."""
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control.settimeout(ANSWER_SECONDS)
        self.pid = forked(theirs, be_nursery)

    def server(self) -> tuple[NurseryServer, socket.socket]:
        """Return a new fork server, and the control socket to it.

        Raises:
            SandboxError: the nursery has ended, or cannot fork.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                socket.send_fds(self.control, [b"fork"], [theirs.fileno()])
                answer, descriptors, _, _ = socket.recv_fds(self.control, 100, 1)
            except OSError as error:
                ours.close()
                raise SandboxError(f"the process that forks fork servers does not answer: {error}") from error
        if not descriptors:
            ours.close()
            raise SandboxError(f"no fork server could be started: {answer.decode() or 'the process that forks them has ended'}")
        return NurseryServer(int(answer), descriptors[0]), ours

    def close(self) -> None:
        """Let it end. Servers that it has forked go on."""
        self.control.close()

    def end(self) -> None:
        """In the process that has forked it: let it end, and wait for that."""
        self.close()
        os.waitpid(self.pid, 0)


def forked_server() -> Server:
    """Fork a server off this process: all that is in memory here, submissions can read."""
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    return ForkedServer(forked(theirs, be_server)), control


def forked(control: socket.socket, be: Callable[[], None]) -> int:
    """Fork a process that is and remains what `be` is, with one socket; return its pid. There must be a single thread."""
    gc.collect()
    gc.freeze()  # so that no collection on either side writes to what both share
    pid = os.fork()
    if pid == 0:
        begin(control.detach(), be)
    control.close()
    return pid


def begin(control: int, be: Callable[[], None]) -> None:
    """The whole life of such a process. It never returns: it must not go on as a second command."""
    status = 1
    try:
        os.setsid()
        os.dup2(control, CONTROL, inheritable=False)
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1):
            os.dup2(null, stream)
        kernel.close_descriptors(CONTROL + 1)
        os.chdir("/")
        os.environ.clear()
        os.environ.update(clean_environment())
        be()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def be_server() -> None:
    from autograder.sandbox import server  # not earlier: NumPy may start threads, which a fork would lose

    server.main(CONTROL)


def be_nursery() -> None:
    """Fork a server for each socket that comes, until there is nobody who would send one."""
    from autograder.sandbox import server  # noqa: F401  loaded once

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the grader
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a server has ended
    kernel.set_dumpable(False)
    requests = socket.socket(fileno=CONTROL)
    while True:
        packet, descriptors, _, _ = socket.recv_fds(requests, 100, 1)
        if not packet:
            return
        try:
            pid = os.fork()
        except OSError as error:
            os.close(descriptors[0])
            requests.send((error.strerror or "it cannot be forked").encode())
            continue
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # it has children of its own to wait for
            kernel.set_dumpable(True)  # until it is confined: its /proc/self/uid_map would be root's otherwise
            begin(descriptors[0], be_server)
        handle = os.pidfd_open(pid)  # it cannot have ended and be another: it has not been told anything
        socket.send_fds(requests, [str(pid).encode()], [handle])
        for descriptor in (handle, descriptors[0]):
            os.close(descriptor)
