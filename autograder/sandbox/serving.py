"""The fork server while tests run: it forks children, carries out the grader's requests, and ends what goes on too long."""

import array
import contextlib
import os
import resource
import select
import signal
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import msgpack

from autograder.sandbox.child import Servant
from autograder.sandbox.children import Child, Printed, fork_child
from autograder.sandbox.clocks import has_loaded
from autograder.sandbox.confine import boxes
from autograder.sandbox.confine.confinement import Confinement
from autograder.sandbox.halves import is_half_sent
from autograder.sandbox.late import LEFT
from autograder.sandbox.messages import MESSAGE_BYTES, Request
from autograder.sandbox.strays import end_strays
from autograder.sandbox.world import World

DYING = 1  # children that are being ended while the next one runs
SPARES = 2  # children that wait for a test; made while there is nothing else to do
LATE_SECONDS = 15.0  # of processor time, for a library that a test loads itself although it is preloaded for others
APART_NICENESS = 5  # of what runs beside the tests: it has time, while somebody waits for them
LONG_SECONDS = 3600.0  # after which it looks again in any case: poll takes no more than some 24 days
REPLY_SECONDS = 5.0  # from the beginning of a reply for which nobody waits yet to its end; an honest process needs none
TICK_SECONDS = 0.5  # how often the size of a box is looked at, and whether its process has ended without its family
PEER = struct.Struct("3i")  # pid, uid, gid: the kernel's struct ucred
GRADER_ENDED = (
    b"autograder: the grading was ended: a test was still running long after the time that all tests have together was over. "
    b"Most likely the suite is in a loop that hears no signal, such as sum(range(n)) of a huge n\n"
)


class Server:
    """Owns the children. Requests come from the grader, one packet each.

    Args:
        control: the socket to the grader.
        confinement: of all children, prepared by this process.
        number, count: which rung of how many this is; no two of them give the same serial number.
    """

    def __init__(self, control: socket.socket, confinement: Confinement, number: int = 0, count: int = 1) -> None:
        self.control = control
        self.confinement = confinement
        self.limits = confinement.limits
        self.servant = Servant(World())
        self.children: dict[int, Child] = {}  # by serial
        self.dying: dict[int, Child] = {}  # killed and not yet waited for, by the descriptor that tells of their end
        self.serial = number  # of the last child
        self.step = count
        self.spares: deque[tuple[Child, socket.socket]] = deque()
        self.wanted = SPARES if count == 1 else 0
        self.grader_until: float | None = None  # of `time.monotonic`, when it must be done
        self.poll = select.poll()
        self.poll.register(control, select.POLLIN)
        self.watched: dict[int, Callable[[], None]] = {}  # what to do when there is something to read from a descriptor

    def run(self) -> None:
        """Serve until the grader has gone."""
        tick = time.monotonic() + TICK_SECONDS
        while True:
            events = self.poll.poll(0 if len(self.spares) < self.wanted else self.patience(tick))
            if not events and len(self.spares) < self.wanted:
                self.make_spare()
            for descriptor, _ in events:
                if descriptor == self.control.fileno():
                    if not self.serve():
                        return
                elif descriptor in self.watched:  # what came before it may have closed it
                    self.watched[descriptor]()
            now = time.monotonic()
            for running in self.children.values():
                if not running.killed_for:
                    self.look_at(running, now)
            if self.grader_until is not None and now >= self.grader_until:
                self.end_grader()
            if now >= tick:
                tick = now + TICK_SECONDS
                self.check_boxes()
                self.end_families()

    def patience(self, tick: float) -> float | None:
        """Milliseconds until something must be looked at."""
        alive = [running for running in self.children.values() if not running.killed_for]
        times = [running.clock.look for running in alive if running.clock] + [tick for running in alive if running.apart]
        if times:
            times.append(tick)
        if self.grader_until is not None:
            times.append(self.grader_until)
        return max(0.0, min(*times, LONG_SECONDS + tick) - time.monotonic()) * 1000 + 1 if times else None

    def look_at(self, running: Child, now: float) -> None:
        """End a child that has gone over its limits."""
        if running.reply_due is not None and now >= running.reply_due:
            running.reply_due = None
            if is_half_sent(running.reply_fd):
                running.kill("reply")
                return
        if running.clock and now >= running.clock.look:
            over = running.clock.over(now, running.cpu_seconds(self.pids(), running.clock.enough))
            if over == "cpu" and not running.has_loaded and LEFT.due and has_loaded(running.pid, LEFT.due):
                running.has_loaded = True
                running.clock.allow(LATE_SECONDS)
            elif over:
                running.kill(over)

    def check_boxes(self) -> None:
        most = self.limits.box_mb << 20
        for running in self.children.values():
            works = running.clock or running.apart
            if works and not running.killed_for and boxes.size(running.box, most) > most:
                running.kill("box")

    def end_families(self) -> None:
        """End what a process has left running that has ended: it holds the socket open, and the grader would wait on."""
        for running in self.children.values():
            if running.clock and running.pid and not running.killed_for:
                with contextlib.suppress(ChildProcessError):
                    if os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                        running.kill()

    def watch(self, descriptor: int, then: Callable[[], None]) -> None:
        """Call `then` whenever there is something to read, or nothing any more."""
        self.watched[descriptor] = then
        self.poll.register(descriptor, select.POLLIN)

    def stop_watching(self, descriptor: int) -> None:
        self.poll.unregister(descriptor)
        del self.watched[descriptor]

    def close_watched(self, descriptor: int) -> None:
        self.stop_watching(descriptor)
        os.close(descriptor)

    def end_grader(self) -> None:
        """Kill the grader, which nothing else has ended: a suite that hears no signal, say, deep in compiled code."""
        self.grader_until = None
        pid, _, _ = PEER.unpack(self.control.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size))
        if pid == os.getppid():
            with contextlib.suppress(OSError):  # nobody reads it
                os.write(2, GRADER_ENDED)
            os.kill(pid, signal.SIGKILL)

    # What the grader asks for

    def serve(self) -> bool:
        """Carry out one request of the grader; False when it is gone."""
        packet, descriptors, _, _ = socket.recv_fds(self.control, MESSAGE_BYTES, 1)
        if not packet:
            return False
        request = msgpack.unpackb(packet)
        if descriptors:
            request["sock"] = descriptors[0]
        HANDLERS[Request(request.pop("do"))](self, **request)
        return True

    def send(self, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        self.control.sendmsg([msgpack.packb(message)], ancillary)

    def spawn(self, cpu_seconds: float | None) -> None:
        try:
            new, ours = self.spares.popleft() if self.spares and not cpu_seconds else self.new_child(cpu_seconds)
        except OSError as error:
            self.send({"refused": str(error)})
            return
        new.hangup_fd = os.dup(ours.fileno())
        self.send({"serial": new.serial}, (ours.fileno(),))
        ours.close()

    def limit(self, serial: int, cpu_seconds: float | None, wall_seconds: float | None) -> None:
        running = self.children[serial]
        if cpu_seconds is None:
            running.clock = None
        else:
            running.limit(time.monotonic(), cpu_seconds, wall_seconds, self.pids())

    def run_apart(self, serial: int, cpu_seconds: float, sock: int) -> None:
        """Have a child work beside the others. What has answered is not ended, however late it is asked about."""
        running = self.children[serial]
        running.limit(time.monotonic(), cpu_seconds, None, self.pids())
        running.reply_fd, running.apart = sock, True
        self.watch(sock, partial(self.expect_reply, running))
        with contextlib.suppress(OSError):  # where it is not ours to do so
            os.setpriority(os.PRIO_PROCESS, running.pid, APART_NICENESS)

    def wait_for(self, serial: int, wall_seconds: float) -> None:
        """Somebody waits for a child that runs apart, so long; its processor time stays what it was."""
        running = self.children[serial]
        self.forget_reply(running)
        if running.clock:
            running.clock.wait_until(time.monotonic() + wall_seconds)

    def watch_grader(self, wall_seconds: float) -> None:
        self.grader_until = time.monotonic() + wall_seconds

    def prepare_copy(self, of: int) -> None:
        """Make the ends for a copy of a child: for the grader its socket, for the copy a socket and its output."""
        self.serial += self.step
        ours, theirs = socket.socketpair()
        with ours, theirs:
            output, theirs_output = os.pipe()
            # Its journal, too, is that of the process it is a copy of, which waits until the copy has ended.
            printed = Printed(output, self.limits.output_kb * 512, self.children[of].printed.journal, confined=True)
            copy = Child(self.serial, 0, printed, self.children[of].box, own_group=False)
            self.add(copy)
            copy.hangup_fd = os.dup(ours.fileno())
            self.send({"serial": copy.serial}, (ours.fileno(), theirs.fileno(), theirs_output))
            os.close(theirs_output)

    def adopt(self, serial: int, pid: int) -> None:
        """Take a copy of a child as ours. The kernel has named its pid; it must be a child of this process by now."""
        known = self.pids()
        try:
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            pid = 0
        if pid not in known:
            self.children[serial].pid = pid
        self.send({"adopted": self.children[serial].pid != 0})

    def end(self, serial: int) -> None:
        """End a child and all it has started. The next one need not wait until that is done."""
        ended = self.children.pop(serial)
        self.forget_reply(ended)
        ended.kill()
        try:
            descriptor = os.pidfd_open(ended.pid) if ended.own_group else -1
        except OSError:  # a container's filter that knows no such call
            descriptor = -1
        if descriptor < 0:  # a copy, too: its orphans are found before the next copy is made, which would look like one
            self.tell_ending(ended)
            return
        self.dying[descriptor] = ended
        self.watch(descriptor, partial(self.bury, descriptor))
        if len(self.dying) > DYING:
            self.bury(next(iter(self.dying)))

    def expect(self, wanted: int) -> None:
        """Have so many children ready, because the next tests will ask for them."""
        self.wanted = wanted

    # The children

    def make_spare(self) -> None:
        try:
            self.spares.append(self.new_child(None))
        except OSError:  # who asks for one will be told
            self.wanted = 0

    def new_child(self, cpu_seconds: float | None) -> tuple[Child, socket.socket]:
        self.serial += self.step
        new, ours = fork_child(self.servant, self.serial, self.confinement, self.control, cpu_seconds)
        self.add(new)
        return new, ours

    def add(self, new: Child) -> None:
        self.children[new.serial] = new
        self.watch(new.printed.descriptor, partial(self.read_output, new))

    def pids(self) -> set[int]:
        return {known.pid for known in (*self.children.values(), *self.dying.values())}

    def read_output(self, running: Child) -> None:
        if running.printed.take_block() == b"":
            self.close_output(running.printed)

    def close_output(self, printed: Printed) -> None:
        self.close_watched(printed.descriptor)
        printed.descriptor = -1

    def expect_reply(self, answering: Child) -> None:
        """The reply of a child that runs apart has begun."""
        answering.reply_due = time.monotonic() + REPLY_SECONDS
        self.stop_watching(answering.reply_fd)

    def forget_reply(self, running: Child) -> None:
        running.reply_due = None
        if running.reply_fd >= 0:
            if running.reply_fd in self.watched:
                self.stop_watching(running.reply_fd)
            os.close(running.reply_fd)
            running.reply_fd = -1

    def bury(self, descriptor: int) -> None:
        """A child that was killed has ended, or is waited for so that there are not too many of them."""
        self.close_watched(descriptor)
        self.tell_ending(self.dying.pop(descriptor))

    def tell_ending(self, ended: Child) -> None:
        """Wait for a child that was killed; tell the grader how it ended and what it printed."""
        status, usage = self.wait(ended)
        printed = ended.printed
        if printed.descriptor >= 0:
            while printed.take_block():
                pass
            self.close_output(printed)
        printed.keep_untold()
        if ended.own_group:
            printed.journal.close()
            self.confinement.remove_box(ended.serial)
        self.send(
            {
                "ended": ended.serial,
                "killed_for": ended.killed_for,
                "status": status,
                "confined": printed.confined,
                "cpu_seconds": usage.ru_utime + usage.ru_stime if usage else 0.0,
                "peak_mb": usage.ru_maxrss / 1024 if usage else 0.0,
                "head": printed.head,
                "tail": printed.tail,
                "printed": printed.count,
            }
        )

    def wait(self, ended: Child) -> tuple[int, resource.struct_rusage | None]:
        """As `Child.wait`, and all that a copy of a child has started is killed and waited for.

        Its group is that of the process it is a copy of, so it cannot be killed as a whole: what it has left running is a child
        of this process that is none of those known. What escapes by forking faster than this looks ends with the group.
        """
        result = ended.wait()
        if not ended.own_group:
            end_strays(self.pids())
        return result

    def close(self) -> None:
        """End all children and leave nothing of them."""
        for running in self.children.values():
            running.kill()
        for running in (*self.children.values(), *self.dying.values()):
            self.wait(running)
            if running.own_group:
                self.confinement.remove_box(running.serial)


HANDLERS: dict[Request, Callable[..., None]] = {
    Request.SPAWN: Server.spawn,
    Request.LIMIT: Server.limit,
    Request.RUN_APART: Server.run_apart,
    Request.WAIT_FOR: Server.wait_for,
    Request.WATCH: Server.watch_grader,
    Request.PREPARE_COPY: Server.prepare_copy,
    Request.ADOPT: Server.adopt,
    Request.END: Server.end,
    Request.EXPECT: Server.expect,
}
