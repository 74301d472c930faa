"""The processes of submissions as the fork server knows them: how they begin, what they print, how they end.

What such a process does meanwhile is in `child.py`.
"""

import contextlib
import math
import os
import resource
import signal
import socket
from collections.abc import Collection
from dataclasses import dataclass

from autograder.sandbox import child
from autograder.sandbox.clocks import Clock, family_seconds
from autograder.sandbox.confine.confinement import Confinement
from autograder.sandbox.journal import Journal
from autograder.sandbox.messages import KilledFor

BLOCK_BYTES = 1 << 16  # read of what a child has printed before others have their turn


class Printed:
    """What a child prints on stdout and stderr. The first and the last part are kept, the rest is counted and dropped.

    Args:
        descriptor: the reading end of its pipe; -1 when closed.
        part_bytes: that are kept of each part.
        journal: what it has printed and not told the suite yet.
        confined: whether the child has said so, which it does first of all.
    """

    def __init__(self, descriptor: int, part_bytes: int, journal: Journal, confined: bool = False) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self.part_bytes = part_bytes
        self.journal = journal
        self.confined = confined
        self.head = b""
        self.tail = b""
        self.count = 0  # bytes

    def take_block(self) -> bytes | None:
        """Take what has been printed, up to a block; None where there is nothing yet, empty at the end of all."""
        try:
            block = os.read(self.descriptor, BLOCK_BYTES)
        except BlockingIOError:
            return None
        if block:
            self.keep(block)
        return block

    def keep(self, block: bytes) -> None:
        if not self.confined:
            self.confined = block.startswith(child.CONFINED)
            block = block.removeprefix(child.CONFINED)
        self.count += len(block)
        room = self.part_bytes - len(self.head)
        self.head += block[:room]
        if len(block) > room:
            self.tail = (self.tail + block[room:])[-self.part_bytes :]

    def keep_untold(self) -> None:
        """Take what the child, which has ended, has printed and could not tell the suite any more."""
        head, dropped, tail = self.journal.take()
        for block in (head, tail):
            if block:
                self.keep(block)
        self.count += dropped


@dataclass
class Child:
    """One process of a submission, and those it starts.

    Attributes:
        serial: by which the grader names it.
        pid: 0 for a copy of another child until the grader has named it.
        printed: by all of them.
        box: the folder in which they may write.
        own_group: whether it leads a process group; a copy of another child belongs to that one's.
        hangup_fd: the grader's end of its socket, for hanging up; -1 when closed.
        reply_fd: the same end, while it runs apart and nobody has waited for it yet; otherwise -1.
        reply_due: of `time.monotonic`, when a reply must be there that has begun before anybody waits for it.
        clock: what it may still use; None while it has nothing to do.
        worked: whether it has had a limit before.
        apart: it runs beside the tests.
        has_loaded: it was given time for a library that it had to load itself.
        killed_for: the limit that it was killed for going over.
    """

    serial: int
    pid: int
    printed: Printed
    box: str
    own_group: bool = True
    hangup_fd: int = -1
    reply_fd: int = -1
    reply_due: float | None = None
    clock: Clock | None = None
    worked: bool = False
    apart: bool = False
    has_loaded: bool = False
    killed_for: KilledFor | None = None

    def limit(self, now: float, cpu_seconds: float, wall_seconds: float | None, known: Collection[int]) -> None:
        """Let it go on so long from now, by `time.monotonic`.

        Args:
            wall_seconds: None while nobody waits for it.
            known: see `family_seconds`.
        """
        before = self.cpu_seconds(known) if self.worked else 0.0
        self.clock = Clock(now, before, cpu_seconds, None if wall_seconds is None else now + wall_seconds)
        self.worked = True

    def cpu_seconds(self, known: Collection[int], enough: float = math.inf) -> float:
        """Processor time of all its processes so far, see `family_seconds`."""
        return family_seconds(self.pid, known, self.own_group, enough) if self.pid else 0.0

    def kill(self, reason: KilledFor | None = None) -> None:
        """Kill it and all of its group, for going over a limit or because it is to end."""
        self.killed_for = reason or self.killed_for
        if self.own_group:
            with contextlib.suppress(ProcessLookupError):  # a spare that has not come so far as to lead a group
                os.killpg(self.pid, signal.SIGKILL)
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self.hang_up()

    def hang_up(self) -> None:
        """End the grader's waiting for it, whose end of the socket stays open if it was sent over that very socket."""
        if self.hangup_fd >= 0:
            with socket.socket(fileno=self.hangup_fd) as end, contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            self.hangup_fd = -1

    def wait(self) -> tuple[int, resource.struct_rusage | None]:
        """Wait for it, after it was killed, and for every other of its group, which has become a child of ours.

        Returns:
            Its exit status, or minus the signal, and what it has used, which is None where somebody else has waited for it.
        """
        status = 0
        usage = None
        if self.pid:
            with contextlib.suppress(ChildProcessError):
                _, status, usage = os.wait4(self.pid, 0)
        while self.own_group:
            try:
                os.waitid(os.P_PGID, self.pid, os.WEXITED)
            except ChildProcessError:
                break
        return os.waitstatus_to_exitcode(status), usage


def fork_child(
    servant: child.Servant, serial: int, confinement: Confinement, control: socket.socket, cpu_seconds: float | None
) -> tuple[Child, socket.socket]:
    """Fork a child that waits for its first request; return it and the grader's end of its socket.

    Args:
        servant: that the child is to be.
        control: of the fork server, which the child lets go.
        cpu_seconds: processor time that it may need; None: as much as a test.

    Raises:
        OSError: there is no room for a box, or there are too many processes or open files.
    """
    with contextlib.ExitStack() as undo:
        box = confinement.make_box(serial)
        undo.callback(confinement.remove_box, serial)
        journal = Journal()
        undo.callback(journal.close)
        ours, theirs = socket.socketpair()
        undo.callback(ours.close)
        with theirs:
            output, theirs_output = os.pipe()
            undo.callback(os.close, output)
            try:
                pid = os.fork()
                if pid == 0:
                    become_child(servant, serial, confinement, control, theirs, theirs_output, box, cpu_seconds, journal)
            finally:
                os.close(theirs_output)
        undo.pop_all()
    journal.hide()
    return Child(serial, pid, Printed(output, confinement.limits.output_kb * 512, journal), box), ours


def become_child(
    servant: child.Servant,
    serial: int,
    confinement: Confinement,
    control: socket.socket,
    door: socket.socket,
    output: int,
    box: str,
    cpu_seconds: float | None,
    journal: Journal,
) -> None:
    """The child's whole life. It never returns, whatever happens: a child must not go on as a second server."""
    status = child.NOT_CONFINED
    try:
        null = os.open(os.devnull, os.O_RDONLY)
        for target, source in enumerate((null, output, output, door.fileno())):
            os.dup2(source, target)
        for lost in (door, control):  # their numbers may be those of other files by now
            lost.detach()
        confinement.enter(serial, box, child.SOCKET_FD + 1, cpu_seconds)
        os.write(1, child.CONFINED)
        status = 0
        child.main(servant, socket.socket(fileno=child.SOCKET_FD), journal)
    except BaseException as error:
        with contextlib.suppress(Exception):
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(status)
